"""A dropped-in file becomes a criterion; a bad one is named and changes nobody else's score."""

from __future__ import annotations

import json
import logging
import re
import sys

import pytest

from chalicelib import bootstrap
from frameworth.distributions import installed
from tests import tutorial
from tests.gateway import Gateway
from tests.sites import install

# The tutorial's own first criterion: what the documentation shows is what is tried here.
LICENCE, LICENCE_FIGURES = tutorial.PLUGINS["licence"], tutorial.FILES["plugins/licence.csv"]

JUDGE = """
from frameworth import Criterion, hookimpl

def judge(evidence):
    {}

@hookimpl
def frameworth_criteria():
    yield Criterion("shade", question="Does it stand in the shade?", judge=judge)
"""
HOOK = "from frameworth import hookimpl\n@hookimpl\n"
HOSTILE = {
    "raises on import": ("raise RuntimeError('no such luck')", "load", "no such luck"),
    "exits on import": ("import sys; sys.exit(3)", "load", "SystemExit"),
    "is no Python": ("def", "load", "SyntaxError"),
    "misspells a hook": (
        "from frameworth import hookimpl\n@hookimpl\ndef frameworth_criterion(): return ()",
        "admit",
        "frameworth_criterion",
    ),
    "breaks while it offers": (
        "from frameworth import hookimpl\n@hookimpl\ndef frameworth_criteria():\n    yield 1 / 0",
        "offer",
        "ZeroDivisionError",
    ),
    "offers text": ("from frameworth import hookimpl\n@hookimpl\ndef frameworth_criteria():\n    yield 'licence'", "value", "'licence'"),
}
HOSTILE_JUDGES = {
    "raises": ("raise ValueError('out of ink')", "out of ink"),
    "exits": ("raise SystemExit(1)", "SystemExit"),
    "returns NaN": ("from frameworth import Finding; return Finding.scored(float('nan'), 'x')", "nan"),
    "returns a NaN past the constructor": (
        "from dataclasses import replace; from frameworth import Finding; return replace(Finding.scored(0.5, 'x'), value=float('nan'))",
        "nan",
    ),
    "returns 2": ("from frameworth import Finding; return Finding.scored(2.0, 'x')", "2.0"),
    "returns nothing": ("return None", "None"),
    "writes into the evidence": ("evidence.figures['github_stars'] = None", "mappingproxy"),
}


def scores_of_shipped(answer, shipped):
    """The rows of an answer, only the shipped criteria in them, as they are on the wire."""
    return [{**row, "criteria": [one for one in row["criteria"] if one["criterion"] in shipped]} for row in answer["ranking"]]


def test_the_first_plugin_of_the_tutorial_is_listed_scored_and_counted_when_asked(gateway_with_plugins):
    gateway = gateway_with_plugins("licence", LICENCE, "licence.csv", LICENCE_FIGURES)
    listed = gateway.get("/v1/criteria/licence").json()
    assert (listed["plugin"], listed["title"]) == ("licence", "Licence")
    plugin = next(one for one in gateway.get("/v1/plugins").json()["plugins"] if one["plugin"] == "licence")
    assert (plugin["origin"], plugin["criteria"], plugin["figures"], plugin["faults"]) == ("file", ["licence"], 4, [])
    row = gateway.get("/v1/scores?frameworks=flask,django&profile=microservice").json()["ranking"][0]
    licence = next(one for one in row["criteria"] if one["criterion"] == "licence")
    assert (licence["weight"], licence["points"], licence["known"]) == (0, 0, 1)
    counted = gateway.get("/v1/scores?frameworks=flask,tornado&weights=licence:1").json()
    assert {one["framework"]: one["score"] for one in counted["ranking"]} == {"flask": 100.0, "tornado": 60.0}


def test_a_plugin_without_weight_moves_nobody(gateway, gateway_with_plugins, service):
    address = "/v1/scores?profile=microservice&include=metrics&limit=100"
    more = gateway_with_plugins("licence", LICENCE, "licence.csv", LICENCE_FIGURES)
    assert scores_of_shipped(more.get(address).json(), service.catalogue.criteria) == gateway.get(address).json()["ranking"]


def test_figures_of_a_plugin_are_in_the_history_but_not_in_the_table(gateway, gateway_with_plugins):
    more = gateway_with_plugins("licence", LICENCE, "licence.csv", LICENCE_FIGURES)
    rows = more.get("/v1/frameworks/tornado/observations?metric=licence_permissiveness").json()["observations"]
    assert [row["value"] for row in rows] == [2]
    assert gateway.get("/v1/frameworks/tornado/observations?metric=licence_permissiveness").status == 422


def test_a_wrong_row_beside_a_plugin_is_named_and_the_others_count(gateway_with_plugins):
    wrong = LICENCE_FIGURES.replace(",2,level,", ",two,level,", 1)
    gateway = gateway_with_plugins("licence", LICENCE, "licence.csv", wrong)
    plugin = next(one for one in gateway.get("/v1/plugins").json()["plugins"] if one["plugin"] == "licence")
    assert plugin["figures"] == 3
    assert plugin["faults"][0]["stage"] == "figures"
    assert re.search(r"licence\.csv, line \d: value 'two'", plugin["faults"][0]["error"])


GREEDY = """
from datetime import date
from frameworth import Basis, Criterion, Indicator, Metric, Observation, Source, hookimpl, piecewise

SHARE = Metric("hn_hiring_share_of_python_posts_pct", unit="percent",
               value=piecewise((0, 0), (1, 0.25), (5, 0.55), (15, 0.85), (33, 1)), prior=0.05, half_life=3, since=date(2015, 12, 31))

@hookimpl
def frameworth_criteria():
    yield Criterion("shade", question="?", indicators=[Indicator("share", [SHARE])])

@hookimpl
def frameworth_observations():
    yield Observation("flask", SHARE.name, value=33, unit="percent", observed_on=date(2026, 11, 20), basis=Basis.MEASURED,
                      source=Source("wishful thinking", "https://example.org/"))
"""


def test_a_plugin_brings_no_figures_for_metrics_that_others_read(gateway, gateway_with_plugins, service):
    address = "/v1/scores?profile=career&include=metrics&limit=100"
    greedy = gateway_with_plugins("shade", GREEDY)
    assert scores_of_shipped(greedy.get(address).json(), service.catalogue.criteria) == gateway.get(address).json()["ranking"]
    fault = greedy.get("/health").json()["plugin_faults"][0]
    assert (fault["plugin"], fault["stage"]) == ("shade", "figures")
    assert "plugin 'jobs' reads metric" in fault["error"]


@pytest.mark.parametrize(("source", "stage", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_plugin_that_fails_at_start_changes_no_byte_and_is_named(gateway, gateway_with_plugins, source, stage, error):
    hostile = gateway_with_plugins("shade", source)
    address = "/v1/scores?profile=microservice&include=metrics&limit=100"
    assert hostile.get(address).body == gateway.get(address).body
    health = hostile.get("/health")
    assert (health.status, health.json()["status"]) == (200, "degraded")
    fault = health.json()["plugin_faults"][0]
    assert (fault["plugin"], fault["stage"]) == ("shade", stage)
    assert error in fault["error"]


@pytest.mark.parametrize(("body", "error"), HOSTILE_JUDGES.values(), ids=HOSTILE_JUDGES)
def test_a_judge_that_fails_counts_as_missing_and_leaves_the_others_alone(gateway, gateway_with_plugins, service, body, error):
    hostile = gateway_with_plugins("shade", JUDGE.format(body))
    address = "/v1/scores?profile=microservice&include=metrics&limit=100"
    answer = hostile.get(address).json()
    assert scores_of_shipped(answer, service.catalogue.criteria) == gateway.get(address).json()["ranking"]
    shade = next(one for one in answer["ranking"][0]["criteria"] if one["criterion"] == "shade")
    assert (shade["score"], shade["known"]) == (None, 0)
    assert "shade" in answer["warnings"][0]
    assert error in answer["warnings"][0]
    health = hostile.get("/health").json()
    assert (health["status"], health["plugin_faults"][0]["plugin"], health["plugin_faults"][0]["stage"]) == ("degraded", "shade", "judge")


def test_a_judge_that_fails_lowers_what_is_known_where_it_counts(gateway_with_plugins):
    hostile = gateway_with_plugins("shade", JUDGE.format("raise ValueError"))
    answer = hostile.get("/v1/scores?frameworks=flask&weights=shade:1,jobs:1").json()
    assert answer["not_ranked"][0]["known"] == 0.5
    assert answer["not_ranked"][0]["missing"] == ["shade"]


def test_figures_that_can_not_count_are_named(gateway_with_plugins):
    strange = LICENCE_FIGURES.replace("flask,", "flsk,", 1).replace("2026-11-22", "2027-01-01", 1)
    gateway = gateway_with_plugins("licence", LICENCE, "licence.csv", strange, "ages.csv", LICENCE_FIGURES)
    errors = {fault["plugin"]: [] for fault in gateway.get("/health").json()["plugin_faults"]}
    for fault in gateway.get("/health").json()["plugin_faults"]:
        errors[fault["plugin"]].append(fault["error"])
    assert any("'flsk'" in error and "did you mean flask?" in error for error in errors["licence"])
    assert any("after today" in error for error in errors["licence"])
    assert "beside no ages.py" in errors["ages"][0]
    listed = {one["plugin"]: one for one in gateway.get("/v1/plugins").json()["plugins"]}
    assert len(listed["licence"]["faults"]) == 2


MOODY = """
from datetime import date
from frameworth import Basis, Criterion, Finding, Observation, Source, hookimpl

def judge(evidence):
    mood = evidence.figures.get("mood")
    return Finding.scored(mood.value / 10, "asked around") if mood else Finding.inconclusive()

@hookimpl
def frameworth_criteria():
    yield Criterion("mood", question="How is everybody?", judge=judge)

@hookimpl
def frameworth_observations():
    yield Observation("flask", "mood", value=8, unit="of 10", observed_on=date(2026, 11, 20), basis=Basis.OPINION,
                      source=Source("asked around", "https://example.org/"))
"""


def test_a_judge_may_bring_the_figures_it_reads(gateway_with_plugins):
    gateway = gateway_with_plugins("mood", MOODY)
    assert gateway.get("/health").json()["plugin_faults"] == []
    assert gateway.get("/v1/scores?frameworks=flask&weights=mood:1").json()["ranking"][0]["score"] == 80.0


@pytest.fixture
def logged(capsys):
    """Tells what the service has logged, which it does to the standard error once it is made; afterwards it logs as before."""
    log = logging.getLogger("chalicelib")
    before = (log.handlers[:], log.level, log.propagate)
    yield lambda: [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    log.handlers[:], log.propagate = before[0], before[2]
    log.setLevel(before[1])


def test_a_broken_plugin_is_told_at_the_start(tmp_path, logged):
    (tmp_path / "shade.py").write_text("raise RuntimeError('no such luck')", encoding="utf-8")
    bootstrap.create_app({"FRAMEWORTH_PLUGINS_DIR": str(tmp_path)})
    (told,) = logged()
    assert "shade" in told
    assert "no such luck" in told


OBSERVER = """
from frameworth import hookimpl

heard = []

@hookimpl
def frameworth_scored(scorecard):
    heard.append((scorecard.leader.framework if scorecard.leader else None, scorecard.method.name))
    {}
"""


def test_an_observer_hears_of_every_scorecard_once(gateway_with_plugins):
    gateway = gateway_with_plugins("diary", OBSERVER.format(""))
    heard = sys.modules["frameworth_plugins.diary"].heard
    for address in (
        "/v1/scores?frameworks=flask,django&profile=microservice&as_of=2018-05-31",
        "/v1/scores?frameworks=flask&weights=jobs:1",
    ):
        assert gateway.get(address).status == 200
    # Neither questions that are refused nor lists are scorecards.
    gateway.get("/v1/scores?profile=none")
    gateway.get("/v1/frameworks")
    assert heard == [("flask", "additive")] * 2
    [plugin] = [one for one in gateway.get("/v1/plugins").json()["plugins"] if one["plugin"] == "diary"]
    assert (plugin["observes"], plugin["faults"]) == (True, [])


@pytest.mark.parametrize("act", ["raise ValueError('pen broke')", "raise SystemExit('pen broke')", "scorecard.weights['pen broke'] = 1"])
def test_an_observer_that_fails_changes_no_byte_is_logged_once_and_named(gateway, gateway_with_plugins, caplog, act):
    hostile = gateway_with_plugins("diary", OBSERVER.format(act))
    address = "/v1/scores?profile=microservice&include=metrics&limit=100"
    assert [hostile.get(address).body for _ in range(3)] == [gateway.get(address).body] * 3
    assert caplog.text.count("plugin diary failed at stage observe") == 1
    health = hostile.get("/health").json()
    [fault] = health["plugin_faults"]
    assert (health["status"], fault["plugin"], fault["stage"]) == ("degraded", "diary", "observe")
    assert "diary.py, line 9" in fault["error"]


TAKEN = """
from frameworth import *

@hookimpl
def frameworth_criteria():
    yield Criterion("jobs", question="Mine?", judge=lambda evidence: Finding.scored(1.0, "mine"))

@hookimpl
def frameworth_profiles():
    yield Profile("balanced", summary="Mine.", weights={"jobs": Weight(1, "mine")})

@hookimpl
def frameworth_methods():
    yield Method("additive", aggregate=lambda values, weights: [1.0] * len(values), summary="Mine.")
"""


def test_a_distribution_can_not_take_shipped_names(gateway, gateway_with_plugins, tmp_path, monkeypatch):
    site = install(tmp_path / "site", "frameworth-mine", {"mine": TAKEN})
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    greedy = gateway_with_plugins(installed=installed([str(site)]))
    [plugin] = [one for one in greedy.get("/v1/plugins").json()["plugins"] if one["plugin"] == "mine"]
    assert (plugin["origin"], plugin["distribution"], plugin["criteria"], plugin["profiles"], plugin["methods"]) == (
        ("distribution", "frameworth-mine", [], [], [])
    )
    assert [(fault["stage"], fault["error"]) for fault in plugin["faults"]] == [
        ("conflict", "criteria 'jobs' is also offered by jobs; dropped"),
        ("conflict", "profiles 'balanced' is also offered by profiles; dropped"),
        ("conflict", "methods 'additive' is also offered by methods; dropped"),
    ]
    for address in ("/v1/criteria/jobs", "/v1/profiles/balanced", "/v1/methods/additive", "/v1/scores?limit=100&include=metrics"):
        assert greedy.get(address).body == gateway.get(address).body
    assert greedy.get("/health").json()["status"] == "degraded"


SLOW = """
import time

from frameworth import Criterion, Finding, hookimpl

def judge(evidence, deadline):
    while not deadline.is_over:
        time.sleep(0.05)
    return Finding.scored(1.0, "worth the wait")

@hookimpl
def frameworth_criteria():
    yield Criterion("shade", question="Does it stand in the shade?", judge=judge)
"""


def test_a_judge_that_overruns_is_named_and_counts_as_missing_for_all(gateway, gateway_with_plugins, service):
    slow = gateway_with_plugins("shade", SLOW)
    address = "/v1/scores?frameworks=flask,django,tornado&profile=microservice&as_of=2026-11-22"
    answer = slow.get(address).json()
    assert scores_of_shipped(answer, service.catalogue.criteria) == gateway.get(address).json()["ranking"]
    assert "took over 1 s for the frameworks of one question" in answer["warnings"][0]
    assert "django, flask, tornado" in answer["warnings"][0]
    fault = slow.get("/health").json()["plugin_faults"][0]
    assert (fault["plugin"], fault["stage"]) == ("shade", "judge")


@pytest.mark.parametrize("switch", ["1", "0"])
def test_each_call_of_a_hook_is_logged_if_that_is_asked_for(tmp_path, logged, switch):
    (tmp_path / "diary.py").write_text(OBSERVER.format("raise ValueError('pen broke')"), encoding="utf-8")
    given = {"FRAMEWORTH_STORE": "embedded", "FRAMEWORTH_PLUGINS_DIR": str(tmp_path), "FRAMEWORTH_TRACE_HOOKS": switch}
    gateway = Gateway(bootstrap.create_app(given))
    assert gateway.get("/v1/scores?frameworks=flask,django").status == 200
    told = [line.partition("hook ")[2] for line in logged() if "hook frameworth_" in line]
    if switch == "0":
        assert told == []
        return
    assert "frameworth_criteria of plugin jobs: 1 offered" in told
    assert "frameworth_profiles of plugin profiles: 7 offered" in told
    assert any(line.startswith("frameworth_scored of plugin diary: ValueError: pen broke") for line in told)


def test_a_switched_off_name_that_no_plugin_has_is_told_with_the_nearest(logged):
    bootstrap.create_app({"FRAMEWORTH_DISABLED_PLUGINS": "jbos,jobs"})
    assert logged() == ["FRAMEWORTH_DISABLED_PLUGINS names 'jbos', but no plugin is called so; did you mean jobs?"]
