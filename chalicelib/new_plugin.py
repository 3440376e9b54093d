"""A plugin to start from: text for each file of it, in three forms. What is written works and passes its own test as it stands.

The figures in it are an example that holds under any name and that anybody can check: how many letters a package's name has.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from string import Template

from frameworth.errors import FrameworthError
from frameworth.hooks import HOOK_API
from frameworth.names import is_name, shortened

MOST_NAME = 40
"""A plugin's metrics are called after it, `NAME_letters`, and a metric's name has at most 48 characters."""

_LETTERS = {"django": ("Django", 6), "fastapi": ("FastAPI", 7), "flask": ("Flask", 5), "tornado": ("Tornado", 7)}


class NotWritten(FrameworthError):
    """No plugin was written, nor any part of one; the message says what stands in the way."""


def checked_name(name: str, taken: Collection[str] = ()) -> str:
    """`name` if a new plugin can have it, else raises `NotWritten`; `taken` are the names that it can't have."""
    if not is_name(name[:MOST_NAME]):
        raise NotWritten(f"{shortened(name)} is no name for a plugin; use a-z, 0-9 and '_', led by a letter")
    if len(name) > MOST_NAME:
        reason = "the names of its metrics begin with it, and they have at most 48"
        raise NotWritten(f"{shortened(name)} has {len(name)} characters; use at most {MOST_NAME}: {reason}")
    if name in taken:
        raise NotWritten(f"{name!r} is the name of a shipped plugin; take another one")
    return name


def in_project(name: str, day: date) -> dict[str, str]:
    """The files of a plugin in the project's `plugins/`, by their path in the project; its figures are of `day`."""
    return {
        f"plugins/{name}.py": _filled(_PLUGIN, name, day),
        f"plugins/{name}.csv": _figures(name, day),
        f"tests/plugins/test_{name}.py": _filled(_TEST, name, day, plugin=f'Path(__file__).parents[2] / "plugins" / "{name}.py"'),
    }


def in_folder(name: str, day: date) -> dict[str, str]:
    """The files of a plugin in another folder of plugins, by their path in it.

    The test goes into a folder `tests` there: beside the plugin it would be taken for one.
    """
    return {
        f"{name}.py": _filled(_PLUGIN, name, day),
        f"{name}.csv": _figures(name, day),
        f"tests/test_{name}.py": _filled(_TEST, name, day, plugin=f'Path(__file__).parents[1] / "{name}.py"'),
    }


def as_distribution(name: str, day: date) -> dict[str, str]:
    """The files of a plugin that is installed with pip, by their path in the distribution's folder."""
    return {
        "pyproject.toml": _filled(_PYPROJECT, name, day),
        "README.md": _filled(_README, name, day),
        f"frameworth_{name}/__init__.py": _filled(_PLUGIN, name, day, hook_api=_SPEAKS),
        f"frameworth_{name}/{name}.csv": _figures(name, day),
        f"tests/test_{name}.py": _filled(_TEST_OF_PACKAGE, name, day),
    }


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Writes files under a folder, all of them or none; returns where they are. Raises `NotWritten` if one is there already."""
    paths = {folder / path: text for path, text in files.items()}
    there = [str(path) for path in paths if path.is_symlink() or path.exists()]
    if there:
        raise NotWritten(f"nothing was written: {', '.join(there)} {'is' if len(there) == 1 else 'are'} there already")
    written: list[Path] = []
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink()
        raise NotWritten(f"nothing was written: {error}") from error
    return written


def _filled(template: str, name: str, day: date, **more: str) -> str:
    # A project's name may not end with the sign that separates its words.
    project = f"frameworth-{re.sub('_+', '-', name.rstrip('_'))}"
    given = {"name": name, "project": project, "year": day.year, "month": day.month, "day": day.day, "hook_api": "", "plugin": ""}
    return Template(template).substitute(given | more)


def _figures(name: str, day: date) -> str:
    header = "framework,metric,value,unit,observed_on,basis,source_title,source_url,note"
    rows = [
        f"{framework},{name}_letters,{count},letters,{day.isoformat()},measured,"
        f'{package} on PyPI,https://pypi.org/project/{package}/,"counted; an example, put your own figures here"'
        for framework, (package, count) in _LETTERS.items()
    ]
    return "\n".join([header, *rows, ""])


_SPEAKS = f"""# The version of the hooks that this plugin is written for: another one refuses it by name, instead of misreading it.
HOOK_API = {HOOK_API}

"""

_PLUGIN = '''\
"""How short is its name? An example that works: put your own question, facts and figures in its place."""

from frameworth import Criterion, Indicator, Metric, hookimpl, linear

${hook_api}# REPLACE: what is measured, its unit, and what a figure is worth. Say here what the two anchors mean: they are fixed, stand for
# what people notice, and never look at who would gain by them. 4 letters, as long as a command gets that is typed all day, are worth
# 1; 14, which nobody types twice without a slip, are worth 0; between them each letter costs the same. Where less is better, `zero` is
# the larger one. Other forms are log, ratio, reciprocal, piecewise, levels, place and yes_no: help(frameworth.log) and so on.
LETTERS = Metric("${name}_letters", unit="letters", value=linear(zero=14, one=4))


@hookimpl
def frameworth_criteria():
    """One criterion: $name."""
    yield Criterion(
        "$name",
        # REPLACE: the question that all indicators answer together.
        question="How short is the name that one types to install and to import it?",
        # REPLACE: each indicator is one fact, read from the first of its metrics whose source lives on the day that is asked about.
        indicators=[Indicator("letters", [LETTERS])],
    )
'''

_TESTS = """

def test_it_is_sound_and_offers_its_criterion(catalogue):
    [plugin] = catalogue.plugins
    assert plugin.criteria == ("$name",)
    assert plugin.figures == 4  # REPLACE: the number of rows in its CSV file


def test_the_anchors_are_worth_what_they_should_be(catalogue):
    card = score_with(catalogue, [evidence("short", **{METRIC: 4}), evidence("long", **{METRIC: 14})])
    assert [(ranked.row.framework, ranked.row.score) for ranked in card.ranking] == [("short", 1.0), ("long", 0.0)]


def test_its_own_figures_rank_as_they_should(catalogue):
    known = [Evidence.of(framework, rows, as_of=DAY) for framework, rows in catalogue.figures.items()]
    ranking = score_with(catalogue, known).ranking
    assert [ranked.row.framework for ranked in ranking] == ["flask", "django", "fastapi", "tornado"]
    assert [ranked.rank for ranked in ranking] == [1, 2, 3, 3]
"""

_TEST = (
    '''\
"""The plugin $name: sound by itself, and it scores what it should."""

from datetime import date
from pathlib import Path

import pytest

from frameworth import Evidence
from frameworth.testing import check_plugin, evidence, score_with

PLUGIN = $plugin
METRIC = "${name}_letters"
DAY = date($year, $month, $day)


@pytest.fixture(scope="module")
def catalogue():
    """What the plugin offers; if anything is wrong with it, all of that is told at once."""
    return check_plugin(PLUGIN)
'''
    + _TESTS
)

_TEST_OF_PACKAGE = (
    '''\
"""The plugin $name: sound by itself, and it scores what it should."""

from datetime import date

import pytest
from frameworth import Evidence
from frameworth.testing import check_plugin, evidence, score_with

import frameworth_$name

METRIC = "${name}_letters"
DAY = date($year, $month, $day)


@pytest.fixture(scope="module")
def catalogue():
    """What the plugin offers; if anything is wrong with it, all of that is told at once."""
    return check_plugin(frameworth_$name)
'''
    + _TESTS
)

_PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.11,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "$project"
version = "0.1.0"
description = "A plugin for Frameworth: the criterion $name."
readme = "README.md"
requires-python = ">=3.11"
# No dependency on frameworth: whoever loads this plugin provides it, and as long as it is not published that name could be anybody's.
dependencies = []

# The name of the plugin, and the module that Frameworth imports. Its figures are the CSV file of the plugin's name beside that module.
[project.entry-points.frameworth]
$name = "frameworth_$name"

[tool.flit.module]
name = "frameworth_$name"

[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]
"""

_README = """\
# $project

A plugin for Frameworth that offers the criterion `$name`.

What to replace in it: the question, the metric and its anchors in `frameworth_$name/__init__.py`, the figures in
`frameworth_$name/$name.csv`, and what `tests/test_$name.py` expects of them. Comments say where.

With a checkout of Frameworth, here in `../frameworth`, and the Python of its `.venv`, test and build:

```sh
PYTHONPATH=../frameworth ../frameworth/.venv/bin/python -m pytest
../frameworth/.venv/bin/python -m pip wheel . --no-deps --wheel-dir dist
```

Install it, see it found, and see it scored:

```sh
../frameworth/.venv/bin/python -m pip install .
cd ../frameworth
.venv/bin/python -m chalicelib plugins
.venv/bin/python -m chalicelib score flask django --weight $name:1
```
"""
