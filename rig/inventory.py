"""What an application consists of: figures that are counted, not timed, so that once is enough."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from rig.catalogue import App
from rig.distributions import files, needed, parsed
from rig.environments import site_packages

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Sizes in bytes, and the versions of all packages that the application's requirements bring, by name."""

    installed_bytes: int
    tokens: int
    versions: dict[str, str]


def inventory(app: App, environment: Path) -> Inventory:
    """Counts an application that is installed in `environment`; raises `NotInstalled` if something of it is not there."""
    site = site_packages(environment)
    wanted = app.requirements.read_text(encoding="utf-8").splitlines()
    installed = sum(path.stat().st_size for path in files(site, wanted).values() if path.is_file())
    return Inventory(installed, sum(tokens(path) for path in _sources(app)), needed(site, wanted))


def dependencies(app: App, versions: dict[str, str]) -> int:
    """How many packages come along with the framework's own."""
    return len(versions.keys() - {parsed(app.framework)[0]})


def tokens(path: Path) -> int:
    """Words and symbols of a file; of a Python file without comments and docstrings, which say nothing to the framework."""
    text = path.read_text(encoding="utf-8")
    return len(_TOKEN.findall(_bare(text) if path.suffix == ".py" else text))


def _sources(app: App) -> list[Path]:
    return [
        path
        for path in sorted(app.folder.rglob("*"))
        if path.is_file() and path != app.requirements and "__pycache__" not in path.parts and not path.name.startswith(".")
    ]


def _bare(source: str) -> str:
    """The code alone, in the one form that `ast` gives it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
