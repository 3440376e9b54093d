"""Gets an application ready to be measured: installs it, checks that it conforms, counts what it consists of, and packs it for Lambda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from rig.catalogue import App
from rig.cold import REQUIREMENTS, NotPackaged, Package, package
from rig.conformance import check
from rig.environments import NotInstalled, environment, packages
from rig.inventory import Inventory, inventory


class Refused(RuntimeError):
    """An application can't be measured; the message says why, a reason a line."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An application that conforms, its virtual environment, and how it is packed for Lambda, by the name of the reading."""

    app: App
    environment: Path
    packages: Mapping[str, Package]
    inventory: Inventory


def prepare(app: App, environments: Path, work: Path, *, packed: bool) -> Prepared:
    """Raises `Refused` for what can't be installed or does not conform.

    `work` is a folder for packages, which are made if `packed` and an adapter answers inside a function.
    """
    try:
        installed = environment(app.requirements, (environments / app.framework).absolute())
        if faults := check(app, installed):
            raise Refused("\n  ".join([f"{app.framework} does not do what all must do:", *faults]))
        return Prepared(app, installed, _packages(app, installed, environments, work) if packed else {}, inventory(app, installed))
    except (NotInstalled, NotPackaged) as error:
        raise Refused(str(error)) from error


def adapter_versions(environments: Path) -> dict[str, str]:
    """The versions of the installed adapters, by name; none if they have not been needed yet."""
    folder = environments / "adapters"
    return {found.name: found.version for found in distributions(path=[str(folder)])} if folder.is_dir() else {}


def _packages(app: App, installed: Path, environments: Path, work: Path) -> dict[str, Package]:
    if not app.adapter:
        return {}
    adapters = packages(REQUIREMENTS, (environments / "adapters").absolute())
    return {
        "cold_cpu": package(app, installed, adapters, work / "bytecode", bytecode=True),
        "cold_cpu_no_bytecode": package(app, installed, adapters, work / "no_bytecode", bytecode=False),
    }
