"""Where plugins are found: files in folders, then installed distributions. Nothing is imported here; that is the ladder's first rung."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType

from frameworth.catalogue import Fault, Origin, Stage
from frameworth.collecting import Collector
from frameworth.criteria import Criterion
from frameworth.distributions import Installed
from frameworth.errors import PluginFailed
from frameworth.evidence import Observation
from frameworth.guard import told
from frameworth.methods import Method
from frameworth.observing import Observer
from frameworth.profiles import Profile

_MODULES = "frameworth_plugins"
_MOST_FAULT = 500


@dataclass(slots=True, eq=False)
class Found:
    """A plugin on its way up the ladder. `place` says where it was found, `load` imports it, `figures_file` is the CSV beside it."""

    name: str
    origin: Origin
    version: str
    place: str
    load: Callable[[], ModuleType]
    figures_file: Path | None = None
    distribution: str = ""
    enabled: bool = True
    admitted: bool = False
    criteria: list[Criterion] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    methods: list[Method] = field(default_factory=list)
    collectors: list[Collector] = field(default_factory=list)
    observers: list[Observer] = field(default_factory=list)
    figures: list[Observation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, stage: Stage, error: BaseException | str) -> None:
        """Records a fault; raises `PluginFailed` if the plugin is a shipped one."""
        text = error if isinstance(error, str) else told(error)
        if self.origin is Origin.SHIPPED:
            raise PluginFailed(self.name, stage, text) from (error if isinstance(error, BaseException) else None)
        self.faults.append(Fault(self.name, stage, text[:_MOST_FAULT]))


def found(
    folders: Iterable[Path], installed: Iterable[Installed], *, shipped: Collection[str], version: str, disabled: Collection[str]
) -> list[Found]:
    """Every plugin there is, by name; one whose name is taken has a fault already, and so has a CSV file without its plugin."""
    files = _in_folders(folders, shipped, version, disabled)
    distributed = [
        Found(
            one.name,
            Origin.DISTRIBUTION,
            one.version,
            f"distribution {one.distribution} ({one.module})",
            partial(_entry_point, one),
            distribution=one.distribution,
            enabled=one.name not in disabled,
        )
        for one in installed
    ]
    _settle_names(files, distributed)
    for name in sorted(set(shipped) - {plugin.name for plugin in files if plugin.origin is Origin.SHIPPED}):
        raise PluginFailed(name, Stage.LOAD, "its file is not there")
    # The sort is stable: of one name, files stand in the order of their folders, then distributions in the order of theirs.
    return sorted([*files, *_lone_figures(folders), *distributed], key=lambda plugin: plugin.name)


def _in_folders(folders: Iterable[Path], shipped: Collection[str], version: str, disabled: Collection[str]) -> list[Found]:
    plugins: list[Found] = []
    for number, folder in enumerate(folders):
        for path in sorted(folder.glob("[!_]*.py")):
            name, is_shipped = path.stem, number == 0 and path.stem in shipped
            plugins.append(
                Found(
                    name,
                    Origin.SHIPPED if is_shipped else Origin.FILE,
                    version if is_shipped else "0",
                    str(path),
                    partial(_file, name, path),
                    figures_file=path.with_suffix(".csv"),
                    enabled=name not in disabled,
                )
            )
    return plugins


def _lone_figures(folders: Iterable[Path]) -> list[Found]:
    lone: list[Found] = []
    for path in (path for folder in folders for path in sorted(folder.glob("[!_]*.csv")) if not path.with_suffix(".py").is_file()):
        plugin = Found(path.stem, Origin.FILE, "0", str(path), partial(_file, path.stem, path), enabled=False)
        plugin.fault(Stage.FIGURES, f"{path.name} stands beside no {path.stem}.py, so nobody reads it")
        lone.append(plugin)
    return lone


def _settle_names(files: Iterable[Found], distributed: Iterable[Found]) -> None:
    """A plugin's name is its own: it goes to the file in the first folder, else to the one distribution; of several to none."""
    first: dict[str, Found] = {}
    for plugin in files:
        if first.setdefault(plugin.name, plugin) is not plugin:
            plugin.fault(Stage.CONFLICT, f"{plugin.place} has the same name as {first[plugin.name].place} and was not loaded")
    by_name: dict[str, list[Found]] = {}
    for plugin in distributed:
        by_name.setdefault(plugin.name, []).append(plugin)
    for name, plugins in by_name.items():
        for plugin in plugins:
            others = [first[name]] if name in first else [other for other in plugins if other is not plugin]
            if others:
                places = " and ".join(other.place for other in others)
                plugin.fault(Stage.CONFLICT, f"{plugin.place} has the same name as {places} and was not loaded")


def _file(name: str, path: Path) -> ModuleType:
    """The file as a module, without a change to sys.path."""
    qualified = f"{_MODULES}.{name}"
    spec = importlib.util.spec_from_file_location(qualified, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[qualified] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(qualified, None)
        raise
    return module


def _entry_point(one: Installed) -> ModuleType:
    """The module that an entry point names."""
    module = one.load()
    if not isinstance(module, ModuleType):
        raise TypeError(f"entry point {one.name} = {one.module} names no module; write the module alone, without a colon")
    return module
