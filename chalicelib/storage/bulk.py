"""Writing many rows at once: ends in the state that appending them one by one reaches, with one change of the current item a framework.

Of each framework, in this order: a note that `rev` does not tell yet of what follows, sources, rows, markers, current item, and the note
away. Whatever is broken off, doing it again makes good: what is there is not written again, but is taken into the current item if it was
not, and the note has `rev` raised even for rows that change no figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NoReturn

from chalicelib.storage import items, keys
from chalicelib.storage.current import rebuild
from chalicelib.storage.frameworks import BeingLoaded, why_not_there
from chalicelib.storage.items import Item, Recorded, Withdrawal, number, text
from chalicelib.storage.keys import Key, position
from chalicelib.storage.recording import Recorder
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import ATTEMPTS, StorageUnavailable, Table
from frameworth.evidence import Observation

# A key of BatchGetItem costs a unit even where nothing is found; for that a Query reads a dozen rows of some 300 bytes.
_ROWS_FOR_A_KEY = 12
# So many ids of sources are kept, about 100 bytes each, so that memory does not grow with a file.
_KEPT_SOURCES = 20_000


@dataclass(slots=True)
class Batch:
    """What is to be written of one framework: rows by position, and markers of withdrawals."""

    rows: dict[str, Recorded] = field(default_factory=dict)
    withdrawals: list[Withdrawal] = field(default_factory=list)


class BulkWriter:
    """Writes observations and withdrawals of frameworks that are there. `now` says when what does not say so itself was recorded."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now
        self._sources: set[str] = set()

    def lacking(self, framework: str, positions: Collection[str]) -> set[str]:
        """Which of these positions the history of a framework does not hold, by the cheaper of two ways."""
        wanted = sorted(positions)
        left = set(wanted)
        if not wanted:
            return left
        partition, most, read, last = keys.framework(framework), _ROWS_FOR_A_KEY * len(wanted), 0, ""
        first, end = f"{keys.OBSERVATION}{wanted[0]}", f"{keys.OBSERVATION}{wanted[-1]}"
        for item in self._table.query(partition, first=first, last=end, limit=most, consistent=True):
            read, last = read + 1, item["SK"]["S"].removeprefix(keys.OBSERVATION)
            left.discard(last)
        if read == most:
            beyond = [(partition, f"{keys.OBSERVATION}{one}") for one in wanted if one > last]
            left -= {item["SK"]["S"].removeprefix(keys.OBSERVATION) for item in self._table.batch_get(beyond, consistent=True)}
        return left

    def write(
        self, rows: Iterable[Recorded], withdrawals: Iterable[Withdrawal] = (), progress: Callable[[int], None] = lambda done: None
    ) -> dict[str, set[str]]:
        """Writes what is lacking, and makes the current items agree with it; says which positions of each framework were new.

        A withdrawn row must be there or among `rows`. `progress` hears how many rows, new or not, are safe.
        Raises `UnknownFramework`, `BeingDeleted` or `BeingLoaded`.
        """
        batches: dict[str, Batch] = {}
        for row in rows:
            batches.setdefault(row.observation.framework, Batch()).rows.setdefault(position(row.observation), row)
        for withdrawal in withdrawals:
            batches.setdefault(withdrawal.framework, Batch()).withdrawals.append(withdrawal)
        self._put_sources(row.observation for batch in batches.values() for row in batch.rows.values())
        new: dict[str, set[str]] = {}
        for framework, batch in batches.items():
            new[framework] = self._write(framework, batch)
            progress(len(batch.rows))
        return new

    def _put_sources(self, rows: Iterable[Observation]) -> None:
        sources = {row.source.id: row.source for row in rows}
        unsure = sources.keys() - self._sources
        there = self._table.batch_get([(keys.SOURCES, one) for one in sorted(unsure)], consistent=True)
        lacking = unsure - {item["SK"]["S"] for item in there}
        self._table.batch_put(items.source_item(sources[one]) for one in sorted(lacking))
        if len(self._sources) > _KEPT_SOURCES:
            self._sources.clear()
        self._sources |= unsure

    def _write(self, framework: str, batch: Batch) -> set[str]:
        """Writes one framework's batch; says which positions were new."""
        partition = keys.framework(framework)
        written: list[Item] = []
        new: set[str] = set()
        for attempt in range(ATTEMPTS):
            # Read before everything that is decided on: who deletes, withdraws or appends meanwhile changes `rev` or takes the item away.
            stood = self._table.get(partition, keys.CURRENT, consistent=True)
            if stood is None:
                self._take_back(framework, written)
            lacking = self.lacking(framework, batch.rows.keys())
            beside = self._beside(partition)
            unmarked = [one for one in batch.withdrawals if f"{keys.WITHDRAWAL}{one.position}" not in beside]
            if lacking or unmarked:
                new |= lacking
                written += self._put(partition, [batch.rows[one] for one in sorted(lacking)], unmarked)
                # From the start: the look again is what tells that nothing was deleted in between.
                continue
            if self._settle(stood, batch.rows, beside):
                return new
            self._table.pause(attempt + 1)
        if lacking or unmarked:
            raise StorageUnavailable("import", f"{framework!r} was deleted and loaded {ATTEMPTS} times meanwhile")
        # Others change the item all the while. An append needs no `rev` that stays, so it comes through.
        self._append(framework, batch)
        self._table.delete(partition, keys.UNTOLD)
        return new

    def _beside(self, partition: str) -> set[str]:
        """The markers of withdrawn rows, and the note if there is one, as sort keys."""
        last = f"{keys.UNTOLD}{keys.LAST}"
        return {item["SK"]["S"] for item in self._table.query(partition, first=keys.WITHDRAWAL, last=last, consistent=True)}

    def _put(self, partition: str, rows: Sequence[Recorded], withdrawals: Iterable[Withdrawal]) -> list[Item]:
        """Writes the note, rows and markers; returns all that it wrote."""
        now = self._now().isoformat(timespec="seconds")
        note = {**items.key(partition, keys.UNTOLD), "schema": number(items.SCHEMA)}
        made: list[Item] = [items.observation_item(row.observation, row.recorded_at or now, row.recorded_by) for row in rows]
        self._table.put(note)
        self._table.batch_put(made)
        markers: list[Item] = [items.marker_item(replace(one, recorded_at=one.recorded_at or now)) for one in withdrawals]
        # The first reason stays, whoever gives it.
        return [note, *made, *(marker for marker in markers if self._table.put_new(marker))]

    def _settle(self, stood: Item, rows: Mapping[str, Recorded], beside: Collection[str]) -> bool:
        """Has the current item agree with rows and markers and tell of them. False if it changed meanwhile."""
        partition, framework = stood["PK"]["S"], stood["PK"]["S"][2:]
        withdrawn = {one.removeprefix(keys.WITHDRAWAL) for one in beside if one.startswith(keys.WITHDRAWAL)}
        raised: dict[str, str] = {}
        for one in rows.keys() - withdrawn:
            row = rows[one].observation
            name, packed = f"{items.FIGURE}{row.metric}", items.pack(row)
            if packed > max(raised.get(name, ""), stood.get(name, text(""))["S"]):
                raised[name] = packed
        if raised or keys.UNTOLD in beside:
            rev = items.rev(stood)
            made = {
                **stood,
                **{name: text(packed) for name, packed in raised.items()},
                "rev": number(rev + 1),
                "schema": number(items.SCHEMA),
            }
            # The whole item: an update would cost the same, and its expression has bounds that some hundred metrics exceed.
            if self._table.put_if(made, ConditionExpression="rev = :rev", ExpressionAttributeValues={":rev": number(rev)}) is not None:
                return False
            stood = made
        for name, value in stood.items():
            metric = name.removeprefix(items.FIGURE)
            if name.startswith(items.FIGURE) and f"{metric}#{value['S'].partition('|')[0]}" in withdrawn:
                rebuild(self._table, framework, metric)
        if keys.UNTOLD in beside:
            self._table.delete(partition, keys.UNTOLD)
        return True

    def _append(self, framework: str, batch: Batch) -> None:
        """Takes the greatest row of each metric in as an append does, and markers as a withdrawal does; all of them are there by now."""
        greatest = {row.observation.metric: row.observation for _, row in sorted(batch.rows.items())}
        recorder = Recorder(self._table, Sources(self._table), self._now)
        for one in greatest.values():
            recorder.append(one)
        for metric in {one.metric for one in batch.withdrawals}:
            rebuild(self._table, framework, metric)

    def _take_back(self, framework: str, written: Sequence[Item]) -> NoReturn:
        """Removes what was written into a framework that is gone, and raises why it is.

        A load writes the catalogue entry before its rows: if it wrote the very rows that are removed here, the entry is there afterwards,
        and the rows are put back.
        """
        reason = why_not_there(self._table, framework)
        if written and not isinstance(reason, BeingLoaded):
            unwanted: list[Key] = [(item["PK"]["S"], item["SK"]["S"]) for item in written]
            self._table.batch_delete(dict.fromkeys(unwanted))
            reason = why_not_there(self._table, framework)
            if isinstance(reason, BeingLoaded):
                self._table.batch_put(item for item in written if item["SK"]["S"].startswith(keys.OBSERVATION))
        raise reason
