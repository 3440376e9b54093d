"""How many calls an answer takes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.storage.calls import counted

if TYPE_CHECKING:
    from chalicelib.storage.table import Table


def test_calls_are_counted_where_they_are_made(table: Table) -> None:
    with counted() as calls:
        table.get("A", "-")
        list(table.query("A", first="0", last="9"))
        table.batch_get([("A", "-"), ("B", "-")])
    assert calls.made == 3


def test_outside_nothing_is_counted(table: Table) -> None:
    with counted() as calls:
        pass
    table.get("A", "-")
    assert calls.made == 0


def test_each_thread_counts_its_own(table: Table) -> None:
    def ask(times: int) -> int:
        with counted() as calls:
            for _ in range(times):
                table.get("A", "-")
        return calls.made

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, (1, 2, 3, 4))) == [1, 2, 3, 4]


def test_what_is_counted_inside_is_not_counted_outside(table: Table) -> None:
    with counted() as outer:
        with counted() as inner:
            table.get("A", "-")
        table.get("A", "-")
    assert (inner.made, outer.made) == (1, 1)
