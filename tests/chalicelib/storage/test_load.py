"""Loading in bulk: the same state as appending one by one, whenever it is interrupted, repeated or overtaken."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingLoaded
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything, fresh_table
from tests.chalicelib.storage.samples import DAYS, HISTORY, PRESS, a_framework, a_row

ALPHA = a_framework("alpha")
LONG = (*HISTORY, *(a_row("monthly", month, f"20{10 + month // 12}-{1 + month % 12:02d}-01") for month in range(45)))


def visible(client: Any, table: Table) -> dict[tuple[str, str], dict[str, Any]]:
    """All items, without what only says when they were written."""
    return {
        key: {name: value for name, value in item.items() if name not in ("recorded_at", "changed_at", "rev")}
        for key, item in everything(client, table.name).items()
    }


def without_rev(found: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: {name: value for name, value in item.items() if name != "rev"} for key, item in found.items()}


def answers(table: Table) -> list[dict[str, Evidence]]:
    """What a process that knows nothing yet is answered."""
    reader = EvidenceStore(table)
    return [reader.evidence(["alpha"], as_of=day, opinions=opinions) for day in DAYS[1::2] for opinions in (True, False)]


def oracle(rows: tuple[Observation, ...]) -> list[dict[str, Evidence]]:
    return [
        {"alpha": Evidence.of("alpha", rows, as_of=day, opinions=opinions, released=ALPHA.first_release)}
        for day in DAYS[1::2]
        for opinions in (True, False)
    ]


def test_ends_in_the_same_items_as_appending_one_by_one(table: Table, client: Any, connect: Connect, store: EvidenceStore) -> None:
    store.load(ALPHA, LONG)
    with fresh_table(connect()) as name:
        other = Table(client, name)
        appending = EvidenceStore(other)
        appending.load(ALPHA, ())
        for row in reversed(LONG):
            appending.append(row)
        assert visible(client, table) == visible(client, other)


def test_answers_as_the_rows_do(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, LONG)
    assert answers(table) == oracle(LONG)


def test_rows_that_are_there_twice_are_loaded_once(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, (*HISTORY, *HISTORY))
    assert answers(table) == oracle(HISTORY)


def test_progress_hears_of_every_row(store: EvidenceStore) -> None:
    first, again = [], []
    store.load(ALPHA, LONG, first.append)
    store.load(ALPHA, LONG, again.append)
    assert sum(first) == sum(again) == len(LONG)
    assert max(first) <= 25


def test_loading_again_changes_nothing_visible(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    before = everything(client, table.name)
    EvidenceStore(table).load(ALPHA, HISTORY)
    assert without_rev(everything(client, table.name)) == without_rev(before)


def test_loading_more_appends_what_is_new(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY[:4])
    EvidenceStore(table).load(ALPHA, HISTORY[2:])
    assert answers(table) == oracle(HISTORY)


def test_loading_a_framework_again_reads_what_is_there_and_writes_nothing(client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    made = faults.requests_of(client)
    store.load(ALPHA, HISTORY)
    assert Counter(request.operation for request in made) == {"GetItem": 2, "Query": 1}


def test_loading_a_framework_that_is_there_appends_what_it_lacks(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY[: len(HISTORY) // 2])
    made = faults.requests_of(client)
    store.load(ALPHA, HISTORY)
    assert "BatchWriteItem" not in {request.operation for request in made}
    current = table.get("F#alpha", keys.CURRENT, consistent=True)
    assert current is not None
    rows = store.page("alpha", metric=None, since=None, until=None, after="", limit=1000).observations
    assert {row.id for row in rows} == {row.id for row in HISTORY}


def test_loading_again_makes_good_a_row_that_never_reached_the_current_item(table: Table, store: EvidenceStore) -> None:
    """As after a crash between the two steps of an append."""
    last = max(HISTORY, key=lambda row: row.precedence)
    store.load(ALPHA, [row for row in HISTORY if row.id != last.id])
    table.put(items.observation_item(last, "2026-01-01T00:00:00"))
    store.load(ALPHA, HISTORY)
    current = table.get("F#alpha", keys.CURRENT, consistent=True)
    assert current is not None
    assert current[f"{items.FIGURE}{last.metric}"] == {"S": items.pack(last)}


def test_what_the_catalogue_says_of_a_framework_is_renewed(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    store.load(a_framework("alpha", summary="new words"), ())
    item = table.get("F#alpha", keys.META, consistent=True)
    assert item is not None
    assert item["summary"] == {"S": "new words"}


@pytest.mark.parametrize("corrected", [date(2011, 1, 1), None])
def test_a_corrected_first_release_reaches_the_evidence(corrected: date | None, table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    assert store.evidence(["alpha"], as_of=DAYS[-1])["alpha"].released == ALPHA.first_release
    EvidenceStore(table).load(a_framework("alpha", first_release=corrected), ())
    for day in DAYS:
        assert store.evidence(["alpha"], as_of=day)["alpha"].released == corrected


def test_a_corrected_first_release_makes_no_framework_of_one_that_vanished_meanwhile(
    table: Table, connect: Connect, store: EvidenceStore
) -> None:
    store.load(ALPHA, HISTORY)
    client = connect()

    def vanish(params: Any) -> None:
        if params["Key"]["SK"] == {"S": keys.CURRENT}:
            table.delete("F#alpha", keys.CURRENT)

    faults.before(client, "UpdateItem", vanish)
    with pytest.raises(BeingLoaded):
        EvidenceStore(Table(client, table.name)).load(a_framework("alpha", first_release=date(2011, 1, 1)), HISTORY)
    assert store.known(["alpha"]) == set()


def test_until_all_is_loaded_the_framework_is_unknown(table: Table, connect: Connect, store: EvidenceStore) -> None:
    client = connect()
    seen: list[set[str]] = []
    for operation in ("PutItem", "BatchWriteItem"):
        faults.before(client, operation, lambda params: seen.append(store.known(["alpha"])))
    EvidenceStore(Table(client, table.name)).load(ALPHA, LONG)
    assert len(seen) > 4
    assert not any(seen)
    assert store.known(["alpha"]) == {"alpha"}


def calls_of_a_load(connect: Connect, name: str) -> int:
    client = connect()
    made = faults.requests_of(client)
    EvidenceStore(Table(client, name)).load(ALPHA, LONG)
    return len(made)


@pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
@pytest.mark.parametrize("number", range(1, 12))
def test_whichever_call_fails_loading_again_makes_it_good(number: int, done: bool, table: Table, connect: Connect) -> None:
    client = connect()
    made = faults.requests_of(client)
    faults.fail_call(client, number, done=done)
    with pytest.raises(StorageUnavailable):
        EvidenceStore(Table(client, table.name)).load(ALPHA, LONG)
    assert len(made) == number
    EvidenceStore(table).load(ALPHA, LONG)
    assert answers(table) == oracle(LONG)
    rows, *_ = EvidenceStore(table).page("alpha", metric=None, since=None, until=None, after="", limit=1000)
    assert len(rows) == len(LONG)


def test_the_calls_of_a_load_are_those_that_fail_above(table: Table, connect: Connect) -> None:
    """The entry, read and made, looks for its current item and for rows, two sources, three batches, the current item, the entry again."""
    assert calls_of_a_load(connect, table.name) == 11


def test_two_loads_at_once_lose_no_row_of_either(table: Table, connect: Connect) -> None:
    ours, theirs = LONG[:30], (*LONG[30:], a_row("stars", 500, "2024-01-01", source=PRESS))
    client = connect()
    quicker = EvidenceStore(table)

    def overtake(params: Any) -> None:
        if params["Item"]["SK"] == {"S": keys.CURRENT}:
            quicker.load(ALPHA, theirs)

    faults.before(client, "PutItem", overtake)
    EvidenceStore(Table(client, table.name)).load(ALPHA, ours)
    assert answers(table) == oracle((*ours, *theirs))
    rows, *_ = EvidenceStore(table).page("alpha", metric=None, since=None, until=None, after="", limit=1000)
    assert len(rows) == len(ours) + len(theirs)


def test_partial_batches_lose_no_row(table: Table, connect: Connect) -> None:
    client = connect()
    faults.write_partly(client, 6)
    EvidenceStore(Table(client, table.name, sleep=lambda seconds: None)).load(ALPHA, LONG)
    assert answers(table) == oracle(LONG)
