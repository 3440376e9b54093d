"""The tutorial's plugin as people install it: a project of its own, built into a wheel by its own build backend, and installed by pip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import tutorial

NAME, MODULE, VERSION = "frameworth-licence", "frameworth_licence", "1.0.0"
INFO = f"{MODULE}-{VERSION}.dist-info"

_AS_SHOWN = tutorial.FILES[f"../{NAME}/pyproject.toml"]
# It needs neither of these; they are there to see requirements, extras and scripts resolved.
_WITH_REQUIREMENTS = (
    _AS_SHOWN.replace("dependencies = []", """dependencies = ["iniconfig>=2", "pywin32; sys_platform == 'win32'"]""")
    + f"""
[project.optional-dependencies]
test = ["pytest"]

[project.scripts]
licence-of = "{MODULE}:frameworth_criteria"
"""
)


def build_wheel(folder: Path, *, requirements: bool = False) -> Path:
    """Writes the plugin's project into `folder`, as the tutorial shows it or with requirements as well, and builds its wheel there."""
    module = folder / MODULE
    module.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(_WITH_REQUIREMENTS if requirements else _AS_SHOWN, encoding="utf-8")
    tutorial.write_plugin("licence", module).rename(module / "__init__.py")
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
