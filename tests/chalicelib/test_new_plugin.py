"""A plugin to start from: what is written works as it stands, in each form, and nothing that is there is touched."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib import new_plugin
from chalicelib.__main__ import main
from chalicelib.bootstrap import SHIPPED_PLUGINS
from chalicelib.new_plugin import MOST_NAME, NotWritten, as_distribution, checked_name, in_folder, in_project, write
from frameworth.catalogue import Origin
from frameworth.discovery import discover
from frameworth.distributions import installed
from frameworth.names import is_name
from tests.checkouts import alone, copy_of

DAY = date(2026, 11, 5)
LONGEST = "n" * MOST_NAME
NAMES = ["licence", "a", "two_words", "ends_", LONGEST]
FORMS = [in_project, in_folder, as_distribution]


def shell(*command, cwd, path=None, **environ):
    """Runs a command as in a fresh shell; `path` is all that Python finds beside what is installed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMEWORTH_", "PYTEST_", "PYTHON"))}
    given = {**clean, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200", **environ, **({"PYTHONPATH": str(path)} if path else {})}
    return subprocess.run([*map(str, command)], cwd=cwd, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(project, tmp_path_factory):
    """A copy of the project's code, into which plugins can be written."""
    return copy_of(project, tmp_path_factory.mktemp("project") / "frameworth")


# --- Names


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_up_to_forty_signs_is_taken_and_so_are_those_made_from_it(name):
    assert checked_name(name, SHIPPED_PLUGINS) == name
    assert is_name(f"{name}_letters")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Licence", "'Licence' is no name for a plugin; use a-z, 0-9 and '_', led by a letter"),
        ("my-licence", "is no name for a plugin"),
        ("1st", "is no name for a plugin"),
        ("../licence", "is no name for a plugin"),
        ("_draft", "is no name for a plugin"),
        ("lícence", "is no name for a plugin"),
        ("", "is no name for a plugin"),
        ("n" * 41, "has 41 characters; use at most 40: the names of its metrics begin with it"),
        ("n" * 40 + "/", "has 41 characters"),
        ("jobs", "'jobs' is the name of a shipped plugin; take another one"),
    ],
)
def test_a_bad_or_taken_name_is_refused_with_the_way_out(tmp_path, name, says):
    with pytest.raises(NotWritten, match=re.escape(says)):
        checked_name(name, SHIPPED_PLUGINS)
    for option in ("--folder", "--distribution"):
        result = CliRunner().invoke(main, ["new-plugin", option, str(tmp_path / "new"), "--", name])
        assert result.exit_code == 1
        assert says in result.output
    assert list(tmp_path.iterdir()) == []


# --- Texts


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_the_figures_are_true_under_any_name(form, name):
    [table] = [text for path, text in form(name, DAY).items() if path.endswith(".csv")]
    rows = list(csv.DictReader(table.splitlines()))
    assert {row["framework"]: row["value"] for row in rows} == {"django": "6", "fastapi": "7", "flask": "5", "tornado": "7"}
    for row in rows:
        assert len(row["framework"]) == int(row["value"])
        assert row["source_url"].lower() == f"https://pypi.org/project/{row['framework']}/"
        assert (row["metric"], row["unit"], row["basis"], row["observed_on"]) == (f"{name}_letters", "letters", "measured", "2026-11-05")
        assert row["note"] == "counted; an example, put your own figures here"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_the_code_passes_the_project_s_own_checks_and_that_of_a_distribution_those_of_ruff(project, tmp_path, form, name):
    write(form(name, DAY), tmp_path)
    rules = ["--line-length", "140", *([] if form is as_distribution else ["--config", project / "pyproject.toml"])]
    chosen = (
        ["--isolated", "--extend-select", "I,RUF"] if form is as_distribution else ["--extend-ignore", "D103"]
    )  # tests need no docstring
    for command in (
        ["check", "--no-cache", *chosen],
        ["format", "--no-cache", "--check", *(["--isolated"] if form is as_distribution else [])],
    ):
        done = shell(sys.executable, "-m", "ruff", *command, *rules, ".", cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_names_no_framework_but_in_its_figures_and_test():
    for form in FORMS:
        [code] = [
            text for path, text in form("licence", DAY).items() if path.endswith(("licence.py", "__init__.py")) and "test_" not in path
        ]
        assert not re.search("django|flask|fastapi|tornado", code)


# --- Writing


def test_nothing_is_overwritten_and_nothing_written_beside_it(tmp_path):
    files = {"one.txt": "new", "deep/two.txt": "new"}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "two.txt").write_text("old", encoding="utf-8")
    with pytest.raises(NotWritten, match=r"two\.txt is there already"):
        write(files, tmp_path)
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["two.txt"]
    assert (tmp_path / "deep" / "two.txt").read_text(encoding="utf-8") == "old"


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path):
    (tmp_path / "one.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(NotWritten, match="is there already"):
        write({"one.txt": "new"}, tmp_path)
    assert not (tmp_path / "elsewhere.txt").exists()


def test_what_was_begun_is_taken_back_when_it_can_t_be_ended(tmp_path):
    (tmp_path / "deep").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(NotWritten, match="nothing was written: "):
        write({"one.txt": "new", "deep/two.txt": "new"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_a_second_time_is_refused_by_the_command_and_changes_nothing(tmp_path):
    def run():
        return CliRunner().invoke(main, ["new-plugin", "licence", "--folder", str(tmp_path)])

    assert run().exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = run()
    assert (result.exit_code, "are there already" in result.output) == (1, True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_and_a_distribution_at_once_are_refused(tmp_path):
    result = CliRunner().invoke(main, ["new-plugin", "licence", "--folder", str(tmp_path), "--distribution", str(tmp_path)])
    assert (result.exit_code, "give one of the two" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


# --- As a file of the project


def commands(printed):
    """The commands that new-plugin tells people to type, by what they are for."""
    return dict(re.findall(r"^(test it|install it|see it found|see it scored): +(.+)$", printed, re.MULTILINE))


@alone
def test_in_the_project_it_passes_its_own_test_by_the_very_command_that_is_printed(copy):
    done = shell(sys.executable, "-m", "chalicelib", "new-plugin", "licence", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:3] == ["wrote plugins/licence.py", "wrote plugins/licence.csv", "wrote tests/plugins/test_licence.py"]
    told = commands(done.stdout)
    assert told["test it"].endswith(" -m pytest tests/plugins/test_licence.py")
    assert told["see it scored"].endswith(" -m chalicelib score flask django --weight licence:1")
    test = shell("sh", "-c", told["test it"], cwd=copy)
    assert (test.returncode, "3 passed" in test.stdout) == (0, True), test.stdout
    found = shell("sh", "-c", told["see it found"], cwd=copy)
    assert (found.returncode, found.stderr) == (0, "")
    assert re.search(r"licence +file +0 +criteria licence; 4 figures", found.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_found_with_its_criterion_and_figures(tmp_path, name):
    write(in_folder(name, DAY), tmp_path)
    catalogue = discover([tmp_path], shipped=(), version="1.0")
    assert catalogue.faults == ()
    [plugin] = catalogue.plugins
    assert (plugin.name, plugin.origin, plugin.criteria, plugin.figures) == (name, Origin.FILE, (name,), 4)


def test_in_another_folder_it_passes_its_own_test_and_is_found_by_the_commands_that_are_printed(copy, tmp_path):
    folder = tmp_path / "my plugins"
    done = shell(sys.executable, "-m", "chalicelib", "new-plugin", LONGEST, "--folder", folder, cwd=copy)
    assert done.returncode == 0, done.stderr
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == sorted(in_folder(LONGEST, DAY))
    told = commands(done.stdout)
    test = shell("sh", "-c", told["test it"], cwd=copy)
    assert (test.returncode, "3 passed" in test.stdout) == (0, True), test.stdout
    found = shell("sh", "-c", told["see it found"], cwd=copy)
    assert (found.returncode, found.stderr) == (0, "")
    assert f"criteria {LONGEST}; 4 figures" in found.stdout


# --- As a distribution


@pytest.fixture(scope="module")
def distribution(copy, tmp_path_factory):
    """A distribution as the command writes it, and what it printed."""
    folder = tmp_path_factory.mktemp("distributions") / "mine"
    done = shell(sys.executable, "-m", "chalicelib", "new-plugin", "two_words", "--distribution", folder, cwd=copy)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_a_distribution_says_what_it_is_and_depends_on_nothing(distribution):
    stated = tomllib.loads((distribution[0] / "pyproject.toml").read_text(encoding="utf-8"))
    assert stated["build-system"] == {"requires": ["flit_core>=3.11,<4"], "build-backend": "flit_core.buildapi"}
    project = stated["project"]
    assert (project["name"], project["version"], project["requires-python"]) == ("frameworth-two-words", "0.1.0", ">=3.11")
    assert project["entry-points"] == {"frameworth": {"two_words": "frameworth_two_words"}}
    assert project["dependencies"] == []
    assert stated["tool"]["flit"]["module"] == {"name": "frameworth_two_words"}
    assert "HOOK_API = 1" in (distribution[0] / "frameworth_two_words" / "__init__.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_distribution_can_be_one(name):
    # https://packaging.python.org/en/latest/specifications/name-normalization/#name-format
    stated = tomllib.loads(as_distribution(name, DAY)["pyproject.toml"])["project"]["name"]
    assert re.fullmatch(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", stated)


def test_a_distribution_passes_its_own_test_from_the_project_and_from_its_own_folder(copy, distribution):
    folder, printed = distribution
    test = shell("sh", "-c", commands(printed)["test it"], cwd=copy)
    assert (test.returncode, "3 passed" in test.stdout) == (0, True), test.stdout
    test = shell(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", cwd=folder, path=copy)
    assert (test.returncode, "3 passed" in test.stdout) == (0, True), test.stdout


@alone
def test_a_distribution_that_is_built_and_installed_is_found(copy, distribution, tmp_path):
    folder, printed = distribution
    assert commands(printed)["install it"] == f"{sys.executable} -m pip install {folder}"
    source = tmp_path / "source"
    shutil.copytree(folder, source, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    built = shell(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--wheel-dir", "dist", cwd=source)
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = (source / "dist").glob("*.whl")
    target = tmp_path / "installed"
    put = shell(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", target, wheel, cwd=source)
    assert put.returncode == 0, put.stdout + put.stderr

    [one] = installed([str(target)])
    assert (one.name, one.module, one.distribution, one.version) == ("two_words", "frameworth_two_words", "frameworth-two-words", "0.1.0")
    found = shell(sys.executable, "-m", "chalicelib", "plugins", cwd=copy, path=target)
    assert (found.returncode, found.stderr) == (0, "")
    assert re.search(r"two_words +distribution frameworth-two-words +0\.1\.0 +criteria two_words; 4 figures", found.stdout), found.stdout


def test_the_module_promises_one_form_for_each_way_to_use_it():
    assert {form.__name__ for form in FORMS} == {name for name in vars(new_plugin) if name.startswith(("in_", "as_"))}
    assert Path("tests") in [Path(path).parent for path in in_folder("licence", DAY)]
