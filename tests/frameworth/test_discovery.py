"""The isolation ladder, with real files: each rung stops its own plugin and no other."""

import sys
from itertools import permutations
from textwrap import dedent

import pytest

from frameworth.catalogue import Origin, Stage
from frameworth.discovery import discover
from frameworth.errors import PluginFailed
from frameworth.evidence import Evidence
from frameworth.findings import Outcome
from frameworth.score import score
from tests.frameworth.builders import DAY

HEADER = "framework,metric,value,unit,observed_on,basis,source_title,source_url,note"
ROW = "alpha,{metric},1,boolean,2026-06-15,measured,A benchmark,https://example.org,"

IMPORTS = "from frameworth import *\n"


def offering(criterion, metric=None, *, value="yes_no()", more=""):
    """The source of a plugin that offers one criterion, which reads one metric."""
    return IMPORTS + dedent(f"""
        @hookimpl
        def frameworth_criteria():
            yield Criterion(
                "{criterion}",
                question="Is it?",
                indicators=[Indicator("fact", [Metric("{metric or criterion}", unit="boolean", value={value})])],
                {more}
            )
    """)


PROFILE = IMPORTS + dedent("""
    @hookimpl
    def frameworth_profiles():
        yield Profile("{name}", summary="A kind of project.", weights={{"licence": Weight(1, "because")}})
""")

METHOD = IMPORTS + dedent("""
    @hookimpl
    def frameworth_methods():
        yield Method("{name}", aggregate=max, summary="The best.")
""")

COLLECTOR = IMPORTS + dedent("""
    @hookimpl
    def frameworth_collectors():
        yield Collector("{name}", metrics=["stars"], collect=print)
""")

OBSERVATION = dedent("""
    import datetime

    def figure(framework="alpha", metric="licence", **more):
        given = {
            "value": 1, "unit": "boolean", "observed_on": datetime.date(2026, 6, 15), "basis": "measured",
            "source": Source("A page", "https://example.org/page"),
        }
        return Observation(framework, metric, **{**given, **more})

    @hookimpl
    def frameworth_observations():
""")


@pytest.fixture
def write(tmp_path):
    """Writes plugins and the CSV files beside them: `write(licence="…", licence_csv="…")`; returns the folder."""

    def write(folder="plugins", **sources):
        (tmp_path / folder).mkdir(exist_ok=True)
        for name, source in sources.items():
            file = f"{name.removesuffix('_csv')}.csv" if name.endswith("_csv") else f"{name}.py"
            (tmp_path / folder / file).write_text(source, encoding="utf-8")
        return tmp_path / folder

    return write


def found_in(*folders, shipped=(), **how):
    return discover(folders, shipped=shipped, version="1.2.3", **how)


def faults_of(catalogue):
    return [(fault.plugin, fault.stage) for fault in catalogue.faults]


def offers(catalogue):
    """All of a catalogue that can be compared between two loads: functions and modules are made anew each time."""
    return (
        {name: (one.question, one.provider, one.metrics) for name, one in catalogue.criteria.items()},
        {name: (one.summary, one.provider, one.weights) for name, one in catalogue.profiles.items()},
        dict(catalogue.metrics),
        dict(catalogue.figures),
    )


# --- What works


def test_one_file_is_enough_for_a_criterion(write):
    catalogue = found_in(write(licence=offering("licence")))
    assert catalogue.faults == ()
    assert catalogue.criteria["licence"].provider == "licence"
    assert set(catalogue.metrics) == {"licence"}
    [plugin] = catalogue.plugins
    assert (plugin.name, plugin.origin, plugin.enabled, plugin.criteria) == ("licence", Origin.FILE, True, ("licence",))


def test_a_csv_beside_the_file_brings_figures(write):
    rows = "\n".join([HEADER, ROW.format(metric="licence"), ROW.format(metric="licence").replace("alpha", "beta")])
    catalogue = found_in(write(licence=offering("licence"), licence_csv=rows))
    assert catalogue.faults == ()
    assert {name: [row.value for row in figures] for name, figures in catalogue.figures.items()} == {"alpha": [1], "beta": [1]}
    assert catalogue.plugins[0].figures == 2


def test_a_hook_brings_figures_and_profiles_too(write):
    source = offering("licence") + OBSERVATION + "    yield figure()\n    yield figure('beta', value=0)\n"
    catalogue = found_in(write(licence=source + PROFILE.format(name="lawyer")))
    assert catalogue.faults == ()
    assert sorted(catalogue.figures) == ["alpha", "beta"]
    assert catalogue.profiles["lawyer"].provider == "licence"
    assert catalogue.plugins[0].profiles == ("lawyer",)


def test_a_plugin_may_be_a_profile_alone_or_return_a_list(write):
    listed = IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    return []\n"
    catalogue = found_in(write(lawyer=PROFILE.format(name="lawyer"), nothing=listed))
    assert catalogue.faults == ()
    assert set(catalogue.profiles) == {"lawyer"}
    assert catalogue.versions == {"lawyer": "0"}


def test_offers_are_sorted_and_cannot_be_written_to(write):
    catalogue = found_in(write(b=offering("z"), a=offering("m"), c=offering("a")))
    assert list(catalogue.criteria) == ["a", "m", "z"]
    assert list(catalogue.metrics) == ["a", "m", "z"]
    assert [plugin.name for plugin in catalogue.plugins] == ["a", "b", "c"]
    with pytest.raises(TypeError):
        catalogue.criteria["more"] = None


def test_files_that_start_with_an_underscore_are_no_plugins(write):
    assert found_in(write(_draft="raise RuntimeError", __init__="raise RuntimeError")).plugins == ()


def test_a_folder_that_is_not_there_holds_no_plugins(tmp_path):
    assert found_in(tmp_path / "nowhere").plugins == ()


def test_loading_a_plugin_leaves_sys_path_alone(write):
    before = list(sys.path)
    found_in(write(licence=offering("licence")))
    assert sys.path == before


def test_shipped_plugins_carry_the_version_of_the_project(write):
    catalogue = found_in(write(licence=offering("licence"), extra=offering("extra")), shipped=["licence"])
    assert {plugin.name: (plugin.origin, plugin.version) for plugin in catalogue.plugins} == {
        "licence": (Origin.SHIPPED, "1.2.3"),
        "extra": (Origin.FILE, "0"),
    }


# --- What fails, and at which rung

BROKEN = {
    "import error": ("import no_such_module", Stage.LOAD, "no_such_module"),
    "name that is not there": ("from frameworth import NoSuchThing", Stage.LOAD, "NoSuchThing"),
    "syntax error": ("def broken(:", Stage.LOAD, "SyntaxError"),
    "null byte": ("x = '\0'", Stage.LOAD, "null bytes"),
    "exit at import": ("import sys; sys.exit('bye')", Stage.LOAD, "SystemExit: bye"),
    "exception of its own": (
        "class Mine(BaseException):\n    pass\nraise Mine('all mine')",
        Stage.LOAD,
        "Mine: all mine (hostile.py, line 3)",
    ),
    "no memory": ("raise MemoryError", Stage.LOAD, "MemoryError"),
    "recursion": ("def again():\n    again()\nagain()", Stage.LOAD, "RecursionError"),
    "attribute that raises": (
        offering("half") + "def __getattr__(name):\n    raise SystemExit(name) if name == 'HOOK_API' else AttributeError(name)",
        Stage.ADMIT,
        "SystemExit: HOOK_API",
    ),
    "error without words": (
        "class Shy(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Shy",
        Stage.LOAD,
        "Shy",
    ),
    "wrong value at import": (IMPORTS + "Metric('Speed', unit='x', value=yes_no())", Stage.LOAD, "'Speed' is no name"),
    "misspelt hook": (IMPORTS + "@hookimpl\ndef frameworth_criterions():\n    return []", Stage.ADMIT, "frameworth_criterions"),
    "wrong arguments": (IMPORTS + "@hookimpl\ndef frameworth_criteria(catalogue):\n    return []", Stage.ADMIT, "catalogue"),
    "wrapper": (IMPORTS + "@hookimpl(wrapper=True)\ndef frameworth_criteria():\n    return (yield)", Stage.ADMIT, "wrap"),
    "old wrapper": (IMPORTS + "@hookimpl(hookwrapper=True)\ndef frameworth_criteria():\n    yield", Stage.ADMIT, "wrap"),
    "other API": (IMPORTS + "HOOK_API = 99\n@hookimpl\ndef frameworth_criteria():\n    return []", Stage.ADMIT, "HOOK_API 99, this is 1"),
    "true for an API": (IMPORTS + "HOOK_API = True\n@hookimpl\ndef frameworth_criteria():\n    return []", Stage.ADMIT, "HOOK_API True"),
    "text for an API": (IMPORTS + "HOOK_API = '1'\n@hookimpl\ndef frameworth_criteria():\n    return []", Stage.ADMIT, "HOOK_API '1'"),
    "wrapper of methods": (IMPORTS + "@hookimpl(wrapper=True)\ndef frameworth_methods():\n    return (yield)", Stage.ADMIT, "wrap"),
    "wrapper of collectors": (IMPORTS + "@hookimpl(wrapper=True)\ndef frameworth_collectors():\n    return (yield)", Stage.ADMIT, "wrap"),
    "wrapper of observers": (IMPORTS + "@hookimpl(wrapper=True)\ndef frameworth_scored():\n    return (yield)", Stage.ADMIT, "wrap"),
    "observer of something else": (IMPORTS + "@hookimpl\ndef frameworth_scored(card):\n    pass", Stage.ADMIT, "card"),
    "no hook": (IMPORTS + "def frameworth_criteria():\n    return []", Stage.ADMIT, "implements no hook"),
    "empty file": ("", Stage.ADMIT, "implements no hook"),
    "raises": (
        IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    raise KeyError('speed')",
        Stage.OFFER,
        "frameworth_criteria: KeyError",
    ),
    "raises half-way": (offering("half") + "    raise RuntimeError('half-way')", Stage.OFFER, "RuntimeError: half-way"),
    "exits half-way": (offering("half") + "    raise SystemExit(3)", Stage.OFFER, "SystemExit: 3"),
    "throws what is its own half-way": (
        offering("half") + "    class Mine(BaseException):\n        pass\n    raise Mine('mine')",
        Stage.OFFER,
        "frameworth_criteria: Mine: mine",
    ),
    "never comes to an end": (
        IMPORTS + "import itertools\n@hookimpl\ndef frameworth_criteria():\n    return itertools.repeat(1)",
        Stage.OFFER,
        "offered more than 100,000 values",
    ),
    "returns nothing": (IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    pass", Stage.OFFER, "TypeError"),
    "wrong value": (offering("half", value="log(5, 1)"), Stage.OFFER, "log: anchors 5 and 1"),
    "wrong type": (IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    yield 'speed'", Stage.VALUE, "'speed', which is no Criterion"),
    "profile for criterion": (
        PROFILE.format(name="odd").replace("_profiles", "_criteria"),
        Stage.VALUE,
        "which is no Criterion",
    ),
    "number for method": (IMPORTS + "@hookimpl\ndef frameworth_methods():\n    yield 5", Stage.VALUE, "5, which is no Method"),
    "method for collector": (METHOD.format(name="odd").replace("_methods", "_collectors"), Stage.VALUE, "which is no Collector"),
    "name changed past its checks": (
        offering("half").replace("yield Criterion", "one = Criterion") + "    object.__setattr__(one, 'name', 'No Name')\n    yield one",
        Stage.VALUE,
        "'No Name' is no name",
    ),
    "number changed past its checks": (
        offering("half").replace("yield Criterion", "one = Criterion")
        + "    object.__setattr__(one.metrics[0], 'half_life', float('nan'))\n    yield one",
        Stage.VALUE,
        "nan is not a finite number",
    ),
    "weights changed past their checks": (
        offering("half").replace("yield Criterion", "one = Criterion")
        + "    object.__setattr__(one, 'weight_in', {'career': -1})\n    yield one",
        Stage.VALUE,
        "a suggested weight is below 0",
    ),
    "indicator of its own kind": (
        offering("half").replace('Indicator("fact"', 'type("Mine", (Indicator,), {})("fact"'),
        Stage.VALUE,
        "not one of frameworth's",
    ),
    "gate of its own kind": (
        PROFILE.format(name="odd").replace("weights=", 'gates=[type("Mine", (Gate,), {})("licence", at_least=1)], weights='),
        Stage.VALUE,
        "not one of frameworth's",
    ),
    "name of its own kind": (
        offering("half").replace('Criterion(\n        "half"', 'Criterion(\n        type("Mine", (str,), {})("half")'),
        Stage.VALUE,
        "not one of frameworth's",
    ),
    "class for criterion": (IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    yield Criterion", Stage.VALUE, "which is no Criterion"),
    "kind of its own": (
        IMPORTS
        + dedent("""
            class Mine(Criterion):
                def __init__(self):
                    super().__init__("mine", question="Is it?", judge=print)

            @hookimpl
            def frameworth_criteria():
                yield Mine()
        """),
        Stage.VALUE,
        "which is no Criterion",
    ),
    "object without words": (
        IMPORTS + "class Shy:\n    def __repr__(self):\n        raise RuntimeError\n@hookimpl\ndef frameworth_criteria():\n    yield Shy()",
        Stage.VALUE,
        "which is no Criterion",
    ),
    "figure of no metric": (
        IMPORTS + OBSERVATION + "    yield figure(metric='nobody_reads_it')",
        Stage.FIGURES,
        "no criterion reads metric",
    ),
    "figure in another unit": (IMPORTS + OBSERVATION + "    yield figure(unit='percent')", Stage.FIGURES, "should be 'boolean'"),
    "figure of no day": (IMPORTS + OBSERVATION + "    yield figure(observed_on='2026-06-15')", Stage.OFFER, "is no date"),
    "figure without source": (IMPORTS + OBSERVATION + "    yield figure(source=None)", Stage.OFFER, "is no Source"),
    "metric of no day": (
        offering("half").replace("value=yes_no()", "value=yes_no(), since='2018'"),
        Stage.OFFER,
        "since '2018' is no date",
    ),
}
broken = pytest.mark.parametrize(("source", "stage", "says"), BROKEN.values(), ids=BROKEN)


@broken
def test_a_broken_plugin_is_a_fault_that_names_it_and_the_rung(write, source, stage, says):
    catalogue = found_in(write(hostile=source, licence=offering("licence")))
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == ("hostile", stage)
    assert says in fault.error
    assert len(fault.error) <= 500


@broken
def test_a_broken_plugin_changes_nothing_in_the_offers_of_others(write, source, stage, says):
    good = {"licence": offering("licence"), "licence_csv": f"{HEADER}\n{ROW.format(metric='licence')}", "work": PROFILE.format(name="work")}
    alone = offers(found_in(write("alone", **good)))
    for place, name in enumerate(("aaa", "zzz")):
        assert offers(found_in(write(f"beside_{place}", **good, **{name: source}))) == alone


@broken
def test_a_shipped_plugin_that_is_broken_stops_the_start(write, source, stage, says):
    folder = write(hostile=source, licence=offering("licence"))
    with pytest.raises(PluginFailed, match="shipped plugin 'hostile' failed") as caught:
        found_in(folder, shipped=["hostile"])
    assert (caught.value.plugin, caught.value.stage) == ("hostile", stage)
    assert says in caught.value.error


def test_a_shipped_plugin_that_is_missing_stops_the_start(write):
    with pytest.raises(PluginFailed, match="shipped plugin 'jobs' failed at stage 'load': its file is not there"):
        found_in(write(licence=offering("licence")), shipped=["licence", "jobs"])


def test_a_plugin_that_raises_half_way_keeps_what_its_other_hooks_offer(write):
    source = offering("half") + "    raise RuntimeError\n" + PROFILE.format(name="whole")
    catalogue = found_in(write(mixed=source))
    assert faults_of(catalogue) == [("mixed", Stage.OFFER)]
    assert dict(catalogue.criteria) == {}
    assert set(catalogue.profiles) == {"whole"}


def test_a_wrong_value_is_dropped_alone(write):
    catalogue = found_in(write(mixed=offering("good") + "    yield 42\n"))
    assert faults_of(catalogue) == [("mixed", Stage.VALUE)]
    assert set(catalogue.criteria) == {"good"}


@pytest.mark.parametrize(
    "source",
    [
        "raise {}",
        IMPORTS + "@hookimpl\ndef frameworth_criteria():\n    raise {}",
        IMPORTS + "@hookimpl\ndef frameworth_methods():\n    yield ADDITIVE\n    raise {}",
    ],
    ids=["at import", "in a hook", "half-way"],
)
@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_what_is_not_the_plugin_s_doing_passes(write, source, error):
    with pytest.raises(error):
        found_in(write(impatient=source.format(error.__name__)))


@pytest.mark.parametrize("name", ["Licence", "my-licence", "1st", "a.b", "lícence", "x" * 49])
def test_a_file_name_that_is_no_name_is_a_fault(write, name):
    catalogue = found_in(write(**{name: offering("bad"), "licence": offering("licence")}))
    assert faults_of(catalogue) == [(name, Stage.LOAD)]
    assert set(catalogue.criteria) == {"licence"}


def test_a_plugin_that_was_skipped_brings_no_figures_and_no_faults_of_its_rows(write):
    rows = f"{HEADER}\n{ROW.format(metric='licence')}\nnonsense"
    catalogue = found_in(write(licence=offering("licence"), hostile="import no_such_module", hostile_csv=rows, mute="", mute_csv=rows))
    assert faults_of(catalogue) == [("hostile", Stage.LOAD), ("mute", Stage.ADMIT)]
    assert dict(catalogue.figures) == {}


def test_a_plugin_that_is_switched_off_is_not_even_imported(write):
    rows = f"{HEADER}\n{ROW.format(metric='licence')}"
    folder = write(licence=offering("licence"), licence_csv=rows, off="raise RuntimeError")
    catalogue = found_in(folder, disabled=["off", "licence"])
    assert catalogue.faults == ()
    assert [(plugin.name, plugin.enabled) for plugin in catalogue.plugins] == [("licence", False), ("off", False)]
    assert (dict(catalogue.criteria), dict(catalogue.figures)) == ({}, {})


def test_a_shipped_plugin_can_be_switched_off(write):
    catalogue = found_in(write(licence=offering("licence")), shipped=["licence"], disabled=["licence"])
    assert (catalogue.faults, dict(catalogue.criteria)) == ((), {})


# --- Figures


def test_a_bad_row_is_a_fault_of_that_row_with_its_line(write):
    good = ROW.format(metric="licence")
    rows = [HEADER, good, good.replace(",1,", ",NaN,"), good.replace("boolean", "percent"), good.replace("licence", "other"), "short"]
    catalogue = found_in(write(licence=offering("licence"), licence_csv="\n".join(rows)))
    assert faults_of(catalogue) == [("licence", Stage.FIGURES)] * 4
    assert [fault.error.split(":")[0] for fault in catalogue.faults] == [f"licence.csv, line {number}" for number in (3, 4, 5, 6)]
    assert len(catalogue.figures["alpha"]) == 1


def test_a_csv_that_is_no_text_is_one_fault(write):
    folder = write(licence=offering("licence"))
    (folder / "licence.csv").write_bytes(b"\xff\xfe\x00")
    catalogue = found_in(folder)
    assert faults_of(catalogue) == [("licence", Stage.FIGURES)]
    assert "licence.csv" in catalogue.faults[0].error
    assert set(catalogue.criteria) == {"licence"}


def test_a_plugin_brings_no_figures_for_the_metric_of_another(write):
    catalogue = found_in(write(licence=offering("licence"), more=IMPORTS + OBSERVATION + "    yield figure()"))
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == ("more", Stage.FIGURES)
    assert "plugin 'licence' reads metric 'licence'" in fault.error
    assert dict(catalogue.figures) == {}


# --- Conflicts

# By kind of offer: a plugin that offers one of it, called "licence".
KINDS = {
    "criteria": lambda metric: offering("licence", metric),
    "profiles": lambda metric: PROFILE.format(name="licence"),
    "methods": lambda metric: METHOD.format(name="licence"),
    "collectors": lambda metric: COLLECTOR.format(name="licence"),
}


@pytest.mark.parametrize(("one", "other"), [("aaa", "zzz"), ("zzz", "aaa")])
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_two_plugins_offer_goes_to_nobody_and_both_are_named(write, one, other, kind):
    catalogue = found_in(write(**{one: KINDS[kind]("first"), other: KINDS[kind]("second"), "work": offering("work")}))
    assert faults_of(catalogue) == [("aaa", Stage.CONFLICT), ("zzz", Stage.CONFLICT)]
    assert [fault.error for fault in catalogue.faults] == [
        f"{kind} 'licence' is also offered by zzz; dropped",
        f"{kind} 'licence' is also offered by aaa; dropped",
    ]
    assert {name for named in KINDS for name in getattr(catalogue, named)} == {"work"}


def test_three_plugins_that_offer_one_name_are_each_told_of_the_others(write):
    catalogue = found_in(write(a=offering("licence"), b=offering("licence"), c=offering("licence")))
    assert [fault.error.split("offered by ")[1] for fault in catalogue.faults] == ["b, c; dropped", "a, c; dropped", "a, b; dropped"]


def test_a_plugin_that_offers_a_name_twice_loses_it(write):
    twice = (
        offering("licence")
        + "    yield from list(frameworth_criteria_once())\n"
        + offering("licence").replace("@hookimpl\ndef frameworth_criteria", "def frameworth_criteria_once")
    )
    catalogue = found_in(write(twice=twice))
    assert faults_of(catalogue) == [("twice", Stage.CONFLICT)]
    assert dict(catalogue.criteria) == {}


@pytest.mark.parametrize("newcomer", ["aaa", "zzz"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_name_cannot_be_taken(write, newcomer, kind):
    catalogue = found_in(write(work=KINDS[kind]("own"), **{newcomer: KINDS[kind]("other")}), shipped=["work"])
    assert faults_of(catalogue) == [(newcomer, Stage.CONFLICT)]
    assert {name: one.provider for name, one in getattr(catalogue, kind).items()} == {"licence": "work"}
    assert set(catalogue.metrics) <= {"own"}


def test_a_file_in_a_second_folder_cannot_take_the_name_of_a_shipped_plugin(write):
    first, second = write("first", licence=offering("licence")), write("second", licence=offering("mine"))
    catalogue = found_in(first, second, shipped=["licence"])
    assert faults_of(catalogue) == [("licence", Stage.CONFLICT)]
    assert str(second / "licence.py") in catalogue.faults[0].error
    assert set(catalogue.criteria) == {"licence"}
    assert [(plugin.name, plugin.origin) for plugin in catalogue.plugins] == [("licence", Origin.SHIPPED), ("licence", Origin.FILE)]


def test_of_two_files_of_one_name_the_first_folder_s_is_loaded_and_both_are_named(write):
    first, second = write("first", licence=offering("licence")), write("second", licence="raise KeyboardInterrupt")
    catalogue = found_in(first, second)
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == ("licence", Stage.CONFLICT)
    assert str(first / "licence.py") in fault.error
    assert str(second / "licence.py") in fault.error
    assert set(catalogue.criteria) == {"licence"}


def test_a_second_folder_cannot_ship_anything(write):
    with pytest.raises(PluginFailed, match="its file is not there"):
        found_in(write("first"), write("second", licence=offering("licence")), shipped=["licence"])


@pytest.mark.parametrize("newcomer", ["aaa", "zzz"])
def test_a_shipped_metric_defined_otherwise_drops_the_newcomer_s_criterion(write, newcomer):
    other = offering("mine", "licence", value="levels({0: 0, 1: 0.5, 2: 1})")
    catalogue = found_in(write(licence=offering("licence"), **{newcomer: other}), shipped=["licence"])
    assert faults_of(catalogue) == [(newcomer, Stage.VALUE)]
    assert "'mine' defines metric 'licence' otherwise than licence.licence" in catalogue.faults[0].error
    assert set(catalogue.criteria) == {"licence"}


def test_two_newcomers_that_define_a_metric_differently_both_lose_their_criterion(write):
    catalogue = found_in(
        write(a=offering("one", "shared"), b=offering("two", "shared", value="linear(0, 1)"), c=offering("three")),
    )
    assert faults_of(catalogue) == [("a", Stage.VALUE), ("b", Stage.VALUE)]
    assert set(catalogue.criteria) == {"three"}
    assert set(catalogue.metrics) == {"three"}


def test_two_plugins_may_read_one_metric_that_they_define_alike(write):
    catalogue = found_in(write(a=offering("one", "shared"), b=offering("two", "shared")))
    assert catalogue.faults == ()
    assert set(catalogue.criteria) == {"one", "two"}


# --- Observers


@pytest.mark.parametrize(("arguments", "heard"), [("scorecard", 7), ("", None)])
def test_an_observer_gets_what_it_has_a_parameter_for(write, arguments, heard):
    body = "heard.append(scorecard)" if arguments else "heard.append(None)"
    source = IMPORTS + f"heard = []\n@hookimpl\ndef frameworth_scored({arguments}):\n    {body}\n"
    catalogue = found_in(write(diary=source))
    assert catalogue.faults == ()
    [observer] = catalogue.observers
    observer.observe(7)
    assert sys.modules["frameworth_plugins.diary"].heard == [heard]
    [plugin] = catalogue.plugins
    assert (plugin.observes, catalogue.versions) == (True, {})


# --- What is told of each call

LISTENING = {
    "good": offering("good") + METHOD.format(name="best").partition("\n")[2],
    "bad": IMPORTS + "@hookimpl\ndef frameworth_profiles():\n    raise KeyError('speed')\n",
    "mute": "import no_such_module",
}


def test_each_call_of_a_hook_is_told_with_how_it_went(write):
    told = []
    found_in(write(**LISTENING), trace=lambda *call: told.append(call))
    assert told == [
        ("bad", "frameworth_profiles", "KeyError: 'speed' (bad.py, line 4)"),
        ("good", "frameworth_criteria", "1 offered"),
        ("good", "frameworth_methods", "1 offered"),
    ]


@pytest.mark.parametrize("stated", [1.0, "", "1" * 1000, "1\n2", None])
def test_a_version_that_is_none_is_a_fault(write, stated):
    catalogue = found_in(write(hostile=offering("half") + f"__version__ = {stated!r}\n", licence=offering("licence")))
    assert faults_of(catalogue) == [("hostile", Stage.LOAD)]
    assert "is no version" in catalogue.faults[0].error
    assert set(catalogue.criteria) == {"licence"}


@pytest.mark.parametrize("stated", ["0.1", "2026.11", "1.0+local"])
def test_the_version_that_a_file_states_is_its_version(write, stated):
    catalogue = found_in(write(licence=offering("licence") + f"__version__ = {stated!r}\n"))
    assert (catalogue.faults, catalogue.versions) == ((), {"licence": stated})


# --- Order

CROWD = {
    "a": offering("one"),
    "b": offering("two", "shared"),
    "c": offering("three", "shared", value="linear(0, 1)"),
    "d": offering("one", "other"),
    "e": offering("four") + "    yield 5\n",
    "f": PROFILE.format(name="lawyer"),
    "g": offering("fine"),
}


class Listing:
    """A folder that lists its files in an order of its own, as file systems do."""

    def __init__(self, folder, order):
        self.folder, self.order = folder, order

    def glob(self, pattern):
        return (self.folder / f"{name}.py" for name in self.order)


def test_the_order_in_which_a_folder_lists_its_files_changes_nothing(write):
    folder = write(**CROWD)
    expected = found_in(folder)
    for order in list(permutations(CROWD))[:: len(list(permutations(CROWD))) // 7]:
        catalogue = found_in(Listing(folder, order))
        assert offers(catalogue) == offers(expected)
        assert list(catalogue.criteria) == list(expected.criteria)
        assert catalogue.faults == expected.faults
    assert set(expected.criteria) == {"four", "fine"}


def test_the_order_of_folders_changes_nothing_as_long_as_file_names_differ(write):
    names = sorted(CROWD)
    first = write("first", **{name: CROWD[name] for name in names[::2]})
    second = write("second", **{name: CROWD[name] for name in names[1::2]})
    assert offers(found_in(first, second)) == offers(found_in(second, first)) == offers(found_in(write("both", **CROWD)))
    assert found_in(first, second).faults == found_in(second, first).faults


# --- From plugin to score


def test_a_plugin_s_judge_that_breaks_is_named_in_the_finding(write):
    source = IMPORTS + dedent("""
        def judge(evidence):
            evidence.figures["speed"] = 1

        @hookimpl
        def frameworth_criteria():
            yield Criterion("own", question="Is it?", judge=judge)
    """)
    catalogue = found_in(write(guess=source, licence=offering("licence"), licence_csv=f"{HEADER}\n{ROW.format(metric='licence')}"))
    known = Evidence.of("alpha", catalogue.figures["alpha"], as_of=DAY)
    row = score([known], catalogue.criteria, {"licence": 1}, as_of=DAY).ranking[0].row
    assert row.score == 1
    assert row.findings["own"].outcome is Outcome.FAILED
    assert row.findings["own"].because.startswith("plugin guess failed: TypeError")
