"""Writing in bulk: the same state as appending one by one, however it is cut, repeated, broken off or raced."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.storage import frameworks, items, keys
from chalicelib.storage.bulk import BulkWriter
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingLoaded, UnknownFramework
from chalicelib.storage.items import Recorded, Withdrawal
from chalicelib.storage.keys import position
from chalicelib.storage.table import ATTEMPTS, MOST_ITEMS, StorageUnavailable, Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything, fresh_table, on_swept_engines
from tests.chalicelib.storage.samples import DAYS, HISTORY, LAB, PRESS, a_framework, a_row

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
ALPHA, BETA = a_framework("alpha"), a_framework("beta")
BOTH = (*HISTORY, *(a_row(row.metric, row.value, row.observed_on.isoformat(), framework="beta") for row in HISTORY[::2]))
READS = {"GetItem", "BatchGetItem", "Query"}
THREADS = 8


def now() -> datetime:
    return datetime(2026, 11, 22, 10, tzinfo=UTC)


def bulk(table: Table) -> BulkWriter:
    return BulkWriter(table, now)


def recorded(rows: Iterable[Observation]) -> list[Recorded]:
    return [Recorded(row) for row in rows]


def positions(rows: Iterable[Observation]) -> dict[str, set[str]]:
    """Where rows stand, by framework."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.framework, set()).add(position(row))
    return found


def a_withdrawal(row: Observation, reason: str = "of another") -> Withdrawal:
    return Withdrawal(row.framework, position(row), reason, "2026-01-01T00:00:00+00:00")


def visible(client: Any, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """All items, without what only tells when and how often they were written."""
    return {
        key: {attribute: value for attribute, value in item.items() if attribute not in ("rev", "recorded_at", "version", "changed_at")}
        for key, item in everything(client, name).items()
    }


def rev(table: Table, framework: str = "alpha") -> int:
    item = table.get(keys.framework(framework), keys.CURRENT, consistent=True)
    assert item is not None
    return items.rev(item)


def assert_agrees(admin: Any, name: str, rows: Iterable[Observation], withdrawn: Iterable[Observation] = ()) -> None:
    """The history is complete, each current figure is the greatest that was not withdrawn, and no note is left."""
    rows, away = list(rows), {row.id for row in withdrawn}
    found = everything(admin, name)
    assert {key for key in found if key[1].startswith(keys.OBSERVATION)} == {keys.observation(row) for row in rows}
    assert {key for key in found if key[1].startswith(keys.WITHDRAWAL)} == {keys.withdrawal(row) for row in rows if row.id in away}
    assert not [key for key in found if key[1].startswith(keys.UNTOLD)]
    assert {("SOURCES", row.source.id) for row in rows} <= found.keys()
    for framework in (ALPHA.id, BETA.id):
        greatest: dict[str, Observation] = {}
        for row in sorted((row for row in rows if row.framework == framework and row.id not in away), key=lambda row: row.precedence):
            greatest[row.metric] = row
        current = found.get((keys.framework(framework), keys.CURRENT), {})
        figures = {name.removeprefix(items.FIGURE): value["S"] for name, value in current.items() if name.startswith(items.FIGURE)}
        assert figures == {metric: items.pack(row) for metric, row in greatest.items()}


@pytest.fixture
def plain(table: Table, admin: Any) -> Table:
    """The table through a client that knows no faults, with two frameworks in it."""
    beside = Table(admin, table.name)
    for framework in (ALPHA, BETA):
        EvidenceStore(beside).put(framework)
    return beside


class TestTheStateIsThatOfAppending:
    @settings(max_examples=300 if DEEP else 25, deadline=None, derandomize=not DEEP, database=None)
    @given(data=st.data())
    def test_however_rows_are_shuffled_cut_and_withdrawn(self, data: st.DataObject, admin: Any) -> None:
        shuffled = data.draw(st.permutations(BOTH))
        rows = shuffled[: data.draw(st.integers(1, len(BOTH)))]
        before = rows[: data.draw(st.integers(0, len(rows) // 2))]
        withdrawn = data.draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.id, max_size=3))
        first = [row for row in withdrawn if row in before and data.draw(st.booleans())]
        with fresh_table(admin) as name, fresh_table(admin) as other:
            table, oracle = Table(admin, name), EvidenceStore(Table(admin, other), now=now)
            store, writer = EvidenceStore(table, now=now), bulk(table)
            for framework in (ALPHA, BETA):
                store.put(framework)
                oracle.put(framework)
            for row in before:
                store.append(row)
            for row in first:
                store.withdraw(row.framework, row.metric, row.observed_on, "of another", row_id=row.id)
            rest = list(rows)
            while rest:
                size = data.draw(st.integers(1, len(rest)))
                writer.write(recorded(rest[:size]))
                rest = rest[size:]
            writer.write([], [a_withdrawal(row) for row in withdrawn if row not in first])
            for row in rows:
                oracle.append(row)
            for row in withdrawn:
                oracle.withdraw(row.framework, row.metric, row.observed_on, "of another", row_id=row.id)
            assert visible(admin, name) == visible(admin, other)
            assert_agrees(admin, name, rows, withdrawn)

    def test_with_rows_and_their_withdrawals_in_one_go(self, plain: Table, admin: Any) -> None:
        withdrawn = [max(HISTORY, key=lambda row: row.precedence), HISTORY[0]]
        new = bulk(plain).write(recorded(BOTH), map(a_withdrawal, withdrawn))
        assert new == positions(BOTH)
        assert_agrees(admin, plain.name, BOTH, withdrawn)

    def test_with_several_hundred_metrics_of_one_framework(self, plain: Table, admin: Any) -> None:
        """An update expression takes some 300 of them at most."""
        rows = [a_row(f"metric_{number:03d}", number, "2020-01-01") for number in range(700)]
        bulk(plain).write(recorded(rows[::2]))
        bulk(plain).write(recorded(rows))
        assert_agrees(admin, plain.name, rows)

    def test_with_rows_that_are_given_twice(self, plain: Table, admin: Any) -> None:
        assert bulk(plain).write(recorded([*BOTH, *BOTH])) == positions(BOTH)
        assert_agrees(admin, plain.name, BOTH)


class TestWhatIsThere:
    def test_is_not_written_again(self, plain: Table, connect: Connect, admin: Any) -> None:
        bulk(plain).write(recorded(BOTH), [a_withdrawal(HISTORY[0])])
        before = everything(admin, plain.name)
        client = connect()
        made = faults.requests_of(client)
        later = BulkWriter(Table(client, plain.name), lambda: datetime(2027, 1, 1, tzinfo=UTC))
        assert later.write(recorded(BOTH), [a_withdrawal(HISTORY[0], "for another reason")]) == {
            framework: set() for framework in positions(BOTH)
        }
        assert {request.operation for request in made} <= READS
        assert everything(admin, plain.name) == before

    def test_keeps_the_time_at_which_it_was_recorded(self, plain: Table, admin: Any) -> None:
        EvidenceStore(plain, now=lambda: datetime(2020, 1, 1, tzinfo=UTC)).append(HISTORY[0])
        bulk(plain).write([Recorded(row, "2021-01-01T00:00:00+00:00") for row in HISTORY[:2]] + recorded(HISTORY[2:3]))
        found = everything(admin, plain.name)
        times = [found[keys.observation(row)]["recorded_at"]["S"][:10] for row in HISTORY[:3]]
        assert times == ["2020-01-01", "2021-01-01", "2026-11-22"]

    def test_is_looked_up_by_a_query_where_rows_are_close_and_by_key_where_they_are_not(self, plain: Table, connect: Connect) -> None:
        rows = [a_row("stars", day, (date(2019, 1, 1) + timedelta(days=day)).isoformat()) for day in range(200)]
        bulk(plain).write(recorded(rows))
        client = connect()
        made = faults.requests_of(client)
        writer = bulk(Table(client, plain.name))
        missing = position(a_row("stars", -1, "2019-07-19"))
        assert writer.lacking("alpha", [position(row) for row in rows]) == set()
        assert [request.operation for request in made] == ["Query"]
        made.clear()
        # 199 rows lie between these, and reading them would cost more than three keys.
        assert writer.lacking("alpha", [position(rows[0]), missing, position(rows[-1])]) == {missing}
        assert [request.operation for request in made] == ["Query", "BatchGetItem"]
        assert sum(request.params.get("Limit", 0) for request in made) < 50

    def test_raises_the_current_figure_if_it_never_reached_it(self, plain: Table, admin: Any) -> None:
        """As after a crash between the rows and the current item."""
        plain.batch_put([items.source_item(LAB), items.source_item(PRESS)])
        plain.batch_put(items.observation_item(row, "2026-01-01T00:00:00") for row in BOTH)
        assert not any(bulk(plain).write(recorded(BOTH)).values())
        assert_agrees(admin, plain.name, BOTH)


class TestTheRevision:
    def test_rises_once_for_a_framework_however_many_rows_come(self, plain: Table) -> None:
        before = rev(plain)
        bulk(plain).write(recorded(HISTORY))
        assert rev(plain) == before + 1

    def test_rises_for_older_rows_too_so_that_nobody_keeps_a_stale_history(self, plain: Table) -> None:
        reader = EvidenceStore(plain)
        bulk(plain).write(recorded([HISTORY[3]]))
        reader.evidence(["alpha"], as_of=DAYS[1])
        bulk(plain).write(recorded([HISTORY[0]]))
        expected = Evidence.of("alpha", [HISTORY[0]], as_of=DAYS[1], released=ALPHA.first_release)
        assert reader.evidence(["alpha"], as_of=DAYS[1]) == {"alpha": expected}

    def test_rises_at_the_repeat_if_it_did_not_before_the_writer_broke_off(self, plain: Table, connect: Connect) -> None:
        """The row was written and changes no figure, so nothing but the note tells that readers have not heard of it."""
        bulk(plain).write(recorded([HISTORY[3]]))
        client = connect()

        def die(params: Any) -> None:
            if params["Item"]["SK"] == {"S": keys.CURRENT}:
                raise StorageUnavailable("put_item", "killed")

        faults.before(client, "PutItem", die)
        with pytest.raises(StorageUnavailable):
            bulk(Table(client, plain.name)).write(recorded([HISTORY[0]]))
        reader = EvidenceStore(plain)
        reader.evidence(["alpha"], as_of=DAYS[1])
        before = rev(plain)
        assert not any(bulk(plain).write(recorded([HISTORY[0]])).values())
        assert rev(plain) == before + 1
        assert not any(bulk(plain).write(recorded([HISTORY[0]])).values())
        assert rev(plain) == before + 1


class TestAFrameworkThatIsNotThere:
    def test_is_refused_and_leaves_no_row(self, table: Table, admin: Any) -> None:
        with pytest.raises(UnknownFramework):
            bulk(table).write(recorded(HISTORY))
        assert not [key for key in everything(admin, table.name) if key[0] == "F#alpha"]

    def test_is_told_of_while_it_is_loaded(self, table: Table) -> None:
        table.put(items.framework_item(ALPHA))
        with pytest.raises(BeingLoaded):
            bulk(table).write(recorded(HISTORY))

    def test_because_it_was_deleted_meanwhile_has_nothing_left_behind(self, plain: Table, connect: Connect, admin: Any) -> None:
        client = connect()
        deleting = iter([True])

        def overtake(params: Any) -> None:
            if "F#alpha" in str(params) and next(deleting, False):
                frameworks.delete(plain, "alpha")

        faults.before(client, "BatchWriteItem", overtake)
        with pytest.raises(UnknownFramework):
            bulk(Table(client, plain.name)).write(recorded(HISTORY), [a_withdrawal(HISTORY[0])])
        assert not [key for key in everything(admin, plain.name) if key[0] == "F#alpha"]

    def test_but_was_loaded_again_meanwhile_has_all_rows_of_both(self, plain: Table, connect: Connect, admin: Any) -> None:
        client = connect()
        turns = iter([False, True])
        loaded = HISTORY[5:]

        def overtake(params: Any) -> None:
            # The rows are written, and the look at the current item comes next.
            if params["Key"]["SK"] == {"S": keys.CURRENT} and next(turns, False):
                frameworks.delete(plain, "alpha")
                EvidenceStore(plain).load(ALPHA, loaded)

        faults.before(client, "GetItem", overtake)
        bulk(Table(client, plain.name)).write(recorded(HISTORY[:7]))
        assert_agrees(admin, plain.name, HISTORY)

    def test_is_not_robbed_of_the_rows_that_a_load_brings_meanwhile(self, plain: Table, connect: Connect, admin: Any) -> None:
        """It is gone when the rows are taken back, and a load of the same rows begins in that moment."""
        client = connect()
        steps = iter(["rows", "taken back"])

        def overtake(params: Any) -> None:
            if "F#alpha" not in str(params):
                return
            step = next(steps, "")
            if step == "rows":
                frameworks.delete(plain, "alpha")
            elif step == "taken back":
                plain.put(items.framework_item(ALPHA))
                plain.batch_put(items.observation_item(row, "2026-01-01T00:00:00") for row in HISTORY)

        faults.before(client, "BatchWriteItem", overtake)
        with pytest.raises(BeingLoaded):
            bulk(Table(client, plain.name)).write(recorded(HISTORY))
        EvidenceStore(plain).load(ALPHA, HISTORY)
        assert_agrees(admin, plain.name, HISTORY)


class TestWhileOthersWrite:
    @pytest.mark.parametrize("seed", range(12 if DEEP else 2))
    def test_eight_appending_threads_and_a_withdrawing_one_lose_nothing(
        self, seed: int, plain: Table, connect: Connect, admin: Any, show: Callable[[str], None], request: pytest.FixtureRequest
    ) -> None:
        chance = Random(seed)
        rows = _racing_rows(160, chance)
        withdrawn = chance.sample(rows[:40], 6)
        for row in rows[:40]:
            EvidenceStore(plain).append(row)
        written = Counter[str]()

        def until_done(act: Callable[[], object]) -> None:
            while True:
                try:
                    act()
                except StorageUnavailable:  # a rebuild gives up when others change the item all the while
                    written["repeats"] += 1
                else:
                    return

        def append(thread: int) -> None:
            store = EvidenceStore(Table(connect(), plain.name))
            for row in Random(thread).sample(rows, len(rows) // 3):
                until_done(lambda row=row: store.append(row))
                written["appends"] += 1

        def withdraw() -> None:
            store = EvidenceStore(Table(connect(), plain.name))
            for row in withdrawn:
                until_done(lambda row=row: store.withdraw(row.framework, row.metric, row.observed_on, "of another", row_id=row.id))

        def write() -> None:
            writer = bulk(Table(connect(), plain.name))
            for some in _cut(chance.sample(rows, len(rows)), 30):
                until_done(lambda some=some: writer.write(recorded(some)))

        with ThreadPoolExecutor(THREADS + 3) as threads:
            running = [threads.submit(append, thread) for thread in range(THREADS)]
            running += [threads.submit(withdraw), threads.submit(write), threads.submit(write)]
            for one in running:
                one.result()
        assert_agrees(admin, plain.name, rows, withdrawn)
        engine = request.node.callspec.params["connect"].__name__
        show(
            f"{engine:8} bulk race {seed}: 2 bulk writers of {len(rows)} rows, {THREADS} threads with {written['appends']} appends, "
            f"{len(withdrawn)} withdrawals, {written['repeats']} repeated: lost 0, doubled 0, wrong 0"
        )

    def test_a_current_item_that_never_stays_is_overcome_by_appending(self, plain: Table, connect: Connect, admin: Any) -> None:
        client, stop = connect(), Event()
        conflicts: list[str] = []

        def interfere(params: Any) -> None:
            if params["Item"]["SK"] == {"S": keys.CURRENT} and not stop.is_set():
                conflicts.append("one")
                EvidenceStore(plain).append(a_row("rival", len(conflicts), "2020-01-01", revision=len(conflicts)))
                if len(conflicts) == ATTEMPTS - 1:
                    stop.set()

        faults.before(client, "PutItem", interfere)
        waits: list[float] = []
        writer = bulk(Table(client, plain.name, sleep=waits.append))
        assert writer.write(recorded(HISTORY), [a_withdrawal(HISTORY[4])]) == positions(HISTORY)
        assert len(waits) == len(conflicts) == ATTEMPTS - 1
        rivals = [a_row("rival", number, "2020-01-01", revision=number) for number in range(1, ATTEMPTS)]
        assert_agrees(admin, plain.name, [*HISTORY, *rivals], [HISTORY[4]])

    def test_a_withdrawal_between_the_look_for_markers_and_the_write_counts(self, plain: Table, connect: Connect, admin: Any) -> None:
        client = connect()
        greatest = HISTORY[4]
        once = iter([True])

        def overtake(params: Any) -> None:
            if params["Item"]["SK"] == {"S": keys.CURRENT} and next(once, False):
                EvidenceStore(plain).withdraw("alpha", greatest.metric, greatest.observed_on, "of another", row_id=greatest.id)

        faults.before(client, "PutItem", overtake)
        bulk(Table(client, plain.name, sleep=lambda seconds: None)).write(recorded(HISTORY))
        assert_agrees(admin, plain.name, HISTORY, [greatest])


class TestFaults:
    def test_partial_batches_lose_no_row(self, plain: Table, connect: Connect, admin: Any) -> None:
        client = connect()
        faults.write_partly(client, 6)
        faults.read_partly(client, 3)
        bulk(Table(client, plain.name, sleep=lambda seconds: None)).write(recorded(BOTH))
        assert_agrees(admin, plain.name, BOTH)

    @on_swept_engines
    @pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
    def test_whichever_call_fails_the_repeat_makes_it_good(
        self, done: bool, connect: Connect, admin: Any, show: Callable[[str], None]
    ) -> None:
        more = [a_row("monthly", month, f"20{10 + month // 12}-{1 + month % 12:02d}-01") for month in range(2 * MOST_ITEMS)]
        rows, withdrawn = [*BOTH, *more], [HISTORY[4], HISTORY[9]]
        number = 0
        while True:
            number += 1
            with fresh_table(admin) as name:
                plain = Table(admin, name)
                for framework in (ALPHA, BETA):
                    EvidenceStore(plain).put(framework)
                bulk(plain).write(recorded(HISTORY[::2]))
                client = connect()
                made = faults.requests_of(client)
                faults.fail_call(client, number, done=done)
                try:
                    bulk(Table(client, name)).write(recorded(rows), map(a_withdrawal, withdrawn))
                except StorageUnavailable:
                    assert len(made) == number
                else:
                    break
                bulk(plain).write(recorded(rows), map(a_withdrawal, withdrawn))
                assert_agrees(admin, name, rows, withdrawn)
        assert number > 15
        engine = connect.__name__  # type: ignore[attr-defined]
        what = "lost its answer" if done else "was not sent"
        show(f"{engine:8} bulk write             each of {number - 1:2} calls {what:15}: lost 0, doubled 0")


def _racing_rows(number: int, chance: Random) -> list[Observation]:
    """Different rows on few metrics and days, so that most have rivals."""
    return [
        a_row(
            chance.choice(("speed", "stars", "starship")),
            place,
            (date(2020, 1, 1) + timedelta(days=chance.randrange(20))).isoformat(),
            framework=chance.choice(("alpha", "beta")),
            revision=chance.choice((0, 0, 1, 12)),
            source=chance.choice((LAB, PRESS)),
        )
        for place in range(number)
    ]


def _cut(rows: Sequence[Observation], size: int) -> Iterator[Sequence[Observation]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
