"""Appending: two steps that may be lost, repeated, shuffled and raced."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingLoaded, UnknownFramework
from chalicelib.storage.keys import position
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything
from tests.chalicelib.storage.samples import DAYS, HISTORY, PRESS, a_framework, a_row

ALPHA = a_framework("alpha")


def rev(table: Table, framework: str = "alpha") -> int:
    item = table.get(keys.framework(framework), keys.CURRENT, consistent=True)
    assert item is not None
    return int(item["rev"]["N"])


def kept(table: Table, framework: str = "alpha") -> list[Observation]:
    """The whole history as a process that knows nothing yet reads it."""
    rows, position, _ = EvidenceStore(table).page(framework, metric=None, since=None, until=None, after="", limit=1000)
    assert position == ""
    return rows


def assert_in_the_state_of(rows: tuple[Observation, ...], table: Table, framework: str = "alpha") -> None:
    """History is complete, the current figures are the greatest, and so is the answer for any day."""
    assert kept(table, framework) == sorted(rows, key=position)
    reader = EvidenceStore(table)
    for day in DAYS[1::3]:
        for opinions in (True, False):
            expected = Evidence.of(framework, rows, as_of=day, opinions=opinions, released=ALPHA.first_release)
            assert reader.evidence([framework], as_of=day, opinions=opinions) == {framework: expected}


@pytest.mark.parametrize("order", range(36))
def test_any_order_with_repeats_ends_in_the_same_state(order: int, table: Table, store: EvidenceStore) -> None:
    chance = random.Random(order)
    rows = chance.sample(HISTORY, 7)
    store.load(ALPHA, ())
    for row in chance.sample([*rows, *rows[:3]], 10):
        store.append(row)
    assert_in_the_state_of(tuple(rows), table)


def test_says_whether_the_observation_was_new(store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    assert store.append(HISTORY[1])
    assert not store.append(HISTORY[1])
    assert store.append(HISTORY[0])  # older
    assert not store.append(HISTORY[0])
    assert store.append(replace(HISTORY[1], note="another one"))


def test_says_that_it_was_new_even_if_the_answer_was_lost_and_boto3_wrote_again(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    faults.send_twice(client, "PutItem")
    faults.send_twice(client, "UpdateItem")
    assert store.append(HISTORY[0])
    assert not store.append(HISTORY[0])
    assert_in_the_state_of(HISTORY[:1], table)


def test_a_first_figure_a_newer_one_and_an_older_one_each_raise_rev(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    first = rev(table)
    for expected, row in enumerate((HISTORY[1], HISTORY[3], HISTORY[0]), start=first + 1):
        store.append(row)
        assert rev(table) == expected


def test_an_older_row_that_arrives_late_does_not_hide_the_newer_one(store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    store.append(a_row("stars", 200, "2020-01-01"))
    store.append(a_row("stars", 100, "2018-01-01"))
    assert store.evidence(["alpha"], as_of=date(2021, 1, 1))["alpha"].figures["stars"].value == 200


def test_a_correction_counts_whether_it_arrives_before_or_after_what_it_corrects(table: Table, store: EvidenceStore) -> None:
    wrong, right = a_row("stars", 1, "2020-01-01"), a_row("stars", 2, "2020-01-01", revision=1)
    for framework, rows in (("alpha", (wrong, right)), ("beta", (right, wrong))):
        store.load(a_framework(framework), ())
        for row in rows:
            store.append(replace(row, framework=framework))
        assert store.evidence([framework], as_of=date(2020, 1, 1))[framework].figures["stars"].value == 2
        assert len(kept(table, framework)) == 2


def test_revisions_of_more_digits_count_as_numbers_do(store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    for revision in (9, 100, 10, 99_999):
        store.append(a_row("stars", revision, "2020-01-01", revision=revision))
    assert store.evidence(["alpha"], as_of=date(2020, 1, 1))["alpha"].figures["stars"].value == 99_999


def test_an_unknown_framework_is_refused_and_leaves_no_row(table: Table, admin: Any, store: EvidenceStore) -> None:
    with pytest.raises(UnknownFramework, match="'alpha'") as raised:
        store.append(HISTORY[0])
    assert raised.value.framework == "alpha"
    assert not [key for key in everything(admin, table.name) if key[0] != keys.SOURCES]


def test_an_unknown_framework_leaves_no_row_even_if_boto3_wrote_again(table: Table, client: Any, store: EvidenceStore) -> None:
    faults.send_twice(client, "PutItem")
    with pytest.raises(UnknownFramework):
        store.append(HISTORY[0])
    assert not [key for key in everything(client, table.name) if key[0] != keys.SOURCES]


def test_a_refused_row_can_be_appended_once_the_framework_is_there(table: Table, store: EvidenceStore) -> None:
    with pytest.raises(UnknownFramework):
        store.append(HISTORY[0])
    store.load(ALPHA, ())
    assert store.append(HISTORY[0])
    assert_in_the_state_of(HISTORY[:1], table)


def test_frameworks_do_not_touch_each_other(table: Table, store: EvidenceStore) -> None:
    for framework in ("alpha", "alpha-2", "alph"):
        store.load(a_framework(framework), ())
    for row in HISTORY:
        store.append(row)
    assert_in_the_state_of(HISTORY, table)
    for other in ("alpha-2", "alph"):
        assert kept(table, other) == []
        assert store.evidence([other], as_of=date(2026, 1, 1))[other].figures == {}


def test_a_crash_between_the_steps_is_made_good_by_appending_again(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY[:1])
    newer = HISTORY[3]
    assert table.put_new(items.observation_item(newer, "before the crash"))
    assert store.evidence(["alpha"], as_of=date(2021, 1, 1))["alpha"].figures["stars"].value == 100
    assert not store.append(newer)
    assert_in_the_state_of((HISTORY[0], newer), table)


@pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("row", [HISTORY[1], HISTORY[4], a_row("new", 1, "2019-07-01", source=PRESS)], ids=["older", "newer", "first"])
def test_whichever_call_fails_appending_again_makes_it_good(
    row: Observation, number: int, done: bool, table: Table, connect: Connect, store: EvidenceStore
) -> None:
    before = (HISTORY[0], HISTORY[3], HISTORY[5])
    store.load(ALPHA, before)
    reader = EvidenceStore(table)
    for day in DAYS[1::3]:
        reader.evidence(["alpha"], as_of=day)
    failing = connect()
    made = faults.requests_of(failing)
    faults.fail_call(failing, number, done=done)
    try:
        EvidenceStore(Table(failing, table.name)).append(row)
    except StorageUnavailable:
        assert len(made) == number
    else:
        assert len(made) < number  # it takes fewer calls than that
    store.append(row)
    assert_in_the_state_of((*before, row), table)
    # Nor does a process that had read the history before keep to it.
    for day in DAYS[1::3]:
        expected = Evidence.of("alpha", (*before, row), as_of=day, released=ALPHA.first_release)
        assert reader.evidence(["alpha"], as_of=day) == {"alpha": expected}


def test_an_older_row_makes_no_framework_of_one_that_vanished_meanwhile(table: Table, connect: Connect, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY[3:4])
    client = connect()

    def vanish(params: Any) -> None:
        if params["UpdateExpression"] == "ADD rev :one":
            table.delete("F#alpha", keys.CURRENT)

    faults.before(client, "UpdateItem", vanish)
    with pytest.raises(BeingLoaded):
        EvidenceStore(Table(client, table.name)).append(HISTORY[0])
    assert store.known(["alpha"]) == set()


def test_an_observation_says_when_it_was_recorded(table: Table, store: EvidenceStore, clock: Callable[[], datetime]) -> None:
    store.load(ALPHA, ())
    earliest = clock()
    store.append(HISTORY[0])
    item = table.get(*keys.observation(HISTORY[0]), consistent=True)
    assert item is not None
    assert earliest < datetime.fromisoformat(item["recorded_at"]["S"]) < clock()


def test_a_source_is_written_once(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    made = faults.requests_of(client)
    for row in HISTORY:
        store.append(row)
    put = [request.params["Item"]["SK"]["S"] for request in made if request.params.get("Item", {}).get("PK") == {"S": keys.SOURCES}]
    assert sorted(put) == sorted({row.source.id for row in HISTORY})


@pytest.mark.parametrize("shared", [True, False], ids=["one-store", "store-each"])
def test_eight_threads_end_in_the_same_state(shared: bool, table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    first = rev(table)
    per_thread = [random.Random(thread).sample(HISTORY, len(HISTORY)) for thread in range(8)]

    def work(rows: list[Observation]) -> list[bool]:
        mine = store if shared else EvidenceStore(table)
        said = []
        for place, row in enumerate(rows):
            said.append(mine.append(row))
            if place % 3 == 0:
                mine.evidence(["alpha"], as_of=DAYS[3])
        return said

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(work, per_thread))
    assert_in_the_state_of(HISTORY, table)
    assert sum(map(sum, said)) == len(HISTORY)  # each was new to one thread alone
    assert rev(table) == first + 8 * len(HISTORY)
    for day in DAYS:  # and a store that read all the while is not left behind
        expected = Evidence.of("alpha", HISTORY, as_of=day, released=ALPHA.first_release)
        assert store.evidence(["alpha"], as_of=day) == {"alpha": expected}
