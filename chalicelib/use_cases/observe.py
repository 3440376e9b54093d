"""Observe: figures in, an outcome for each. A row that can't go in is refused alone; the others are recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum

from chalicelib.data_folder import REVISION_BY_BASIS
from chalicelib.storage.frameworks import BeingDeleted, UnknownFramework
from chalicelib.storage.items import Recorded
from chalicelib.storage.keys import position
from chalicelib.use_cases.faults import InputFault, unknown
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue
from frameworth.evidence import Basis, Observation, Source
from frameworth.names import is_slug

# Up to so many rows of a framework are appended one by one, at three calls each; more are written at once, which takes nine.
FEW_ROWS = 2


class Outcome(StrEnum):
    """What became of a row."""

    RECORDED = "recorded"
    ALREADY_THERE = "already_there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Draft:
    """A figure as somebody sends it, not yet an observation."""

    framework: str
    metric: str
    _: KW_ONLY
    value: float
    unit: str
    observed_on: date
    basis: str
    source_title: str
    source_url: str
    note: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one row: the observation, if it is one, and why it was refused, if it was."""

    outcome: Outcome
    observation: Observation | None
    faults: tuple[InputFault, ...] = ()


def record(drafts: Sequence[Draft], service: Service, by: str) -> list[Told]:
    """Records all rows that are sound; says of each, in their order, what became of it. Doing it again records nothing twice.

    Raises `StorageUnavailable`; then some rows may be in, and doing it again makes good.
    """
    known = service.store.known({draft.framework for draft in drafts if is_slug(draft.framework)})
    units = _units(service)
    rows = [_checked(place, draft, known, units, service) for place, draft in enumerate(drafts)]
    by_framework: dict[str, list[Observation]] = {}
    for row in rows:
        if isinstance(row, Observation):
            by_framework.setdefault(row.framework, []).append(row)
    fates = {framework: _written(framework, some, service, by) for framework, some in by_framework.items()}
    return [_told(place, row, fates) for place, row in enumerate(rows)]


def withdraw(framework: str, row_id: str, reason: str, service: Service, by: str) -> tuple[Observation, bool]:
    """Takes an observation out of every score; says which, and whether it counted until now.

    Raises `UnknownFramework`, `UnknownRow`, `BeingDeleted` or `StorageUnavailable`.
    """
    if not is_slug(framework):
        raise UnknownFramework(framework)
    return service.store.withdraw_row(framework, row_id, reason, by=by)


def _units(service: Service) -> dict[str, str]:
    """The unit of each known metric."""
    offered = {name: metric.unit for name, metric in service.catalogue.metrics.items()}
    return {**offered, **{entry.name: entry.unit for entry in service.registers.metrics()}}


def _checked(place: int, draft: Draft, known: set[str], units: Mapping[str, str], service: Service) -> Observation | tuple[InputFault, ...]:
    """The observation, or all that is wrong with the row."""
    at = f"/observations/{place}"
    faults: list[InputFault] = []
    if draft.framework not in known:
        faults.append(unknown(f"{at}/framework", "framework", draft.framework, [one.id for one in service.registers.frameworks()]))
    if draft.metric not in units:
        faults.append(unknown(f"{at}/metric", "metric", draft.metric, units))
    elif draft.unit != units[draft.metric]:
        message = f"unit {draft.unit!r} of {draft.metric} should be {units[draft.metric]!r}"
        faults.append(InputFault(f"{at}/unit", "wrong_unit", message, "convert the figure, or name the metric that has this unit"))
    if draft.observed_on > service.today():
        told = f"{draft.observed_on} is after today, {service.today()} (UTC)"
        faults.append(InputFault(f"{at}/observed_on", "in_the_future", told, "name the day of which the figure is"))
    basis = Basis(draft.basis)
    try:
        row = Observation(
            draft.framework,
            draft.metric,
            value=draft.value,
            unit=draft.unit,
            observed_on=draft.observed_on,
            basis=basis,
            source=Source(draft.source_title, draft.source_url),
            note=draft.note,
            revision=REVISION_BY_BASIS[basis] if draft.revision is None else draft.revision,
        )
    except InvalidValue as error:
        # What is unknown has been told by its name.
        faults = faults or [InputFault(at, "invalid_value", str(error), error.fix or "see the message")]
        return tuple(faults)
    return tuple(faults) or row


# What became of the rows of one framework: the positions that were new, or why none of them could go in.
_Fate = set[str] | InputFault


def _written(framework: str, rows: Sequence[Observation], service: Service, by: str) -> _Fate:
    try:
        if len(rows) <= FEW_ROWS:
            return {position(row) for row in rows if service.store.append(row, by)}
        return service.store.append_all([Recorded(row, recorded_by=by) for row in rows]).get(framework, set())
    except UnknownFramework:
        return InputFault("/framework", "unknown_framework", f"framework {framework!r} was deleted meanwhile", "enter it again first")
    except BeingDeleted as error:
        return InputFault("/framework", "being_deleted", str(error), "wait until it is gone, and enter it again")


def _told(place: int, row: Observation | tuple[InputFault, ...], fates: Mapping[str, _Fate]) -> Told:
    if isinstance(row, tuple):
        return Told(Outcome.REFUSED, None, row)
    fate = fates[row.framework]
    if isinstance(fate, InputFault):
        return Told(Outcome.REFUSED, row, (InputFault(f"/observations/{place}{fate.pointer}", fate.code, fate.message, fate.fix),))
    if position(row) not in fate:
        return Told(Outcome.ALREADY_THERE, row)
    # Of two equal rows the first is the one that was recorded.
    fate.discard(position(row))
    return Told(Outcome.RECORDED, row)
