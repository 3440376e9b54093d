"""Which files of a folder of installed packages some requirements ask for, by what the packages say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

from rig.environments import NotInstalled

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def parsed(requirement: str) -> tuple[str, frozenset[str]]:
    """The name of a requirement and its extras, each as pip compares them."""
    found = _REQUIREMENT.match(requirement)
    if not found:
        raise NotInstalled(f"{requirement!r} is no requirement; one begins with a name")
    return _normal(found[1]), frozenset(_normal(extra.strip()) for extra in (found[2] or "").split(",") if extra.strip())


def files(site: Path, requirements: Iterable[str]) -> dict[str, Path]:
    """The files of `requirements` and of all that these require, by their path in `site`. Raises `NotInstalled` if one is not there.

    Without what was installed elsewhere, such as commands, and without bytecode.
    """
    known = _known(site)
    names: dict[str, Path] = {}
    for name in _closure(known, list(requirements), site):
        for file in known[name].files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                names[file.as_posix()] = site / file
    return names


def needed(site: Path, requirements: Iterable[str]) -> dict[str, str]:
    """The versions of `requirements` and of all that these require, by name. Raises `NotInstalled` if one is not there."""
    known = _known(site)
    return {name: known[name].version for name in sorted(_closure(known, list(requirements), site))}


def _known(site: Path) -> dict[str, Distribution]:
    return {_normal(found.name): found for found in distributions(path=[str(site)])}


def _closure(known: dict[str, Distribution], requirements: list[str], site: Path) -> set[str]:
    for name, _ in map(parsed, requirements):
        if name not in known:
            raise NotInstalled(f"{name} is not in {site}; install its requirements anew")
    waiting = [parsed(requirement) for requirement in requirements]
    seen = set()
    while waiting:
        one = waiting.pop()
        name, extras = one
        # What is for other systems is not installed, so no marker but that of an extra need be understood.
        if one in seen or name not in known:
            continue
        seen.add(one)
        for line in known[name].requires or ():
            requirement, _, marker = line.partition(";")
            asked = {_normal(extra) for extra in _EXTRA.findall(marker)}
            if not asked or asked & extras:
                waiting.append(parsed(requirement))
    return {name for name, _ in seen}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
