"""Look up: frameworks, their facts and figures, criteria, profiles, metrics. Reading only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chalicelib.storage.frameworks import BeingDeleted, UnknownFramework
from chalicelib.storage.items import Withdrawal
from chalicelib.use_cases.faults import NotFound, did_you_mean
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Fault, Stage
from frameworth.criteria import Metric
from frameworth.evidence import Evidence, Observation
from frameworth.names import is_slug
from frameworth.register import Fact, Framework, MetricEntry

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class KnownFramework:
    """A framework with its textual facts and its current figures, scored or not.

    `version` rises with every change of its entry, the last of which was made `changed_at` by `changed_by` ("" where that is not known).
    """

    framework: Framework
    facts: tuple[Fact, ...]
    evidence: Evidence
    version: int
    changed_at: str
    changed_by: str


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """A metric: its register entry, if it has one, and the definition that criteria read it by, if any does."""

    name: str
    entry: MetricEntry | None
    definition: Metric | None
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the position from which the next page goes on ("" when there is none), and by the id of its row what was withdrawn, and
    when and by whom each was recorded; figures of plugins are recorded nowhere."""

    observations: tuple[Observation, ...]
    next_position: str
    withdrawals: Mapping[str, Withdrawal]
    recorded: Mapping[str, tuple[str, str]]


def named(kind: str, name: str, offers: Mapping[str, _T]) -> _T:
    """One offer of the catalogue. Raises `NotFound` with the nearest names."""
    if name not in offers:
        raise NotFound(kind, name, offers)
    return offers[name]


def framework(framework_id: str, service: Service) -> KnownFramework:
    """All that is known about a framework today. Raises `NotFound`."""
    try:
        found = known_framework(framework_id, service)
    except BeingDeleted:
        found = None
    if found is None:
        raise _not_found(framework_id, service)
    return found


def known_framework(framework_id: str, service: Service) -> KnownFramework | None:
    """All that is known about a framework today; None if the catalogue does not hold it. Raises `BeingDeleted`."""
    if not is_slug(framework_id):
        return None
    try:
        entry = service.store.entry(framework_id)
    except UnknownFramework:
        return None
    evidence = service.store.evidence([framework_id], as_of=service.today()).get(framework_id)
    return KnownFramework(
        entry.framework,
        service.registers.facts(framework_id),
        evidence or Evidence(framework_id, as_of=service.today()),
        entry.version,
        entry.changed_at,
        entry.changed_by,
    )


def observations(
    framework_id: str, service: Service, *, metric: str | None, since: date | None, until: date | None, after: str, limit: int
) -> Page:
    """A page of a framework's history, by metric and date, withdrawn rows among it. Raises `NotFound`."""
    if not is_slug(framework_id) or not service.store.known([framework_id]):
        raise _not_found(framework_id, service)
    found = service.store.page(framework_id, metric=metric, since=since, until=until, after=after, limit=limit)
    withdrawals = {one.id: one for one in service.store.withdrawals(framework_id).values()}
    return Page(tuple(found.observations), found.next_position, withdrawals, found.recorded)


def metrics(service: Service) -> tuple[KnownMetric, ...]:
    """Every metric of the register and of the criteria, by name."""
    entries = {entry.name: entry for entry in service.registers.metrics()}
    definitions = service.catalogue.metrics
    read_by: dict[str, list[str]] = {}
    for criterion in service.catalogue.criteria.values():
        for metric in criterion.metrics:
            read_by.setdefault(metric.name, []).append(criterion.name)
    return tuple(
        KnownMetric(name, entries.get(name), definitions.get(name), tuple(read_by.get(name, ())))
        for name in sorted(entries.keys() | definitions.keys())
    )


def names_of(service: Service) -> dict[str, str]:
    """What people call each framework, by its id. Reads the list where it is not in memory."""
    return {one.id: one.name for one in service.registers.frameworks()}


def plugin_faults(service: Service) -> tuple[Fault, ...]:
    """Every fault of a plugin: those of the start, of judges, and figures that can't count, for want of a framework or of time."""
    known = [one.id for one in service.registers.frameworks()]
    today = service.today()
    idle: list[Fault] = []
    for plugin, figures in service.catalogue.figures_by_plugin.items():
        strangers = sorted({row.framework for row in figures} - set(known))
        idle += [Fault(plugin, Stage.FIGURES, f"no framework is called {name!r}; {did_you_mean(name, known)}") for name in strangers]
        idle += [
            Fault(
                plugin, Stage.FIGURES, f"{row.metric} of {row.framework} is of {row.observed_on}, after today; it does not count until then"
            )
            for row in figures
            if row.observed_on > today
        ]
    return (*service.faults, *idle)


def _not_found(framework_id: str, service: Service) -> NotFound:
    return NotFound("framework", framework_id, [one.id for one in service.registers.frameworks()])
