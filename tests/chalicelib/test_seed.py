from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.data_folder import Seed
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases.seed import seed
from frameworth.evidence import Basis, Evidence
from frameworth.register import Fact, MetricEntry
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import everything, fresh_table, moto
from tests.chalicelib.storage.samples import DAYS, HISTORY, LAB, PRESS, a_framework, a_row

ALPHA, BETA, BARE = a_framework("alpha"), a_framework("beta"), a_framework("bare")
FACTS = (Fact("newest", value="2.0", unit="version", observed_on=date(2020, 1, 1), basis=Basis.MEASURED, source=PRESS, note=""),)
METRICS = tuple(
    MetricEntry(name, title=name.title(), unit="things", direction="higher", factor="popularity", description=name)
    for name in ("ease", "speed", "stars", "starship")
)
SMALL = Seed(
    (ALPHA, BETA, BARE),
    METRICS,
    {"alpha": HISTORY, "beta": tuple(replace(row, framework="beta") for row in HISTORY[:3]), "bare": ()},
    {"alpha": FACTS},
)


@pytest.fixture
def client() -> Any:
    return moto()


@pytest.fixture
def table(client: Any) -> Iterator[Table]:
    with fresh_table(moto()) as name:
        yield Table(client, name)


def run(table: Table, found: Seed = SMALL) -> int:
    """Seeds as a process that knows nothing yet; answers how many observations were told as written."""
    told: list[int] = []
    seed(found, EvidenceStore(table), Registers(table), told.append)
    return sum(told)


def visible(client: Any, table: Table) -> dict[tuple[str, str], dict[str, Any]]:
    """All items, without what only tells when and how often they were written."""
    return {
        key: {name: value for name, value in item.items() if name not in ("rev", "recorded_at")}
        for key, item in everything(client, table.name).items()
    }


def assert_holds(found: Seed, table: Table) -> None:
    registers, store = Registers(table), EvidenceStore(table)
    assert registers.frameworks() == tuple(sorted(found.frameworks, key=lambda one: one.id))
    assert registers.metrics() == found.metrics
    for framework in found.frameworks:
        assert registers.facts(framework.id) == found.facts.get(framework.id, ())
        rows, *_ = store.page(framework.id, metric=None, since=None, until=None, after="", limit=1000)
        assert set(rows) == set(found.observations[framework.id])
        for day in DAYS[1::2]:
            expected = Evidence.of(framework.id, found.observations[framework.id], as_of=day, released=framework.first_release)
            assert store.evidence([framework.id], as_of=day) == {framework.id: expected}


def test_writes_everything_the_seed_holds(table: Table) -> None:
    run(table)
    assert_holds(SMALL, table)


def test_tells_of_every_observation_the_first_time_and_the_next(table: Table) -> None:
    assert run(table) == SMALL.size
    assert run(table) == SMALL.size


def test_seeding_again_changes_nothing_visible(table: Table, client: Any) -> None:
    run(table)
    before = visible(client, table)
    run(table)
    assert visible(client, table) == before
    assert_holds(SMALL, table)


def test_seeding_again_brings_what_was_added_meanwhile(table: Table) -> None:
    run(table)
    gamma = a_framework("gamma")
    observations = {
        **SMALL.observations,
        "alpha": (*HISTORY, a_row("stars", 300, "2021-01-01"), a_row("stars", 1, "2010-01-01", source=LAB)),
        "gamma": (a_row("stars", 5, "2020-01-01", framework="gamma"),),
    }
    facts = {"alpha": (replace(FACTS[0], value="2.1"),), "gamma": FACTS}
    more = Seed((replace(ALPHA, summary="new words"), BETA, BARE, gamma), METRICS, observations, facts)
    run(table, more)
    assert_holds(more, table)


def test_what_others_appended_survives_seeding_again(table: Table) -> None:
    run(table)
    theirs = a_row("stars", 1000, "2025-05-05", source=PRESS)
    EvidenceStore(table).append(theirs)
    run(table)
    assert_holds(replace(SMALL, observations={**SMALL.observations, "alpha": (*HISTORY, theirs)}), table)


@pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
def test_interrupted_at_any_call_it_can_be_run_again(done: bool, client: Any) -> None:
    few = Seed((ALPHA, BARE), METRICS[:1], {"alpha": HISTORY[:3], "bare": ()}, {"alpha": FACTS})
    made = faults.requests_of(client)
    with fresh_table(moto()) as name:
        run(Table(client, name), few)
    # metrics; the entry, read and made, two looks, two sources, rows, current figures, entry again, facts; the same without rows
    assert len(made) == 1 + 10 + 7
    for number in range(1, len(made) + 1):
        failing = moto()
        with fresh_table(client) as name:
            faults.fail_call(failing, number, done=done)
            with pytest.raises(StorageUnavailable):
                run(Table(failing, name), few)
            run(Table(client, name), few)
            assert_holds(few, Table(client, name))
