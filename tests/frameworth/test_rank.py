"""Order and verdict. Rows are made by hand here: what leads to them is tested in test_judging and test_score."""

import random

import pytest

from frameworth import Finding, Gate
from frameworth.rank import TIE, dominates, ranked, verdict
from frameworth.scorecard import Reason, Row, Unranked, Verdict

BAND = 0.02
TITLES = {"speed": "Speed", "jobs": "Jobs"}


def row(framework, score, *, known=1.0, **values):
    findings = {name: Finding.scored(value, "given") for name, value in (values or {"speed": score}).items()}
    weights = {name: 1 / len(findings) for name in findings}
    return Row(
        framework, score, low=score, high=score, known=known, confidence=known, opinion_share=0.0, findings=findings, weights=weights
    )


def places(*rows):
    return [(one.rank, one.tied, one.row.framework) for one in ranked(rows)]


def test_rows_are_ranked_by_score():
    assert places(row("a", 0.3), row("b", 0.9), row("c", 0.5)) == [(1, False, "b"), (2, False, "c"), (3, False, "a")]


def test_ranks_count_1_2_2_4():
    assert places(row("a", 0.9), row("b", 0.5), row("c", 0.5), row("d", 0.1)) == [
        (1, False, "a"),
        (2, True, "b"),
        (2, True, "c"),
        (4, False, "d"),
    ]


def test_scores_that_differ_by_rounding_only_are_tied():
    assert [place for place, *_ in places(row("a", 0.5), row("b", 0.5 + TIE / 2))] == [1, 1]


def test_scores_further_apart_than_rounding_are_not_tied():
    assert places(row("a", 0.5), row("b", 0.5 + 2 * TIE)) == [(1, False, "b"), (2, False, "a")]


def test_in_a_tie_who_dominates_comes_first():
    better, worse = row("z", 0.5, known=0.7, speed=0.5, jobs=0.5), row("a", 0.5, speed=0.5, jobs=0.4)
    assert [name for *_, name in places(worse, better)] == ["z", "a"]


def test_in_a_tie_without_dominance_who_is_better_known_comes_first():
    known, less = row("z", 0.5, speed=0.4, jobs=0.6), row("a", 0.5, known=0.8, speed=0.6, jobs=0.4)
    assert [name for *_, name in places(less, known)] == ["z", "a"]


def test_in_a_tie_of_equally_known_rows_the_alphabet_decides():
    assert [name for *_, name in places(row("b", 0.5), row("a", 0.5))] == ["a", "b"]


def test_a_whole_chain_of_dominance_is_kept_in_a_tie():
    chain = [row(name, 0.5, speed=0.5, jobs=0.5 + step / 1e12) for step, name in enumerate("abcd")]
    for _ in range(5):
        random.Random(3).shuffle(chain)
        assert [name for *_, name in places(*chain)] == ["d", "c", "b", "a"]


def test_dominance_is_at_least_as_good_everywhere_and_better_somewhere():
    a, b, c = row("a", 0, speed=0.5, jobs=0.6), row("b", 0, speed=0.5, jobs=0.5), row("c", 0, speed=0.4, jobs=0.9)
    assert dominates(a, b)
    assert not dominates(b, a)
    assert not dominates(a, a)
    assert not dominates(a, c)
    assert not dominates(c, a)


def decided(*rows, not_ranked=()):
    return verdict(ranked(rows), not_ranked, TITLES, BAND)


@pytest.mark.parametrize(("margin", "outcome"), [(0.001, Verdict.CLOSE), (0.019, Verdict.CLOSE), (0.021, Verdict.CLEAR)])
def test_a_lead_under_the_band_is_close(margin, outcome):
    assert decided(row("a", 0.5 + margin), row("b", 0.5))[0] is outcome


@pytest.mark.parametrize("second", [step / 100 for step in range(0, 98, 7)])
def test_a_lead_of_exactly_the_band_is_clear_however_it_is_rounded(second):
    assert decided(row("a", (round(second * 100) + 2) / 100), row("b", second))[0] is Verdict.CLEAR


def test_a_tie_is_close():
    outcome, because = decided(row("a", 0.5), row("b", 0.5))
    assert outcome is Verdict.CLOSE
    assert because == "a and b are level on everything that counts."


def test_the_verdict_names_what_decided():
    assert decided(row("a", 0.8), row("b", 0.5)) == (Verdict.CLEAR, "a gains on speed (30.0); nothing that counts speaks for b.")


def test_a_single_row_is_clear_and_called_the_only_one():
    assert decided(row("a", 0.1)) == (Verdict.CLEAR, "a is the only candidate that could be ranked.")


GATED = Unranked("a", Reason.GATE, gate=Gate("asgi", at_least=1))
UNKNOWN = Unranked("b", Reason.NOT_ENOUGH_EVIDENCE, row=row("b", 0.5))
UNBORN = Unranked("c", Reason.NOT_RELEASED)


@pytest.mark.parametrize("not_ranked", [(), (GATED,), (UNBORN,), (GATED, UNBORN)])
def test_without_any_candidate_left_the_verdict_says_so(not_ranked):
    assert decided(not_ranked=not_ranked)[0] is Verdict.NO_CANDIDATES


@pytest.mark.parametrize("not_ranked", [(UNKNOWN,), (GATED, UNKNOWN)])
def test_if_only_evidence_is_wanting_the_verdict_says_so(not_ranked):
    assert decided(not_ranked=not_ranked)[0] is Verdict.NOT_ENOUGH_EVIDENCE
