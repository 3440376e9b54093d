"""The count of decisions: rules worked out by hand on small decisions, and the page that is committed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from frameworth.profiles import Profile, Weight
from frameworth.register import Framework
from tests.frameworth.builders import by_name, criterion, metric, observation
from tools import validate
from tools.chances import at_least, chance, favourite, interval, newest, sign_test
from tools.decisions import Decision, Model
from tools.markdown import wrapped
from tools.misses import Kind, cause, readable
from tools.tally import Check, bookkeeping, check

DAY = date(2020, 6, 1)
EARLIER = date(2020, 1, 1)
RELEASED = {"flask": date(2010, 4, 16), "django": date(2005, 7, 13), "fastapi": date(2018, 12, 15), "robyn": date(2021, 6, 18)}
# Django is fast, Flask easy; of FastAPI nothing is known but that it is easiest.
FIGURES = {("django", "speed"): 90, ("django", "ease"): 20, ("flask", "speed"): 40, ("flask", "ease"): 80, ("fastapi", "ease"): 100}


def decision(chosen="django", *others, **more) -> Decision:
    plain = Decision(
        "one",
        "One",
        "https://example.org",
        DAY,
        options=(chosen, *(others or ("flask",))),
        chosen=chosen,
        profile="quick",
        profile_second="easy",
        profile_sure=True,
        importance={},
        external=False,
        kept=False,
        confidence="high",
        group="one",
    )
    return replace(plain, **more)


@pytest.fixture
def model() -> Model:
    criteria = by_name(criterion("speed", metric("speed")), criterion("ease", metric("ease"), metric("later", since=date(2026, 1, 1))))
    weights = {"quick": {"speed": 3, "ease": 1}, "easy": {"speed": 1, "ease": 3}}
    profiles = {
        name: Profile(name, summary=name, weights={one: Weight(value, "a reason") for one, value in given.items()})
        for name, given in weights.items()
    }
    observations = {
        name: tuple(observation(name, of, value=value, on=EARLIER) for (whose, of), value in FIGURES.items() if whose == name)
        for name in RELEASED
    }
    frameworks = tuple(
        Framework(name, name=name, package=name, repository="", homepage="", licence="MIT", first_release=day, summary=name)
        for name, day in RELEASED.items()
    )
    catalogue = SimpleNamespace(criteria=criteria, profiles=profiles)
    return Model(catalogue, SimpleNamespace(frameworks=frameworks, observations=observations))


def test_the_weights_of_the_profile_decide(model):
    assert model.outcome(decision("django")).hit
    assert not model.outcome(decision("django", profile="easy")).hit


def test_points_behind_are_those_to_the_first(model):
    outcome = model.outcome(decision("flask", "django"))
    assert outcome.place == 2
    assert outcome.behind == pytest.approx(0.75 * (90 - 40) + 0.25 * (20 - 80))


def test_figures_of_a_later_day_do_not_count(model):
    before = model.outcome(decision(decided_on=date(2019, 12, 31)))
    assert all(place.row.known == 0 for place in before.order)


def test_what_was_not_released_is_not_ranked(model):
    outcome = model.outcome(decision("django", "robyn"))
    assert [place.row.framework for place in outcome.order] == ["django"]
    assert outcome.unreleased == ("robyn",)


def test_a_choice_that_was_not_released_is_a_miss_without_points(model):
    outcome = model.outcome(decision("robyn", "django"))
    assert (outcome.hit, outcome.place, outcome.behind) == (False, 2, None)
    assert cause(outcome, model).kind is Kind.NOT_OUT


def test_too_little_known_stands_behind_the_ranked_whatever_its_points(model):
    outcome = model.outcome(decision("fastapi", "django", "flask"))
    assert [(place.row.framework, place.ranked) for place in outcome.order] == [("django", True), ("flask", True), ("fastapi", False)]
    assert outcome.affected


def test_a_tie_for_the_first_place_is_a_miss_whatever_the_order_of_the_options(model):
    unknown = replace(decision(), decided_on=date(2019, 12, 31))
    for chosen in ("django", "flask"):
        outcome = model.outcome(replace(unknown, chosen=chosen))
        assert (outcome.hit, outcome.behind) == (False, 0)
        assert cause(outcome, model).kind is Kind.NOTHING_KNOWN


def test_the_reasons_given_can_stand_for_weights(model):
    flask = decision("flask", "django", importance={"ease": 3})
    assert [one.hit for one in bookkeeping(Check(model, (model.outcome(flask),)))] == [True]


def test_the_cause_names_the_criterion_that_cost_most(model):
    found = cause(model.outcome(decision("flask", "django", importance={"ease": 3})), model)
    assert found.words == "`speed` cost most, 37.5 points. Reasons given: `ease`, 25 % of the weight here."
    assert found.kind is Kind.OTHER_PROFILE


def test_the_cause_says_what_had_no_source_on_the_day(model):
    django = decision("django", "flask", profile="easy", profile_second="quick")
    assert readable(model, django, "ease") == 0.5
    found = cause(model.outcome(django), model)
    assert found.words == "`ease` cost most, 45.0 points; on that day it was read without later."
    assert found.kind is Kind.NOT_ASKED


def test_external_decisions_and_those_without_a_choice_are_not_counted(model):
    some = [decision(), decision(external=True), decision(options=("django",))]
    found = Check(model, tuple(map(model.outcome, some)))
    assert len(found.counted) == 1


def test_each_project_counts_once(model):
    some = [decision(group="a"), decision("flask", "django", group="a"), decision(group="b")]
    assert Check(model, tuple(map(model.outcome, some))).by_project() == (1.5, 2)


def test_chance_is_one_over_the_options():
    assert [chance(decision()), chance(decision("a", "b", "c"))] == [1 / 2, 1 / 3]


def test_the_favourite_is_fastapi_else_django_else_flask_else_a_guess():
    assert favourite(decision("fastapi", "django")) == 1
    assert favourite(decision("flask", "django")) == 0
    assert favourite(decision("flask", "sanic")) == 1
    assert favourite(decision("quart", "sanic")) == 1 / 2


def test_the_newest_is_the_latest_first_release_that_was_out():
    assert newest(decision("fastapi", "django"), RELEASED) == 1
    assert newest(decision("django", "flask"), RELEASED) == 0
    assert newest(decision("fastapi", "robyn"), RELEASED) == 1


def test_a_choice_outside_the_options_is_refused():
    with pytest.raises(ValueError, match="not among its options"):
        decision(chosen="sanic", options=("flask", "django"))


def test_the_interval_is_the_exact_one():
    """Clopper & Pearson; 1 − 0.025^(1/10) for none of ten in closed form."""
    assert interval(0, 10) == pytest.approx((0, 1 - 0.025**0.1))
    assert interval(10, 10) == pytest.approx((0.025**0.1, 1))
    low, high = interval(17, 35)
    assert at_least(17, [low] * 35) == pytest.approx(0.025)
    assert 1 - at_least(18, [high] * 35) == pytest.approx(0.025)
    with pytest.raises(ValueError, match="no share"):
        interval(3, 2)


def test_unequal_chances_add_up():
    assert at_least(1, [1 / 2, 1 / 3]) == pytest.approx(2 / 3)
    assert at_least(2, [1 / 2, 1 / 3]) == pytest.approx(1 / 6)
    assert at_least(0, [0.3]) == 1


def test_the_sign_test_is_two_sided():
    assert sign_test(0, 5) == sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(3, 3) == sign_test(0, 0) == 1


def test_wrapping_leaves_tables_and_keeps_items_apart():
    assert wrapped("# Head\n\na\nb\n\n- c\n  d\n- e\n\n| f |\n| - |") == "# Head\n\na b\n\n- c d\n- e\n\n| f |\n| - |\n"


@pytest.fixture(scope="module")
def found() -> Check:
    return check()


def test_the_committed_page_is_what_is_counted_now(found):
    assert validate.PAGE.read_text(encoding="utf-8") == validate.page(found), "run `make validate`"


def test_every_record_is_of_the_catalogue(found):
    model = found.model
    for one in (outcome.decision for outcome in found.outcomes):
        assert {*one.options} <= {*model.released}, one.id
        assert {one.profile, one.profile_second} <= {*model.catalogue.profiles}, one.id
        assert {*one.importance} <= {*model.catalogue.criteria}, one.id


def test_the_main_figure_is_over_what_the_records_say(found):
    assert len(found.outcomes) == 42
    assert len(found.counted) == 35
    assert found.tally("", found.counted).chance == pytest.approx(16 + 1 / 6)
