"""Import entries of a file into a table: good ones go in, every wrong one is told with its line, and doing it again writes nothing.

Lines are taken a chunk at a time; what a chunk needs to know is read in batches, and what it brings is written in the order in which
nothing refers to what is not there yet: metrics, frameworks, facts, observations, withdrawals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from chalicelib.storage import items, keys
from chalicelib.storage.bulk import BulkWriter
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingDeleted, BeingLoaded, UnknownFramework
from chalicelib.storage.items import Item, Recorded, Withdrawal
from chalicelib.storage.keys import Key, position
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.json_lines import Entry, Facts, kind
from chalicelib.use_cases.reading import Line
from chalicelib.use_cases.seen import Seen
from frameworth.bounds import misfit
from frameworth.errors import InvalidRow
from frameworth.register import Framework, MetricEntry

# A chunk takes some ten megabytes. Of a file in no order each chunk has rows of all frameworks, so half the size is twice the work.
LINES_AT_ONCE = 10_000


@dataclass(slots=True)
class Tally:
    """How many entries of each kind were new, changed, or there already, and how many lines were wrong."""

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    wrong: int = 0


@dataclass(slots=True)
class _Chunk:
    """What a chunk brings that is not there yet as it says; of rows all, since the current items must agree with those that are there."""

    metrics: dict[str, MetricEntry] = field(default_factory=dict)
    frameworks: dict[str, Framework] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    rows: dict[tuple[str, str], Recorded] = field(default_factory=dict)
    withdrawals: dict[tuple[str, str], Withdrawal] = field(default_factory=dict)


class Importer:
    """Takes lines into a table, or, unless it `writes`, only says what that would do."""

    def __init__(self, table: Table, *, writes: bool = True, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.tally = Tally()
        self._table = table
        self._registers = Registers(table)
        self._store = EvidenceStore(table, now=now)
        self._bulk = BulkWriter(table, now)
        self._metrics = {metric.name: metric for metric in self._registers.metrics()}
        self._known: dict[str, Framework] = {}
        self._seen = None if writes else Seen()

    def run(
        self,
        lines: Iterable[Line | InvalidRow],
        name: str,
        report: Callable[[InvalidRow], None],
        progress: Callable[[float], None] = lambda share: None,
    ) -> Tally:
        """Takes all lines of the file `name`. `report` hears of each wrong one in their order.

        `progress` hears which share of the lines that were read since it last heard 1.0 is done.

        Broken off, it can be done again. Raises `StorageUnavailable`, and whatever says that a framework went away meanwhile.
        """
        rest = iter(lines)
        while some := list(islice(rest, LINES_AT_ONCE)):
            for fault in self._take(some, name, progress):
                self.tally.wrong += 1
                report(fault)
            progress(1.0)
        if self._seen:
            self._seen.close()
        return self.tally

    def _take(self, lines: Sequence[Line | InvalidRow], name: str, progress: Callable[[float], None]) -> list[InvalidRow]:
        """Takes a chunk; returns its faults in order."""
        good = [line.entry for line in lines if isinstance(line, Line)]
        missing = self._look_for_frameworks(good)
        stored = self._look_for_items(good)
        chunk, faults = _Chunk(), []
        for line in lines:
            if isinstance(line, InvalidRow):
                faults.append(line)
            elif fault := self._fault(line.entry, chunk, missing, stored):
                faults.append(InvalidRow(name, line.number, fault))
            else:
                self._add(line.entry, chunk, stored)
        if self._seen is None:
            new = self._write(chunk, progress)
        else:
            new = self._seen.add(list(self._lacking(chunk)))
        self.tally.new["observation"] += new
        self.tally.there["observation"] -= new
        return faults

    def _look_for_frameworks(self, entries: Collection[Entry]) -> dict[str, str]:
        """Why frameworks that are named can't take anything, by id; those that can are known from now on."""
        unsure = {framework for entry in entries if (framework := _framework_of(entry)) and framework not in self._known}
        wanted = [(keys.framework(one), sort) for one in sorted(unsure) for sort in (keys.META, keys.CURRENT)]
        found = {_key(item): item for item in self._table.batch_get(wanted, consistent=True)}
        missing: dict[str, str] = {}
        for one in unsure:
            entry = found.get((keys.framework(one), keys.META))
            if entry is None:
                missing[one] = str(UnknownFramework(one))
            elif items.is_deleting(entry):
                missing[one] = str(BeingDeleted(one))
            elif (keys.framework(one), keys.CURRENT) not in found:
                missing[one] = BeingLoaded(one).why
            else:
                self._known[one] = items.framework(entry)
        return missing

    def _look_for_items(self, entries: Iterable[Entry]) -> dict[Key, Item]:
        """What the table holds of facts that are brought, and of rows that are to be withdrawn, with their markers."""
        wanted: set[Key] = set()
        for entry in entries:
            if isinstance(entry, Facts):
                wanted.add((keys.framework(entry.framework), keys.FACTS))
            elif isinstance(entry, Withdrawal):
                wanted |= {(keys.framework(entry.framework), f"{sort}{entry.position}") for sort in (keys.OBSERVATION, keys.WITHDRAWAL)}
        return {_key(item): item for item in self._table.batch_get(sorted(wanted), consistent=True)}

    def _fault(self, entry: Entry, chunk: _Chunk, missing: dict[str, str], stored: dict[Key, Item]) -> str:
        """Why an entry can't go in; empty if it can."""
        if isinstance(entry, MetricEntry):
            known = self._metrics.get(entry.name)
            if known and known.unit != entry.unit:
                return f"unit {entry.unit!r} of metric {entry.name!r} should be {known.unit!r}, as its figures are"
            return ""
        framework = _framework_of(entry)
        if framework not in self._known:
            reason = missing[framework]
            # Its own entry makes a framework, and ends a load that was broken off.
            return reason if not isinstance(entry, Framework) or reason == str(BeingDeleted(framework)) else ""
        if isinstance(entry, Recorded):
            row = entry.observation
            if row.metric not in self._metrics:
                return self._fault_of_metric(row.metric)
            return misfit(row, self._metrics[row.metric].unit, self._metrics[row.metric].derived_from)
        if isinstance(entry, Facts):
            return next((fault for fact in entry.facts if (fault := self._fault_of_metric(fact.metric))), "")
        if isinstance(entry, Withdrawal) and not self._has_row(entry, chunk, stored):
            return f"no such observation: {entry.position.replace('#', ' ')} of {framework!r} is neither in the table nor on a line before"
        return ""

    def _fault_of_metric(self, name: str) -> str:
        return "" if name in self._metrics else f"metric {name!r} is not in the table's register"

    def _has_row(self, entry: Withdrawal, chunk: _Chunk, stored: dict[Key, Item]) -> bool:
        return (
            (entry.framework, entry.position) in chunk.rows
            or (keys.framework(entry.framework), f"{keys.OBSERVATION}{entry.position}") in stored
            or (self._seen is not None and f"{entry.framework}#{entry.position}" in self._seen)
        )

    def _add(self, entry: Entry, chunk: _Chunk, stored: dict[Key, Item]) -> None:
        """Puts a sound entry into the chunk, unless the table holds it, and counts it."""
        if isinstance(entry, MetricEntry):
            before: Entry | None = self._metrics.get(entry.name)
            self._metrics[entry.name] = entry
            if before != entry:
                chunk.metrics[entry.name] = entry
        elif isinstance(entry, Framework):
            before = self._known.get(entry.id)
            # The status of a framework that is there is changed by `framework archive` alone.
            entry = self._known[entry.id] = replace(entry, status=before.status) if before else entry
            if before != entry:
                chunk.frameworks[entry.id] = entry
        elif isinstance(entry, Facts):
            item = stored.get((keys.framework(entry.framework), keys.FACTS))
            before = chunk.facts.get(entry.framework) or (Facts(entry.framework, items.facts(item)) if item else None)
            if before != entry:
                chunk.facts[entry.framework] = entry
        elif isinstance(entry, Recorded):
            # Taken as there already until it is known how many were not.
            before = entry
            chunk.rows.setdefault((entry.observation.framework, position(entry.observation)), entry)
        else:
            place = (entry.framework, entry.position)
            is_there = place in chunk.withdrawals or (keys.framework(entry.framework), f"{keys.WITHDRAWAL}{entry.position}") in stored
            before = entry if is_there else None
            chunk.withdrawals.setdefault(place, entry)
        tally = self.tally.new if before is None else self.tally.there if before == entry else self.tally.changed
        tally[kind(entry)] += 1

    def _write(self, chunk: _Chunk, progress: Callable[[float], None]) -> int:
        """Writes a chunk; says how many observations were new."""
        if chunk.metrics:
            self._registers.put_metrics(chunk.metrics.values())
        for framework in chunk.frameworks.values():
            self._store.put(framework)
        for facts in chunk.facts.values():
            self._registers.put_facts(facts.framework, facts.facts)
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            progress(done / (len(chunk.rows) + 1))  # all of it is told by who takes the chunk

        new = self._bulk.write(chunk.rows.values(), chunk.withdrawals.values(), tell)
        return sum(map(len, new.values()))

    def _lacking(self, chunk: _Chunk) -> Iterator[str]:
        """The rows of a chunk that the table lacks."""
        by_framework: dict[str, list[str]] = {}
        for framework, place in chunk.rows:
            by_framework.setdefault(framework, []).append(place)
        for framework, places in by_framework.items():
            yield from (f"{framework}#{place}" for place in self._bulk.lacking(framework, places))


def _framework_of(entry: Entry) -> str:
    """The id of the framework that an entry is about; "" for a metric."""
    if isinstance(entry, MetricEntry):
        return ""
    if isinstance(entry, Framework):
        return entry.id
    return entry.observation.framework if isinstance(entry, Recorded) else entry.framework


def _key(item: Item) -> Key:
    return item["PK"]["S"], item["SK"]["S"]
