"""The whole story, by hand and as algebra. Source: Keeney & Raiffa, Decisions with Multiple Objectives (1976), ch. 3."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Criterion, Finding, Gate, Indicator
from frameworth.errors import InvalidValue
from frameworth.findings import Outcome
from frameworth.judging import WhenMissing
from frameworth.rank import dominates
from frameworth.score import score
from frameworth.scorecard import Reason, Verdict
from frameworth.shown import shown_points, shown_score
from tests.frameworth.builders import (
    CRITERIA,
    DAY,
    FOUR_YEARS_BEFORE,
    HIGHER_IS_BETTER,
    by_name,
    candidates,
    criterion,
    evidence,
    figure,
    metric,
    tables,
    weights,
)

TOMORROW = DAY + timedelta(days=1)
every_way = pytest.mark.parametrize("when_missing", WhenMissing)


def rows_of(card):
    """Every row that was made, ranked or not, by framework."""
    rows = [ranked.row for ranked in card.ranking] + [unranked.row for unranked in card.not_ranked if unranked.row]
    return {row.framework: row for row in rows}


def numbers(card):
    """All of an answer that can be compared: sentences are made late, so findings themselves can't."""
    return (
        [(ranked.rank, ranked.tied, ranked.row.framework) for ranked in card.ranking],
        [(unranked.framework, unranked.reason, sorted(unranked.missing)) for unranked in card.not_ranked],
        {name: (row.score, row.low, row.high, row.known, row.confidence) for name, row in rows_of(card).items()},
        {name: {of: finding.because for of, finding in row.findings.items()} for name, row in rows_of(card).items()},
        card.verdict,
        card.because,
        card.margin,
        dict(card.weights),
    )


def test_a_small_example_by_hand():
    """Two criteria, weights 3 : 1; one gap (prior 0.5, a quarter of its criterion) and one figure that is a half-life old.

    alpha: ease   0.75 · 0.8 + 0.25 · 0.5 = 0.725, bounds 0.6 and 0.85, known 0.75
           jobs   0.6 with c = 1/2: bounds 0.3 and 0.8
           score  0.75 · 0.725 + 0.25 · 0.6 = 0.69375
    beta:  ease   0.75 · 0.4 + 0.25 · 1 = 0.55;  jobs 0.9;  score 0.75 · 0.55 + 0.25 · 0.9 = 0.6375
    """
    ease = Criterion(
        "ease",
        question="Is it easy?",
        indicators=[Indicator("lines", [metric("lines")], weight=3), Indicator("names", [metric("names")])],
    )
    card = score(
        [
            evidence("beta", lines=40, names=100, jobs=90),
            evidence("alpha", lines=80, jobs=figure(60, on=FOUR_YEARS_BEFORE)),
        ],
        by_name(ease, criterion("jobs")),
        {"ease": 3, "jobs": 1},
        as_of=DAY,
    )
    alpha, beta = (ranked.row for ranked in card.ranking)
    assert (alpha.framework, beta.framework) == ("alpha", "beta")
    assert alpha.score == pytest.approx(0.69375)
    assert (alpha.low, alpha.high) == pytest.approx((0.75 * 0.6 + 0.25 * 0.3, 0.75 * 0.85 + 0.25 * 0.8))
    assert alpha.known == pytest.approx(0.75 * 0.75 + 0.25)
    assert alpha.confidence == pytest.approx(0.75 * 0.75 + 0.25 * 0.5)
    assert alpha.points == pytest.approx({"ease": 0.54375, "jobs": 0.15})
    assert (beta.score, beta.low, beta.high, beta.known) == pytest.approx((0.6375, 0.6375, 0.6375, 1))
    assert card.margin == pytest.approx(0.05625)
    assert card.verdict is Verdict.CLEAR
    assert card.because == "alpha gains on ease (13.1); beta on jobs (7.5)."
    assert card.leader is alpha
    assert card.weights == {"ease": 0.75, "jobs": 0.25}


SPEED = by_name(criterion("speed"))


def ranking_of(card):
    return [(ranked.rank, ranked.row.framework) for ranked in card.ranking]


@given(candidates(), weights, st.sampled_from(WhenMissing), st.booleans())
def test_a_score_lies_inside_its_bounds(given_candidates, drawn, when_missing, opinions):
    slack = 1e-12 if when_missing is WhenMissing.IGNORE else 0
    card = score(given_candidates, CRITERIA, drawn, as_of=DAY, when_missing=when_missing, opinions=opinions)
    for row in rows_of(card).values():
        assert -slack <= row.low - slack <= row.score <= row.high + slack
        assert row.high <= 1 + 1e-12
        assert row.confidence <= row.known + 1e-12 <= 1 + 2e-12


@given(candidates(least=2), weights, st.integers(1, 4000))
def test_age_never_moves_a_score(given_candidates, drawn, days):
    older = [
        replace(
            one, figures={name: replace(known, observed_on=known.observed_on - timedelta(days=days)) for name, known in one.figures.items()}
        )
        for one in given_candidates
    ]
    young = rows_of(score(given_candidates, CRITERIA, drawn, as_of=DAY))
    old = rows_of(score(older, CRITERIA, drawn, as_of=DAY))
    for name, row in young.items():
        assert old[name].score == row.score
        assert old[name].low <= row.low
        assert old[name].high >= row.high


@given(candidates(least=2), tables, weights, st.sampled_from(WhenMissing))
def test_adding_a_candidate_changes_no_other_score(given_candidates, table, drawn, when_missing):
    before = score(given_candidates, CRITERIA, drawn, as_of=DAY, when_missing=when_missing)
    newcomer = evidence("newcomer", **table)
    after = score([newcomer, *given_candidates], CRITERIA, drawn, as_of=DAY, when_missing=when_missing)
    others = {name: row for name, row in rows_of(after).items() if name != "newcomer"}
    assert {name: (row.score, row.low, row.high) for name, row in others.items()} == {
        name: (row.score, row.low, row.high) for name, row in rows_of(before).items()
    }


@given(candidates(least=2), weights, st.sampled_from(WhenMissing), st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_criteria_changes_nothing(given_candidates, drawn, when_missing, random):
    def shuffled(mapping):
        return dict(random.sample(sorted(mapping.items()), len(mapping)))

    card = score(given_candidates, CRITERIA, drawn, as_of=DAY, when_missing=when_missing)
    again = score(
        random.sample(given_candidates, len(given_candidates)),
        shuffled(CRITERIA),
        shuffled(drawn),
        as_of=DAY,
        when_missing=when_missing,
    )
    assert numbers(again) == numbers(card)


@given(tables, weights, st.sampled_from(HIGHER_IS_BETTER), st.floats(-10, 1500), st.floats(0, 1000), st.sampled_from(WhenMissing))
def test_better_evidence_never_lowers_a_score(table, drawn, name, old, gain, when_missing):
    def row(value):
        return rows_of(score([evidence("alpha", **table | {name: value})], CRITERIA, drawn, as_of=DAY, when_missing=when_missing))["alpha"]

    before, after = row(old), row(old + gain)
    assert after.score >= before.score
    assert after.low >= before.low
    assert after.high >= before.high


@given(candidates(least=2), weights, st.sampled_from([WhenMissing.NEUTRAL, WhenMissing.WORST]))
def test_the_dominated_never_outranks_the_one_that_dominates_it(given_candidates, drawn, when_missing):
    card = score(given_candidates, CRITERIA, drawn, as_of=DAY, when_missing=when_missing)
    order = [ranked.row for ranked in card.ranking]
    for place, row in enumerate(order):
        assert not any(dominates(behind, row) for behind in order[place + 1 :])


@given(candidates(), weights, st.sampled_from(WhenMissing))
def test_points_add_up_to_the_score_also_as_they_are_shown(given_candidates, drawn, when_missing):
    for row in rows_of(score(given_candidates, CRITERIA, drawn, as_of=DAY, when_missing=when_missing)).values():
        assert math.fsum(row.points.values()) == pytest.approx(row.score, abs=1e-12)
        shown = shown_points(row.points, row.score)
        assert round(math.fsum(shown.values()), 6) == shown_score(row.score)


def test_ties_share_a_rank_and_the_next_rank_is_skipped():
    card = score(
        [evidence(name, speed=value) for name, value in zip("dcba", (90, 50, 50, 10), strict=True)], SPEED, {"speed": 1}, as_of=DAY
    )
    assert ranking_of(card) == [(1, "d"), (2, "b"), (2, "c"), (4, "a")]
    assert [ranked.tied for ranked in card.ranking] == [False, True, True, False]


def test_in_a_tie_dominance_on_what_weighs_nothing_decides_then_what_is_known_then_the_slug():
    criteria = by_name(criterion("speed"), criterion("charm", metric("charm", prior=0.4)))
    dominant, known, unknown_a, unknown_b = (
        evidence("zeta", speed=50, charm=80),
        evidence("yak", speed=50, charm=40),
        evidence("ant", speed=50),
        evidence("bee", speed=50),
    )
    card = score([unknown_b, known, unknown_a, dominant], criteria, {"speed": 1}, as_of=DAY)
    assert [name for _, name in ranking_of(card)] == ["zeta", "ant", "bee", "yak"]
    card = score([unknown_b, known, unknown_a, dominant], criteria, {"speed": 1, "charm": 1e-12}, as_of=DAY)
    assert [name for _, name in ranking_of(card)] == ["zeta", "yak", "ant", "bee"]
    assert {rank for rank, _ in ranking_of(card)} == {1}


def test_unnamed_criteria_are_judged_but_weigh_nothing():
    criteria = by_name(criterion("speed"), criterion("jobs"))
    row = score([evidence("alpha", speed=50, jobs=90)], criteria, {"speed": 2}, as_of=DAY).ranking[0].row
    assert row.score == 0.5
    assert row.findings["jobs"].value == 0.9
    assert row.points == {"speed": 0.5, "jobs": 0}


def test_without_a_weight_above_0_nothing_is_scored():
    with pytest.raises(InvalidValue, match="no criterion has a weight above 0"):
        score([evidence("alpha", speed=50)], SPEED, {"speed": 0}, as_of=DAY)


# --- Gaps


GAPPY = by_name(criterion("speed", metric("speed"), metric("extra", prior=0.1)), criterion("jobs", metric("jobs", prior=0.2)))
EVEN = {"speed": 1, "jobs": 1}


@pytest.mark.parametrize(
    ("when_missing", "expected"),
    [
        # speed 0.5·0.8 + 0.5·0.1 = 0.45, jobs 0.6
        (WhenMissing.NEUTRAL, 0.5 * 0.45 + 0.5 * 0.6),
        # speed 0.5·0.8 = 0.4, jobs 0.6
        (WhenMissing.WORST, 0.5 * 0.4 + 0.5 * 0.6),
        # speed 0.8, jobs 0.6
        (WhenMissing.IGNORE, 0.5 * 0.8 + 0.5 * 0.6),
    ],
)
def test_a_gap_counts_as_asked(when_missing, expected):
    row = score([evidence("alpha", speed=80, jobs=60)], GAPPY, EVEN, as_of=DAY, when_missing=when_missing).ranking[0].row
    assert row.score == pytest.approx(expected)
    assert row.known == pytest.approx(0.75)


def test_ignoring_gaps_shares_the_weight_of_a_whole_unknown_criterion_too():
    heavy = {"speed": 3, "jobs": 1}
    row = score([evidence("alpha", speed=80, extra=80)], GAPPY, heavy, as_of=DAY, when_missing=WhenMissing.IGNORE).ranking[0].row
    assert row.score == pytest.approx(0.8)
    assert row.weights == {"speed": 1, "jobs": 0}
    assert (row.low, row.high, row.known) == pytest.approx((0.6, 0.85, 0.75))


def test_leaving_out_keeps_everyone_with_a_gap_out_of_the_ranking():
    whole, gappy = evidence("whole", speed=10, extra=10, jobs=10), evidence("gappy", speed=90, jobs=90)
    card = score([gappy, whole], GAPPY, EVEN, as_of=DAY, when_missing=WhenMissing.LEAVE_OUT)
    assert ranking_of(card) == [(1, "whole")]
    assert [(out.framework, out.reason, out.missing) for out in card.not_ranked] == [
        ("gappy", Reason.NOT_ENOUGH_EVIDENCE, ("speed.extra",))
    ]


def test_leaving_out_does_not_mind_gaps_in_what_weighs_nothing():
    card = score([evidence("alpha", speed=90, extra=90)], GAPPY, {"speed": 1}, as_of=DAY, when_missing=WhenMissing.LEAVE_OUT)
    assert ranking_of(card) == [(1, "alpha")]


def test_a_criterion_without_a_living_metric_is_unknown_for_everyone():
    criteria = by_name(criterion("speed"), criterion("gone", metric("gone", until=FOUR_YEARS_BEFORE)))
    card = score([evidence("alpha", speed=80, gone=90)], criteria, {"speed": 3, "gone": 1}, as_of=DAY)
    row = card.ranking[0].row
    assert row.findings["gone"].outcome is Outcome.UNKNOWN
    assert (row.known, row.score) == pytest.approx((0.75, 0.75 * 0.8 + 0.25 * 0.5))


def known_share(share):
    """A framework of which exactly this share of the weight is known, out of ten equal criteria."""
    criteria = by_name(*(criterion(f"c{place}") for place in range(10)))
    table = {f"c{place}": 50 for place in range(round(share * 10))}
    return score([evidence("alpha", **table)], criteria, dict.fromkeys(criteria, 1), as_of=DAY)


def test_six_tenths_known_is_enough():
    assert ranking_of(known_share(0.6)) == [(1, "alpha")]


def test_less_than_six_tenths_known_is_not_enough_and_names_what_is_missing():
    card = known_share(0.5)
    assert not card.ranking
    assert card.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    [out] = card.not_ranked
    assert (out.framework, out.reason) == ("alpha", Reason.NOT_ENOUGH_EVIDENCE)
    assert out.missing == ("c5.c5", "c6.c6", "c7.c7", "c8.c8", "c9.c9")
    assert out.row.score == pytest.approx(0.5)


# --- Opinions


def test_without_opinions_their_figures_and_their_metrics_are_out():
    criteria = by_name(criterion("speed", metric("speed"), metric("view", opinion=True)), criterion("jobs"))
    known = [evidence("alpha", speed=80, view=0, jobs=60), evidence("beta", speed=80, view=0, jobs=figure(100, basis="opinion"))]
    card = score(known, criteria, {"speed": 3, "jobs": 1}, as_of=DAY, opinions=False)
    rows = rows_of(card)
    assert rows["alpha"].score == pytest.approx(0.75)
    assert rows["beta"].findings["jobs"].outcome is Outcome.UNKNOWN
    assert rows["beta"].score == pytest.approx(0.75 * 0.8 + 0.25 * 0.5)


def test_without_opinions_an_opinion_can_t_pass_a_gate():
    known = evidence("alpha", speed=50, asgi=figure(1, basis="opinion"))
    gates = [Gate("asgi", at_least=1)]
    assert ranking_of(score([known], SPEED, {"speed": 1}, as_of=DAY, gates=gates)) == [(1, "alpha")]
    assert not score([known], SPEED, {"speed": 1}, as_of=DAY, gates=gates, opinions=False).ranking


# --- Gates, releases, reasons


def test_a_gate_excludes_with_what_was_found_and_never_lowers_a_score():
    known = [evidence("alpha", speed=50, asgi=1), evidence("beta", speed=90, asgi=0), evidence("gamma", speed=70)]
    gate = Gate("asgi", at_least=1)
    card = score(known, SPEED, {"speed": 1}, as_of=DAY, gates=[gate])
    assert ranking_of(card) == [(1, "alpha")]
    assert card.ranking[0].row.score == score(known[:1], SPEED, {"speed": 1}, as_of=DAY).ranking[0].row.score
    assert [(out.framework, out.reason, out.gate, out.found) for out in card.not_ranked] == [
        ("beta", Reason.GATE, gate, figure(0)),
        ("gamma", Reason.GATE, gate, None),
    ]


def test_the_first_gate_that_fails_is_named():
    first, second = Gate("asgi", at_least=1), Gate("size", at_most=10)
    known = evidence("alpha", speed=50, asgi=1, size=20)
    [out] = score([known], SPEED, {"speed": 1}, as_of=DAY, gates=[first, second]).not_ranked
    assert (out.gate, out.found) == (second, figure(20))


def test_what_is_not_released_yet_is_not_ranked():
    known = [evidence("alpha", speed=50, released=DAY), evidence("beta", speed=90, released=TOMORROW), evidence("gamma", speed=40)]
    card = score(known, SPEED, {"speed": 1}, as_of=DAY)
    assert ranking_of(card) == [(1, "alpha"), (2, "gamma")]
    assert [(out.framework, out.reason, out.released) for out in card.not_ranked] == [("beta", Reason.NOT_RELEASED, TOMORROW)]


def test_of_several_reasons_the_first_in_order_is_given():
    gate = Gate("asgi", at_least=1)
    everything = evidence("a", released=TOMORROW)
    unborn = evidence("b", asgi=1, released=TOMORROW)
    unknown = evidence("c", asgi=1)
    card = score([unknown, unborn, everything], SPEED, {"speed": 1}, as_of=DAY, gates=[gate])
    assert {out.framework: out.reason for out in card.not_ranked} == {
        "a": Reason.GATE,
        "b": Reason.NOT_RELEASED,
        "c": Reason.NOT_ENOUGH_EVIDENCE,
    }


def test_no_candidates_give_an_answer_too():
    card = score([], SPEED, {"speed": 1}, as_of=DAY)
    assert (card.verdict, card.leader, card.margin, card.ranking, card.not_ranked) == (Verdict.NO_CANDIDATES, None, None, (), ())


def test_a_single_candidate_leads_without_a_margin():
    card = score([evidence("alpha", speed=50)], SPEED, {"speed": 1}, as_of=DAY)
    assert (card.verdict, card.leader.framework, card.margin) == (Verdict.CLEAR, "alpha", None)


@pytest.mark.parametrize(("lead", "outcome"), [(1, Verdict.CLOSE), (2, Verdict.CLEAR), (3, Verdict.CLEAR)])
def test_a_lead_of_two_points_of_100_is_clear(lead, outcome):
    card = score([evidence("alpha", speed=56 + lead), evidence("beta", speed=56)], SPEED, {"speed": 1}, as_of=DAY)
    assert card.verdict is outcome
    assert card.leader.framework == "alpha"


def test_the_band_can_be_given():
    card = score([evidence("alpha", speed=60), evidence("beta", speed=50)], SPEED, {"speed": 1}, as_of=DAY, band=0.11)
    assert (card.verdict, card.band) == (Verdict.CLOSE, 0.11)


# --- Failing criteria


def breaks(evidence):
    raise KeyError("speed")


@every_way
def test_a_failing_criterion_changes_no_other_finding(when_missing):
    sound = by_name(criterion("speed"), criterion("jobs"))
    broken = {**sound, "broken": criterion("broken", judge=breaks, provider="guess")}
    known = [evidence("alpha", speed=80, jobs=60), evidence("beta", speed=20, jobs=90)]
    without = rows_of(score(known, sound, EVEN, as_of=DAY, when_missing=when_missing))
    card = score(known, broken, EVEN, as_of=DAY, when_missing=when_missing)
    for name, row in rows_of(card).items():
        assert row.findings["broken"].outcome is Outcome.FAILED
        assert row.findings["broken"].because.startswith("plugin guess failed: KeyError: 'speed' (test_score.py, line ")
        assert {of: row.findings[of].value for of in sound} == {of: without[name].findings[of].value for of in sound}
        assert row.score == without[name].score


def test_a_failing_criterion_that_counts_is_missing_not_bad():
    criteria = by_name(criterion("speed"), criterion("broken", judge=breaks, provider="guess"))
    row = score([evidence("alpha", speed=80)], criteria, {"speed": 3, "broken": 1}, as_of=DAY).ranking[0].row
    assert (row.score, row.known) == pytest.approx((0.75 * 0.8 + 0.25 * 0.5, 0.75))
    [out] = score([evidence("alpha", speed=80)], criteria, {"speed": 1, "broken": 1}, as_of=DAY).not_ranked
    assert (out.reason, out.missing) == (Reason.NOT_ENOUGH_EVIDENCE, ("broken",))


def test_a_judge_that_fails_for_one_framework_judges_the_others():
    def judge(evidence):
        return Finding.scored(evidence.figures["speed"].value / 100, "as fast as it is")

    criteria = by_name(criterion("speed", metric("other")), criterion("own", judge=judge))
    known = [evidence("alpha", other=50, speed=70), evidence("beta", other=50)]
    rows = rows_of(score(known, criteria, {"speed": 3, "own": 1}, as_of=DAY))
    assert rows["alpha"].findings["own"].value == 0.7
    assert rows["beta"].findings["own"].outcome is Outcome.FAILED


def test_an_interrupt_is_not_a_plugin_s_failure():
    def interrupted(evidence):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score([evidence("alpha")], by_name(criterion("own", judge=interrupted)), {"own": 1}, as_of=DAY)
