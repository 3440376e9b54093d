"""From evidence to findings. Formulas: the head of `frameworth.judging` (bounds `low = c·v`, `high = c·v + 1 − c`)."""

import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Criterion, Finding, Indicator, levels
from frameworth.findings import Outcome
from frameworth.judging import Rubric, WhenMissing, confidence, judged, judged_all
from frameworth.values import ValueFunction
from tests.frameworth.builders import (
    CRITERIA,
    DAY,
    FOUR_YEARS_BEFORE,
    METRICS,
    criterion,
    evidence,
    figure,
    figures,
    metric,
    tables,
)

every_way = pytest.mark.parametrize("when_missing", WhenMissing)


def finding_of(one: Criterion, when_missing=WhenMissing.NEUTRAL, *, opinions=True, as_of=DAY, **known) -> Finding:
    return judged(Rubric.on(as_of, one, opinions=opinions), evidence("alpha", as_of=as_of, **known), when_missing)


def test_a_fresh_measurement_is_worth_its_value_and_certain():
    finding = finding_of(criterion("speed"), speed=80)
    assert (finding.value, finding.low, finding.known, finding.confidence) == (0.8, 0.8, 1, 1)
    assert finding.high == pytest.approx(0.8)
    assert finding.outcome is Outcome.SCORED


@pytest.mark.parametrize(("basis", "trust"), [("measured", 1), ("reported", 0.95), ("opinion", 0.75)])
def test_each_basis_is_trusted_as_far_as_stated(basis, trust):
    assert confidence(figure(1, basis=basis), metric(), DAY) == trust


def test_confidence_halves_with_each_half_life():
    old = figure(1, on=FOUR_YEARS_BEFORE)
    assert confidence(old, metric(half_life=4), DAY) == 0.5
    assert confidence(old, metric(half_life=2), DAY) == 0.25
    assert confidence(figure(1, on=FOUR_YEARS_BEFORE, basis="opinion"), metric(half_life=4), DAY) == 0.375


def test_bounds_follow_from_confidence():
    # c = 1/2: low = 0.5 · 0.6, high = 0.5 · 0.6 + 0.5
    finding = finding_of(criterion("speed"), speed=figure(60, on=FOUR_YEARS_BEFORE))
    assert (finding.low, finding.value, finding.high, finding.confidence) == pytest.approx((0.3, 0.6, 0.8, 0.5))


@given(figures, st.integers(0, 5000), st.sampled_from(sorted(METRICS)))
def test_age_never_moves_a_value_and_only_widens_its_bounds(drawn, days, name):
    one = criterion("any", METRICS[name])
    young = finding_of(one, **{name: figure(drawn.value, on=drawn.observed_on, basis=drawn.basis)})
    old = finding_of(one, **{name: figure(drawn.value, on=drawn.observed_on - timedelta(days=days), basis=drawn.basis)})
    assert old.value == young.value
    assert old.known == young.known
    assert old.low <= young.low <= young.value <= young.high <= old.high


@given(figures, st.sampled_from(sorted(METRICS)))
def test_doubt_never_moves_a_value_and_only_widens_its_bounds(drawn, name):
    one = criterion("any", METRICS[name])
    findings = [
        finding_of(one, **{name: figure(drawn.value, on=drawn.observed_on, basis=basis)}) for basis in ("measured", "reported", "opinion")
    ]
    assert len({finding.value for finding in findings}) == 1
    assert [finding.low for finding in findings] == sorted((finding.low for finding in findings), reverse=True)
    assert [finding.high for finding in findings] == sorted(finding.high for finding in findings)


@every_way
@given(tables)
def test_a_value_lies_inside_its_bounds(when_missing, table):
    slack = 1e-12 if when_missing is WhenMissing.IGNORE else 0  # a quotient of sums rounds
    for one in CRITERIA.values():
        finding = finding_of(one, when_missing, **table)
        assert 0 <= finding.low <= finding.value + slack
        assert finding.value - slack <= finding.high <= 1
        assert all(reading.low <= reading.value <= reading.high for reading in finding.readings)


def test_indicators_count_by_their_shares():
    one = Criterion("x", question="Is it?", indicators=[Indicator("a", [metric("a")], weight=3), Indicator("b", [metric("b")])])
    assert finding_of(one, a=80, b=20).value == pytest.approx(0.75 * 0.8 + 0.25 * 0.2)


def test_a_missing_figure_gets_the_metric_s_prior_and_open_bounds():
    one = criterion("x", metric("a"), metric("b", prior=0.1))
    finding = finding_of(one, a=80)
    assert finding.value == pytest.approx(0.5 * 0.8 + 0.5 * 0.1)
    assert (finding.low, finding.high) == pytest.approx((0.4, 0.9))
    assert (finding.known, finding.confidence) == (0.5, 0.5)
    assert [reading.figure is None for reading in finding.readings] == [False, True]


@pytest.mark.parametrize(
    ("when_missing", "value"),
    [(WhenMissing.NEUTRAL, 0.45), (WhenMissing.WORST, 0.4), (WhenMissing.IGNORE, 0.8), (WhenMissing.LEAVE_OUT, 0.45)],
)
def test_a_gap_moves_the_value_as_asked_and_never_the_bounds(when_missing, value):
    finding = finding_of(criterion("x", metric("a"), metric("b", prior=0.1)), when_missing, a=80)
    assert finding.value == pytest.approx(value)
    assert (finding.low, finding.high) == pytest.approx((0.4, 0.9))


@pytest.mark.parametrize(
    ("when_missing", "value"),
    [(WhenMissing.NEUTRAL, 0.1), (WhenMissing.WORST, 0), (WhenMissing.IGNORE, 0.1), (WhenMissing.LEAVE_OUT, 0.1)],
)
def test_a_framework_without_any_figure_is_unknown(when_missing, value):
    finding = finding_of(criterion("x", metric("a", prior=0.1)), when_missing)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.because == "unknown"
    assert (finding.value, finding.low, finding.high, finding.known, finding.confidence) == (value, 0, 1, 0, 0)


def test_a_figure_beyond_the_anchors_is_flagged():
    readings = finding_of(criterion("x", metric("a"), metric("b")), a=120, b=100).readings
    assert [(reading.value, reading.clamped) for reading in readings] == [(1, True), (1, False)]


NEW, OLD = metric("new_rig", since=DAY), metric("old_rig", until=DAY - timedelta(days=1))
RIGS = Criterion("speed", question="How fast?", indicators=[Indicator("throughput", [NEW, OLD])])


def test_the_first_living_metric_is_read_and_the_same_one_for_every_framework():
    rubric = Rubric.on(DAY, RIGS)
    measured = judged(rubric, evidence("alpha", new_rig=80, old_rig=10))
    not_yet_measured = judged(rubric, evidence("beta", old_rig=90))
    assert [reading.metric.name for reading in (*measured.readings, *not_yet_measured.readings)] == ["new_rig", "new_rig"]
    assert measured.value == 0.8
    assert not_yet_measured.outcome is Outcome.UNKNOWN


def test_an_earlier_day_reads_what_lived_then():
    yesterday = DAY - timedelta(days=1)
    finding = finding_of(RIGS, as_of=yesterday, old_rig=figure(10, on=yesterday))
    assert finding.readings[0].metric is OLD
    assert finding.value == 0.1


def test_an_indicator_without_a_living_metric_drops_out_and_the_others_share_its_weight():
    one = criterion("x", metric("a"), metric("b"), metric("gone", until=FOUR_YEARS_BEFORE))
    finding = finding_of(one, a=80, b=20, gone=100)
    assert finding.value == pytest.approx(0.5)
    assert (finding.known, [reading.share for reading in finding.readings]) == (1, [0.5, 0.5])


def test_a_criterion_without_a_living_metric_is_unknown():
    finding = finding_of(criterion("x", metric("gone", until=FOUR_YEARS_BEFORE)), gone=100)
    assert finding.outcome is Outcome.UNKNOWN
    assert (finding.value, finding.low, finding.high, finding.known) == (0.5, 0, 1, 0)
    assert finding.because == "unknown"


def test_a_metric_of_opinions_drops_out_when_opinions_are_out():
    one = criterion("x", metric("a"), metric("view", opinion=True))
    assert finding_of(one, a=80, view=20).value == pytest.approx(0.5)
    assert finding_of(one, opinions=False, a=80, view=20).value == pytest.approx(0.8)


def test_a_judge_answers_instead_of_indicators():
    def judge(evidence):
        return Finding.scored(evidence.figures["speed"].value / 200, "half of what it could be", confidence=0.5, known=0.9)

    finding = finding_of(criterion("x", judge=judge), speed=80)
    assert (finding.value, finding.low, finding.high, finding.known) == pytest.approx((0.4, 0.2, 0.7, 0.9))
    assert finding.because == "half of what it could be"


def test_a_judge_may_find_nothing_out():
    finding = finding_of(criterion("x", judge=lambda evidence: Finding.inconclusive("no such page")))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.because == "no such page"


def test_a_judge_may_say_itself_that_it_failed():
    finding = finding_of(criterion("x", provider="guess", judge=lambda evidence: Finding.failed("no network")))
    assert finding.outcome is Outcome.FAILED
    assert finding.because == "plugin guess failed: no network"


class Shy(Exception):
    def __str__(self):
        raise RuntimeError("not telling")


def raises(error):
    def judge(evidence):
        raise error

    return judge


def by_hand(**numbers):
    given = {"value": 0.5, "low": 0.0, "high": 1.0, "known": 1.0, "confidence": 1.0, "reason": "by hand"} | numbers
    return lambda evidence: Finding(Outcome.SCORED, **given)


def writes_a_figure(evidence):
    evidence.figures["speed"] = None


def writes_a_field(evidence):
    evidence.framework = "mine"


def forces_a_field(evidence):
    object.__setattr__(evidence, "framework", "mine")
    return Finding.scored(1.0, "all mine")


def forces_a_figure(evidence):
    object.__setattr__(evidence.figures["speed"], "value", 100.0)
    return Finding.scored(1.0, "all mine")


def throws_what_is_its_own(evidence):
    class Mine(BaseException):
        pass

    raise Mine("all mine")


FAILING_JUDGES = {
    "raises": raises(KeyError("speed")),
    "raises what can't be told": raises(Shy()),
    "exits": lambda evidence: sys.exit(1),
    "asserts": raises(AssertionError()),
    "returns nothing": lambda evidence: None,
    "returns a number": lambda evidence: 0.7,
    "returns a class": lambda evidence: Finding,
    "scores NaN": by_hand(value=float("nan")),
    "scores above 1": by_hand(value=1.5),
    "scores below 0": by_hand(value=-0.5),
    "scores outside its bounds": by_hand(value=0.5, low=0.6),
    "scores a text": by_hand(value="good"),
    "knows more than everything": by_hand(known=2.0),
    "gives no reason": by_hand(reason=""),
    "is inconclusive for a reason without end": lambda evidence: Finding.inconclusive("x" * 10_000),
    "fails for no text": lambda evidence: Finding.failed(None),
    "breaks while giving its reason": by_hand(reason=raises(ValueError("no reason"))),
    "writes a figure": writes_a_figure,
    "writes a field": writes_a_field,
    "forces its way into a field": forces_a_field,
    "forces its way into a figure": forces_a_figure,
    "throws what is its own": throws_what_is_its_own,
    "scores infinity": by_hand(value=float("inf")),
    "scores minus infinity": by_hand(value=float("-inf")),
    "is as sure as infinity": by_hand(confidence=float("inf")),
    "gives a reason without end": by_hand(reason="x" * 10_000_000),
    "gives a reason of several lines": by_hand(reason="one\ntwo\x00"),
    "recurses": lambda evidence: (lambda again: again(again))(lambda again: again(again)),
    "wants more": lambda evidence, more: None,
}


@pytest.mark.parametrize("judge", FAILING_JUDGES.values(), ids=FAILING_JUDGES)
def test_a_judge_that_breaks_gives_a_failed_finding_that_names_its_provider(judge):
    known = evidence("alpha", speed=50)
    finding = judged(Rubric.on(DAY, criterion("x", judge=judge, provider="guess")), known)
    assert finding.outcome is Outcome.FAILED
    assert finding.because.startswith("plugin guess failed: ")
    assert len(finding.because) < 300
    assert (finding.value, finding.low, finding.high, finding.known) == (0.5, 0, 1, 0)
    assert known == evidence("alpha", speed=50)


def test_a_failed_finding_counts_as_missing_when_the_worst_is_assumed():
    finding = finding_of(criterion("x", judge=raises(KeyError())), WhenMissing.WORST)
    assert (finding.outcome, finding.value) == (Outcome.FAILED, 0)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def judged_by(judge, clock, when_missing=WhenMissing.NEUTRAL):
    """The findings of a judge for three frameworks, the first of which it takes as long for as it says."""
    known = [evidence(name, speed=speed) for name, speed in (("alpha", 10), ("beta", 20), ("gamma", 30))]
    return judged_all(Rubric.on(DAY, criterion("x", judge=judge, provider="guess")), known, when_missing, clock)


@pytest.mark.parametrize("parameters", ["evidence, deadline", "evidence, *, deadline", "evidence, deadline=None"])
def test_a_judge_that_takes_a_deadline_can_ask_it(parameters):
    clock, left = Clock(), []

    def answer(evidence, deadline):
        left.append((deadline.left, deadline.is_over))
        clock.now += 0.25
        return Finding.scored(evidence.figures["speed"].value / 100, "measured")

    judge = eval(f"lambda {parameters}: answer(evidence, deadline)", {"answer": answer})
    assert [finding.value for finding in judged_by(judge, clock)] == [0.1, 0.2, 0.3]
    # One deadline for all frameworks of a question.
    assert left == [(1.0, False), (0.75, False), (0.5, False)]


def test_without_a_clock_a_deadline_never_comes():
    def judge(evidence, deadline):
        return Finding.scored(1.0 if deadline.left == float("inf") else 0.0, "no hurry")

    assert {finding.value for finding in judged_by(judge, None)} == {1.0}


@pytest.mark.parametrize("slow", ["alpha", "beta", "gamma"])
@pytest.mark.parametrize(("when_missing", "value"), [(WhenMissing.NEUTRAL, 0.5), (WhenMissing.WORST, 0.0)])
def test_a_judge_that_overruns_counts_as_missing_for_every_framework_whoever_came_first(slow, when_missing, value):
    clock, asked = Clock(), []

    def judge(evidence):
        asked.append(evidence.framework)
        clock.now += 1.5 if evidence.framework == slow else 0.0
        return Finding.scored(1.0, "took its time")

    findings = judged_by(judge, clock, when_missing)
    assert [(finding.outcome, finding.value, finding.known) for finding in findings] == [(Outcome.FAILED, value, 0)] * 3
    assert {finding.because for finding in findings} == {
        "plugin guess failed: took over 1 s for the frameworks of one question; it can ask its deadline"
    }
    assert asked[-1] == slow  # nobody is asked any more once it is over


def test_a_judge_that_ends_on_the_moment_is_in_time():
    clock = Clock()

    def judge(evidence):
        clock.now = 1.0
        return Finding.scored(1.0, "just so")

    assert {finding.value for finding in judged_by(judge, clock)} == {1.0}


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_what_is_not_the_judge_s_doing_passes(error):
    with pytest.raises(error):
        finding_of(criterion("x", judge=raises(error())))


class Broken(ValueFunction):
    """A value function that a plugin brings, and that breaks as told."""

    anchors = {"form": "broken"}  # noqa: RUF012 - as short as a plugin would write it

    def __init__(self, answer):
        self.answer = answer

    def _unclamped(self, figure):
        return 0.5

    def inverse(self, value):
        return 0.5

    def __call__(self, figure):
        return self.answer()


BAD_VALUES = {
    "raises": lambda: 1 / 0,
    "exits": lambda: sys.exit(1),
    "is NaN": lambda: float("nan"),
    "is above 1": lambda: 1.5,
    "is below 0": lambda: -1,
    "is text": lambda: "good",
}


@pytest.mark.parametrize("answer", BAD_VALUES.values(), ids=BAD_VALUES)
@every_way
def test_a_value_function_that_breaks_gives_a_failed_finding_too(when_missing, answer):
    finding = finding_of(criterion("x", metric("a", value=Broken(answer)), metric("b"), provider="guess"), when_missing, a=50, b=50)
    assert finding.outcome is Outcome.FAILED
    assert finding.because.startswith("plugin guess failed: ")
    assert (finding.low, finding.high, finding.known) == (0, 1, 0)


def test_levels_between_two_are_flagged_in_the_reading():
    reading = finding_of(criterion("x", metric("a", value=levels({1: 0, 2: 1}))), a=1.5).readings[0]
    assert (reading.value, reading.clamped) == (0, True)
