"""The baseline does what every reference application does, and stays as it is."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from rig.catalogue import APPS, baseline, read_catalogue
from rig.cold import cold_start, package
from rig.conformance import check
from rig.environments import environment


def test_it_conforms(tmp_path: Path) -> None:
    assert check(baseline(), environment(baseline().requirements, tmp_path / "environment")) == []


def test_it_answers_on_lambda(tmp_path: Path) -> None:
    app = baseline()
    found = package(app, environment(app.requirements, tmp_path / "environment"), tmp_path / "adapters", tmp_path, bytecode=True)
    cold_start(found, variables={"DATABASE": str(tmp_path / "notes.sqlite3"), "REMOTE": "http://127.0.0.1:9"})


def test_it_is_frozen_as_figures_of_another_can_not_be_compared() -> None:
    source = (baseline().folder / "app.py").read_bytes()
    assert hashlib.sha256(source).hexdigest() == "5ec75e35c939871d1d878daa831cebb1c61a5a6af3efc247ced2adf5b7e20469"


def test_it_needs_nothing_but_the_standard_library() -> None:
    source = (baseline().folder / "app.py").read_text(encoding="utf-8")
    imported = {line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


def test_it_is_no_framework_of_the_catalogue() -> None:
    assert baseline().framework not in read_catalogue()
    assert baseline().folder.parent != APPS
