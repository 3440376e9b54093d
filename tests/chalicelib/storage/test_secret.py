"""The secret of a table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.storage.calls import counted
from chalicelib.storage.secret import Secret
from tests.chalicelib.storage.engines import fresh_table

if TYPE_CHECKING:
    from typing import Any

    from chalicelib.storage.table import Table


def test_every_process_finds_the_same_secret(table: Table) -> None:
    first = Secret(table).value()
    assert len(first) == 32
    assert Secret(table).value() == first


def test_two_tables_have_two(table: Table, admin: Any) -> None:
    from chalicelib.storage.table import Table as Another

    with fresh_table(admin) as name:
        assert Secret(Another(admin, name)).value() != Secret(table).value()


def test_it_is_read_once(table: Table) -> None:
    secret = Secret(table)
    secret.value()
    with counted() as calls:
        secret.value()
    assert calls.made == 0


def test_of_six_who_make_it_at_once_all_use_that_of_the_first(table: Table) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: Secret(table).value(), range(6)))
    assert len(set(found)) == 1
