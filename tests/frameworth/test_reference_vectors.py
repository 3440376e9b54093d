"""Reference vectors: `vectors.json` holds the cases of a published set that concern an additive model, with their sources.

Expected values come from a 60-digit computation; the tolerance is 1e-9.
"""

import json
from pathlib import Path

import pytest

from frameworth import linear, log, reciprocal
from frameworth.judging import WhenMissing
from frameworth.rank import dominates
from frameworth.score import score
from frameworth.sensitivity import least_shift, probability_ahead, ranking_intervals, value_needed, winner_intervals
from tests.frameworth.builders import DAY, by_name, criterion, evidence, metric

CASES = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))["cases"]


def cases(kind):
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


def close(number):
    return pytest.approx(number, rel=1e-9, abs=1e-9)


FORMS = {
    "log": lambda params: log(zero=params["low"], one=params["high"]),
    "reciprocal": lambda params: reciprocal(zero=params["worst"], one=params["best"]),
}


@cases("value_function")
def test_value_functions_agree(case):
    value = FORMS[case["method"]](case["params"])
    assert [value(figure) for figure in case["inputs"]] == close(case["expected"])


@cases("missing")
def test_scores_and_bounds_with_gaps_agree(case):
    criteria = by_name(*(criterion(f"c{column}", metric(f"c{column}", value=linear(0, 1))) for column in range(len(case["weights"]))))
    weights = dict(zip(criteria, case["weights"], strict=True))
    candidates = [
        evidence(f"row-{place}", **{name: cell for name, cell in zip(criteria, row, strict=True) if cell is not None})
        for place, row in enumerate(case["matrix"])
    ]

    def rows(when_missing):
        card = score(candidates, criteria, weights, as_of=DAY, when_missing=when_missing)
        return {ranked.row.framework: ranked.row for ranked in card.ranking}

    neutral, renormalised = rows(WhenMissing.NEUTRAL), rows(WhenMissing.IGNORE)
    assert len(neutral) == len(candidates)
    for place, expected in enumerate(case["expected"]):
        row = neutral[f"row-{place}"]
        assert (row.low, row.score, row.high) == close((expected["low"], expected["neutral"], expected["high"]))
        assert row.known == close(expected["coverage"])
        assert renormalised[f"row-{place}"].score == close(expected["renormalised"])


def named(case):
    """Values by row and column, weights by column, and the order of the rows, best first; a row or column is named by its number."""
    values = {str(place): {str(column): cell for column, cell in enumerate(row)} for place, row in enumerate(case["matrix"])}
    weights = {str(column): weight for column, weight in enumerate(case.get("weights", ()))}
    order = sorted(values, key=lambda name: -sum(weights[column] * values[name][column] for column in weights))
    return values, weights, order


@cases("stability")
def test_intervals_of_stability_and_the_rivals_at_their_ends_agree(case):
    values, weights, order = named(case)
    for expected in case["expected_intervals"]:
        column = str(expected["criterion"])
        if case["params"]["scope"] == "winner":
            found = winner_intervals(values, weights, order[0])[column]
        else:
            found = ranking_intervals(values, weights, order)[column]
        assert (found.low, found.high) == close((expected["low"], expected["high"]))
        rivals = [None if rival is None else str(rival) for rival in (expected["challenger_at_low"], expected["challenger_at_high"])]
        assert [found.rival_at_low, found.rival_at_high] == rivals


@cases("counterfactual")
def test_what_a_challenger_needs_agrees(case):
    values, weights, _ = named(case)
    leader, challenger, expected = str(case["params"]["leader"]), str(case["params"]["challenger"]), case["expected"]
    found = [value_needed(values, weights, leader, challenger, column) for column in weights]
    assert found == [None if needed is None else close(needed) for needed in expected["value_needed_per_criterion"]]
    shift = least_shift(values, weights, leader, challenger)
    assert (shift.mass, shift.to) == (close(expected["min_weight_mass_moved"]), str(expected["to_criterion"]))
    assert shift.taken == {str(column): close(mass) for column, mass in expected["from"]}


@cases("dominance")
def test_who_dominates_whom_agrees(case):
    values, _, _ = named(case)
    criteria = by_name(*(criterion(f"c{column}", metric(f"c{column}", value=linear(0, 1))) for column in values["0"]))
    candidates = [evidence(name, **{f"c{column}": cell for column, cell in row.items()}) for name, row in values.items()]
    card = score(candidates, criteria, dict.fromkeys(criteria, 1), as_of=DAY)
    rows = {ranked.row.framework: ranked.row for ranked in card.ranking}
    found = [[int(other) for other in sorted(rows) if dominates(rows[other], rows[name])] for name in values]
    assert found == case["expected_dominated_by"]


@cases("smaa_pairwise")
def test_probabilities_over_all_weights_agree(case):
    rows = case["matrix"]
    for a, expected in enumerate(case["expected_matrix"]):
        assert [probability_ahead(rows[a], row) for row in rows] == pytest.approx(expected, abs=1e-12)
