"""The life of a framework: entered, changed, archived, deleted, and entered anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import (
    NOTHING,
    BeingDeleted,
    BeingLoaded,
    Entry,
    EntryChanged,
    Stands,
    UnknownFramework,
    carry_over,
    delete,
    entry,
    put_entry,
    renew_entry,
    set_status,
    versioned_entry,
)
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything
from tests.chalicelib.storage.samples import DAYS, HISTORY, a_framework, a_row
from tests.chalicelib.storage.states import assert_holds, kept, partition

ALPHA = a_framework("alpha")
LONG = (*HISTORY, *(a_row("monthly", month, f"20{10 + month // 12}-{1 + month % 12:02d}-01") for month in range(45)))


def mark_as_deleting(table: Table) -> None:
    item = table.get("F#alpha", keys.META, consistent=True)
    table.put({**(item or items.framework_item(ALPHA)), "status": items.text(items.DELETING)})


def without_version(table: Table) -> None:
    """An entry as it was written of old."""
    item = items.framework_item(ALPHA)
    assert "version" not in item
    table.put(item)


class TestEntry:
    CHANGED = replace(ALPHA, name="The Alpha")

    def test_it_says_when_it_was_changed_by_whom_and_how_often(self, table: Table) -> None:
        put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="first")
        assert versioned_entry(table, "alpha") == Entry(ALPHA, 1, "2026-11-22T10:00:00+00:00", "first")
        put_entry(table, self.CHANGED, 1, at="2026-11-23T10:00:00+00:00", by="second")
        assert versioned_entry(table, "alpha") == Entry(self.CHANGED, 2, "2026-11-23T10:00:00+00:00", "second")

    def test_archiving_is_a_change_as_well(self, table: Table, store: EvidenceStore) -> None:
        store.put(ALPHA)
        version = versioned_entry(table, "alpha").version
        set_status(table, "alpha", "archived", at="2026-11-24T10:00:00+00:00", by="third")
        assert versioned_entry(table, "alpha") == Entry(
            replace(ALPHA, status="archived"), version + 1, "2026-11-24T10:00:00+00:00", "third"
        )

    def test_to_archive_what_is_archived_is_no_change(self, table: Table, store: EvidenceStore) -> None:
        store.put(ALPHA)
        set_status(table, "alpha", "archived", at="2026-11-24T10:00:00+00:00", by="third")
        stands = versioned_entry(table, "alpha")
        set_status(table, "alpha", "archived", at="2026-11-25T10:00:00+00:00", by="fourth")
        assert versioned_entry(table, "alpha") == stands

    def test_one_of_old_counts_as_version_0_until_it_is_changed(self, table: Table) -> None:
        without_version(table)
        assert versioned_entry(table, "alpha").version == 0
        put_entry(table, self.CHANGED, 0, at="2026-11-22T10:00:00+00:00", by="")
        assert versioned_entry(table, "alpha").version == 1
        with pytest.raises(EntryChanged):
            put_entry(table, ALPHA, 0, at="2026-11-23T10:00:00+00:00", by="")

    @pytest.mark.parametrize("instead_of", [NOTHING, 0, 2])
    def test_it_is_not_written_in_place_of_another(self, table: Table, instead_of: Stands) -> None:
        put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="")
        with pytest.raises(EntryChanged):
            put_entry(table, self.CHANGED, instead_of, at="2026-11-23T10:00:00+00:00", by="")
        assert entry(table, "alpha") == ALPHA

    @pytest.mark.parametrize("instead_of", [0, 1])
    def test_where_there_is_none_there_is_nothing_to_take_the_place_of(self, table: Table, instead_of: int) -> None:
        with pytest.raises(EntryChanged):
            put_entry(table, ALPHA, instead_of, at="2026-11-23T10:00:00+00:00", by="")
        with pytest.raises(UnknownFramework):
            entry(table, "alpha")

    @pytest.mark.parametrize("versioned", [True, False])
    def test_it_is_not_written_while_it_is_being_deleted(self, table: Table, versioned: bool) -> None:
        if versioned:
            put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="")
        mark_as_deleting(table)
        stands: tuple[Stands, ...] = (NOTHING, 0, 1)
        for instead_of in stands:
            with pytest.raises(BeingDeleted):
                put_entry(table, self.CHANGED, instead_of, at="2026-11-23T10:00:00+00:00", by="")

    def test_a_write_that_was_done_although_its_answer_was_lost_is_done(self, table: Table) -> None:
        for _ in range(2):
            put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00.000001+00:00", by="")
        assert versioned_entry(table, "alpha").version == 1

    @pytest.mark.parametrize(("versioned", "instead_of"), [(True, 0), (True, 2), (False, 1)])
    def test_it_is_not_deleted_in_place_of_another(self, table: Table, versioned: bool, instead_of: int) -> None:
        if versioned:
            put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="")
        else:
            without_version(table)
        with pytest.raises(EntryChanged):
            delete(table, "alpha", instead_of=instead_of)
        assert entry(table, "alpha") == ALPHA

    @pytest.mark.parametrize("instead_of", [0, 1])
    def test_one_that_is_not_there_is_not_deleted(self, table: Table, instead_of: int) -> None:
        with pytest.raises(UnknownFramework):
            delete(table, "alpha", instead_of=instead_of)

    @pytest.mark.parametrize(("versioned", "instead_of"), [(True, 1), (False, 0)])
    def test_the_very_one_that_was_read_is_deleted(self, table: Table, admin: Any, versioned: bool, instead_of: int) -> None:
        if versioned:
            put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="")
        else:
            without_version(table)
        delete(table, "alpha", instead_of=instead_of)
        assert everything(admin, table.name) == {}

    @pytest.mark.parametrize("instead_of", [0, 1, 7, None])
    def test_a_deletion_that_has_begun_is_finished_whatever_it_says(self, table: Table, admin: Any, instead_of: int | None) -> None:
        put_entry(table, ALPHA, NOTHING, at="2026-11-22T10:00:00+00:00", by="")
        mark_as_deleting(table)
        delete(table, "alpha", instead_of=instead_of)
        assert everything(admin, table.name) == {}


class TestPut:
    def test_enters_a_framework_without_figures(self, table: Table, store: EvidenceStore) -> None:
        store.put(ALPHA)
        assert store.known(["alpha"]) == {"alpha"}
        assert Registers(table).frameworks() == (ALPHA,)
        assert_holds(table, ())

    def test_changes_the_entry_and_keeps_the_history(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        changed = a_framework("alpha", name="The Alpha", package="", licence="", homepage="https://a.example", summary="new")
        store.put(changed)
        assert Registers(table).framework("alpha") == changed
        assert_holds(table, HISTORY)

    @pytest.mark.parametrize("released", [date(2011, 1, 1), None])
    def test_takes_a_changed_first_release_over_into_the_evidence(self, released: date | None, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        store.evidence(["alpha"], as_of=DAYS[-1])
        EvidenceStore(table).put(replace(ALPHA, first_release=released))
        assert store.evidence(["alpha"], as_of=DAYS[-1])["alpha"].released == released
        assert_holds(table, HISTORY, released=released)

    def test_ends_a_load_that_was_broken_off_with_the_rows_that_are_there(
        self, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        client = connect()
        faults.fail_call(client, 8, done=False)
        with pytest.raises(StorageUnavailable):
            EvidenceStore(Table(client, table.name)).load(ALPHA, LONG)
        store.put(ALPHA)
        assert 0 < len(kept(table)) < len(LONG)
        assert_holds(table, kept(table))


class TestArchive:
    def test_is_in_the_list_with_its_status_and_keeps_its_evidence(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        store.known(["alpha"])
        assert store.archived(["alpha", "beta"]) == set()
        set_status(table, "alpha", "archived")
        store.known(["alpha"])
        assert store.archived(["alpha", "beta"]) == {"alpha"}
        assert [one.status for one in Registers(table).frameworks()] == ["archived"]
        assert_holds(table, HISTORY)

    def test_can_be_undone_and_done_twice(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        for status in ("archived", "archived", "active", "active"):
            set_status(table, "alpha", status)
            store.known(["alpha"])
            assert store.archived(["alpha"]) == ({"alpha"} if status == "archived" else set())
            assert entry(table, "alpha").status == status
            assert_holds(table, HISTORY)

    def test_outlasts_seeding_and_other_changes(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        set_status(table, "alpha", "archived")
        for changed in (ALPHA, replace(ALPHA, first_release=None)):
            store.load(changed, HISTORY)
            store.known(["alpha"])
            assert store.archived(["alpha"]) == {"alpha"}
            assert entry(table, "alpha") == replace(changed, status="archived")

    def test_of_one_that_is_not_there_is_refused(self, table: Table, client: Any) -> None:
        with pytest.raises(UnknownFramework):
            set_status(table, "alpha", "archived")
        assert partition(client, table) == []

    def test_of_one_that_is_being_deleted_is_refused(self, table: Table, client: Any, store: EvidenceStore) -> None:
        store.load(ALPHA, ())
        mark_as_deleting(table)
        before = everything(client, table.name)
        with pytest.raises(BeingDeleted, match="finish the deletion first"):
            set_status(table, "alpha", "archived")
        assert everything(client, table.name) == before

    def test_while_it_is_loaded_is_carried_over_by_the_load(self, table: Table, connect: Connect) -> None:
        client = connect()

        def archive(params: Any) -> None:
            with pytest.raises(BeingLoaded, match="try again"):
                set_status(table, "alpha", "archived")

        faults.before(client, "BatchWriteItem", archive)
        EvidenceStore(Table(client, table.name)).load(ALPHA, HISTORY)
        reader = EvidenceStore(table)
        reader.known(["alpha"])
        assert reader.archived(["alpha"]) == {"alpha"}
        assert_holds(table, HISTORY)

    def test_of_two_who_change_the_entry_at_once_the_one_that_stands_is_carried_over(
        self, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        store.load(ALPHA, HISTORY)
        client = connect()
        changes = [lambda: set_status(table, "alpha", "archived"), lambda: store.put(replace(ALPHA, first_release=None))]

        def overtake(params: Any) -> None:
            if params["Key"]["SK"]["S"] == keys.CURRENT and changes:
                changes.pop()()

        faults.before(client, "UpdateItem", overtake)
        carry_over(Table(client, table.name, sleep=lambda seconds: None), "alpha")
        assert changes == []
        reader = EvidenceStore(table)
        reader.known(["alpha"])
        assert reader.archived(["alpha"]) == {"alpha"}
        assert_holds(table, HISTORY, released=None)


class TestDelete:
    def test_leaves_nothing_of_it_and_all_of_the_others(self, table: Table, client: Any, store: EvidenceStore) -> None:
        store.load(ALPHA, LONG)
        Registers(table).put_facts("alpha", ())
        store.withdraw("alpha", "stars", date(2018, 1, 1), "wrong")
        for other in ("alpha-2", "alph"):
            store.load(a_framework(other), (replace(HISTORY[0], framework=other),))
        told: list[int] = []
        delete(table, "alpha", told.append)
        assert partition(client, table) == []
        assert store.known(["alpha", "alpha-2", "alph"]) == {"alpha-2", "alph"}
        assert [one.id for one in Registers(table).frameworks()] == ["alph", "alpha-2"]
        assert sum(told) == len(LONG) + 2  # a marker and the facts
        for other in ("alpha-2", "alph"):
            assert_holds(table, (replace(HISTORY[0], framework=other),), framework=other)

    def test_of_an_unknown_one_is_refused(self, table: Table, client: Any, store: EvidenceStore) -> None:
        store.put(a_framework("beta"))
        with pytest.raises(UnknownFramework):
            delete(table, "alpha")
        assert partition(client, table) == []

    def test_broken_off_it_is_in_no_list_known_to_no_request_and_can_be_ended(
        self, table: Table, connect: Connect, admin: Any, store: EvidenceStore
    ) -> None:
        client = connect()
        store.load(ALPHA, LONG)
        faults.fail_call(client, 4, done=False)
        with pytest.raises(StorageUnavailable):
            delete(Table(client, table.name), "alpha")
        registers = Registers(table)
        assert (registers.frameworks(), registers.framework("alpha"), store.known(["alpha"])) == ((), None, set())
        for refused in (lambda: store.load(ALPHA, HISTORY), lambda: store.put(ALPHA)):
            with pytest.raises(BeingDeleted, match="'alpha' is being deleted; finish the deletion first"):
                refused()
        with pytest.raises(UnknownFramework):
            store.append(a_row("stars", 1, "2026-01-01"))
        assert len(partition(admin, table)) == len(LONG) + 1
        delete(table, "alpha")
        assert partition(admin, table) == []

    def test_takes_along_what_arrives_meanwhile(self, table: Table, connect: Connect, admin: Any, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        client = connect()
        late = [items.observation_item(a_row("stars", value, "2026-01-01"), "now") for value in range(3)]
        faults.before(client, "BatchWriteItem", lambda params: table.put(late.pop()) if late else None)
        delete(Table(client, table.name), "alpha")
        assert late == []
        assert partition(admin, table) == []

    def test_does_not_take_along_the_entry_of_who_came_after_another_deletion(
        self, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        store.load(ALPHA, HISTORY)
        client = connect()

        def overtake(params: Any) -> None:
            if params["Key"]["SK"]["S"] == keys.META:
                delete(table, "alpha")
                store.load(ALPHA, HISTORY[:2])

        faults.before(client, "DeleteItem", overtake)
        delete(Table(client, table.name), "alpha")
        assert Registers(table).frameworks() == (ALPHA,)
        assert_holds(table, HISTORY[:2])

    def test_lets_no_memory_of_it_pass_for_a_new_one_of_its_name(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        reader = EvidenceStore(table)
        for day in DAYS:
            reader.evidence(["alpha"], as_of=day)
        delete(table, "alpha")
        other = tuple(replace(row, value=row.value + 1) for row in HISTORY)
        store.load(ALPHA, other)
        for day in DAYS:
            assert reader.evidence(["alpha"], as_of=day) == EvidenceStore(table).evidence(["alpha"], as_of=day)
        assert_holds(table, other)


class TestAnAppendWithoutACurrentItem:
    def test_leaves_its_row_to_a_load_and_says_try_again(self, table: Table, connect: Connect, store: EvidenceStore) -> None:
        client = connect()
        row = a_row("stars", 9, "2026-01-01")

        def append(params: Any) -> None:
            with pytest.raises(BeingLoaded, match="try again"):
                store.append(row)

        faults.before(client, "BatchWriteItem", append)
        EvidenceStore(Table(client, table.name)).load(ALPHA, HISTORY)
        assert not store.append(row)
        assert_holds(table, (*HISTORY, row))

    def test_that_comes_before_a_load_is_part_of_it(self, table: Table, store: EvidenceStore) -> None:
        renew_entry(table, ALPHA, at="")
        row = a_row("stars", 9, "2026-01-01")
        with pytest.raises(BeingLoaded):
            store.append(row)
        store.load(ALPHA, HISTORY)
        assert_holds(table, (*HISTORY, row))

    def test_starts_over_when_a_load_came_between(self, table: Table, connect: Connect, store: EvidenceStore) -> None:
        client = connect()
        row = HISTORY[3]
        faults.before(client, "DeleteItem", lambda params: store.load(ALPHA, HISTORY))
        assert EvidenceStore(Table(client, table.name, sleep=lambda seconds: None)).append(row)
        assert_holds(table, HISTORY)

    def test_removes_a_row_that_a_broken_off_append_left(self, table: Table, admin: Any, store: EvidenceStore) -> None:
        table.put(items.observation_item(HISTORY[0], "before"))
        with pytest.raises(UnknownFramework):
            store.append(HISTORY[0])
        assert partition(admin, table) == []

    @pytest.mark.parametrize("anew", [False, True], ids=["deleted", "loaded-again"])
    def test_after_it_was_taken_in_counts_only_if_the_row_is_still_there(
        self, anew: bool, table: Table, connect: Connect, admin: Any, store: EvidenceStore
    ) -> None:
        """Its row was deleted with its framework, and the current item that took it in was another's."""
        store.load(ALPHA, HISTORY[:1])
        client = connect()
        done: list[bool] = []

        def overtake(params: Any) -> None:
            if not done:
                done.append(True)
                delete(table, "alpha")
                if anew:
                    store.load(ALPHA, HISTORY[:2])

        faults.before(client, "UpdateItem", overtake)
        late = EvidenceStore(Table(client, table.name, sleep=lambda seconds: None))
        if anew:
            assert late.append(HISTORY[3])
            assert_holds(table, (*HISTORY[:2], HISTORY[3]))
        else:
            with pytest.raises(UnknownFramework):
                late.append(HISTORY[3])
            assert partition(admin, table) == []


class TestALoad:
    def test_that_a_deletion_overtakes_leaves_nothing(self, table: Table, connect: Connect, admin: Any) -> None:
        client = connect()

        def overtake(params: Any) -> None:
            if params["Item"]["SK"]["S"] == keys.CURRENT:
                delete(table, "alpha")

        faults.before(client, "PutItem", overtake)
        with pytest.raises(UnknownFramework):
            EvidenceStore(Table(client, table.name)).load(ALPHA, LONG)
        assert partition(admin, table) == []

    def test_that_a_deletion_and_another_load_overtake_loses_nothing_of_either(
        self, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        client = connect()
        done: list[bool] = []

        def vanish(params: Any) -> None:
            if params["Item"]["SK"]["S"] == keys.CURRENT and not done:
                done.append(True)
                delete(table, "alpha")

        faults.before(client, "PutItem", vanish)
        faults.before(client, "DeleteItem", lambda params: store.load(ALPHA, LONG[5:30]))
        EvidenceStore(Table(client, table.name, sleep=lambda seconds: None)).load(ALPHA, LONG[:20])
        assert_holds(table, LONG[:30])

    def test_refused_by_a_deletion_writes_nothing(self, table: Table, client: Any, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        mark_as_deleting(table)
        before = everything(client, table.name)
        with pytest.raises(BeingDeleted):
            store.load(replace(ALPHA, summary="new"), LONG)
        assert everything(client, table.name) == before

    def test_after_a_withdrawal_that_came_too_early_leaves_out_what_was_withdrawn(self, table: Table, store: EvidenceStore) -> None:
        renew_entry(table, ALPHA, at="")
        table.put(items.withdrawal_item(HISTORY[3], "wrong", "2026-11-22"))
        store.load(ALPHA, HISTORY)
        assert_holds(table, HISTORY, withdrawn=[HISTORY[3]])

    def test_again_ends_a_withdrawal_that_was_broken_off(self, table: Table, store: EvidenceStore) -> None:
        greatest = max((row for row in HISTORY if row.metric == "stars"), key=lambda row: row.precedence)
        store.load(ALPHA, HISTORY)
        table.put(items.withdrawal_item(greatest, "wrong", "2026-11-22"))
        store.load(ALPHA, HISTORY)
        assert_holds(table, HISTORY, withdrawn=[greatest])
