"""A plugin as people install it: a project of its own, built into a wheel by its own build backend, and installed by pip."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PLUGIN = Path(__file__).parent / "packaging" / "dropped_in"
NAME, MODULE, VERSION = "frameworth-licence", "frameworth_licence", "1.4.2"
INFO = f"{MODULE}-{VERSION}.dist-info"

# It does not require frameworth, which hosts it. It does not need iniconfig either; that is there to see requirements resolved.
PROJECT = f"""\
[build-system]
requires = ["flit_core>=3.11,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "{NAME}"
version = "{VERSION}"
description = "How freely may we ship it?"
requires-python = ">=3.11"
dependencies = ["iniconfig>=2", "pywin32; sys_platform == 'win32'"]

[project.optional-dependencies]
test = ["pytest"]

[project.scripts]
licence-of = "{MODULE}:frameworth_criteria"

[project.entry-points.frameworth]
licence = "{MODULE}"
"""


def build_wheel(folder: Path) -> Path:
    """Writes the plugin's project into `folder` and builds its wheel there."""
    module = folder / MODULE
    module.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    shutil.copy(PLUGIN / "licence.py", module / "__init__.py")
    shutil.copy(PLUGIN / "licence.csv", module / "licence.csv")
    _pip("wheel", ".", "--no-deps", "-w", "dist", folder=folder)
    [wheel] = (folder / "dist").glob("*.whl")
    return wheel


def install(wheel: Path, site: Path) -> Path:
    """Installs a wheel into a folder of its own, for PYTHONPATH; returns that folder."""
    _pip("install", "--no-deps", "--target", str(site), str(wheel), folder=wheel.parent)
    return site


def _pip(*arguments: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
