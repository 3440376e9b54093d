"""Opinions, disagreement and needs: what makes a verdict less firm than its margin."""

from __future__ import annotations

import pytest

from frameworth import Criterion, Indicator, levels, linear, ratio
from frameworth.disagreement import disagreements
from frameworth.needs import needs
from frameworth.opinions import unsupported
from frameworth.score import score
from frameworth.shown import shown_score
from tests.frameworth.builders import DAY, by_name, criterion, evidence, figure, metric

SAID = metric("said", value=levels({1: 0, 5: 1}), opinion=True)
SPEED = criterion("speed", metric("measured"), SAID)


def rows(criteria, weights, *candidates, **more):
    card = score(candidates, criteria, weights, as_of=DAY, **more)
    return {ranked.row.framework: ranked.row for ranked in card.ranking}


def test_the_share_of_opinions_is_the_points_they_make():
    found = rows(by_name(SPEED), {"speed": 1}, evidence("alpha", measured=50, said=figure(5, basis="opinion")))
    assert found["alpha"].score == pytest.approx(0.75)
    assert found["alpha"].opinion_share == pytest.approx(0.5 / 0.75)
    assert rows(by_name(SPEED), {"speed": 1}, evidence("alpha", measured=50, said=5))["alpha"].opinion_share == 0
    assert rows(by_name(SPEED), {"speed": 1}, evidence("alpha", measured=0, said=1))["alpha"].opinion_share == 0


@pytest.mark.parametrize(("alpha", "beta", "found"), [(50, 90, -0.4), (50, 50, 0), (60, 50, 0.1)])
def test_a_lead_that_the_figures_do_not_bear_out_is_told(alpha, beta, found):
    candidates = (
        evidence("alpha", measured=alpha, said=figure(5, basis="opinion")),
        evidence("beta", measured=beta, said=figure(1, basis="opinion")),
    )
    judged = rows(by_name(SPEED), {"speed": 1}, *candidates)
    for one, other in (("alpha", "beta"), ("beta", "alpha")):
        [told] = unsupported(judged[one], judged[other])
        assert (told.criterion, told.favourite, told.other, told.claimed) == ("speed", "alpha", "beta", 1)
        assert told.found == pytest.approx(found)


def test_a_lead_that_the_figures_bear_out_needs_no_word():
    candidates = (
        evidence("alpha", measured=90, said=figure(5, basis="opinion")),
        evidence("beta", measured=10, said=figure(1, basis="opinion")),
    )
    assert unsupported(*rows(by_name(SPEED), {"speed": 1}, *candidates).values()) == ()


def test_opinions_without_figures_to_hold_them_against_are_not_denied():
    candidates = (evidence("alpha", said=figure(5, basis="opinion")), evidence("beta", said=figure(1, basis="opinion")))
    judged = rows(by_name(criterion("speed", SAID)), {"speed": 1}, *candidates)
    assert unsupported(judged["alpha"], judged["beta"]) == ()


def test_a_judge_that_fails_for_one_of_two_is_no_reason_to_fail_here():
    def judge(known):
        if known.framework == "beta":
            raise ValueError
        from frameworth import Finding

        return Finding.scored(0.5, "because")

    criteria = by_name(SPEED, Criterion("shade", question="?", judge=judge))
    candidates = (evidence("alpha", measured=90, said=5), evidence("beta", measured=10, said=1))
    judged = rows(criteria, {"speed": 2, "shade": 1}, *candidates)
    assert unsupported(judged["alpha"], judged["beta"]) == ()


def reads(*metrics):
    return by_name(Criterion("speed", question="?", indicators=[Indicator("json", metrics)]))


def test_a_source_with_another_leader_is_reported():
    criteria = reads(metric("one"), metric("two"))
    [found] = disagreements([evidence("alpha", one=60, two=50), evidence("beta", one=50, two=60)], criteria, DAY)
    assert (found.metric, found.leader, found.other, found.leader_by_other, found.apart) == ("one", "alpha", "two", "beta", ())


def test_figures_more_than_twenty_points_apart_are_reported():
    [found] = disagreements([evidence("alpha", one=90, two=60), evidence("beta", one=50, two=50)], reads(metric("one"), metric("two")), DAY)
    assert found.apart == ("alpha",)


def test_sources_that_agree_or_are_dead_or_know_one_framework_alone_are_not_reported():
    agree = [evidence("alpha", one=60, two=65), evidence("beta", one=50, two=45)]
    assert disagreements(agree, reads(metric("one"), metric("two")), DAY) == ()
    other = [evidence("alpha", one=60, two=50), evidence("beta", one=50, two=60)]
    assert disagreements(other, reads(metric("one"), metric("two", until=DAY.replace(year=2020))), DAY) == ()
    assert disagreements(other[:1], reads(metric("one"), metric("two")), DAY) == ()


def test_a_figure_that_is_needed_draws_level_once_it_is_there():
    size = metric("bytes", value=ratio(100, 100))
    criteria = by_name(criterion("speed", metric("measured")), criterion("size", size))
    weights = {"speed": 3, "size": 1}
    alpha, beta = evidence("alpha", measured=80, bytes=1_000), evidence("beta", measured=70, bytes=1_000)
    judged = rows(criteria, weights, alpha, beta)
    found = needs(judged["alpha"], judged["beta"])
    assert [need.metric.name for need in found] == ["measured", "bytes"]
    for need in found:
        better = evidence("beta", **{**{name: one.value for name, one in beta.figures.items()}, need.metric.name: need.needed})
        level = rows(criteria, weights, alpha, better)
        assert shown_score(level["alpha"].score) == shown_score(level["beta"].score)


def test_what_one_figure_can_not_mend_is_not_among_the_needs():
    criteria = by_name(criterion("speed", metric("measured")), criterion("size", metric("bytes", value=linear(0, 1))))
    judged = rows(criteria, {"speed": 9, "size": 1}, evidence("alpha", measured=90, bytes=0), evidence("beta", measured=10, bytes=0))
    assert [need.metric.name for need in needs(judged["alpha"], judged["beta"])] == ["measured"]
