"""What the shipped plugins say of the data: in the month of the article of 2018, and today."""

from datetime import date

import pytest

from frameworth.rank import dominates
from frameworth.score import ENOUGH_KNOWN, score
from frameworth.scorecard import Reason
from frameworth.weighting import profile_weights

THEN = date(2018, 5, 31)
TODAY = date(2026, 11, 30)
CRITERIA = ("cloud_native", "ease_of_use", "jobs", "performance")


@pytest.fixture(scope="module")
def ask(catalogue, known):
    """`ask("learning", ["flask", "django"], as_of=day)`: the scorecard of a profile."""

    def ask(profile, frameworks, *, as_of, opinions=True):
        return score(
            [known(framework, as_of=as_of, opinions=opinions) for framework in frameworks],
            catalogue.criteria,
            profile_weights(catalogue.profiles[profile], catalogue.criteria),
            as_of=as_of,
            opinions=opinions,
        )

    return ask


@pytest.fixture(scope="module")
def then(ask):
    """Findings of May 2018 by framework, opinions counted."""
    card = ask("balanced", ["flask", "django"], as_of=THEN)
    return {ranked.row.framework: ranked.row.findings for ranked in card.ranking}


@pytest.mark.parametrize("framework", ["flask", "django"])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_in_2018_each_criterion_rests_on_two_figures_or_more(then, criterion, framework):
    finding = then[framework][criterion]
    assert sum(reading.figure is not None for reading in finding.readings) >= 2
    assert finding.known >= ENOUGH_KNOWN


@pytest.mark.parametrize(
    ("criterion", "leader", "other"),
    [
        ("ease_of_use", "flask", "django"),
        ("performance", "flask", "django"),
        ("cloud_native", "flask", "django"),
        ("jobs", "django", "flask"),
    ],
)
def test_in_2018_the_criteria_lead_where_the_article_says(then, criterion, leader, other):
    assert then[leader][criterion].value > then[other][criterion].value


@pytest.mark.parametrize("opinions", [True, False])
@pytest.mark.parametrize(("profile", "leader"), [("microservice", "flask"), ("learning", "flask"), ("career", "django")])
def test_in_2018_the_kind_of_project_decides_with_and_without_opinions(ask, profile, leader, opinions):
    assert ask(profile, ["flask", "django"], as_of=THEN, opinions=opinions).leader.framework == leader


def test_in_2018_there_is_no_single_winner(then):
    assert {name: then["flask"][name].value > then["django"][name].value for name in CRITERIA} == {
        "cloud_native": True,
        "ease_of_use": True,
        "jobs": False,
        "performance": True,
    }


def test_what_did_not_exist_in_2018_is_not_released(ask, seed):
    card = ask("balanced", [one.id for one in seed.frameworks], as_of=THEN)
    unborn = {one.id for one in seed.frameworks if one.first_release > THEN}
    assert {out.framework for out in card.not_ranked if out.reason is Reason.NOT_RELEASED} == unborn
    assert unborn >= {"fastapi", "litestar"}


def test_today_every_framework_is_ranked_or_listed_with_what_is_missing(ask, seed):
    card = ask("balanced", [one.id for one in seed.frameworks], as_of=TODAY)
    listed = [ranked.row.framework for ranked in card.ranking] + [out.framework for out in card.not_ranked]
    assert sorted(listed) == sorted(one.id for one in seed.frameworks)
    assert card.ranking
    for out in card.not_ranked:
        assert out.reason is Reason.NOT_ENOUGH_EVIDENCE
        assert out.missing


@pytest.mark.parametrize("profile", ["balanced", "career", "learning", "microservice"])
@pytest.mark.parametrize("day", [THEN, date(2020, 6, 30), date(2023, 1, 30), TODAY])
def test_on_any_day_bounds_hold_and_nobody_outranks_who_dominates_them(ask, seed, profile, day):
    card = ask(profile, [one.id for one in seed.frameworks], as_of=day)
    rows = [ranked.row for ranked in card.ranking]
    assert all(0 <= row.low <= row.score <= row.high <= 1 for row in rows)
    assert not any(dominates(behind, row) for place, row in enumerate(rows) for behind in rows[place + 1 :])


def test_every_finding_of_today_can_be_said_in_words(ask, seed):
    card = ask("balanced", [one.id for one in seed.frameworks], as_of=TODAY)
    for row in (ranked.row for ranked in card.ranking):
        for name, finding in row.findings.items():
            figures = [reading for reading in finding.readings if reading.figure]
            assert finding.because == "unknown" if not figures else "worth" in finding.because, f"{row.framework}: {name}"
