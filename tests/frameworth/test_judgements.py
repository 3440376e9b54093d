"""Findings that are kept between questions: the same as those that are made anew, and never older than their evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Criterion, Finding, score
from frameworth.findings import Columns, Outcome
from frameworth.judgements import Judgements, without_opinions
from frameworth.judging import WhenMissing
from tests.frameworth.builders import CRITERIA, DAY, by_name, criterion, evidence, figure, metric, tables, weights


class Counting:
    """A value function that counts how often it is asked, and fails while it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.broken = False

    def __call__(self, value: float) -> float:
        self.asked += 1
        if self.broken:
            raise RuntimeError("broken")
        return value / 100

    def clamps(self, value: float) -> bool:
        return False


@pytest.fixture
def asked() -> Counting:
    return Counting()


@pytest.fixture
def criteria(asked):
    speed = metric("speed")
    object.__setattr__(speed, "value", asked)
    return by_name(criterion("speed", speed, metric("said", opinion=True)))


def of(judgements, criteria, *candidates, as_of=DAY, opinions=True, when_missing=WhenMissing.NEUTRAL, clock=None):
    return judgements.of(candidates, criteria, as_of=as_of, opinions=opinions, when_missing=when_missing, clock=clock)


@given(st.lists(tables, min_size=1, max_size=3), weights, weights, st.sampled_from(WhenMissing), st.booleans())
def test_a_new_weighting_of_kept_findings_is_that_of_new_ones(drawn, first, second, when_missing, opinions):
    candidates = [evidence(f"f{place}", **table) for place, table in enumerate(drawn)]
    judgements = Judgements()
    how = {"as_of": DAY, "when_missing": when_missing, "opinions": opinions}
    score(candidates, CRITERIA, first, **how, judgements=judgements)
    kept, anew = (score(candidates, CRITERIA, second, **how, judgements=one) for one in (judgements, None))
    assert [(row.rank, shown(row.row)) for row in kept.ranking] == [(row.rank, shown(row.row)) for row in anew.ranking]
    assert (kept.because, kept.weights) == (anew.because, anew.weights)
    assert [one.framework for one in kept.not_ranked] == [one.framework for one in anew.not_ranked]


def shown(row):
    """A row with its reasons as words: two functions that tell the same are not equal."""
    findings = {name: replace(finding, reason=finding.because) for name, finding in row.findings.items()}
    return replace(row, findings=findings)


def test_the_same_evidence_is_judged_once(criteria, asked):
    alpha, judgements = evidence("alpha", speed=80), Judgements()
    first, second = of(judgements, criteria, alpha), of(judgements, criteria, alpha)
    assert asked.asked == 1
    assert first[0] is second[0]


def test_new_evidence_is_judged_anew_even_if_it_is_equal(criteria, asked):
    judgements = Judgements()
    for speed in (80, 90, 90):
        (found,) = of(judgements, criteria, evidence("alpha", speed=speed))
        assert found.findings["speed"].readings[0].value == speed / 100
    assert asked.asked == 3


@pytest.mark.parametrize(
    "other",
    [
        {"opinions": False},
        {"when_missing": WhenMissing.WORST},
        {"as_of": DAY - timedelta(days=1)},
        {"criteria": by_name(criterion("speed"))},
    ],
)
def test_a_question_of_another_kind_has_findings_of_its_own(criteria, other):
    alpha, judgements = evidence("alpha", said=figure(50, basis="opinion")), Judgements()
    (kept,) = of(judgements, criteria, alpha)
    (found,) = of(judgements, other.pop("criteria", criteria), alpha, **other)
    assert found is not kept
    if "opinions" in other:
        assert found.evidence == without_opinions(alpha)
        assert found.findings["speed"].known == 0 < kept.findings["speed"].known


def test_what_failed_is_tried_again(criteria, asked):
    alpha, judgements = evidence("alpha", speed=80), Judgements()
    asked.broken = True
    assert of(judgements, criteria, alpha)[0].findings["speed"].outcome is Outcome.FAILED
    asked.broken = False
    assert of(judgements, criteria, alpha)[0].findings["speed"].outcome is Outcome.SCORED


def test_a_judge_is_asked_each_time_and_stands_in_its_place():
    asked: list[str] = []

    def judge(known):
        asked.append(known.framework)
        return Finding.scored(len(asked) / 10, "asked again")

    mixed = by_name(criterion("a"), Criterion("b", question="Which?", judge=judge), criterion("c"))
    alpha, judgements = evidence("alpha", a=1, c=2), Judgements()
    of(judgements, mixed, alpha)
    (found,) = of(judgements, mixed, alpha)
    assert asked == ["alpha", "alpha"]
    assert list(found.findings) == ["a", "b", "c"]
    assert found.columns.value == (0.01, 0.2, 0.02)


def test_criteria_that_all_have_judges_need_no_figures():
    judged_only = by_name(Criterion("b", question="Which?", judge=lambda known: Finding.scored(1.0, "sure")))
    (found,) = of(Judgements(), judged_only, evidence("alpha"))
    assert found.columns == Columns((1.0,), (1.0,), (1.0,), (1.0,), (1.0,), (0.0,))


def test_only_so_much_is_kept(criteria, asked, monkeypatch):
    monkeypatch.setattr("frameworth.judgements._MOST_KEPT", 2)
    judgements = Judgements()
    known = [evidence(name, speed=50) for name in ("alpha", "beta", "gamma")]
    of(judgements, criteria, *known)
    of(judgements, criteria, *known)
    of(judgements, criteria, *known)
    assert asked.asked == 9
