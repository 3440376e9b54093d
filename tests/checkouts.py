"""A copy of this project with the shipped plugins alone: what somebody dropped in here is no business of tests of the project itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from chalicelib.bootstrap import SHIPPED_PLUGINS

_LEFT_OUT = (".git", ".venv", "build", "deployments", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis", "node_modules")


def copy_of(project: Path, folder: Path) -> Path:
    """Copies the project into a folder that is not there yet; returns it."""
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path in (folder / "plugins").iterdir():
        if path.suffix in (".py", ".csv") and path.stem not in SHIPPED_PLUGINS:
            path.unlink()
            (folder / "tests" / "plugins" / f"test_{path.stem}.py").unlink(missing_ok=True)
    return folder
