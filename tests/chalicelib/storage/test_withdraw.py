"""Withdrawing: out of every score, for a reason, and still in the history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.current import rebuild
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingDeleted, BeingLoaded, UnknownFramework, delete
from chalicelib.storage.recording import UnknownObservation
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.errors import InvalidValue
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything
from tests.chalicelib.storage.samples import DAYS, HISTORY, PRESS, a_framework, a_row
from tests.chalicelib.storage.states import answers, assert_holds, kept, partition

ALPHA = a_framework("alpha")
GREATEST = max((row for row in HISTORY if row.metric == "stars"), key=lambda row: row.precedence)


def withdrawing(store: EvidenceStore, row: Observation, reason: str = "of another framework") -> bool:
    found, is_new = store.withdraw(row.framework, row.metric, row.observed_on, reason, row_id=row.id)
    assert found == row
    return is_new


@pytest.mark.parametrize("row", HISTORY, ids=lambda row: f"{row.metric}-{row.observed_on}-{row.revision}-{row.id[:2]}")
def test_any_row_can_be_withdrawn_and_counts_on_no_day_any_more(row: Observation, table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    reader = EvidenceStore(table)
    answers(reader, days=DAYS)
    assert withdrawing(store, row)
    assert_holds(table, HISTORY, withdrawn=[row], days=DAYS)
    # Nor does a process that had read the history before keep to it.
    counting = [one for one in HISTORY if one != row]
    expected = [Evidence.of("alpha", counting, as_of=day, opinions=o, released=ALPHA.first_release) for day in DAYS for o in (True, False)]
    assert answers(reader, days=DAYS) == expected


def test_a_metric_of_which_all_was_withdrawn_has_no_figure(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    stars = [row for row in HISTORY if row.metric == "stars"]
    for row in stars:
        withdrawing(store, row)
    assert "stars" not in store.evidence(["alpha"], as_of=DAYS[-1])["alpha"].figures
    assert_holds(table, HISTORY, withdrawn=stars)
    # And of the metric whose name begins with it nothing is lost.
    assert "starship" in store.evidence(["alpha"], as_of=DAYS[-1])["alpha"].figures


def test_what_comes_after_a_withdrawal_counts(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    withdrawing(store, GREATEST)
    later = (a_row("stars", 7, "2019-12-31"), a_row("stars", 8, GREATEST.observed_on.isoformat(), revision=3))
    for row in later:
        assert store.append(row)
    assert_holds(table, (*HISTORY, *later), withdrawn=[GREATEST])


def test_appending_or_loading_it_again_does_not_bring_it_back(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    withdrawing(store, GREATEST)
    assert not EvidenceStore(table).append(GREATEST)
    assert_holds(table, HISTORY, withdrawn=[GREATEST])
    EvidenceStore(table).load(ALPHA, HISTORY)
    assert_holds(table, HISTORY, withdrawn=[GREATEST])


def test_loading_again_does_not_append_again_what_was_withdrawn(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    withdrawing(store, GREATEST)
    made = faults.requests_of(client)
    EvidenceStore(table).load(ALPHA, HISTORY)
    assert [request.operation for request in made] == ["GetItem", "GetItem", "Query", "Query"]  # entry, current item, history, sources


def test_doing_it_again_changes_nothing_and_keeps_the_first_reason(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    assert withdrawing(store, GREATEST, "first")
    assert not withdrawing(EvidenceStore(table), GREATEST, "second")
    reader = EvidenceStore(table)
    reader.known(["alpha"])
    (withdrawal,) = reader.withdrawals("alpha").values()
    assert (withdrawal.id, withdrawal.metric, withdrawal.reason) == (GREATEST.id, "stars", "first")
    assert withdrawal.recorded_at.startswith("2026-11-22T10:0")
    assert_holds(table, HISTORY, withdrawn=[GREATEST])


def test_one_of_a_day_needs_no_id_and_may_be_told_by_its_revision(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    assert store.withdraw("alpha", "stars", date(2018, 1, 1), "wrong")[0] == HISTORY[0]
    assert store.withdraw("alpha", "stars", date(2019, 1, 1), "wrong", revision=1)[0] == HISTORY[2]
    assert_holds(table, HISTORY, withdrawn=[HISTORY[0], HISTORY[2]])


def test_of_several_of_a_day_one_must_be_named(store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    with pytest.raises(UnknownObservation, match="2 observations of 'stars' on 2019-01-01 for 'alpha', name one by its id") as raised:
        store.withdraw("alpha", "stars", date(2019, 1, 1), "wrong")
    assert set(raised.value.near) == {HISTORY[1], HISTORY[2]}
    assert all(row.id in str(raised.value) for row in (HISTORY[1], HISTORY[2]))


@pytest.mark.parametrize(
    ("metric", "day", "told"),
    [("stars", "2018-01-02", "2018-01-01 with id"), ("stras", "2018-01-01", "'alpha' has none of 'stras' at all")],
)
def test_what_is_not_there_is_told_with_what_is(metric: str, day: str, told: str, table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    before = everything(client, table.name)
    with pytest.raises(UnknownObservation, match="no such observation") as raised:
        store.withdraw("alpha", metric, date.fromisoformat(day), "wrong")
    assert told in str(raised.value)
    assert everything(client, table.name) == before


def test_an_error_names_no_more_rows_than_a_person_reads(store: EvidenceStore) -> None:
    store.load(ALPHA, [a_row("stars", value, "2020-01-01", revision=value) for value in range(40)])
    with pytest.raises(UnknownObservation, match=r"; 30 more$"):
        store.withdraw("alpha", "stars", date(2020, 1, 1), "wrong")


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001, "a\nb"])
def test_without_a_sound_reason_nothing_is_withdrawn(reason: str, table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    with pytest.raises(InvalidValue, match="reason"):
        store.withdraw("alpha", "stars", date(2018, 1, 1), reason)
    assert_holds(table, HISTORY)


def test_the_longest_reason_of_four_byte_characters_is_kept(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    reason = "😀" * 1000
    withdrawing(store, GREATEST, reason)
    item = table.get(*keys.withdrawal(GREATEST), consistent=True)
    assert item is not None
    assert items.withdrawal(item).reason == reason


def test_of_a_framework_that_is_not_there_it_says_why(table: Table, client: Any, store: EvidenceStore) -> None:
    with pytest.raises(UnknownFramework):
        store.withdraw("alpha", "stars", date(2018, 1, 1), "wrong")
    table.put(items.framework_item(ALPHA))
    with pytest.raises(BeingLoaded):
        store.withdraw("alpha", "stars", date(2018, 1, 1), "wrong")
    table.put({**items.framework_item(ALPHA), "status": items.text(items.DELETING)})
    with pytest.raises(BeingDeleted):
        store.withdraw("alpha", "stars", date(2018, 1, 1), "wrong")
    assert partition(client, table) == [keys.META]


def test_an_older_row_that_arrives_while_its_metric_is_lowered_is_not_lost(table: Table, connect: Connect, store: EvidenceStore) -> None:
    """The rebuild reads a history without the row, and writes after the append was refused by the greatest that is to go."""
    greatest, older, lower = a_row("stars", 3, "2020-01-01"), a_row("stars", 2, "2019-01-01"), a_row("stars", 1, "2018-01-01")
    store.load(ALPHA, (greatest, lower))
    marked = items.withdrawal_item(greatest, "wrong", "2026-11-22")
    client = connect()

    def lower_it(params: Any) -> None:
        if params["UpdateExpression"] == "ADD rev :one" and table.put_new(marked):
            figure = items.text(items.pack(lower))
            table.update("F#alpha", keys.CURRENT, UpdateExpression="SET #m = :p ADD rev :one", ExpressionAttributeNames={"#m": "m:stars"},
                ExpressionAttributeValues={":p": figure, ":one": items.number(1)})  # fmt: skip

    faults.before(client, "UpdateItem", lower_it)
    assert EvidenceStore(Table(client, table.name, sleep=lambda seconds: None)).append(older)
    assert_holds(table, (greatest, older, lower), withdrawn=[greatest])


def test_a_row_that_is_withdrawn_while_it_is_taken_in_does_not_count(table: Table, connect: Connect, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY[:1])
    client = connect()
    newer = HISTORY[3]
    told: list[bool] = []

    def overtake(params: Any) -> None:
        if not told:
            told.append(withdrawing(store, newer))

    faults.before(client, "UpdateItem", overtake)
    assert EvidenceStore(Table(client, table.name)).append(newer)
    assert told == [True]
    assert_holds(table, (HISTORY[0], newer), withdrawn=[newer])


def test_a_rebuild_that_is_overtaken_reads_again(table: Table, connect: Connect, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    client = connect()
    # Each is greater than the one before: the item that an older row leaves is the one that the rebuild writes, and need not be written.
    late = [a_row("stars", 9, "2025-01-01"), a_row("stars", 10, "2024-01-01"), a_row("stars", 11, "2023-01-01")]
    coming = list(late)
    faults.before(client, "PutItem", lambda params: store.append(coming.pop()) if coming and "CUR" in str(params) else None)
    rebuild(Table(client, table.name, sleep=lambda seconds: None), "alpha", "stars")
    assert coming == []
    assert_holds(table, (*HISTORY, *late))


def test_a_rebuild_gives_up_when_it_is_overtaken_every_time(table: Table, connect: Connect, store: EvidenceStore) -> None:
    store.load(ALPHA, ())
    client = connect()
    rows = [a_row("stars", year, f"{year}-01-01") for year in range(2010, 2016)]
    coming = iter(rows)
    faults.before(client, "PutItem", lambda params: store.append(next(coming)) if "CUR" in str(params) else None)
    pauses: list[float] = []
    with pytest.raises(StorageUnavailable, match="'alpha' changed 6 times meanwhile"):
        rebuild(Table(client, table.name, sleep=pauses.append), "alpha")
    assert len(pauses) == 5
    assert_holds(table, rows)


def test_a_rebuild_is_written_once_though_boto3_sends_it_twice(table: Table, client: Any, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    faults.send_twice(client, "PutItem")
    made = faults.requests_of(client)
    rebuild(table, "alpha", "stars")
    assert [request.operation for request in made].count("PutItem") == 1
    assert_holds(table, HISTORY)


@pytest.mark.parametrize("anew", [False, True], ids=["deleted", "loaded-again"])
def test_a_framework_deleted_meanwhile_is_left_without_a_marker(
    anew: bool, table: Table, connect: Connect, client: Any, store: EvidenceStore
) -> None:
    store.load(ALPHA, HISTORY)
    other = connect()

    def vanish(params: Any) -> None:
        if params["Item"]["SK"]["S"].startswith(keys.WITHDRAWAL) and store.known(["alpha"]) and len(kept(table)) > 1:
            delete(table, "alpha")
            if anew:
                store.load(ALPHA, HISTORY[:1])

    faults.before(other, "PutItem", vanish)
    with pytest.raises((UnknownFramework, UnknownObservation)):
        EvidenceStore(Table(other, table.name, sleep=lambda seconds: None)).withdraw("alpha", "starship", date(2019, 1, 1), "wrong")
    if anew:
        assert_holds(table, HISTORY[:1])
    else:
        assert partition(client, table) == []


def test_what_a_page_shows_as_withdrawn_is_of_the_history_it_shows(store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    assert store.withdrawals("alpha") == {}
    withdrawing(store, GREATEST)
    rows, *_ = store.page("alpha", metric="stars", since=None, until=None, after="", limit=100)
    assert [row.id for row in rows if keys.position(row) in store.withdrawals("alpha")] == [GREATEST.id]
    assert PRESS in {row.source for row in rows}


class TestDerived:
    """What was made of a figure goes with it: HISTORY has a speed that was made of the stars of 2019-01-01."""

    MADE = next(row for row in HISTORY if row.derived_from)
    GREATER, LESSER = HISTORY[2], HISTORY[1]

    def test_figures_go_with_what_they_were_made_of_and_say_so(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        withdrawing(store, self.GREATER, "of a fork")
        assert store.withdraw_derived(self.GREATER, "of a fork", by="me") == (self.MADE,)
        assert_holds(table, HISTORY, withdrawn=[self.GREATER, self.MADE])
        marker = store.days("alpha", [("speed", self.MADE.observed_on)]).withdrawals[keys.position(self.MADE)]
        assert (marker.reason, marker.recorded_by) == ("derived from stars of 2019-01-01, which was withdrawn: of a fork", "me")

    def test_a_second_time_nothing_changes(self, table: Table, store: EvidenceStore, connect: Connect) -> None:
        store.load(ALPHA, HISTORY)
        for _ in range(2):
            withdrawing(store, self.GREATER)
            store.withdraw_derived(self.GREATER, "r" * 1_000)
        assert store.withdraw_derived(self.GREATER, "another") == (self.MADE,)
        assert_holds(table, HISTORY, withdrawn=[self.GREATER, self.MADE])

    def test_what_was_made_of_the_greater_figure_of_the_day_stays_when_the_lesser_goes(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        withdrawing(store, self.LESSER)
        assert store.withdraw_derived(self.LESSER, "wrong") == ()
        assert_holds(table, HISTORY, withdrawn=[self.LESSER])
