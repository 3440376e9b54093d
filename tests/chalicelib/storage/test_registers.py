from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import LIST_LIFE_S, Registers
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.evidence import Basis
from frameworth.register import Fact, MetricEntry
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.samples import HISTORY, LAB, PRESS, a_framework


def an_entry(name: str) -> MetricEntry:
    return MetricEntry(name, title=name.title(), unit="things", direction="higher", factor="popularity", description=f"how many {name}")


def a_fact(metric: str, value: str) -> Fact:
    return Fact(metric, value=value, unit="version", observed_on=date(2020, 1, 1), basis=Basis.REPORTED, source=PRESS, note="“as said”")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def monotonic() -> Clock:
    return Clock()


@pytest.fixture
def registers(table: Table, monotonic: Clock) -> Registers:
    return Registers(table, monotonic=monotonic)


def test_frameworks_are_listed_by_id_with_all_that_is_known_of_them(store: EvidenceStore, registers: Registers) -> None:
    made = [a_framework(name, summary=f"about {name}", status="archived") for name in ("gamma", "alpha", "beta-2", "beta")]
    for framework in made:
        store.load(framework, ())
    assert registers.frameworks() == tuple(sorted(made, key=lambda framework: framework.id))


def test_a_list_is_read_once_within_its_life_and_again_after_it(
    client: Any, monotonic: Clock, store: EvidenceStore, registers: Registers
) -> None:
    store.load(a_framework("alpha"), ())
    assert [one.id for one in registers.frameworks()] == ["alpha"]
    store.load(a_framework("beta"), ())
    made = faults.requests_of(client)
    monotonic.now += LIST_LIFE_S
    assert [one.id for one in registers.frameworks()] == ["alpha"]
    assert made == []
    monotonic.now += 0.001
    assert [one.id for one in registers.frameworks()] == ["alpha", "beta"]
    assert [one.id for one in registers.frameworks()] == ["alpha", "beta"]
    assert [request.operation for request in made] == ["Query"]


def test_the_list_of_metrics_lives_as_long(table: Table, client: Any, monotonic: Clock, registers: Registers) -> None:
    registers.put_metrics([an_entry("stars")])
    assert registers.metrics() == (an_entry("stars"),)
    Registers(table).put_metrics([an_entry("speed")])
    made = faults.requests_of(client)
    monotonic.now += LIST_LIFE_S
    assert registers.metrics() == (an_entry("stars"),)
    assert made == []
    monotonic.now += 0.001
    assert registers.metrics() == (an_entry("speed"), an_entry("stars"))
    assert len(made) == 1


def test_metrics_just_written_are_seen_by_their_writer_at_once(registers: Registers) -> None:
    assert registers.metrics() == ()
    registers.put_metrics([an_entry("stars"), an_entry("a_metric")])
    assert registers.metrics() == (an_entry("a_metric"), an_entry("stars"))


def test_more_metrics_than_a_batch_takes_are_all_there(registers: Registers) -> None:
    entries = [an_entry(f"m{place:03d}") for place in range(162)]
    registers.put_metrics(entries)
    assert registers.metrics() == tuple(entries)


def test_a_metric_that_is_written_again_is_replaced(registers: Registers) -> None:
    registers.put_metrics([an_entry("stars")])
    renamed = MetricEntry("stars", title="New title", unit="things", direction="none", factor="jobs", description="other words")
    registers.put_metrics([renamed])
    assert registers.metrics() == (renamed,)


def test_a_framework_asked_for_by_name_is_never_late(store: EvidenceStore, registers: Registers) -> None:
    assert registers.frameworks() == ()
    assert registers.framework("alpha") is None
    store.load(a_framework("alpha"), HISTORY)
    assert registers.framework("alpha") == a_framework("alpha")


def test_facts_are_those_that_were_put_last(store: EvidenceStore, registers: Registers) -> None:
    store.load(a_framework("alpha"), ())
    assert registers.facts("alpha") == ()
    registers.put_facts("alpha", [a_fact("newest", "1.0")])
    facts = (a_fact("newest", "2.0 – “final”"), a_fact("first_commit", "2010-04-06"))
    registers.put_facts("alpha", facts)
    assert registers.facts("alpha") == facts
    assert registers.facts("beta") == ()


def test_a_reachable_table_is_reached_with_one_call(client: Any, registers: Registers) -> None:
    made = faults.requests_of(client)
    registers.reachable()
    assert [request.operation for request in made] == ["GetItem"]


def test_a_table_that_cannot_be_reached_is_said_to_be_unavailable(client: Any) -> None:
    with pytest.raises(StorageUnavailable):
        Registers(Table(client, "no-such-table")).reachable()


def test_a_list_that_could_not_be_read_is_not_kept(table: Table, client: Any, store: EvidenceStore, registers: Registers) -> None:
    store.load(a_framework("alpha"), ())
    faults.fail_call(client, 1, done=False)
    with pytest.raises(StorageUnavailable):
        registers.frameworks()
    assert [one.id for one in registers.frameworks()] == ["alpha"]


def test_sources_of_facts_are_their_own_and_need_no_register(registers: Registers) -> None:
    fact = Fact("newest", value="1", unit="version", observed_on=date(2020, 1, 1), basis=Basis.MEASURED, source=LAB, note="")
    registers.put_facts("alpha", [fact])
    assert registers.facts("alpha")[0].source == LAB
