"""Reference vectors: `vectors.json` holds the cases of kind `value_function` and `missing` of a published set, with their sources.

Expected values come from a 60-digit computation; the tolerance is 1e-9.
"""

import json
from pathlib import Path

import pytest

from frameworth import linear, log, reciprocal
from frameworth.judging import WhenMissing
from frameworth.score import score
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
