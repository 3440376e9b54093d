"""The history of a framework: every observation that was ever appended, and the markers of those that were withdrawn.

A short one is read whole, and kept. Of a long one only what is asked for is read, so that no question costs more as years go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from chalicelib.storage import items, keys
from chalicelib.storage.items import Item, Withdrawal
from chalicelib.storage.keys import position
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import Table
from frameworth.evidence import Basis, Observation

# So many rows of a metric are read at once when the last one that counts is looked for: as many as one read unit pays for.
_GLANCE = 8


class Span(NamedTuple):
    """A part of a history: the positions from `first` to `last`, both inclusive."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class History:
    """All observations of a framework, the markers of those withdrawn, by position, and when and by whom each was recorded, by id."""

    rows: tuple[Observation, ...]
    withdrawals: Mapping[str, Withdrawal]
    recorded: Mapping[str, tuple[str, str]]

    @property
    def counting(self) -> Iterator[Observation]:
        """The observations that were not withdrawn."""
        return (row for row in self.rows if position(row) not in self.withdrawals) if self.withdrawals else iter(self.rows)


def read_history(table: Table, sources: Sources, framework: str) -> History:
    """The history as it is now."""
    return _history(sources, list(_all_of(table, framework)))


def read_short_history(table: Table, sources: Sources, framework: str, most: int) -> History | None:
    """The history as it is now, or None if it has more than `most` rows and markers."""
    found = list(_all_of(table, framework, limit=most + 1))
    return _history(sources, found) if len(found) <= most else None


def read_withdrawals(table: Table, framework: str) -> dict[str, Withdrawal]:
    """The markers alone, by position."""
    found = table.query(keys.framework(framework), first=keys.WITHDRAWAL, last=f"{keys.WITHDRAWAL}{keys.LAST}", consistent=True)
    return {one.position: one for one in map(items.withdrawal, found)}


def read_day(
    table: Table, sources: Sources, framework: str, metrics: Iterable[str], as_of: date, *, opinions: bool
) -> tuple[Observation, ...]:
    """The observation that counts on a day, of each of these metrics that has one: a Query each, however long their histories are."""
    withdrawn = read_withdrawals(table, framework)

    def counts(item: Item) -> bool:
        return item["SK"]["S"][len(keys.OBSERVATION) :] not in withdrawn and (opinions or item["basis"]["S"] != Basis.OPINION)

    found: list[Item] = []
    for metric in metrics:
        span = Span(f"{metric}#", f"{metric}#{as_of.isoformat()}#{keys.LAST}")
        last = next(filter(counts, _rows(table, framework, span, page=_GLANCE, descending=True)), None)
        found += [] if last is None else [last]
    return _history(sources, found).rows


def read_rows(table: Table, sources: Sources, framework: str, spans: Iterable[Span], limit: int) -> History:
    """Up to `limit` observations that stand in these spans, which follow each other; reads hardly more than that."""
    found: list[Item] = []
    for span in spans:
        if len(found) < limit and span.first <= span.last:
            found += _rows(table, framework, span, limit=limit - len(found))
    return _history(sources, found)


def _all_of(table: Table, framework: str, limit: int | None = None) -> Iterator[Item]:
    # Consistent: the row that raised `rev` was written before it was raised, and must not be missed under that `rev`.
    last = f"{keys.WITHDRAWAL}{keys.LAST}"
    return table.query(keys.framework(framework), first=keys.OBSERVATION, last=last, limit=limit, consistent=True)


def _rows(
    table: Table, framework: str, span: Span, *, limit: int | None = None, page: int | None = None, descending: bool = False
) -> Iterator[Item]:
    first, last = (f"{keys.OBSERVATION}{end}" for end in span)
    return table.query(keys.framework(framework), first=first, last=last, limit=limit, page=page, descending=descending, consistent=True)


def _history(sources: Sources, found: Iterable[Item]) -> History:
    rows = [item for item in found if item["SK"]["S"].startswith(keys.OBSERVATION)]
    withdrawals = [items.withdrawal(item) for item in found if item["SK"]["S"].startswith(keys.WITHDRAWAL)]
    known = sources.of({item["source"]["S"] for item in rows})
    return History(
        tuple(items.observation(item, known) for item in rows),
        {one.position: one for one in withdrawals},
        {item["SK"]["S"].rpartition("#")[2]: items.record(item) for item in rows},
    )
