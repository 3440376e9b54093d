"""Installed plugins in the package: after `pip install X` nothing but `make package` is needed to deploy X.

Chalice packs what is in vendor/ and what requirements.txt resolves to. So each installed distribution that offers plugins is copied into
vendor/ of the tree that is packaged, with its metadata, by which it is found on Lambda; what it requires goes into requirements.txt there.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from email import message_from_string
from importlib.metadata import Distribution
from pathlib import Path

from frameworth.distributions import Installed, installed

# What is at the top of the package besides vendor/ and requirements: a distribution with such a name would change the project's own code.
TAKEN = frozenset({"app.py", "chalice", "chalicelib", "frameworth", "plugins"})


class PackagingFailed(Exception):
    """No package was made. The message says what is wrong and what to do about it."""


def add_plugins(tree: Path, search_path: Iterable[str]) -> list[str]:
    """Adds what is installed on `search_path` and offers plugins to a tree for Chalice; returns name and version of each distribution.

    Those that requirements.txt names are left to Chalice. Raises `PackagingFailed` for one that would not run on Lambda as it is installed.
    """
    requirements = tree / "requirements.txt"
    lines = requirements.read_text(encoding="utf-8").splitlines()
    left_to_chalice = {_project(line) for line in lines}
    found = {one.folder: one for one in installed(search_path) if one.folder and _project(one.distribution) not in left_to_chalice}
    # What is copied need not be downloaded, and frameworth itself can't be: it is the host, and on no index.
    at_hand = {"frameworth", *(_project(one.distribution) for one in found.values())}
    for folder, one in found.items():
        distribution = Distribution.at(folder)
        try:
            _check(one, distribution)
            _copy(one, distribution, tree / "vendor")
            # With their markers, which pip heeds: it passes over those of extras and of other systems.
            lines += [line for line in _required(one, distribution) if _project(line) not in at_hand]
        except (OSError, ValueError) as error:
            raise PackagingFailed(f"distribution {one.distribution} can't be read ({error}); install it anew, or uninstall it") from error
    requirements.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [f"{one.distribution} {one.version}" for one in found.values()]


def _check(one: Installed, distribution: Distribution) -> None:
    """Refuses what can't be copied: an editable install, one without a list of its files, compiled code."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        raise PackagingFailed(
            f"distribution {one.distribution} is an editable install, whose files stay in {origin.get('url')}; "
            f"install its wheel instead (pip install without -e)"
        )
    wheel = message_from_string(distribution.read_text("WHEEL") or "")
    if not wheel["Root-Is-Purelib"] or distribution.files is None:
        raise PackagingFailed(
            f"distribution {one.distribution} was not installed from a wheel, so nothing says which files are its own; "
            f"uninstall it and install it with pip"
        )
    if wheel["Root-Is-Purelib"].strip().lower() != "true":
        raise PackagingFailed(
            f"distribution {one.distribution} is not pure Python, so its files are made for this machine; "
            f"put {one.distribution}=={one.version} on requirements.txt instead, for which Chalice finds the wheel for Lambda"
        )


def _copy(one: Installed, distribution: Distribution, vendor: Path) -> None:
    """Copies the recorded files, but for bytecode, for scripts (which are elsewhere) and for the note of where it was installed from."""
    for file in distribution.files or ():
        if ".." in file.parts or file.is_absolute() or file.suffix == ".pyc" or file.name == "direct_url.json":
            continue
        target = vendor / file
        if file.parts[0] in TAKEN or target.exists():
            raise PackagingFailed(
                f"distribution {one.distribution} brings {file}, a name that is taken in the package; "
                f"take it out of vendor/ if it is there, else uninstall {one.distribution}"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(str(distribution.locate_file(file)), target)


def _required(one: Installed, distribution: Distribution) -> list[str]:
    """What it requires; refuses an address, since Chalice looks for wheels by name and version."""
    required = distribution.requires or []
    for line in required:
        if "@" in line.partition(";")[0]:
            raise PackagingFailed(
                f"distribution {one.distribution} requires {line}, an address; "
                f"put what is there, unpacked, in vendor/ and build {one.distribution} without it"
            )
    return required


def _project(requirement: str) -> str:
    """The project that a requirement is about, in the one form of its name: `Foo_Bar>=1; extra == "x"` → `foo-bar`."""
    name = re.match(r"[\w.-]*", requirement.strip(), re.ASCII)
    return re.sub(r"[-_.]+", "-", name.group() if name else "").lower()
