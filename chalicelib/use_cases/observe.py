"""Observe: figures in, an outcome for each. A row that can't go in is refused alone; the others are recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.data_folder import REVISION_BY_BASIS
from chalicelib.storage.frameworks import BeingDeleted, UnknownFramework
from chalicelib.storage.history import History
from chalicelib.storage.items import Recorded
from chalicelib.storage.keys import position
from chalicelib.use_cases.faults import InputFault, faults_of_members, unknown
from chalicelib.use_cases.service import Service
from frameworth.bounds import misfits
from frameworth.evidence import Basis, Observation, Source
from frameworth.names import is_slug, plain

# Up to so many rows of a framework are appended one by one, at three calls each; more are written at once, which takes nine.
FEW_ROWS = 2


class Outcome(StrEnum):
    """What became of a row."""

    RECORDED = "recorded"
    ALREADY_THERE = "already_there"
    REFUSED = "refused"


class Standing(StrEnum):
    """How an observation stands among those of its metric and day, of which one counts."""

    COUNTS = "counts"
    OUTRANKED = "outranked"
    WITHDRAWN = "withdrawn"


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
    """What became of one row: the observation, if it is one, and why it was refused, if it was; else how it stands now.

    `hint` says why it does not count, and what to do to have it count; empty if it does.
    """

    outcome: Outcome
    observation: Observation | None
    faults: tuple[InputFault, ...] = ()
    standing: Standing | None = None
    hint: str = ""


def record(drafts: Sequence[Draft], service: Service, by: str) -> list[Told]:
    """Records all rows that are sound; says of each, in their order, what became of it. Doing it again records nothing twice.

    Raises `StorageUnavailable`; then some rows may be in, and doing it again makes good.
    """
    rows = _checked_all(dict(enumerate(drafts)), service)
    by_framework: dict[str, list[Observation]] = {}
    for row in rows.values():
        if isinstance(row, Observation):
            by_framework.setdefault(row.framework, []).append(row)
    fates = {framework: _written(framework, some, service, by) for framework, some in by_framework.items()}
    days = {
        framework: service.store.days(framework, {(row.metric, row.observed_on) for row in some})
        for framework, some in by_framework.items()
        if not isinstance(fates[framework], InputFault)
    }
    return [_told(place, row, fates, days) for place, row in rows.items()]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An observation that was withdrawn, now or (not `is_new`) before, those that were `derived` from it, and how all of them stand."""

    row: Observation
    is_new: bool
    derived: tuple[Observation, ...]
    days: History


def faults_of(drafts: Mapping[int, Draft], service: Service) -> list[InputFault]:
    """All that is wrong with rows, by their places in a body, without recording any."""
    return [fault for row in _checked_all(drafts, service).values() if isinstance(row, tuple) for fault in row]


def withdraw(framework: str, row_id: str, reason: str, service: Service, by: str) -> Withdrawn:
    """Takes an observation out of every score, and with it what was derived from it.

    Raises `UnknownFramework`, `UnknownRow`, `BeingDeleted` or `StorageUnavailable`; doing it again makes good what was lost.
    """
    if not is_slug(framework):
        raise UnknownFramework(framework)
    row, is_new = service.store.withdraw_row(framework, row_id, reason, by=by)
    derived = service.store.withdraw_derived(row, reason, by=by)
    return Withdrawn(row, is_new, derived, service.store.days(framework, {(one.metric, one.observed_on) for one in (row, *derived)}))


# What an observation is made of that may be wrong by itself, and where it stands in a row that is sent.
_MEMBERS = ("value", "unit", "note", "source_title", "source_url")
_POINTERS = {"source_title": "/source/title", "source_url": "/source/url"}
_SOUND: Mapping[str, Any] = {
    "framework": "a",
    "metric": "a",
    "value": 0,
    "unit": "a",
    "observed_on": date.max,
    "basis": Basis.MEASURED,
    "source_title": "a",
    "source_url": "https://a",
    "note": "",
    "revision": 0,
}


def _observation(framework: str, metric: str, *, source_title: str, source_url: str, **more: Any) -> Observation:
    return Observation(framework, metric, source=Source(source_title, source_url), **more)


def _checked_all(drafts: Mapping[int, Draft], service: Service) -> dict[int, Observation | tuple[InputFault, ...]]:
    """By its place in the body the observation of each row, or all that is wrong with it."""
    known = service.store.known({draft.framework for draft in drafts.values() if is_slug(draft.framework)})
    # The unit of each known metric, and what it is derived from.
    metrics: dict[str, tuple[str, Sequence[str]]] = {name: (metric.unit, ()) for name, metric in service.catalogue.metrics.items()}
    metrics |= {entry.name: (entry.unit, entry.derived_from) for entry in service.registers.metrics()}
    return {place: _checked(f"/observations/{place}", draft, known, metrics, service) for place, draft in drafts.items()}


def _checked(
    at: str, draft: Draft, known: set[str], metrics: Mapping[str, tuple[str, Sequence[str]]], service: Service
) -> Observation | tuple[InputFault, ...]:
    """The observation, or all that is wrong with the row."""
    faults: list[InputFault] = []
    if draft.framework not in known:
        faults.append(unknown("/framework", "framework", draft.framework, [one.id for one in service.registers.frameworks()]))
    if draft.metric not in metrics:
        faults.append(unknown("/metric", "metric", draft.metric, metrics))
    basis = Basis(draft.basis)
    given = {**asdict(draft), "basis": basis, "revision": REVISION_BY_BASIS[basis] if draft.revision is None else draft.revision}
    wrong = faults_of_members(_observation, {name: given[name] for name in _MEMBERS}, _SOUND, _POINTERS)
    faults += wrong.values()
    row: Observation | None = None
    if draft.metric in metrics:
        framework = draft.framework if is_slug(draft.framework) else _SOUND["framework"]
        row = _observation(**{**given, **{name: _SOUND[name] for name in wrong}, "framework": framework})
        fits = misfits(row, *metrics[draft.metric])
        faults += [InputFault(f"/{one.field}", one.code, one.fault, one.fix) for one in fits if one.field not in wrong]
    if draft.observed_on > service.today():
        told = f"{draft.observed_on} is after today, {service.today()} (UTC)"
        faults.append(InputFault("/observed_on", "in_the_future", told, "name the day of which the figure is"))
    return row if row and not faults else tuple(replace(fault, pointer=f"{at}{fault.pointer}") for fault in faults)


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


def _told(place: int, row: Observation | tuple[InputFault, ...], fates: Mapping[str, _Fate], days: Mapping[str, History]) -> Told:
    if isinstance(row, tuple):
        return Told(Outcome.REFUSED, None, row)
    fate = fates[row.framework]
    if isinstance(fate, InputFault):
        return Told(Outcome.REFUSED, row, (InputFault(f"/observations/{place}{fate.pointer}", fate.code, fate.message, fate.fix),))
    outcome = Outcome.RECORDED if position(row) in fate else Outcome.ALREADY_THERE
    # Of two equal rows the first is the one that was recorded.
    fate.discard(position(row))
    return Told(outcome, row, (), *_standing(row, days[row.framework]))


def _standing(row: Observation, history: History) -> tuple[Standing, str]:
    """How a row that is there stands, and what to do if it does not count."""
    withdrawal = history.withdrawals.get(position(row))
    if withdrawal:
        day, reason = withdrawal.recorded_at[:10], withdrawal.reason
        told = f"it was withdrawn on {day} ({reason}), and stays so; if it is right after all, send it with another revision"
        return Standing.WITHDRAWN, told
    day_of = (one for one in history.counting if (one.metric, one.observed_on) == (row.metric, row.observed_on))
    greatest = max(day_of, key=lambda one: one.precedence, default=row)
    if greatest.precedence <= row.precedence:
        return Standing.COUNTS, ""
    other = f"{plain(greatest.value)} {greatest.unit} of the same day (id {greatest.id})"
    why = "the same revision and the greater id" if greatest.revision == row.revision else f"revision {greatest.revision}"
    return Standing.OUTRANKED, f"{other} counts, by {why}; to have this one count, send it with a revision above {greatest.revision}"
