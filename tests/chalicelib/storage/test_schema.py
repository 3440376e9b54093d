"""Forms of items: the one before is read, and written anew as this one; every other is refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.application import application
from chalicelib.storage import items, keys
from chalicelib.storage.doctor import examine
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import delete, set_status
from chalicelib.storage.items import UnreadableItem
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.service import Service
from frameworth.register import Framework
from tests.chalicelib.storage.samples import HISTORY, a_framework, a_row
from tests.chalicelib.storage.states import assert_holds, partition
from tests.gateway import Gateway

# As version 0.1 wrote them, before there were withdrawals, archives and deletions: alpha with HISTORY, beta with two of its rows.
OLD = json.loads((Path(__file__).parent / "schema-1.json").read_text(encoding="utf-8"))
ALPHA, BETA = a_framework("alpha"), a_framework("beta", first_release=None)


@pytest.fixture
def old(table: Table) -> Table:
    """A table as the version before left it."""
    assert {item["schema"]["N"] for item in OLD} == {str(items.SCHEMA - 1)}
    table.batch_put(OLD)
    return table


def schema(table: Table, partition: str, sort: str) -> str:
    item = table.get(partition, sort, consistent=True)
    assert item is not None
    return str(item["schema"]["N"])


def test_a_table_of_the_form_before_answers_as_this_one_does(old: Table) -> None:
    assert_holds(old, HISTORY)
    registers = Registers(old)
    assert [framework.id for framework in registers.frameworks()] == ["alpha", "beta"]
    assert registers.framework("beta") == BETA
    assert [metric.name for metric in registers.metrics()] == ["ease", "speed", "stars", "starship"]
    assert [fact.metric for fact in registers.facts("alpha")] == ["newest"]


@pytest.mark.parametrize("row", [a_row("stars", 300, "2026-01-01"), a_row("fresh", 1, "2026-01-01"), a_row("stars", 1, "2015-01-01")])
def test_an_append_writes_the_form_of_today(row: Any, old: Table, store: EvidenceStore) -> None:
    assert store.append(row)
    assert schema(old, *keys.observation(row)) == str(items.SCHEMA)
    if row.observed_on.year == 2026:
        assert schema(old, "F#alpha", keys.CURRENT) == str(items.SCHEMA)
    assert_holds(old, (*HISTORY, row))


def test_whatever_changes_an_item_writes_the_form_of_today(old: Table, store: EvidenceStore) -> None:
    store.withdraw("alpha", "stars", date(2018, 1, 1), "a slip")
    assert schema(old, "F#alpha", keys.CURRENT) == str(items.SCHEMA)
    assert_holds(old, HISTORY, withdrawn=[HISTORY[0]])
    set_status(old, "beta", "archived")
    assert {schema(old, "F#beta", sort) for sort in (keys.META, keys.CURRENT)} == {str(items.SCHEMA)}
    store.put(replace(ALPHA, summary="New words."))
    assert schema(old, "F#alpha", keys.META) == str(items.SCHEMA)
    assert examine(old) == []


def test_seeding_over_the_form_before_adds_what_is_new_and_keeps_the_rest(old: Table, store: EvidenceStore) -> None:
    more = a_row("stars", 300, "2026-01-01")
    store.load(ALPHA, (*HISTORY, more))
    assert_holds(old, (*HISTORY, more))


def test_a_framework_of_the_form_before_can_be_deleted(old: Table, client: Any) -> None:
    delete(old, "alpha")
    assert partition(client, old) == []


@pytest.mark.parametrize("wrong", ["0", "3", "99", None])
@pytest.mark.parametrize(
    ("place", "read"),
    [
        (("F#alpha", keys.CURRENT), lambda table: EvidenceStore(table).evidence(["alpha"], as_of=date(2026, 11, 22))),
        (keys.observation(HISTORY[0]), lambda table: EvidenceStore(table).evidence(["alpha"], as_of=date(2018, 6, 1))),
        (("F#alpha", keys.META), lambda table: Registers(table).framework("alpha")),
        (("F#alpha", keys.META), lambda table: Registers(table).frameworks()),
        (("F#alpha", keys.FACTS), lambda table: Registers(table).facts("alpha")),
        ((keys.METRICS, "stars"), lambda table: Registers(table).metrics()),
    ],
    ids=["current", "row", "entry", "list", "facts", "metric"],
)
def test_another_form_is_refused_with_the_name_of_the_item(wrong: str | None, place: tuple[str, str], read: Any, old: Table) -> None:
    [item] = [one for one in OLD if (one["PK"]["S"], one["SK"]["S"]) == place]
    old.put({**{name: value for name, value in item.items() if name != "schema"}, **({"schema": {"N": wrong}} if wrong else {})})
    with pytest.raises(UnreadableItem) as caught:
        read(old)
    assert (caught.value.partition, caught.value.sort) == place
    assert f"item {place[0]} {place[1]} can't be read" in str(caught.value)


def test_outside_an_unreadable_item_is_a_problem_without_internals(old: Table, service: Service) -> None:
    [item] = [one for one in OLD if (one["PK"]["S"], one["SK"]["S"]) == ("F#alpha", keys.CURRENT)]
    old.put({**item, "schema": {"N": "99"}})
    beset = replace(service, store=EvidenceStore(old), registers=Registers(old))
    answer = Gateway(application(lambda: beset)).get("/v1/scores?frameworks=alpha&weights=jobs:1")
    assert (answer.status, answer.json()["code"]) == (503, "storage_unreadable")
    assert not {"F#", "CUR", "schema", "DynamoDB", "Traceback"} & {
        word for word in ("F#", "CUR", "schema", "DynamoDB") if word in answer.body
    }


def test_an_old_framework_is_a_framework() -> None:
    [entry] = [one for one in OLD if (one["PK"]["S"], one["SK"]["S"]) == ("F#alpha", keys.META)]
    assert isinstance(items.framework(entry), Framework)
