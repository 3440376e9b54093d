"""Finding plugins and admitting what they offer, one guarded rung at a time.

pluggy isolates nothing: one raising implementation aborts a call for all, a generator raises later, a misspelt hook registers silently.
So each plugin is registered, called and unpacked by itself, and what fails becomes a `Fault` of that plugin alone. Shipped plugins get no
such mercy: a fault of theirs stops the start. This is about faults, not security: a plugin runs with all the rights of the process.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy

from frameworth import hooks, rows
from frameworth.catalogue import Catalogue, Fault, Origin, Plugin, Stage
from frameworth.criteria import Criterion, Metric
from frameworth.errors import PluginFailed
from frameworth.evidence import Observation
from frameworth.names import is_name, shortened, told
from frameworth.profiles import Profile

# SystemExit is a plugin's sys.exit(); KeyboardInterrupt and GeneratorExit are not the plugin's doing and pass.
_GUARDED = (Exception, SystemExit)
_MODULES = "frameworth_plugins"

_Offer = TypeVar("_Offer", Criterion, Profile, Observation)
_Named = TypeVar("_Named", Criterion, Profile)


@dataclass(slots=True, eq=False)
class _Found:
    """A plugin on its way up the ladder."""

    name: str
    origin: Origin
    version: str
    path: Path
    enabled: bool = True
    admitted: bool = False
    criteria: list[Criterion] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    figures: list[Observation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, stage: Stage, error: BaseException | str) -> None:
        text = error if isinstance(error, str) else told(error)
        if self.origin is Origin.SHIPPED:
            raise PluginFailed(self.name, stage, text) from (error if isinstance(error, BaseException) else None)
        self.faults.append(Fault(self.name, stage, text[:500]))


def discover(folders: Iterable[Path], *, shipped: Collection[str], version: str, disabled: Collection[str] = ()) -> Catalogue:
    """The catalogue of all plugins in `folders` (files `[!_]*.py`), whatever the order in which a file system lists them.

    `shipped` names the plugins that must work: each must be there, and a fault of one raises `PluginFailed`. `version` is theirs.
    `disabled` names plugins to leave unloaded. Every other fault is recorded in the catalogue and does no harm to other plugins.
    """
    found = _files(folders, shipped, version, disabled)
    for plugin in found:
        module = _loaded(plugin) if plugin.enabled and not plugin.faults else None
        if module is not None:
            _collect(plugin, module)
    _settle_conflicts(found)
    metrics = _settle_metrics(found)
    for plugin in found:
        _read_figures(plugin, metrics, _readers(found, plugin))
    return _catalogue(found, metrics)


def _files(folders: Iterable[Path], shipped: Collection[str], version: str, disabled: Collection[str]) -> list[_Found]:
    found: list[_Found] = []
    first_by_name: dict[str, _Found] = {}
    for number, folder in enumerate(folders):
        for path in sorted(folder.glob("[!_]*.py")):
            name = path.stem
            is_shipped = number == 0 and name in shipped
            origin = Origin.SHIPPED if is_shipped else Origin.FILE
            plugin = _Found(name, origin, version if is_shipped else "0", path, enabled=name not in disabled)
            found.append(plugin)
            if first_by_name.setdefault(name, plugin) is not plugin:
                plugin.fault(Stage.CONFLICT, f"{path} has the same name as {first_by_name[name].path} and was not loaded")
        for path in sorted(folder.glob("[!_]*.csv")):
            if not path.with_suffix(".py").is_file():
                lone = _Found(path.stem, Origin.FILE, "0", path, enabled=False)
                lone.fault(Stage.FIGURES, f"{path.name} stands beside no {path.stem}.py, so nobody reads it")
                found.append(lone)
    for name in sorted(set(shipped) - {plugin.name for plugin in found if plugin.origin is Origin.SHIPPED}):
        raise PluginFailed(name, Stage.LOAD, "its file is not there")
    return sorted(found, key=lambda plugin: plugin.name)


def _loaded(plugin: _Found) -> ModuleType | None:
    """Rung "load": the file becomes a module, without a change to sys.path."""
    if not is_name(plugin.name):
        plugin.fault(Stage.LOAD, f"{plugin.path.name} is no name for a plugin; use a-z, 0-9 and '_', led by a letter")
        return None
    qualified = f"{_MODULES}.{plugin.name}"
    try:
        spec = importlib.util.spec_from_file_location(qualified, plugin.path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{plugin.path} can't be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[qualified] = module
        spec.loader.exec_module(module)
    except _GUARDED as error:
        sys.modules.pop(qualified, None)
        plugin.fault(Stage.LOAD, error)
        return None
    return module


def _collect(plugin: _Found, module: ModuleType) -> None:
    """Rungs "admit", "offer" and "value": one plugin, by itself, asked for all it offers."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    try:
        spoken = getattr(module, "HOOK_API", hooks.HOOK_API)
        if spoken != hooks.HOOK_API:
            raise ValueError(f"speaks HOOK_API {shortened(spoken)}, this is {hooks.HOOK_API}")
        manager.register(module, plugin.name)
        manager.check_pending()
        callers = manager.get_hookcallers(module) or []
        if not callers:
            raise ValueError("implements no hook; mark a function such as frameworth_criteria with @hookimpl")
        if any(implementation.hookwrapper or implementation.wrapper for caller in callers for implementation in caller.get_hookimpls()):
            raise ValueError("wraps a hook; wrappers are refused")
    except _GUARDED as error:
        plugin.fault(Stage.ADMIT, error)
        return
    plugin.admitted = True
    plugin.criteria += [replace(offer, provider=plugin.name) for offer in _offers(plugin, manager.hook.frameworth_criteria, Criterion)]
    plugin.profiles += [replace(offer, provider=plugin.name) for offer in _offers(plugin, manager.hook.frameworth_profiles, Profile)]
    plugin.figures += _offers(plugin, manager.hook.frameworth_observations, Observation)


def _offers(plugin: _Found, hook: pluggy.HookCaller, kind: type[_Offer]) -> list[_Offer]:
    """What one plugin yields for one hook: all that is of the right type, or nothing if it raises, even half-way."""
    sound: list[_Offer] = []
    for implementation in hook.get_hookimpls():
        try:
            yielded: Any = implementation.function()
            offers: list[object] = list(yielded)
        except _GUARDED as error:
            plugin.fault(Stage.OFFER, f"{hook.name}: {told(error)}")
            continue
        for offer in offers:
            # Not one of a class derived from it, which could do anything wherever the library uses it.
            if isinstance(offer, kind) and type(offer) is kind:
                sound.append(offer)
            else:
                plugin.fault(Stage.VALUE, f"{hook.name} offered {shortened(offer)}, which is no {kind.__name__}")
    return sound


def _settle_conflicts(found: Sequence[_Found]) -> None:
    """Rung "conflict": a name offered twice goes to the shipped plugin, else to nobody."""
    for kind in ("criteria", "profiles"):
        offers: dict[str, list[_Found]] = defaultdict(list)
        for plugin in found:
            for offer in getattr(plugin, kind):
                offers[offer.name].append(plugin)
        for name, plugins in offers.items():
            if len(plugins) == 1:
                continue
            keeper = next((plugin for plugin in plugins if plugin.origin is Origin.SHIPPED), None)
            for plugin in dict.fromkeys(plugins):
                if plugin is keeper and plugins.count(plugin) == 1:
                    continue
                getattr(plugin, kind)[:] = [offer for offer in getattr(plugin, kind) if offer.name != name]
                others = sorted({other.name for other in plugins if other is not plugin}) or [plugin.name]
                plugin.fault(Stage.CONFLICT, f"{kind} {name!r} is also offered by {', '.join(others)}; dropped")


def _settle_metrics(found: Sequence[_Found]) -> dict[str, Metric]:
    """Rung "value": a metric has one definition. Criteria that define it otherwise than a shipped one, or than each other, are dropped."""
    definitions: dict[str, list[tuple[_Found, Criterion, Metric]]] = defaultdict(list)
    for plugin in found:
        for criterion in plugin.criteria:
            for metric in criterion.metrics:
                definitions[metric.name].append((plugin, criterion, metric))
    for name, uses in sorted(definitions.items()):
        if all(metric == uses[0][2] for _, _, metric in uses):
            continue
        right = next((metric for plugin, _, metric in uses if plugin.origin is Origin.SHIPPED), None)
        for plugin, criterion, metric in uses:
            if metric != right and criterion in plugin.criteria:
                others = sorted({f"{other.name}.{used.name}" for other, used, _ in uses if used is not criterion})
                plugin.criteria.remove(criterion)
                plugin.fault(
                    Stage.VALUE, f"criterion {criterion.name!r} defines metric {name!r} otherwise than {', '.join(others)}; dropped"
                )
    return {metric.name: metric for plugin in found for criterion in plugin.criteria for metric in criterion.metrics}


def _readers(found: Sequence[_Found], plugin: _Found) -> dict[str, str]:
    """The metrics that criteria of other plugins read, and one of those plugins for each."""
    others = (other for other in found if other is not plugin)
    return {metric.name: other.name for other in others for criterion in other.criteria for metric in criterion.metrics}


def _read_figures(plugin: _Found, metrics: dict[str, Metric], readers: dict[str, str]) -> None:
    """Rung "figures": the CSV beside the file and what the hook yielded, each row checked against its metric.

    A plugin brings figures for its own metrics only: a later date for anybody else's would move scores that are not its business.
    """

    judges = any(criterion.judge for criterion in plugin.criteria)

    def check(observation: Observation) -> str | None:
        metric = metrics.get(observation.metric)
        if metric is None:
            # A judge reads what it likes; without one a metric that no indicator names is a slip of the pen.
            return None if judges else f"no criterion reads metric {observation.metric!r}"
        if metric.unit != observation.unit:
            return f"unit {observation.unit!r} of {observation.metric!r} should be {metric.unit!r}"
        if observation.metric in readers:
            return f"plugin {readers[observation.metric]!r} reads metric {observation.metric!r} too; its figures belong in the catalogue"
        return None

    for observation in list(plugin.figures):
        reason = check(observation)
        if reason:
            plugin.figures.remove(observation)
            plugin.fault(Stage.FIGURES, f"{observation.metric} of {observation.framework}: {reason}")
    path = plugin.path.with_suffix(".csv")
    if not plugin.admitted or not path.is_file():
        return
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            figures, faults = rows.observations(lines, path.name, check=check)
    except (OSError, UnicodeDecodeError) as error:
        plugin.fault(Stage.FIGURES, f"{path.name}: {error}")
        return
    plugin.figures += figures
    for fault in faults:
        plugin.fault(Stage.FIGURES, str(fault))


def _catalogue(found: Sequence[_Found], metrics: dict[str, Metric]) -> Catalogue:
    figures: dict[str, list[Observation]] = defaultdict(list)
    for plugin in found:
        for observation in plugin.figures:
            figures[observation.framework].append(observation)
    return Catalogue(
        criteria=_by_name(criterion for plugin in found for criterion in plugin.criteria),
        profiles=_by_name(profile for plugin in found for profile in plugin.profiles),
        metrics=MappingProxyType(dict(sorted(metrics.items()))),
        figures=MappingProxyType({name: tuple(sorted(rows, key=lambda row: row.precedence)) for name, rows in sorted(figures.items())}),
        figures_by_plugin=MappingProxyType({plugin.name: tuple(plugin.figures) for plugin in found if plugin.figures}),
        plugins=tuple(
            Plugin(
                plugin.name,
                plugin.origin,
                plugin.version,
                plugin.enabled,
                criteria=tuple(sorted(criterion.name for criterion in plugin.criteria)),
                profiles=tuple(sorted(profile.name for profile in plugin.profiles)),
                figures=len(plugin.figures),
                faults=tuple(plugin.faults),
            )
            for plugin in found
        ),
    )


def _by_name(offers: Iterable[_Named]) -> MappingProxyType[str, _Named]:
    return MappingProxyType({offer.name: offer for offer in sorted(offers, key=lambda offer: offer.name)})
