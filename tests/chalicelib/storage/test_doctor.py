"""The doctor: finds what does not agree, says how to mend it, and mends what can be made anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.doctor import examine, repair
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import set_status
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect
from tests.chalicelib.storage.samples import HISTORY, LAB, a_framework, a_row
from tests.chalicelib.storage.states import assert_holds, partition

ALPHA = a_framework("alpha")
GREATEST = max((row for row in HISTORY if row.metric == "stars"), key=lambda row: row.precedence)


@pytest.fixture
def sound(table: Table, store: EvidenceStore) -> Table:
    """A table in which everything agrees: a framework with a history, one without, one archived, and a withdrawn row."""
    store.load(ALPHA, HISTORY)
    store.load(a_framework("beta"), ())
    store.load(
        a_framework("gamma"), [a_row("stars", 1, "2019-01-01", framework="gamma"), a_row("stars", 2, "2020-01-01", framework="gamma")]
    )
    set_status(table, "beta", "archived")
    store.withdraw("gamma", "stars", date(2020, 1, 1), "a slip")
    return table


def changed(table: Table, partition: str, sort: str, **attributes: Any) -> None:
    """Changes attributes of an item past all code; None removes one."""
    item = table.get(partition, sort, consistent=True)
    assert item is not None
    made = {**item, **attributes}
    table.put({name: value for name, value in made.items() if value is not None})


def set_figure(table: Table, metric: str, packed: str | None) -> None:
    changed(table, "F#alpha", keys.CURRENT, **{f"m:{metric}": items.text(packed) if packed else None})


MENDED: dict[str, tuple[Callable[[Table], None], str]] = {
    "a figure that is too small": (
        lambda table: set_figure(table, "stars", items.pack(HISTORY[0])),
        "its current figure of stars is not the greatest of its history",
    ),
    "a figure that is too great": (
        lambda table: set_figure(table, "stars", items.pack(a_row("stars", 5, "2099-01-01"))),
        "its current figure of stars is not the greatest",
    ),
    "a figure that is not there": (lambda table: set_figure(table, "speed", None), "its current figure of speed is not the greatest"),
    "a figure of nothing": (
        lambda table: set_figure(table, "dreams", items.pack(a_row("dreams", 5, "2020-01-01"))),
        "its current figure of dreams is not the greatest",
    ),
    "a withdrawn figure that still counts": (
        lambda table: table.put(items.withdrawal_item(GREATEST, "a slip", "2026-11-22T10:00:00+00:00")),
        "its current figure of stars is not the greatest",
    ),
    "a row that was never taken in": (
        lambda table: table.put(items.observation_item(a_row("stars", 300, "2026-01-01"), "2026-11-22T10:00:00+00:00")),
        "its current figure of stars is not the greatest",
    ),
    "a marker beside no row": (
        lambda table: table.put(items.withdrawal_item(a_row("stars", 3, "2011-01-01"), "a slip", "2026-11-22T10:00:00+00:00")),
        "is withdrawn (a slip), but there is no such row",
    ),
    "another first release": (
        lambda table: changed(table, "F#alpha", keys.META, first_release=items.text("2011-01-01")),
        "another first release or status than the catalogue",
    ),
    "another status": (
        lambda table: changed(table, "F#alpha", keys.CURRENT, status=items.text("archived")),
        "another first release or status than the catalogue",
    ),
    "an import that was broken off": (
        lambda table: table.put({**items.key("F#alpha", keys.UNTOLD), "schema": items.number(items.SCHEMA)}),
        "an import into it was broken off",
    ),
    "a deletion that was broken off": (
        lambda table: changed(table, "F#alpha", keys.META, status=items.text(items.DELETING)),
        "its deletion was broken off",
    ),
}
LEFT: dict[str, tuple[Callable[[Table], None], str]] = {
    "a load that was broken off": (lambda table: table.delete("F#alpha", keys.CURRENT), "its load was broken off"),
    "a source that is not there": (lambda table: table.delete(keys.SOURCES, LAB.id), f"figures name the source '{LAB.id}'"),
    "a row of another form": (lambda table: changed(table, *keys.observation(HISTORY[0]), schema=items.number(99)), "can't be read"),
    "a row that is not what its key says": (
        lambda table: changed(table, *keys.observation(HISTORY[0]), value=items.text("7.0")),
        "it holds something else than its key says",
    ),
    "a row without a value": (lambda table: changed(table, *keys.observation(HISTORY[0]), value=None), "can't be read"),
    "an entry of another form": (lambda table: changed(table, "F#alpha", keys.META, schema=items.number(99)), "can't be read"),
    "a current item of another form": (lambda table: changed(table, "F#alpha", keys.CURRENT, schema=items.number(99)), "can't be read"),
    "a source of another form": (lambda table: changed(table, keys.SOURCES, LAB.id, schema=items.number(99)), "can't be read"),
}


def test_where_everything_agrees_nothing_is_wrong_and_nothing_is_written(sound: Table, connect: Connect) -> None:
    client = connect()
    made = faults.requests_of(client)
    beside = Table(client, sound.name)
    assert examine(beside) == []
    assert repair(beside) == ([], [])
    assert {request.operation for request in made} <= {"Query", "GetItem", "BatchGetItem"}


@pytest.mark.parametrize(("spoil", "says"), [*MENDED.values(), *LEFT.values()], ids=[*MENDED, *LEFT])
def test_what_does_not_agree_is_found_and_told_with_what_to_do(spoil: Callable[[Table], None], says: str, sound: Table) -> None:
    spoil(sound)
    found = examine(sound)
    assert found
    assert any(says in fault.what for fault in found)
    assert all(fault.mend and fault.framework in ("alpha", "gamma", "") for fault in found)


@pytest.mark.parametrize(("spoil", "says"), MENDED.values(), ids=MENDED)
def test_what_can_be_made_anew_is_mended(spoil: Callable[[Table], None], says: str, sound: Table) -> None:
    spoil(sound)
    found, left = repair(sound)
    assert (len(found), left) == (1, [])
    assert examine(sound) == []


@pytest.mark.parametrize(("spoil", "says"), LEFT.values(), ids=LEFT)
def test_what_can_not_is_left_and_told_and_nothing_else_is_touched(
    spoil: Callable[[Table], None], says: str, sound: Table, connect: Connect
) -> None:
    spoil(sound)
    client = connect()
    made = faults.requests_of(client)
    _, left = repair(Table(client, sound.name))
    assert any(says in fault.what for fault in left)
    assert {request.operation for request in made} <= {"Query", "GetItem", "BatchGetItem"}


def test_several_faults_of_several_frameworks_are_told_and_mended_at_once(sound: Table) -> None:
    for name in ("a figure that is too small", "a figure that is not there", "a marker beside no row", "another first release"):
        MENDED[name][0](sound)
    changed(sound, "F#beta", keys.META, status=items.text(items.DELETING))
    found, left = repair(sound)
    assert [fault.framework for fault in found] == ["alpha"] * 4 + ["beta"]
    assert left == []
    assert [one.id for one in Registers(sound).frameworks()] == ["alpha", "gamma"]


def test_an_ended_deletion_leaves_nothing(sound: Table, client: Any) -> None:
    MENDED["a deletion that was broken off"][0](sound)
    repair(sound)
    assert partition(client, sound) == []


def test_a_mended_table_answers_as_its_history_says(sound: Table) -> None:
    for name in ("a figure that is too small", "a figure of nothing", "a marker beside no row"):
        MENDED[name][0](sound)
    repair(sound)
    assert_holds(sound, HISTORY)


def test_an_append_that_is_under_way_is_no_fault(sound: Table, connect: Connect) -> None:
    """Its row is there, and its figure is not yet: the second look finds it right."""
    row = a_row("stars", 300, "2026-01-01")
    sound.put(items.observation_item(row, "2026-11-22T10:00:00+00:00"))
    client = connect()
    asked: list[Any] = []

    def end_it(params: Any) -> None:
        asked.append(params)
        # Index, metrics, sources and history were asked for by now, and the current item was read before that.
        if len(asked) == 5:
            EvidenceStore(sound).append(row)

    faults.before(client, "Query", end_it)
    assert examine(Table(client, sound.name)) == []
    assert len(asked) > 5
