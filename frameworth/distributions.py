"""Installed distributions that offer plugins: entry points of the group `frameworth`, looked for without importing anything.

Asking importlib.metadata costs some 40 ms of CPU at a cold start, nearly all of it its own import. So the folders of the search path are
listed first, which takes about one, and it is asked about those distributions only that name the group.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frameworth.names import shortened

GROUP = "frameworth"
_SECTION = f"[{GROUP}]".encode()
_METADATA = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class Installed:
    """One entry point: the plugin's `name`, the `module` that it names, and the distribution that it comes with."""

    name: str
    module: str
    distribution: str
    version: str
    load: Callable[[], Any]


def installed(search_path: Iterable[str]) -> list[Installed]:
    """The plugins of all distributions on a search path such as `sys.path`, by name and distribution.

    Of a distribution that is there twice the first is the one that Python would import. Zipped folders are passed over: pip unpacks.
    """
    found: dict[str, list[Installed]] = {}
    for folder in _offering(search_path):
        from importlib.metadata import Distribution  # the cost that only they pay who have one

        distribution = Distribution.at(folder)
        name, version = _written(distribution, "Name") or folder.stem.partition("-")[0], _written(distribution, "Version") or "0"
        entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
        found.setdefault(name.lower().replace("_", "-"), [Installed(one.name, one.value, name, version, one.load) for one in entries])
    return sorted((one for entries in found.values() for one in entries), key=lambda one: (one.name, one.distribution, one.module))


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
