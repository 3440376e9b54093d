"""An outlook holds what is needed to weigh an answer again, and no more than a page can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.use_cases import outlook
from chalicelib.use_cases.outlook import look
from chalicelib.use_cases.question import NamedProfile, Question, find_profile
from chalicelib.use_cases.score import ask
from frameworth.criteria import Criterion
from frameworth.findings import Finding
from frameworth.profiles import Gate

if TYPE_CHECKING:
    import pytest

    from chalicelib.use_cases.service import Service
    from frameworth.evidence import Evidence

PAIR = ("django", "flask")


def test_each_profile_says_what_it_says_when_it_is_asked(service: Service) -> None:
    gate = Gate("github_stars", at_least=10_000)
    found = look(Question(frameworks=PAIR, as_of=date(2020, 5, 1), gates=(gate,)), service)
    assert found.cards.keys() == service.catalogue.profiles.keys()
    for name, card in found.cards.items():
        asked = ask(Question(frameworks=PAIR, as_of=date(2020, 5, 1), gates=(gate,), profile=name), service).scorecard
        assert [(one.rank, one.row.framework, one.row.score) for one in card.ranking] == [
            (one.rank, one.row.framework, one.row.score) for one in asked.ranking
        ]


def test_whom_a_requirement_keeps_out_is_judged_all_the_same(service: Service) -> None:
    found = look(Question(frameworks=PAIR, gates=(Gate("github_stars", at_least=80_000),)), service)
    assert [one.framework for one in found.answer.scorecard.not_ranked] == ["flask"]
    assert [*found.judged] == ["django", "flask"]


def test_years_end_before_the_day_that_is_asked_about_and_hold_whoever_was_released(service: Service) -> None:
    found = look(Question(frameworks=("fastapi", "flask"), as_of=date(2020, 5, 1)), service)
    assert [*found.years] == [date(year, 12, 31) for year in range(2015, 2020)]
    assert [*found.years[date(2017, 12, 31)]] == ["flask"]
    assert [*found.years[date(2019, 12, 31)]] == ["fastapi", "flask"]
    for day, judged in found.years.items():
        then = ask(Question(frameworks=("fastapi", "flask"), as_of=day), service)
        assert [one.row.framework for one in found.ranking_on(day)] == [one.row.framework for one in then.scorecard.ranking]
        assert judged["flask"].evidence.as_of == day


def test_of_more_than_a_page_can_hold_the_best_are_shown(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "MOST_SHOWN", 3)
    found = look(Question(), service)
    assert {*found.judged} == {one.row.framework for one in found.answer.scorecard.ranking[:3]}
    assert found.others == 13


def test_requirements_of_a_changed_profile_are_not_those_of_the_question(service: Service) -> None:
    balanced = find_profile("balanced", service)
    assert balanced
    its_own, asked = Gate("supports_asgi", at_least=0), Gate("github_stars", at_least=1)
    changed = NamedProfile("balanced", replace(balanced.profile, gates=(its_own,)))
    found = look(Question(frameworks=PAIR, weights={"jobs": 1}, gates=(its_own, asked)), service, changed)
    assert found.asked_gates == (asked,)
    assert found.is_changed


def test_a_judge_that_breaks_for_a_year_is_not_asked_about_the_years_before(service: Service) -> None:
    asked: list[int] = []

    def judge(evidence: Evidence) -> Finding:
        asked.append(evidence.as_of.year)
        if evidence.as_of.year < 2020:
            raise RuntimeError("knows nothing of it")
        return Finding.scored(0.5, "as good as any")

    criteria = {**service.catalogue.criteria, "odd": Criterion("odd", question="Is it odd?", judge=judge)}
    odd = replace(service, catalogue=replace(service.catalogue, criteria=criteria))
    found = look(Question(frameworks=("flask",), weights={"odd": 1, "jobs": 1}, as_of=date(2022, 6, 1)), odd)
    assert min(asked) == 2019
    # For the answer, and once for all profiles.
    assert asked.count(2022) == 2
    assert asked.count(2019) == 1
    assert found.years[date(2016, 12, 31)]["flask"].findings.keys() == criteria.keys()
    assert found.years[date(2016, 12, 31)]["flask"].findings["odd"].known == 0
    assert found.years[date(2021, 12, 31)]["flask"].findings["odd"].known == 1
