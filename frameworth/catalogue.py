"""The catalogue: everything that plugins offer, sorted, checked and immutable. What scoring and listings read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frameworth.criteria import Criterion, Metric
from frameworth.evidence import Observation
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


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin that was found: what of its offers was taken, and its faults."""

    name: str
    origin: Origin
    version: str
    enabled: bool = True
    criteria: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    figures: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers by name, in alphabetical order. `figures` holds, by framework, the observations that come with plugins.

    `figures_by_plugin` holds the same by who brings them.
    """

    criteria: Mapping[str, Criterion]
    profiles: Mapping[str, Profile]
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
        """The version of each plugin that is switched on and offers something."""
        return {plugin.name: plugin.version for plugin in self.plugins if plugin.criteria or plugin.profiles or plugin.figures}
