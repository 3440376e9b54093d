"""Long histories: read in parts, they answer as if they were read whole, and what is not asked for is not read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.storage import evidence_store
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.keys import position
from chalicelib.storage.table import Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, fresh_table
from tests.chalicelib.storage.samples import DAYS, HISTORY, PRESS, a_framework, a_row

ALPHA = a_framework("alpha")
METRICS = ("speed", "stars", "starship")
FIRST = date(2019, 1, 1)

few_days = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
rows = st.builds(
    lambda metric, value, day, basis, revision: a_row(metric, value, day.isoformat(), basis=basis, revision=revision),
    st.sampled_from(METRICS),
    st.integers(0, 9),
    few_days,
    st.sampled_from(("measured", "reported", "opinion")),
    st.integers(0, 1),
)


@pytest.fixture
def always_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No history is short."""
    monkeypatch.setattr(evidence_store, "FEW_ROWS", 0)
    monkeypatch.setattr(evidence_store, "FEW_ROWS_A_METRIC", 0)


@pytest.mark.usefixtures("always_in_parts")
def test_a_day_of_a_long_history_is_read_with_what_was_withdrawn_of_it(table: Table, store: EvidenceStore) -> None:
    store.load(ALPHA, HISTORY)
    store.withdraw("alpha", "stars", HISTORY[1].observed_on, "a slip", row_id=HISTORY[1].id)
    found = EvidenceStore(table).days("alpha", {("stars", HISTORY[1].observed_on), ("ease", HISTORY[7].observed_on)})
    assert set(found.rows) == {HISTORY[1], HISTORY[2], HISTORY[7]}
    assert set(found.counting) == {HISTORY[2], HISTORY[7]}
    assert set(found.recorded) == {row.id for row in found.rows}
    assert EvidenceStore(table).days("nobody", {("stars", HISTORY[1].observed_on)}).rows == ()


@pytest.mark.usefixtures("always_in_parts")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(rows, min_size=1, max_size=12, unique_by=lambda row: row.id),
    st.sets(st.integers(0, 11), max_size=4),
    st.none() | st.sampled_from(METRICS),
    st.none() | few_days,
    st.none() | few_days,
)
def test_what_is_read_in_parts_is_what_is_there(
    admin: Any, written: list[Observation], places: set[int], metric: str | None, since: date | None, until: date | None
) -> None:
    with fresh_table(admin) as name:
        store = EvidenceStore(Table(admin, name))
        store.load(ALPHA, written)
        withdrawn = [row for place, row in enumerate(written) if place in places]
        for row in withdrawn:
            store.withdraw("alpha", row.metric, row.observed_on, "a slip", row_id=row.id)
        reader = EvidenceStore(Table(admin, name))
        counting = [row for row in written if row not in withdrawn]
        for day in (FIRST - timedelta(days=1), FIRST, FIRST + timedelta(days=6), FIRST + timedelta(days=12)):
            for opinions in (True, False):
                expected = Evidence.of("alpha", counting, as_of=day, opinions=opinions, released=ALPHA.first_release)
                assert reader.evidence(["alpha"], as_of=day, opinions=opinions) == {"alpha": expected}
        wanted = [
            row
            for row in sorted(written, key=position)
            if (not metric or row.metric == metric) and (since or date.min) <= row.observed_on <= (until or date.max)
        ]
        found, after, _ = reader.page("alpha", metric=metric, since=since, until=until, after="", limit=5)
        rest = reader.page("alpha", metric=metric, since=since, until=until, after=after, limit=1000)[0] if after else []
        assert [*found, *rest] == wanted
        assert set(reader.withdrawals("alpha")) == {position(row) for row in withdrawn}


def a_long_history(length: int) -> list[Observation]:
    """So many figures of each metric, a day apart."""
    return [
        a_row(metric, day, (FIRST + timedelta(days=day)).isoformat(), basis="opinion" if day % 3 else "measured")
        for metric in METRICS
        for day in range(length)
    ]


@pytest.fixture
def long(table: Table, store: EvidenceStore) -> list[Observation]:
    """What is in the table: a history of more rows than are read whole."""
    written = a_long_history(400)
    assert len(written) > evidence_store.FEW_ROWS
    store.load(ALPHA, written)
    return written


def rows_read(client: Any) -> list[int]:
    """A list that grows by the number of items that each Query brings from now on."""
    read: list[int] = []
    client.meta.events.register_first("after-call.dynamodb.Query", lambda parsed, **_: read.append(len(parsed["Items"])))
    return read


@pytest.mark.parametrize("opinions", [True, False])
def test_a_day_of_a_long_history_costs_a_query_a_metric(opinions: bool, long: list[Observation], table: Table, connect: Connect) -> None:
    client = connect()
    reader = EvidenceStore(Table(client, table.name))
    day = FIRST + timedelta(days=200)

    def answer() -> dict[str, Evidence]:
        return reader.evidence(["alpha"], as_of=day, opinions=opinions)

    expected = {"alpha": Evidence.of("alpha", long, as_of=day, opinions=opinions, released=ALPHA.first_release)}
    assert answer() == expected
    # The next day asked about: the history is known to be long, and is not looked into again.
    day += timedelta(days=1)
    expected = {"alpha": Evidence.of("alpha", long, as_of=day, opinions=opinions, released=ALPHA.first_release)}
    made, read = faults.requests_of(client), rows_read(client)
    assert answer() == expected
    assert [request.operation for request in made] == ["BatchGetItem", "Query", *["Query"] * len(METRICS)]
    assert sum(read) <= 8 * len(METRICS)
    made.clear()
    assert answer() == expected
    assert [request.operation for request in made] == ["BatchGetItem"]


def test_the_first_look_at_a_long_history_stops_where_it_is_known_to_be_long(
    long: list[Observation], table: Table, connect: Connect
) -> None:
    client = connect()
    read = rows_read(client)
    EvidenceStore(Table(client, table.name)).evidence(["alpha"], as_of=FIRST)
    sources = 1
    assert sum(read) <= evidence_store.FEW_ROWS + 1 + 8 * len(METRICS) + sources


@pytest.mark.parametrize(("metric", "since"), [(None, None), ("stars", None), ("stars", date(2019, 6, 1)), (None, date(2019, 6, 1))])
def test_a_page_of_a_long_history_reads_hardly_more_than_it_shows(
    metric: str | None, since: date | None, long: list[Observation], table: Table, connect: Connect
) -> None:
    client = connect()
    reader = EvidenceStore(Table(client, table.name))
    _, after, _ = reader.page("alpha", metric=metric, since=since, until=None, after="", limit=10)
    read = rows_read(client)
    found, *_ = reader.page("alpha", metric=metric, since=since, until=None, after=after, limit=10)
    wanted = [row for row in sorted(long, key=position) if metric in (None, row.metric) and row.observed_on >= (since or date.min)]
    assert found == wanted[10:20]
    assert sum(read) <= 10 + 2


def test_a_row_that_arrives_in_a_long_history_is_seen_by_who_has_read_it(
    long: list[Observation], table: Table, store: EvidenceStore
) -> None:
    reader = EvidenceStore(table)
    day = FIRST + timedelta(days=100)
    before = reader.evidence(["alpha"], as_of=day)["alpha"].figures["stars"]
    late = a_row("stars", 999, day.isoformat(), revision=1, source=PRESS)
    store.append(late)
    assert before != late.figure
    assert reader.evidence(["alpha"], as_of=day)["alpha"].figures["stars"] == late.figure
    store.withdraw("alpha", "stars", day, "a slip", row_id=late.id)
    assert reader.evidence(["alpha"], as_of=day)["alpha"].figures["stars"] == before


@pytest.mark.usefixtures("always_in_parts")
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_figures_of_plugins_count_beside_a_long_history(day: date, table: Table, store: EvidenceStore) -> None:
    offered = (a_row("stars", 999, "2019-06-01", source=PRESS), a_row("aaa", 1, "2019-06-01"))
    store.load(ALPHA, HISTORY)
    reader = EvidenceStore(table, {"alpha": offered})
    expected = Evidence.of("alpha", (*HISTORY, *offered), as_of=day, released=ALPHA.first_release)
    assert reader.evidence(["alpha"], as_of=day) == {"alpha": expected}


def test_pages_walk_a_long_history_without_gap_or_repeat(
    long: list[Observation], table: Table, show: Callable[[str], None], connect: Connect
) -> None:
    client = connect()
    reader = EvidenceStore(Table(client, table.name))
    found: list[Observation] = []
    after, pages = "", 0
    while after or not pages:
        some, after, _ = reader.page("alpha", metric=None, since=None, until=None, after=after, limit=500)
        found, pages = found + some, pages + 1
    assert found == sorted(long, key=position)
    show(f"{connect.__name__:8} a history of {len(long):,} rows in {pages} pages: no gap, no repeat")  # type: ignore[attr-defined]
