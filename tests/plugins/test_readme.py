"""plugins/README.md: its examples are sound and do what it says, its reference knows every hook, its tables every stage and function."""

import inspect
import json
import logging
import re
from datetime import date

import pytest

import frameworth
from frameworth import Deadline, Evidence, hooks, testing
from frameworth.catalogue import Stage
from frameworth.collecting import collected
from frameworth.discovery import discover
from frameworth.testing import check_plugin, evidence, framework, score_with
from frameworth.values import ValueFunction
from tests import tutorial
from tests.tutorial import PLUGINS
from tools.plugin_api import signature

TEXT = tutorial.README.read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path):
    """The catalogue of one example of the README, which is sound by itself."""
    return lambda name: check_plugin(tutorial.write_plugin(name, tmp_path))


# --- The examples


def test_every_block_of_code_is_a_file_or_is_run_or_is_what_a_run_prints():
    loose = [block for block in tutorial.blocks() if not block.path and block.language not in ("sh", "text")]
    assert loose == []
    assert {block.language for block in tutorial.blocks() if block.path} == {"python", "csv", "toml"}


@pytest.mark.parametrize("name", PLUGINS)
def test_each_example_is_sound_by_itself(example, name):
    assert example(name).faults == ()


def test_all_examples_stand_beside_each_other_and_the_shipped_plugins(tmp_path, shipped_folder, catalogue):
    for name in PLUGINS:
        tutorial.write_plugin(name, tmp_path)
    together = discover([shipped_folder, tmp_path], shipped=catalogue.versions, version="1.0")
    assert together.faults == ()
    assert set(together.criteria) == set(catalogue.criteria) | {"licence", "famous", "short_name", "dependencies"}
    assert all(together.criteria[name].metrics == criterion.metrics for name, criterion in catalogue.criteria.items())


def test_the_criterion_of_the_tutorial_scores_by_its_figures(example):
    licence = example("licence")
    known = [Evidence.of(name, licence.figures[name], as_of=date(2026, 11, 22)) for name in ("tornado", "flask")]
    assert [(one.row.framework, one.row.score) for one in score_with(licence, known).ranking] == [("flask", 1.0), ("tornado", 0.6)]


def test_the_judge_finds_fame_the_lack_of_it_and_that_nobody_counted(example):
    known = [evidence("loved", github_stars=70_000), evidence("quiet", github_stars=900), evidence("dark")]
    card = score_with(example("famous"), known)
    assert [(one.row.framework, one.row.score) for one in card.ranking] == [("loved", 1.0), ("quiet", 0.0)]
    assert card.ranking[0].row.findings["famous"].because == "70,000 stars on 2026-06-15"
    assert [one.framework for one in card.not_ranked] == ["dark"]


def test_the_figures_that_a_hook_yields_are_counted_as_stated(example):
    figures = example("short_name").figures
    assert {name: row.value for name, (row,) in figures.items()} == {name: len(name) for name in ("django", "fastapi", "flask", "tornado")}


def test_the_profile_weighs_and_its_gate_excludes(example, catalogue, known):
    profile = example("live_score").profiles["live_score"]
    day = date(2026, 11, 22)
    weights = {name: weight.value for name, weight in profile.weights.items()}
    assert set(weights) <= set(catalogue.criteria)
    card = score_with(catalogue, [known(name, as_of=day) for name in ("django", "flask")], weights, gates=profile.gates)
    assert [one.row.framework for one in card.ranking] == ["django"]
    assert [(one.framework, one.reason.value) for one in card.not_ranked] == [("flask", "gate")]


def test_the_method_ranks_by_the_weakest_side(example):
    method = example("weakest_link").methods["weakest_link"]
    assert method.aggregate([[0.9, 0.1], [0.5, 0.4]], [0.5, 0.5]) == [0.1, 0.4]
    assert method.aggregate([[0.9, 0.1]], [1.0, 0.0]) == [0.9]


class PyPI:
    """What PyPI answers for one release, in the form that it has on the web."""

    def get(self, address):
        assert address == "https://pypi.org/pypi/alpha/json"
        requires = ["werkzeug>=3", "click>=8", 'python-dotenv; extra == "dotenv"']
        return json.dumps(
            {"info": {"version": "3.1", "requires_dist": requires}, "urls": [{"upload_time": "2026-05-01T12:00:00"}]}
        ).encode()


def test_the_collector_finds_what_a_release_requires(example):
    collector = example("dependencies").collectors["pypi_dependencies"]
    found = collected(collector, framework("alpha"), PyPI(), Deadline.never())
    assert found.fault == ""
    [row] = found.observations
    assert (row.value, row.observed_on, row.source.title) == (2, date(2026, 5, 1), "alpha 3.1 on PyPI")


def test_the_observer_logs_who_leads(example, caplog):
    [observer] = example("verdict_log").observers
    with caplog.at_level(logging.WARNING):
        observer.observe(score_with(example("short_name"), [evidence("flask", name_letters=5), evidence("django", name_letters=6)]))
    assert "flask leads of 2, clear, by the method additive" in caplog.text


# --- The reference


def test_the_headings_of_the_reference_are_the_hooks_and_nothing_else():
    specs = [f"{name}{signature(hook)}" for name, hook in vars(hooks).items() if hasattr(hook, f"{hooks.PROJECT}_spec")]
    assert specs
    assert sorted(re.findall(r"^### `(.*)`$", TEXT, re.MULTILINE)) == sorted(specs)


def test_every_hook_has_an_example():
    for name, spec in vars(hooks).items():
        if hasattr(spec, f"{hooks.PROJECT}_spec"):
            assert any(f"def {name}(" in source for source in PLUGINS.values()), name


def test_every_stage_is_explained():
    assert set(re.findall(r"^\| `([a-z]+)` \|", TEXT, re.MULTILINE)) == {stage.value for stage in Stage}


def test_every_value_function_is_listed_with_a_call_that_works():
    calls = re.findall(r"^\| `([a-z_]+)(\(.*?\))` \| .* \| .* \| ", TEXT, re.MULTILINE)
    made = {name for name, arguments in calls if isinstance(eval(f"{name}{arguments}", vars(frameworth)), ValueFunction)}
    offered = {name for name in frameworth.__all__ if getattr(getattr(frameworth, name), "__module__", "") == "frameworth.values"}
    assert made == offered


def test_the_test_kit_is_listed_whole():
    named = set(re.findall(r"^\| `([a-z_]+)\(", TEXT.partition("### Test kit")[2].partition("###")[0], re.MULTILINE))
    public = {name for name, value in vars(testing).items() if inspect.isfunction(value) and value.__module__ == testing.__name__}
    assert named == {name for name in public if not name.startswith("_")}


def test_every_setting_that_concerns_plugins_is_listed_and_no_other(project):
    settings = (project / "chalicelib" / "settings.py").read_text(encoding="utf-8")
    known = set(re.findall(r"FRAMEWORTH_[A-Z_]+", settings)) - {"FRAMEWORTH_TABLE", "FRAMEWORTH_STORE"}
    assert set(re.findall(r"FRAMEWORTH_[A-Z_]+", TEXT)) == known


def test_every_file_and_heading_that_it_links_to_is_there(project):
    headings = {re.sub(r"[^a-z -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        there = target[1:] in headings if target.startswith("#") else (project / "plugins" / target).exists()
        assert there, target
