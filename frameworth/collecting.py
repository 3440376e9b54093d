"""Collectors: functions of plugins that fetch figures from where they are published. The web is handed in: nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from itertools import islice
from typing import Protocol

from frameworth.deadline import Deadline
from frameworth.errors import InvalidValue
from frameworth.evidence import Observation
from frameworth.guard import Broke, attempt
from frameworth.names import checked_name, checked_text, shortened, title_of
from frameworth.register import Framework

# More than these about one framework are no figures but a mistake.
MOST_COLLECTED = 1_000


class Client(Protocol):
    """What a collector fetches with."""

    def get(self, address: str) -> bytes:
        """What is at an address; raises if that can't be had before the deadline."""


Collect = Callable[[Framework, Client, Deadline], Iterable[Observation]]
"""`collect(framework, client, budget)` yields what it finds about one framework until `budget` is over."""


@dataclass(frozen=True, slots=True)
class Collector:
    """A source of figures: the names of the `metrics` it provides, and how to `collect` them for one framework."""

    name: str
    _: KW_ONLY
    metrics: tuple[str, ...]
    collect: Collect
    title: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "collector")
        what = f"collector {self.name!r}"
        metrics = tuple(self.metrics) if isinstance(self.metrics, list | tuple) else ()
        if not metrics:
            raise InvalidValue(what, "needs a list of one metric's name or more")
        object.__setattr__(self, "metrics", tuple(checked_name(metric, f"metric of {what}") for metric in metrics))
        if not callable(self.collect):
            raise InvalidValue(what, "its collect can't be called", "give a function of framework, client and budget")
        object.__setattr__(self, "title", checked_text(self.title or title_of(self.name), f"title of {what}", 80))


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collector found about one framework: its observations, or the `fault` for which there are none."""

    observations: tuple[Observation, ...] = ()
    fault: str = ""


def collected(collector: Collector, framework: Framework, client: Client, budget: Deadline) -> Collected:
    """Runs a collector for one framework. Isolation ladder, rung "collect": if it breaks, all of this run is dropped and the fault told."""
    try:
        # Framework is frozen and holds texts only; a collector that forces its way in has this framework to itself anyway.
        found = attempt(lambda: list(islice(collector.collect(framework, client, budget), MOST_COLLECTED + 1)))
        for one in found:
            _check(one, collector, framework)
    except (Broke, InvalidValue) as error:
        return Collected(fault=f"plugin {collector.provider or 'unknown'} failed: {error}")
    if len(found) > MOST_COLLECTED:
        return Collected(fault=f"plugin {collector.provider or 'unknown'} failed: more than {MOST_COLLECTED:,} figures of {framework.id}")
    return Collected(tuple(found))


def _check(one: object, collector: Collector, framework: Framework) -> None:
    what = f"collector {collector.name!r}"
    if type(one) is not Observation:
        raise InvalidValue(what, f"found {shortened(one)}, which is no Observation")
    if one.framework != framework.id:
        raise InvalidValue(what, f"was asked about {framework.id} and speaks of {one.framework}")
    if one.metric not in collector.metrics:
        raise InvalidValue(what, f"found {one.metric!r}, which is not among its metrics", f"name it, beside {', '.join(collector.metrics)}")
