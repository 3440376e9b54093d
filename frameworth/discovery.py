"""Finding plugins and admitting what they offer, one guarded rung at a time.

pluggy isolates nothing: one raising implementation aborts a call for all, a generator raises later, a misspelt hook registers silently.
So each plugin is registered, called and unpacked by itself, and what fails becomes a `Fault` of that plugin alone. Shipped plugins get no
such mercy: a fault of theirs stops the start. This is about faults, not security: a plugin runs with all the rights of the process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Protocol, TypeVar

import pluggy

from frameworth import hooks
from frameworth.catalogue import Catalogue, Origin, Plugin, Stage
from frameworth.collecting import Collector
from frameworth.criteria import Criterion, Metric
from frameworth.distributions import Installed
from frameworth.errors import InvalidValue
from frameworth.evidence import Observation
from frameworth.found import Found, found
from frameworth.guard import Broke, attempt
from frameworth.methods import Method
from frameworth.names import is_name, shortened
from frameworth.observing import Observer
from frameworth.profiles import Profile
from frameworth.remake import remade
from frameworth.settling import NAMED_KINDS, settle_conflicts, settle_figures, settle_metrics

# More than these from one hook are not meant: a generator that never ends must not keep the service from starting.
MOST_OFFERS = 100_000
_MOST_VERSION = 40

_Offer = TypeVar("_Offer")

Trace = Callable[[str, str, str], None]
"""Hears of each call of a hook: the plugin, the hook, and how it went."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_NamedOffer = TypeVar("_NamedOffer", bound=_Named)


def discover(
    folders: Sequence[Path],
    *,
    shipped: Collection[str],
    version: str,
    disabled: Collection[str] = (),
    installed: Iterable[Installed] = (),
    trace: Trace = lambda plugin, hook, outcome: None,
) -> Catalogue:
    """The catalogue of all plugins in `folders` (files `[!_]*.py`) and of those `installed`, whatever the order in which they are listed.

    `shipped` names the plugins that must work: each must be in the first folder, and a fault of one raises `PluginFailed`. `version` is
    theirs. `disabled` names plugins to leave unloaded. Every other fault is recorded in the catalogue and does no harm to other plugins.
    """
    plugins = found(folders, installed, shipped=shipped, version=version, disabled=disabled)
    for plugin in plugins:
        module = _loaded(plugin) if plugin.enabled and not plugin.faults else None
        if module is not None:
            _collect(plugin, module, trace)
    settle_conflicts(plugins)
    metrics = settle_metrics(plugins)
    settle_figures(plugins, metrics)
    return _catalogue(plugins, metrics)


def _loaded(plugin: Found) -> ModuleType | None:
    """Rung "load": the plugin becomes a module."""
    if not is_name(plugin.name):
        plugin.fault(Stage.LOAD, f"{shortened(plugin.name)} is no name for a plugin; use a-z, 0-9 and '_', led by a letter")
        return None
    try:
        module = attempt(plugin.load)
        if plugin.origin is Origin.FILE:
            plugin.version = attempt(_version_of, module)
        if plugin.origin is Origin.DISTRIBUTION:
            plugin.figures_file = attempt(_figures_beside, module, plugin.name)
    except Broke as broke:
        plugin.fault(Stage.LOAD, str(broke))
        return None
    return module


def _version_of(module: ModuleType) -> str:
    """The version that a file says it has, "0" without one."""
    stated = getattr(module, "__version__", "0")
    if type(stated) is not str or not 0 < len(stated) <= _MOST_VERSION or not stated.isprintable():
        raise InvalidValue("__version__", f"{shortened(stated)} is no version", 'write __version__ = "1.0", or leave it out')
    return stated


def _figures_beside(module: ModuleType, name: str) -> Path | None:
    """Where the figures of an installed module are, if it says where it is itself: not all do, such as those that are built in."""
    file = getattr(module, "__file__", None)
    return Path(file).with_name(f"{name}.csv") if isinstance(file, str) and file else None


def _collect(plugin: Found, module: ModuleType, trace: Trace) -> None:
    """Rungs "admit", "offer" and "value": one plugin, by itself, asked for all it offers."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    try:
        attempt(_admit, manager, module, plugin.name)
    except Broke as broke:
        # The manager is this plugin's alone, so what a failed registration leaves in it is discarded with it.
        plugin.fault(Stage.ADMIT, str(broke))
        return
    plugin.admitted = True
    hook = manager.hook
    plugin.criteria += _provided(plugin, _offers(plugin, hook.frameworth_criteria, Criterion, trace))
    plugin.profiles += _provided(plugin, _offers(plugin, hook.frameworth_profiles, Profile, trace))
    plugin.methods += _provided(plugin, _offers(plugin, hook.frameworth_methods, Method, trace))
    plugin.collectors += _provided(plugin, _offers(plugin, hook.frameworth_collectors, Collector, trace))
    plugin.figures += _offers(plugin, hook.frameworth_observations, Observation, trace)
    plugin.observers += [_observer(plugin, one) for one in hook.frameworth_scored.get_hookimpls()]


def _admit(manager: pluggy.PluginManager, module: ModuleType, name: str) -> None:
    """Registers a plugin, or raises if it can't be one."""
    spoken = getattr(module, "HOOK_API", hooks.HOOK_API)
    if type(spoken) is not int or spoken != hooks.HOOK_API:
        raise ValueError(f"speaks HOOK_API {shortened(spoken)}, this is {hooks.HOOK_API}")
    manager.register(module, name)
    manager.check_pending()
    callers = manager.get_hookcallers(module) or []
    if not callers:
        raise ValueError("implements no hook; mark a function such as frameworth_criteria with @hookimpl")
    if any(implementation.hookwrapper or implementation.wrapper for caller in callers for implementation in caller.get_hookimpls()):
        raise ValueError("wraps a hook; wrappers are refused")


def _offers(plugin: Found, hook: pluggy.HookCaller, kind: type[_Offer], trace: Trace) -> list[_Offer]:
    """What one plugin yields for one hook: all that is of the right type, or nothing if it raises, even half-way."""
    sound: list[_Offer] = []
    for implementation in hook.get_hookimpls():
        try:
            offers: list[object] = attempt(_yielded, implementation)
        except Broke as broke:
            trace(plugin.name, hook.name, str(broke))
            plugin.fault(Stage.OFFER, f"{hook.name}: {broke}")
            continue
        trace(plugin.name, hook.name, f"{len(offers)} offered")
        for offer in offers:
            try:
                # Not one of a class derived from it, which could do anything wherever the library uses it.
                if type(offer) is not kind:
                    raise InvalidValue(hook.name, f"offered {shortened(offer)}, which is no {kind.__name__}")
                sound.append(attempt(remade, offer))
            except (Broke, InvalidValue) as error:
                plugin.fault(Stage.VALUE, str(error))
    return sound


def _yielded(implementation: pluggy.HookImpl) -> list[object]:
    yielded: Any = implementation.function()
    offers: list[object] = list(islice(yielded, MOST_OFFERS + 1))
    if len(offers) > MOST_OFFERS:
        raise ValueError(f"offered more than {MOST_OFFERS:,} values; is there an end to it?")
    return offers


def _provided(plugin: Found, offers: Iterable[_Offer]) -> list[_Offer]:
    return [replace(offer, provider=plugin.name) for offer in offers]  # type: ignore[type-var]  # each kind is a dataclass with a provider


def _observer(plugin: Found, implementation: pluggy.HookImpl) -> Observer:
    """An observer, called without pluggy: as pluggy does, it gets what it has parameters for."""
    function = implementation.function
    return Observer(plugin.name, function if implementation.argnames else lambda scorecard: function())


def _catalogue(plugins: Sequence[Found], metrics: dict[str, Metric]) -> Catalogue:
    figures: dict[str, list[Observation]] = defaultdict(list)
    for plugin in plugins:
        for observation in plugin.figures:
            figures[observation.framework].append(observation)
    return Catalogue(
        criteria=_by_name(criterion for plugin in plugins for criterion in plugin.criteria),
        profiles=_by_name(profile for plugin in plugins for profile in plugin.profiles),
        methods=_by_name(method for plugin in plugins for method in plugin.methods),
        collectors=_by_name(collector for plugin in plugins for collector in plugin.collectors),
        observers=tuple(observer for plugin in plugins for observer in plugin.observers),
        metrics=MappingProxyType(dict(sorted(metrics.items()))),
        figures=MappingProxyType({name: tuple(sorted(rows, key=lambda row: row.precedence)) for name, rows in sorted(figures.items())}),
        figures_by_plugin=MappingProxyType({plugin.name: tuple(plugin.figures) for plugin in plugins if plugin.figures}),
        plugins=tuple(
            Plugin(
                plugin.name,
                plugin.origin,
                plugin.version,
                plugin.enabled,
                distribution=plugin.distribution,
                **{kind: tuple(sorted(offer.name for offer in getattr(plugin, kind))) for kind in NAMED_KINDS},
                observes=bool(plugin.observers),
                figures=len(plugin.figures),
                faults=tuple(plugin.faults),
            )
            for plugin in plugins
        ),
    )


def _by_name(offers: Iterable[_NamedOffer]) -> MappingProxyType[str, _NamedOffer]:
    return MappingProxyType({offer.name: offer for offer in sorted(offers, key=lambda offer: offer.name)})
