"""The catalogue: everything that plugins offer, sorted, checked and immutable. What scoring and listings read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frameworth.collecting import Collector
from frameworth.criteria import Criterion, Metric
from frameworth.evidence import Observation
from frameworth.methods import Method
from frameworth.observing import Observer
from frameworth.profiles import Profile


class Stage(StrEnum):
    """The rungs of the isolation ladder: where a plugin failed."""

    LOAD = "load"
    ADMIT = "admit"
    OFFER = "offer"
    VALUE = "value"
    CONFLICT = "conflict"
    FIGURES = "figures"
    JUDGE = "judge"
    AGGREGATE = "aggregate"
    COLLECT = "collect"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a plugin, where, in full words."""

    plugin: str
    stage: Stage
    error: str


class Origin(StrEnum):
    """Where a plugin comes from."""

    SHIPPED = "shipped"
    FILE = "file"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin that was found: what of its offers was taken, and its faults. `distribution` is the one it was installed with, if any."""

    name: str
    origin: Origin
    version: str
    enabled: bool = True
    distribution: str = ""
    criteria: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    collectors: tuple[str, ...] = ()
    observes: bool = False
    figures: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers by name, in alphabetical order. `figures` holds, by framework, the observations that come with plugins.

    `figures_by_plugin` holds the same by who brings them.
    """

    criteria: Mapping[str, Criterion]
    profiles: Mapping[str, Profile]
    methods: Mapping[str, Method]
    collectors: Mapping[str, Collector]
    observers: tuple[Observer, ...]
    metrics: Mapping[str, Metric]
    figures: Mapping[str, tuple[Observation, ...]]
    figures_by_plugin: Mapping[str, tuple[Observation, ...]]
    plugins: tuple[Plugin, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of every plugin, by plugin."""
        return tuple(fault for plugin in self.plugins for fault in plugin.faults)

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each plugin that has a part in answers: that offers criteria, profiles, methods or figures."""
        return {
            plugin.name: plugin.version for plugin in self.plugins if plugin.criteria or plugin.profiles or plugin.methods or plugin.figures
        }
