"""What an application consists of and how it is served: what is counted, not timed, so that once is enough."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from rig.catalogue import App
from rig.distributions import files, needed, parsed
from rig.environments import site_packages

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Of one application: all that the note of a figure needs, so that a record can be read when the catalogue has changed.

    `pinned` are the names of what its requirements name, `versions` those of all that they bring. `digest` is of its files and its command.
    """

    server: str
    workers: int
    concurrency: str
    production: bool
    adapter: str
    pinned: tuple[str, ...]
    versions: dict[str, str]
    installed_bytes: int
    tokens: int
    digest: str


def inventory(app: App, environment: Path) -> Inventory:
    """Counts an application that is installed in `environment`; raises `NotInstalled` if something of it is not there."""
    site = site_packages(environment)
    wanted = app.wanted
    return Inventory(
        server=app.server,
        workers=app.workers,
        concurrency=app.concurrency,
        production=app.production,
        adapter=app.adapter,
        pinned=tuple(parsed(line)[0] for line in wanted),
        versions=needed(site, wanted),
        installed_bytes=sum(path.stat().st_size for path in files(site, wanted).values() if path.is_file()),
        tokens=sum(tokens(path) for path in _sources(app)),
        digest=_digest(app),
    )


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


def _digest(app: App) -> str:
    whole = hashlib.sha256("\0".join(app.command).encode())
    for path in [*_sources(app), app.requirements]:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def _bare(source: str) -> str:
    """The code alone, in the one form that `ast` gives it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
