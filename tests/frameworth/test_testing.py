"""The test kit: everything that `check_plugin` promises to find is found, in plugins written for it; what is sound passes."""

from __future__ import annotations

import doctest
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from frameworth import ADDITIVE, Evidence, Framework, testing
from frameworth.catalogue import Origin, Stage
from frameworth.errors import FrameworthError, InvalidValue
from frameworth.evidence import Basis
from frameworth.hooks import hookimpl
from frameworth.testing import DAY, PluginCheckFailed, check_plugin, evidence, figure, framework, score_with
from tests import tutorial
from tests.frameworth.builders import by_name, criterion, metric

PROJECT = Path(__file__).parents[2]
HEADER = "framework,metric,value,unit,observed_on,basis,source_title,source_url,note"
ROW = "alpha,fact,1,boolean,2026-06-15,measured,A benchmark,https://example.org,"
IMPORTS = "from frameworth import *\n"

CRITERION = """
    @hookimpl
    def frameworth_criteria():
        yield Criterion("own", question="Is it?", indicators=[Indicator("fact", [Metric("fact", unit="boolean", value=yes_no())])])
"""
JUDGE = """
    @hookimpl
    def frameworth_criteria():
        yield Criterion("own", question="Is it?", judge=judge)
"""
METHOD = """
    @hookimpl
    def frameworth_methods():
        yield Method("own", aggregate=aggregate, summary="Of these tests.")
"""
VALUE = """
    from frameworth.values import ValueFunction

    class Own(ValueFunction):
        def _unclamped(self, figure): return FORTH
        def inverse(self, value): return 10 * value
        @property
        def anchors(self): return {"form": "own"}
        def __eq__(self, other): return isinstance(other, Own)
        __hash__ = None

    @hookimpl
    def frameworth_criteria():
        yield Criterion("own", question="Is it?", indicators=[Indicator("fact", [Metric("fact", unit="boolean", value=Own())])])
"""
PROFILE = """
    @hookimpl
    def frameworth_profiles():
        yield Profile("lawyer", summary="A kind of project.", weights={"own": Weight(1, "because")})
"""
FIGURES = """
    import datetime

    @hookimpl
    def frameworth_observations():
        yield Observation(
            "alpha", METRIC, value=1, unit="boolean", observed_on=datetime.date(2026, 6, 15), basis="measured",
            source=Source("A page", "https://example.org/page"),
        )
"""
COLLECTOR = """
    @hookimpl
    def frameworth_collectors():
        yield Collector("shop", metrics=["fact"], collect=lambda framework, client, budget: [])
"""
LOTS = "import itertools\nlots = itertools.count()\n"
OBSERVER = """
    @hookimpl
    def frameworth_scored(scorecard):
        pass
"""


def source(*parts):
    return IMPORTS + "".join(dedent(part) for part in parts)


@pytest.fixture
def write(tmp_path):
    """Writes a plugin `own.py`, and its CSV if there are rows; returns its path."""

    def write(text, *rows, name="own"):
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        if rows:
            path.with_suffix(".csv").write_text("\n".join(rows), encoding="utf-8")
        return path

    return write


def faults_of(plugin, **how):
    with pytest.raises(PluginCheckFailed) as caught:
        check_plugin(plugin, **how)
    return caught.value.faults


# --- What is sound


def test_a_sound_plugin_passes_and_its_offers_are_returned(write):
    path = write(source(CRITERION, PROFILE, COLLECTOR, OBSERVER), HEADER, ROW)
    catalogue = check_plugin(path)
    [plugin] = catalogue.plugins
    assert (plugin.name, plugin.origin, plugin.criteria, plugin.profiles) == ("own", Origin.FILE, ("own",), ("lawyer",))
    assert (plugin.collectors, plugin.observes, plugin.figures) == (("shop",), True, 1)
    assert list(catalogue.metrics) == ["fact"]


def test_a_sound_judge_passes_and_so_does_a_sound_method(write):
    judge = """
        def judge(evidence, deadline):
            known = evidence.figures.get("fact")
            return Finding.scored(known.value, "so it is") if known else Finding.inconclusive()
    """
    aggregate = "def aggregate(values, weights):\n    return [min(row) for row in values]\n"
    catalogue = check_plugin(write(source(judge, aggregate, JUDGE, METHOD, FIGURES.replace("METRIC", "'fact'"))))
    assert (list(catalogue.criteria), list(catalogue.methods)) == (["own"], ["own"])


def test_a_path_may_be_text_and_relative(write, monkeypatch):
    monkeypatch.chdir(write(source(CRITERION)).parent)
    assert list(check_plugin("own.py").criteria) == ["own"]


def test_a_file_is_checked_alone_whatever_stands_beside_it(write):
    path = write(source(CRITERION))
    write("raise RuntimeError", name="hostile")
    write(source(CRITERION), name="twin")
    path.with_name("lone.csv").write_text("nonsense", encoding="utf-8")
    assert [plugin.name for plugin in check_plugin(path).plugins] == ["own"]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An importable package `frameworth_own` with its figures."""
    folder = tmp_path / "frameworth_own"
    folder.mkdir()
    (folder / "parts.py").write_text(source("fact = Metric('fact', unit='boolean', value=yes_no())"), encoding="utf-8")
    text = source(CRITERION).replace('Metric("fact", unit="boolean", value=yes_no())', "fact")
    (folder / "__init__.py").write_text("from .parts import fact\n" + text, encoding="utf-8")
    (folder / "own.csv").write_text(f"{HEADER}\n{ROW}", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("frameworth_own")
    for name in ("frameworth_own", "frameworth_own.parts"):
        sys.modules.pop(name, None)


def test_a_module_is_checked_under_its_own_name_less_the_prefix(package):
    [plugin] = check_plugin(package).plugins
    assert (plugin.name, plugin.figures) == ("own", 1)


def test_a_module_may_be_given_another_name(package):
    [plugin] = check_plugin(package, name="another").plugins
    assert (plugin.name, plugin.figures) == ("another", 0)


def test_a_module_that_was_never_a_file_can_be_checked():
    module = ModuleType("frameworth_sums")
    module.__file__ = None
    module.frameworth_methods = hookimpl(lambda: [ADDITIVE])
    assert list(check_plugin(module).methods) == ["additive"]


def test_checking_leaves_the_module_as_it_was(package):
    before = dict(vars(package))
    check_plugin(package)
    assert vars(package) == before
    assert sys.modules["frameworth_own"] is package


# --- What is not: one fault each

UNSOUND = {
    "import error": ("import no_such_module", Stage.LOAD, "no_such_module"),
    "syntax error": ("def broken(:", Stage.LOAD, "SyntaxError"),
    "exit at import": ("import sys; sys.exit('bye')", Stage.LOAD, "SystemExit: bye"),
    "version": (source("__version__ = 3", CRITERION), Stage.LOAD, "3 is no version"),
    "no hook": ("", Stage.ADMIT, "implements no hook"),
    "misspelt hook": (source("@hookimpl\ndef frameworth_criterions():\n    return []"), Stage.ADMIT, "frameworth_criterions"),
    "other API": (source("HOOK_API = 99", CRITERION), Stage.ADMIT, "HOOK_API 99"),
    "wrapper": (source("@hookimpl(wrapper=True)\ndef frameworth_criteria():\n    return (yield)"), Stage.ADMIT, "wrap"),
    "raises": (source(CRITERION + "        raise KeyError('half-way')\n"), Stage.OFFER, "KeyError: 'half-way'"),
    "bad name": (source(CRITERION.replace('"own"', '"Own"')), Stage.OFFER, "'Own' is no name"),
    "bad anchors": (source(CRITERION.replace("yes_no()", "log(5, 1)")), Stage.OFFER, "log: anchors 5 and 1"),
    "wrong type": (source("@hookimpl\ndef frameworth_criteria():\n    yield 'own'"), Stage.VALUE, "which is no Criterion"),
    "bad profile": (source(PROFILE.replace("Weight(1,", "Weight(-1,")), Stage.OFFER, "-1 is not a number of 0 or more"),
    "name offered twice": (
        source(CRITERION + CRITERION.split("():")[1].replace('"fact"', '"other"')),
        Stage.CONFLICT,
        "criteria 'own' is also offered by own",
    ),
    "metric defined twice": (
        source(CRITERION + CRITERION.split("():")[1].replace('"own"', '"other"').replace("boolean", "percent")),
        Stage.VALUE,
        "defines metric 'fact' otherwise",
    ),
    "figure of no metric": (source(CRITERION, FIGURES.replace("METRIC", "'other'")), Stage.FIGURES, "no criterion reads metric 'other'"),
    "value function that falls": (source(VALUE.replace("FORTH", "1 - figure / 10")), Stage.VALUE, ""),
    "value function that leads astray": (source(VALUE.replace("FORTH", "figure / 5")), Stage.VALUE, ""),
    "anchors too near": (source(CRITERION.replace("yes_no()", "linear(1e9, 1e9 + 1e-6)")), Stage.VALUE, "does not lead back"),
    "judge that raises": (source("def judge(evidence):\n    return 1 / 0\n", JUDGE), Stage.JUDGE, "plugin own failed: ZeroDivisionError"),
    "judge that needs a figure": (
        source("def judge(evidence):\n    return Finding.scored(evidence.figures['fact'].value, 'so')\n", JUDGE),
        Stage.JUDGE,
        "asked about nobody (no figures): plugin own failed: KeyError",
    ),
    "judge that says nothing": (source("def judge(evidence):\n    return None\n", JUDGE), Stage.JUDGE, "None instead of a Finding"),
    "judge that gives up": (source("def judge(evidence):\n    return Finding.failed('no idea')\n", JUDGE), Stage.JUDGE, "no idea"),
    "judge that writes": (
        source("def judge(evidence):\n    object.__setattr__(evidence, 'framework', 'x')\n    return Finding.inconclusive()\n", JUDGE),
        Stage.JUDGE,
        "changed the evidence",
    ),
    "judge that draws lots": (
        source(
            "import itertools\nlots = itertools.count()\n",
            JUDGE,
            "def judge(evidence):\n    return Finding.inconclusive(str(next(lots)))\n",
        ),
        Stage.JUDGE,
        "in the same evidence",
    ),
    "method that raises": (source("def aggregate(values, weights):\n    return 1 / 0\n", METHOD), Stage.AGGREGATE, "ZeroDivisionError"),
    "method that forgets a row": (
        source("def aggregate(values, weights):\n    return [0.5 for row in set(values)]\n", METHOD),
        Stage.AGGREGATE,
        "gave 4 scores for 5 frameworks",
    ),
    "method beyond 1": (
        source("def aggregate(values, weights):\n    return map(sum, values)\n", METHOD),
        Stage.AGGREGATE,
        "no number in 0..1",
    ),
    "method that hides that it depends on candidates": (
        source("def aggregate(values, weights):\n    return [row[0] / (max(map(max, values)) or 1) for row in values]\n", METHOD),
        Stage.AGGREGATE,
        "say depends_on_candidates=True",
    ),
    "hook that draws lots": (
        source(LOTS, CRITERION.replace('"Is it?"', "str(next(lots))")),
        Stage.OFFER,
        "asked again it offers something else: criteria 'own' differ",
    ),
    "hook that is used up": (
        source(
            "profiles = iter([Profile('lawyer', summary='A kind.', weights={'own': Weight(1, 'because')})])\n",
            "@hookimpl\ndef frameworth_profiles():\n    return profiles\n",
        ),
        Stage.OFFER,
        "profiles are first lawyer, then none",
    ),
    "import that draws lots": (
        source("import random\nlot = str(random.random())\n", CRITERION.replace('"Is it?"', "lot")),
        Stage.OFFER,
        "imported again it offers something else: criteria 'own' differ",
    ),
    "import that works once": (
        source("import sys\nassert not hasattr(sys, 'own_was_here')\nsys.own_was_here = True\n", CRITERION),
        Stage.LOAD,
        "can't be imported a second time: AssertionError",
    ),
    "observer that comes once": (
        source(CRITERION, OBSERVER, "import sys\nif hasattr(sys, 'own_was_here'):\n    del frameworth_scored\nsys.own_was_here = True\n"),
        Stage.OFFER,
        "imported again it offers something else: observers are first 1, then 0",
    ),
    "hook that fails the second time": (
        source("seen = []\n", CRITERION.replace("yield", "seen.append(1)\n        assert len(seen) < 2, 'once'\n        yield")),
        Stage.OFFER,
        "asked again: frameworth_criteria: AssertionError: once",
    ),
}


@pytest.fixture
def forget():
    yield
    vars(sys).pop("own_was_here", None)


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize(("text", "stage", "says"), UNSOUND.values(), ids=UNSOUND)
def test_what_is_not_sound_is_told_with_its_stage(write, text, stage, says):
    faults = faults_of(write(text))
    assert any(fault.stage is stage and says in fault.error for fault in faults), faults
    assert {fault.plugin for fault in faults} == {"own"}
    if stage in (Stage.LOAD, Stage.ADMIT):  # nothing more can be said of it
        assert len(faults) == 1


def test_a_judge_that_fails_on_the_plugin_s_own_figures_is_told(write):
    judge = """
        def judge(evidence):
            return Finding.scored(1 / (1 - evidence.figures["fact"].value), "so") if evidence.figures else Finding.inconclusive()
    """
    [fault] = faults_of(write(source(judge, JUDGE, FIGURES.replace("METRIC", "'fact'"))))
    assert (fault.stage, "asked about alpha: plugin own failed: ZeroDivisionError" in fault.error) == (Stage.JUDGE, True)


def test_every_bad_row_is_told_with_its_line_unless_figures_are_left_aside(write):
    path = write(source(CRITERION), HEADER, ROW.replace(",1,", ",NaN,"), ROW, ROW.replace("boolean", "percent"), "short")
    faults = faults_of(path)
    assert [(fault.stage, fault.error.split(":")[0]) for fault in faults] == [
        (Stage.FIGURES, f"own.csv, line {line}") for line in (2, 4, 5)
    ]
    assert check_plugin(path, figures=False).plugins[0].figures == 1


def test_figures_left_aside_leave_no_other_fault_aside(write):
    path = write(source("def judge(evidence):\n    return 1 / 0\n", JUDGE), HEADER, "short")
    assert [fault.stage for fault in faults_of(path, figures=False)] == [Stage.JUDGE]


def test_a_module_s_faults_are_told_as_a_file_s_are(package):
    Path(package.__file__).with_name("own.csv").write_text("nonsense", encoding="utf-8")
    [fault] = faults_of(package)
    assert (fault.plugin, fault.stage, "own.csv, line 1" in fault.error) == ("own", Stage.FIGURES, True)


def test_a_module_is_imported_again_as_another_process_would(package):
    path = Path(package.__file__)
    path.write_text(path.read_text(encoding="utf-8").replace('"Is it?"', "'Has it changed since?'"), encoding="utf-8")
    [fault] = [fault for fault in faults_of(package) if "imported again" in fault.error]
    assert (fault.stage, "criteria 'own' differ" in fault.error) == (Stage.OFFER, True)


def test_a_module_whose_name_is_no_name_is_told():
    [fault] = faults_of(ModuleType("frameworth_Own"))
    assert (fault.stage, "'Own' is no name for a plugin" in fault.error) == (Stage.LOAD, True)


@pytest.mark.parametrize("name", ["nowhere.py", "folder.py", "own.csv", "_own.py", "__init__.py"])
def test_what_is_no_file_of_a_plugin_is_told(tmp_path, name):
    if name == "folder.py":
        (tmp_path / name).mkdir()
    elif name != "nowhere.py":
        (tmp_path / name).write_text("", encoding="utf-8")
    [fault] = faults_of(tmp_path / name)
    assert fault.stage is Stage.LOAD
    assert name in fault.error


def test_a_file_can_t_be_given_another_name(write):
    with pytest.raises(InvalidValue, match="not that of the file"):
        check_plugin(write(source(CRITERION)), name="another")
    assert check_plugin(write(source(CRITERION)), name="own")


def test_all_faults_are_told_at_once_a_line_each(write):
    path = write(
        source(
            "def judge(evidence):\n    raise ValueError('two\\nlines')\n",
            "def aggregate(values, weights):\n    return 1 / 0\n",
            JUDGE,
            METHOD,
            PROFILE.replace("Weight(1,", "Weight(-1,"),
        ),
        HEADER,
        "short",
    )
    with pytest.raises(AssertionError) as caught:
        check_plugin(path)
    error = caught.value
    assert isinstance(error, FrameworthError)
    assert [fault.stage for fault in error.faults] == [Stage.OFFER, Stage.FIGURES, Stage.JUDGE, Stage.AGGREGATE]
    first, *lines = str(error).splitlines()
    assert first == "plugin 'own' has 4 faults"
    assert [line.split(":")[0] for line in lines] == ["  offer", "  figures", "  judge", "  aggregate"]
    assert "two lines" in str(error)
    assert error.plugin == "own"


def test_an_interrupt_passes(write):
    with pytest.raises(KeyboardInterrupt):
        check_plugin(write("raise KeyboardInterrupt"))


# --- Builders


def test_a_bare_number_is_a_figure_measured_on_the_day_of_the_evidence():
    then = date(2018, 5, 31)
    known = evidence("alpha", as_of=then, speed=3, jobs=figure(4, on=DAY, basis="opinion"), released=then)
    assert known == Evidence("alpha", as_of=then, released=then, figures=known.figures)
    assert known.figures["speed"] == figure(3, on=then)
    assert known.figures["jobs"].basis is Basis.OPINION
    assert evidence().as_of == figure(1).observed_on == DAY


def test_a_figure_of_no_known_basis_is_refused():
    with pytest.raises(ValueError, match="hearsay"):
        figure(1, basis="hearsay")


def test_a_framework_has_sensible_fields_and_takes_others():
    assert isinstance(framework(), Framework)
    known = framework("my-web", package="web", status="archived", first_release=None)
    assert (known.id, known.name, known.package, known.status, known.first_release) == ("my-web", "My web", "web", "archived", None)
    with pytest.raises(InvalidValue):
        framework("No Id")


def test_scoring_weighs_all_criteria_the_same_unless_told_otherwise():
    criteria = by_name(criterion("speed"), criterion("jobs"))
    known = [evidence("fast", speed=100, jobs=0), evidence("slow", speed=0, jobs=50)]
    card = score_with(criteria, known)
    assert dict(card.weights) == {"speed": 0.5, "jobs": 0.5}
    assert (card.leader.framework, card.as_of) == ("fast", DAY)
    assert score_with(criteria.values(), known, {"jobs": 1}).leader.framework == "slow"
    assert score_with(criteria, known, band=0.9).band == 0.9


def test_scoring_by_a_catalogue_knows_its_methods_by_name(write):
    aggregate = "def aggregate(values, weights):\n    return [1 - row[0] for row in values]\n"
    catalogue = check_plugin(write(source(aggregate, METHOD, CRITERION)))
    known = [evidence("has", fact=1), evidence("has-not", fact=0)]
    assert score_with(catalogue, known).leader.framework == "has"
    assert score_with(catalogue, known, method="additive").leader.framework == "has"
    assert score_with(catalogue, known, method="own").leader.framework == "has-not"
    assert score_with(catalogue.criteria, known, method=catalogue.methods["own"]).leader.framework == "has-not"
    with pytest.raises(InvalidValue, match="none is called 'owm'; use additive, own"):
        score_with(catalogue, known, method="owm")


def test_scoring_takes_the_day_of_the_candidates():
    early, late = date(2018, 5, 31), date(2020, 5, 31)
    criteria = by_name(criterion("pace", metric("old", until=early), metric("new", since=late)))
    assert score_with(criteria, [evidence(as_of=early, old=80)]).ranking[0].row.score == pytest.approx(0.8)
    assert score_with(criteria, [evidence(as_of=late, new=70)]).as_of == late
    with pytest.raises(InvalidValue, match="are of 2018-05-31, 2020-05-31; give evidence of one day"):
        score_with(criteria, [evidence(as_of=early), evidence(as_of=late)])
    assert score_with(criteria, [evidence(as_of=early), evidence("beta", as_of=late)], as_of=late).as_of == late
    with pytest.raises(InvalidValue, match="are none"):
        score_with(criteria, [])
    assert score_with(criteria, [], as_of=late).ranking == ()


# --- The kit itself


def test_the_examples_are_true(tmp_path, monkeypatch):
    (tmp_path / "plugins").mkdir()
    tutorial.write_plugin("licence", tmp_path / "plugins")
    monkeypatch.chdir(tmp_path)
    named = {name for name in ("check_plugin", "evidence", "figure", "framework", "score_with") if ">>>" in getattr(testing, name).__doc__}
    assert len(named) == 5
    outcome = doctest.testmod(testing, optionflags=doctest.FAIL_FAST)
    assert outcome.attempted >= 9
    assert outcome.failed == 0


def test_it_imports_no_test_runner_and_nothing_of_the_service():
    code = "import sys, frameworth.testing; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert not {"pytest", "_pytest", "unittest", "hypothesis", "chalicelib", "boto3", "chalice"} & set(eval(done.stdout))
