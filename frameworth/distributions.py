"""Installed distributions that offer plugins: entry points of the group `frameworth`, looked for without importing anything.

Asking importlib.metadata costs some 25 ms of CPU at a cold start, nearly all of it its own import (bench/plugins.py). So the folders of the
search path are listed first, which takes about one, and it is asked about those distributions only that name the group.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frameworth.guard import Broke, attempt
from frameworth.names import shortened

GROUP = "frameworth"
_SECTION = f"[{GROUP}]".encode()
_METADATA = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class Installed:
    """One entry point: the plugin's `name`, the `module` that it names, and the distribution that it comes with.

    `folder` holds the metadata of that distribution; a module that is handed in has none.
    """

    name: str
    module: str
    distribution: str
    version: str
    load: Callable[[], Any]
    folder: Path | None = None


def installed(search_path: Iterable[str]) -> list[Installed]:
    """The plugins of all distributions on a search path such as `sys.path`, by name and distribution.

    Of a distribution that is there twice the first is the one that Python would import. Zipped folders are passed over: pip unpacks.
    One whose metadata can't be read is listed as a plugin of its own name, which fails when it is loaded.
    """
    found: dict[str, list[Installed]] = {}
    for folder in _offering(search_path):
        try:
            name, plugins = attempt(_read, folder)
        except Broke as broke:
            name, plugins = _name_of(folder), [_unreadable(folder, broke)]
        found.setdefault(name.lower().replace("_", "-"), plugins)
    return sorted((one for plugins in found.values() for one in plugins), key=lambda one: (one.name, one.distribution, one.module))


def _read(folder: Path) -> tuple[str, list[Installed]]:
    """A distribution's name and plugins; raises whatever garbled metadata leads to."""
    from importlib.metadata import Distribution  # the cost that only they pay who have one

    distribution = Distribution.at(folder)
    name, version = _written(distribution, "Name") or _name_of(folder), _written(distribution, "Version") or "0"
    entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
    return name, [Installed(one.name, one.value, name, version, one.load, folder) for one in entries]


def _unreadable(folder: Path, broke: Broke) -> Installed:
    """What stands for the plugins of a distribution that can't be read, so that the catalogue names it."""

    def load() -> Any:
        raise ImportError(f"the metadata in {folder} can't be read: {broke}") from broke

    name = _name_of(folder)
    return Installed(name.lower().replace(".", "_"), folder.name, name, "0", load, folder)


def _name_of(folder: Path) -> str:
    return folder.stem.partition("-")[0]


def _written(distribution: Any, field: str) -> str:
    metadata = distribution.metadata
    text = metadata[field] if metadata is not None and field in metadata else ""
    return shortened(str(text))[1:-1]


def _offering(search_path: Iterable[str]) -> Iterator[Path]:
    """The metadata folders that name the group, in the order of the search path."""
    for entry in dict.fromkeys(search_path):
        try:
            with os.scandir(entry or ".") as listing:
                folders = sorted(one.path for one in listing if one.name.endswith(_METADATA))
        except OSError:  # not every entry of a search path is a folder that is there
            continue
        for folder in folders:
            try:
                text = Path(folder, "entry_points.txt").read_bytes()
            except OSError:  # a distribution without entry points
                continue
            if _SECTION in text.replace(b" ", b""):
                yield Path(folder)
