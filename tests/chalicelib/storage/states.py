"""The state that a table must be in, told by the rows that were written to it: what everything else is compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from chalicelib.storage.doctor import examine
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.keys import position
from chalicelib.storage.table import Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage.engines import everything
from tests.chalicelib.storage.samples import DAYS, a_framework

RELEASED = a_framework().first_release


def kept(table: Table, framework: str = "alpha") -> list[Observation]:
    """The whole history as a process that knows nothing yet reads it."""
    rows, rest, _ = EvidenceStore(table).page(framework, metric=None, since=None, until=None, after="", limit=1_000_000)
    assert rest == ""
    return rows


def answers(store: EvidenceStore, framework: str = "alpha", days: Iterable[date] = DAYS[1::3]) -> list[Evidence]:
    """What a store answers for these days, with opinions and without."""
    return [store.evidence([framework], as_of=day, opinions=opinions)[framework] for day in days for opinions in (True, False)]


def assert_holds(
    table: Table,
    rows: Collection[Observation],
    *,
    withdrawn: Collection[Observation] = (),
    framework: str = "alpha",
    days: Iterable[date] = DAYS[1::3],
    released: date | None = RELEASED,
) -> None:
    """History is complete, answers for any day are those of the rows that were not withdrawn, and the doctor finds nothing wrong."""
    assert kept(table, framework) == sorted(rows, key=position)
    counting = [row for row in rows if row not in withdrawn]
    expected = [
        Evidence.of(framework, counting, as_of=day, opinions=opinions, released=released) for day in days for opinions in (True, False)
    ]
    store = EvidenceStore(table)
    assert answers(store, framework, days) == expected
    assert {one.id for one in store.withdrawals(framework).values()} == {row.id for row in withdrawn}
    assert examine(table) == []


def partition(client: Any, table: Table, framework: str = "alpha") -> list[str]:
    """The sort keys of all that is there of a framework."""
    return [sort for at, sort in everything(client, table.name) if at == f"F#{framework}"]
