"""A copy of this project with the shipped plugins alone: what somebody dropped in here is no business of tests of the project itself."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from chalicelib.bootstrap import SHIPPED_PLUGINS
from frameworth.distributions import installed

_STRANGERS = sorted({one.distribution for one in installed(sys.path)})
# A server or a package takes in what is installed for its Python, and there is no other Python to try it with. In CI nothing is skipped.
alone = pytest.mark.skipif(
    bool(_STRANGERS) and os.environ.get("CI") != "true",
    reason=f"{', '.join(_STRANGERS)} is installed here and offers plugins; to run this test, take it out with `pip uninstall`",
)

_LEFT_OUT = (".git", ".venv", "build", "deployments", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis", "node_modules")


def copy_of(project: Path, folder: Path) -> Path:
    """Copies the project into a folder that is not there yet; returns it."""
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path in (folder / "plugins").iterdir():
        if path.suffix in (".py", ".csv") and path.stem not in SHIPPED_PLUGINS:
            path.unlink()
            (folder / "tests" / "plugins" / f"test_{path.stem}.py").unlink(missing_ok=True)
    return folder
