"""A crowd of hostile plugins at once, files and distributions, beside the shipped ones: all are named, and no shipped score is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from textwrap import dedent

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from frameworth import __version__
from frameworth.catalogue import Stage
from frameworth.discovery import discover
from frameworth.distributions import installed
from tests.conftest import PROJECT, TODAY
from tests.gateway import Gateway
from tests.sites import install

HEADER = "framework,metric,value,unit,observed_on,basis,source_title,source_url,note\n"


def source(body):
    return "from frameworth import *\n" + dedent(body)


def criterion(name, more, metric="", value="yes_no()"):
    """The source of a plugin with one criterion, by a judge's body or a metric."""
    how = f'indicators=[Indicator("it", [Metric("{metric}", unit="boolean", value={value})])]' if metric else "judge=judge"
    judge = "" if metric else f"def judge(evidence):\n    {more}\n"
    hook = f'@hookimpl\ndef frameworth_criteria():\n    yield Criterion("{name}", question="Is it?", {how})\n'
    return f"from frameworth import *\n{judge}\n{hook}{more if metric else ''}"


# Each plugin with the stage at which it fails and what its fault must say.
FILES = {
    "syntax": ("def broken(:", Stage.LOAD, "SyntaxError"),
    "imports": ("import no_such_module", Stage.LOAD, "no_such_module"),
    "exits": ("import sys; sys.exit('bye')", Stage.LOAD, "SystemExit: bye"),
    "throws": ("class Mine(BaseException): pass\nraise Mine('all mine')", Stage.LOAD, "Mine: all mine"),
    "misspelt": (source("@hookimpl\ndef frameworth_criterions(): return []"), Stage.ADMIT, "frameworth_criterions"),
    "curious": (source("@hookimpl\ndef frameworth_criteria(catalogue): return []"), Stage.ADMIT, "catalogue"),
    "wrapper": (source("@hookimpl(wrapper=True)\ndef frameworth_scored(scorecard): return (yield)"), Stage.ADMIT, "wraps a hook"),
    "futuristic": (source("HOOK_API = 99\n@hookimpl\ndef frameworth_criteria(): return []"), Stage.ADMIT, "HOOK_API 99"),
    "half_way": (criterion("half", "    raise RuntimeError('half-way')", metric="half"), Stage.OFFER, "half-way"),
    "endless": (
        source("import itertools\n@hookimpl\ndef frameworth_profiles(): return itertools.repeat(None)"),
        Stage.OFFER,
        "is there an end to it?",
    ),
    "texts": (source("@hookimpl\ndef frameworth_methods(): yield 'additive'"), Stage.VALUE, "which is no Method"),
    "redefines": (criterion("stars", "", metric="github_stars"), Stage.VALUE, "defines metric 'github_stars' otherwise"),
    "usurper": (criterion("jobs", "return Finding.scored(1.0, 'mine')"), Stage.CONFLICT, "'jobs' is also offered by jobs"),
    "twin_a": (criterion("twin", "return Finding.inconclusive()"), Stage.CONFLICT, "'twin' is also offered by twin_b"),
    "twin_b": (criterion("twin", "return Finding.inconclusive()"), Stage.CONFLICT, "'twin' is also offered by twin_a"),
    "meddler": (
        criterion("meddling", "return Finding.inconclusive()")
        + dedent("""
            import datetime

            @hookimpl
            def frameworth_observations():
                yield Observation(
                    "flask", "github_stars", value=10**9, unit="stars", observed_on=datetime.date(2026, 11, 1), basis="measured",
                    source=Source("wishful thinking", "https://example.org/"),
                )
        """),
        Stage.FIGURES,
        "reads metric 'github_stars' too",
    ),
    "sloppy": (criterion("sloppy", "", metric="sloppiness"), Stage.FIGURES, "sloppy.csv, line 2"),
    "raiser": (criterion("raising", "raise ValueError('out of ink')"), Stage.JUDGE, "out of ink"),
    "quitter": (criterion("quitting", "raise SystemExit(1)"), Stage.JUDGE, "SystemExit: 1"),
    "dreamer": (criterion("dreaming", "return Finding.scored(float('nan'), 'x')"), Stage.JUDGE, "nan"),
    "vandal": (criterion("breaking", "object.__setattr__(evidence, 'figures', {})"), Stage.JUDGE, "changed the evidence"),
    "generous": (
        source("@hookimpl\ndef frameworth_methods(): yield Method('generous', aggregate=lambda v, w: [2.0] * len(v), summary='All.')"),
        Stage.AGGREGATE,
        "gave 2.0, which is no number in 0..1",
    ),
    "shouter": (source("@hookimpl\ndef frameworth_scored(scorecard): raise SystemExit('heard enough')"), Stage.OBSERVE, "heard enough"),
}
FIGURES = {"sloppy": HEADER + "flask,sloppiness,very,boolean,2026-11-01,measured,A page,https://example.org/,\n"}
# Plugins of distributions.
DISTRIBUTIONS = {
    "leaver": ("raise SystemExit('gone')", Stage.LOAD, "SystemExit: gone"),
    "performance": (criterion("speed", "return Finding.scored(1.0, 'mine')"), Stage.CONFLICT, "has the same name as"),
    "celebrity": (
        criterion("popularity", "return Finding.scored(1.0, 'mine')"),
        Stage.CONFLICT,
        "'popularity' is also offered by popularity",
    ),
    "copycat": (
        source("@hookimpl\ndef frameworth_methods(): yield Method('additive', aggregate=lambda v, w: [1.0] * len(v), summary='Mine.')"),
        Stage.CONFLICT,
        "'additive' is also offered by methods",
    ),
}
GARBLED = ("frameworth_garbled", Stage.LOAD, "can't be read")

ALL = {
    **{name: (stage, says) for name, (_, stage, says) in {**FILES, **DISTRIBUTIONS}.items()},
    GARBLED[0]: GARBLED[1:],
}
QUESTIONS = [
    f"/v1/scores?profile={profile}&as_of={day}&opinions={opinions}&limit=100&include=metrics"
    for profile in ("balanced", "microservice", "enterprise", "career")
    for day in ("2018-05-31", "2026-11-22")
    for opinions in ("true", "false")
] + ["/v1/scores?frameworks=flask,django&weights=jobs:2,performance:1&include=metrics,explanation&as_of=2026-11-22"]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """The folder of the hostile files, and the folder in which the hostile distributions are installed."""
    folder, site = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("site")
    for name, (text, _, _) in FILES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for name, text in FIGURES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, (text, _, _) in DISTRIBUTIONS.items():
        install(site, f"frameworth-{name}", {name: text})
    install(site, "frameworth-garbled", {"garbled": ""}, metadata=b"\x89PNG\xff\xfe")
    return folder, site


@pytest.fixture(scope="module")
def hostile(service, shipped_folder, crowd):
    """A gateway to the service with all of them, which has answered one question, and one by the method that breaks."""
    folder, site = crowd
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(site)
        patch.setattr(sys, "dont_write_bytecode", True)
        catalogue = discover(
            [shipped_folder, folder], shipped=bootstrap.SHIPPED_PLUGINS, version=__version__, installed=installed([str(site)])
        )
    beset = replace(bootstrap.over(embedded_table(), catalogue), today=lambda: TODAY)
    gateway = Gateway(application(lambda: beset))
    assert gateway.get("/v1/scores").status == 200
    assert gateway.get("/v1/scores?method=generous").json()["errors"][0]["code"] == "method_failed"
    return gateway


def of_shipped(answer, shipped):
    """All of an answer that shipped plugins have a part in, as text."""
    ranking, apart = (
        [{**row, "criteria": [one for one in row.get("criteria", ()) if one["criterion"] in shipped]} for row in answer[rows]]
        for rows in ("ranking", "not_ranked")
    )
    weights = {name: weight for name, weight in answer["weights"].items() if name in shipped}
    # The verdict and what would change it rest on weights, and no hostile plugin has any.
    kept = {name: answer[name] for name in ("verdict", "total", "as_of", "profile") if name in answer}
    return json.dumps({"ranking": ranking, "not_ranked": apart, "weights": weights, **kept})


def test_there_are_more_than_twenty_and_some_for_every_stage_of_a_request():
    assert len(ALL) >= 20
    assert {stage for stage, _ in ALL.values()} == set(Stage) - {Stage.COLLECT}  # no request collects


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_shipped_score_is_to_the_byte_what_it_is_without_them(hostile, gateway, service, question):
    answer = hostile.get(question)
    assert answer.status == 200
    shipped = service.catalogue.criteria
    assert of_shipped(answer.json(), shipped) == of_shipped(gateway.get(question).json(), shipped)


@pytest.mark.parametrize("name", ALL)
def test_each_is_listed_with_its_stage_and_its_cause(hostile, name):
    stage, says = ALL[name]
    [plugin] = [one for one in hostile.get("/v1/plugins").json()["plugins"] if one["plugin"] == name and one["origin"] != "shipped"]
    assert [fault["stage"] for fault in plugin["faults"]] == [stage.value]
    assert says in plugin["faults"][0]["error"]


def test_health_is_degraded_and_names_everyone(hostile):
    answer = hostile.get("/health")
    assert (answer.status, answer.json()["status"]) == (200, "degraded")
    named = {fault["plugin"]: (Stage(fault["stage"]), fault["error"]) for fault in answer.json()["plugin_faults"]}
    assert named.keys() == ALL.keys()
    assert all(named[name][0] is stage and says in named[name][1] for name, (stage, says) in ALL.items())


@pytest.mark.parametrize("address", ["/v1/criteria", "/v1/profiles", "/v1/methods", "/v1/metrics"])
def test_what_shipped_plugins_offer_is_listed_as_it_is_without_them(hostile, gateway, address):
    listed = json.dumps(hostile.get(address).json())
    [offers] = gateway.get(address).json().values()
    assert all(json.dumps(offer) in listed for offer in offers)


def test_the_page_answers(hostile):
    assert hostile.get("/").status == 200


def test_a_fresh_process_starts_with_them(crowd):
    folder, site = crowd
    code = dedent("""
        import json, os
        from chalicelib.bootstrap import create_app
        from tests.gateway import Gateway
        gateway = Gateway(create_app(os.environ))
        score = gateway.get("/v1/scores?frameworks=flask,django&as_of=2018-05-31")
        print(json.dumps([score.status, gateway.get("/health").json()]))
    """)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FRAMEWORTH_")},
        "FRAMEWORTH_STORE": "embedded",
        "FRAMEWORTH_PLUGINS_DIR": str(folder),
        "PYTHONPATH": str(site),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, health = json.loads(done.stdout)
    assert (status, health["status"]) == (200, "degraded")
    # The method that breaks was not asked for.
    assert {fault["plugin"] for fault in health["plugin_faults"]} >= ALL.keys() - {"generous"}
    for name, (stage, says) in ALL.items():
        if stage is not Stage.AGGREGATE:
            assert f"plugin {name} failed at stage {stage.value}: " in done.stderr
            assert says in done.stderr
