"""Races of appends: whatever the order, the repeats and the losses, all is kept once and the greatest stands."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.doctor import examine
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import BeingDeleted, UnknownFramework, delete
from chalicelib.storage.keys import position
from chalicelib.storage.recording import UnknownObservation
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything
from tests.chalicelib.storage.samples import LAB, PRESS, a_framework, a_row
from tests.chalicelib.storage.states import assert_holds, kept

THREADS = 8
# 10,000 take about a minute for each engine.
APPENDS = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 400
# Every row is appended so often, by whichever threads.
COPIES = 4
LOST_ANSWERS = 0.04
# A racer reads a history so often while the others write; each read is of all that is there by then.
READS = 5

FRAMEWORKS = tuple(a_framework(name) for name in ("alpha", "beta", "gamma"))
METRICS = ("speed", "stars", "starship")
FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2026, 1, 1)


def racing_rows(number: int, chance: Random) -> list[Observation]:
    """Different rows on few metrics and few days, so that most have rivals in date, and some in revision too."""
    days = max(2, number // 40)
    made: dict[str, Observation] = {}
    while len(made) < number:
        row = a_row(
            chance.choice(METRICS),
            len(made),
            (FIRST_DAY + timedelta(days=chance.randrange(days))).isoformat(),
            framework=chance.choice(FRAMEWORKS).id,
            revision=chance.choice((0, 0, 0, 1, 12)),
            basis=chance.choice(("measured", "reported", "opinion")),
            source=chance.choice((LAB, PRESS)),
        )
        made[row.id] = row
    return list(made.values())


def a_clock_of(thread: int) -> Callable[[], datetime]:
    """No two threads ever write at one time; by the time a row was written it is told whose it is."""
    ticks = iter(range(10**9))
    return lambda: datetime(2026, 11, 22, tzinfo=UTC) + timedelta(microseconds=THREADS * next(ticks) + thread)


@dataclass
class Racer:
    """One thread's store over a client of its own, and what it was told: how often each row was new, and how often it had to repeat."""

    store: EvidenceStore
    said_new: Counter[str]
    repeats: int = 0

    def append(self, row: Observation) -> None:
        """Appends until it is told that it was done."""
        while True:
            try:
                self.said_new[row.id] += self.store.append(row)
                return
            except StorageUnavailable:
                self.repeats += 1

    def ask(self, framework: str, day: date, opinions: bool = True) -> dict[str, Evidence]:
        """Asks until it is answered."""
        while True:
            with suppress(StorageUnavailable):
                return self.store.evidence([framework], as_of=day, opinions=opinions)


def race(racers: Sequence[Racer], per_racer: Sequence[Sequence[Observation]]) -> float:
    """All append at once; says how many seconds that took."""
    together = Barrier(len(racers))

    def run(racer: Racer, rows: Sequence[Observation]) -> None:
        together.wait()
        for place, row in enumerate(rows):
            racer.append(row)
            if place % (len(rows) // READS) == 0:
                racer.ask(row.framework, row.observed_on)

    started = time.monotonic()
    with ThreadPoolExecutor(len(racers)) as threads:
        list(threads.map(run, racers, per_racer))
    return time.monotonic() - started


def rev(table: Table, framework: str) -> int:
    item = table.get(keys.framework(framework), keys.CURRENT, consistent=True)
    assert item is not None
    return int(item["rev"]["N"])


@pytest.fixture
def plain(admin: Any, table: Table) -> Table:
    """The table through a client that knows no faults, with the frameworks in it."""
    beside = Table(admin, table.name)
    for framework in FRAMEWORKS:
        EvidenceStore(beside).load(framework, ())
    return beside


@pytest.mark.parametrize("lost", [0.0, LOST_ANSWERS], ids=["all-answered", "answers-lost"])
def test_shuffled_duplicated_and_retried_appends_lose_and_double_nothing(
    lost: float, plain: Table, connect: Connect, show: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    chance = Random(f"{APPENDS} {lost}")
    rows = racing_rows(APPENDS // COPIES, chance)
    entries = rows * COPIES
    chance.shuffle(entries)
    first = {framework.id: rev(plain, framework.id) for framework in FRAMEWORKS}
    racers = []
    for thread in range(THREADS):
        client = connect(attempts=3)
        faults.lose_answers(client, Random(thread), lost)
        store = EvidenceStore(Table(client, plain.name), now=a_clock_of(thread))
        racers.append(Racer(store, Counter()))
    seconds = race(racers, [entries[thread::THREADS] for thread in range(THREADS)])

    repeats = sum(racer.repeats for racer in racers)
    said_new = sum((racer.said_new for racer in racers), Counter[str]())
    missing, doubled = 0, 0
    for framework in FRAMEWORKS:
        mine = [row for row in rows if row.framework == framework.id]
        found = kept(plain, framework.id)
        missing += len({row.id for row in mine} - {row.id for row in found})
        doubled += len(found) - len({row.id for row in found})
        assert found == sorted(mine, key=position)
        for day in (LAST_DAY, FIRST_DAY + timedelta(days=1)):
            for opinions in (True, False):
                expected = Evidence.of(framework.id, mine, as_of=day, opinions=opinions, released=framework.first_release)
                assert EvidenceStore(plain).evidence([framework.id], as_of=day, opinions=opinions) == {framework.id: expected}
                # What a racer remembers, from while the others wrote, is not behind either.
                assert racers[0].ask(framework.id, day, opinions) == {framework.id: expected}
        if not lost:
            assert rev(plain, framework.id) == first[framework.id] + COPIES * len(mine)
    # A row is new to one append alone; to none if just that answer was lost.
    assert max(said_new.values()) == 1
    assert (repeats > 0) == (lost > 0)
    if not lost:
        assert said_new.total() == len(rows)
    engine = request.node.callspec.params["connect"].__name__
    show(
        f"{engine:8} {'answers lost' if lost else 'all answered':12} {THREADS} threads, {len(entries):,} appends of {len(rows):,} rows, "
        f"{repeats:,} repeated after a lost answer, {seconds:.1f} s: lost {missing}, doubled {doubled}"
    )


# A withdrawal reads the whole history for the row that is meant, so there are fewer rows in these races.
CROWD = 600 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 90


def stores_of(table: Table, connect: Connect, number: int, lost: float = 0.0) -> list[EvidenceStore]:
    """So many stores over clients of their own, none of which writes at the same time as another."""
    stores = []
    for thread in range(number):
        client = connect(attempts=3)
        faults.lose_answers(client, Random(thread), lost)
        stores.append(EvidenceStore(Table(client, table.name), now=a_clock_of(thread)))
    return stores


def until_done(act: Callable[[], object], *passing: type[Exception]) -> None:
    """Does something until it comes through; what passes is tried again."""
    ends = time.monotonic() + 120
    while True:
        try:
            act()
            return
        except (StorageUnavailable, *passing):
            assert time.monotonic() < ends, "it does not come through"


def at_once(*acts: Callable[[], None]) -> float:
    """Does all of it at once, each in a thread of its own; says how many seconds that took."""
    together = Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        together.wait()
        act()

    started = time.monotonic()
    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(run, acts))
    return time.monotonic() - started


@pytest.mark.parametrize("lost", [0.0, LOST_ANSWERS], ids=["all-answered", "answers-lost"])
def test_withdrawals_and_corrections_during_appends_lose_and_bring_back_nothing(
    lost: float, plain: Table, connect: Connect, show: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    """Six threads append each row twice, corrections of higher revision among them; two withdraw every third row once it is there."""
    chance = Random(f"withdraw {lost}")
    rows = [replace(row, framework="alpha") for row in racing_rows(CROWD, chance)]
    rows = list({row.id: row for row in rows}.values())
    withdrawn = rows[::3]
    entries = rows * 2
    chance.shuffle(entries)
    stores = stores_of(plain, connect, THREADS, lost)

    def appends(store: EvidenceStore, mine: Sequence[Observation]) -> Callable[[], None]:
        return lambda: [until_done(partial(store.append, row)) for row in mine] and None

    def withdraws(store: EvidenceStore, mine: Sequence[Observation]) -> Callable[[], None]:
        # Two observations of a day are told apart by their ids; the row may not be there yet.
        def act(row: Observation) -> None:
            store.withdraw("alpha", row.metric, row.observed_on, "a slip", row_id=row.id)

        return lambda: [until_done(partial(act, row), UnknownObservation) for row in mine] and None

    seconds = at_once(
        *(appends(store, entries[place::6]) for place, store in enumerate(stores[:6])),
        *(withdraws(store, withdrawn[place::2]) for place, store in enumerate(stores[6:])),
    )
    assert_holds(plain, rows, withdrawn=withdrawn, days=[FIRST_DAY, FIRST_DAY + timedelta(days=1), LAST_DAY])
    kind = "answers lost" if lost else "all answered"
    show(
        f"{name_of(request):8} {kind:12} {len(entries):,} appends, {len(withdrawn)} of {len(rows)} rows withdrawn meanwhile, "
        f"{seconds:.1f} s: lost 0, doubled 0, brought back 0"
    )


@pytest.mark.parametrize("anew", [False, True], ids=["for-good", "and-loaded-again"])
def test_a_framework_deleted_during_appends_is_gone_or_whole(
    anew: bool, plain: Table, connect: Connect, admin: Any, show: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    """Six threads append; one deletes when they are under way, twice at once with another, and, if `anew`, loads it again."""
    rows = [replace(row, framework="alpha") for row in racing_rows(CROWD, Random("delete"))]
    stores = stores_of(plain, connect, THREADS)
    under_way, again = Event(), list(rows[:20])
    refused: Counter[str] = Counter()

    def appends(store: EvidenceStore, mine: Sequence[Observation]) -> Callable[[], None]:
        def act() -> None:
            for place, row in enumerate(mine):
                try:
                    until_done(partial(store.append, row))
                except UnknownFramework:
                    refused["refused"] += 1
                if place == len(mine) // 3:
                    under_way.set()

        return act

    def deletes() -> None:
        under_way.wait(60)
        delete(plain, "alpha")
        if anew:
            until_done(lambda: stores[6].load(FRAMEWORKS[0], again), BeingDeleted)

    seconds = at_once(*(appends(store, rows[place::6]) for place, store in enumerate(stores[:6])), deletes)
    assert refused["refused"] > 0 or anew
    if anew:
        found = kept(plain, "alpha")
        assert {row.id for row in again} <= {row.id for row in found} <= {row.id for row in rows}
        assert_holds(plain, found, days=[FIRST_DAY, LAST_DAY])
    else:
        assert [sort for partition, sort in everything(admin, plain.name) if partition == "F#alpha"] == []
        assert examine(plain) == []
    what = "deleted and loaded again" if anew else "deleted"
    show(f"{name_of(request):8} {what} during {len(rows):,} appends, {seconds:.1f} s: nothing left over")


def test_a_load_during_appends_ends_as_if_all_had_been_appended(
    plain: Table, connect: Connect, show: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    """Two threads load the same new framework at once while six append to it, refused as long as it is not there."""
    delta = a_framework("delta")
    rows = [replace(row, framework="delta") for row in racing_rows(CROWD, Random("load"))]
    stores = stores_of(plain, connect, THREADS)
    loaded, appended = rows[: CROWD // 2], rows[CROWD // 3 :]

    def appends(store: EvidenceStore, mine: Sequence[Observation]) -> Callable[[], None]:
        return lambda: [until_done(partial(store.append, row), UnknownFramework) for row in mine] and None

    seconds = at_once(
        *(appends(store, appended[place::6]) for place, store in enumerate(stores[:6])),
        *(partial(until_done, partial(store.load, delta, loaded)) for store in stores[6:]),
    )
    assert_holds(plain, rows, framework="delta", days=[FIRST_DAY, LAST_DAY])
    show(f"{name_of(request):8} two loads during {len(appended):,} appends, {seconds:.1f} s: lost 0, doubled 0")


def name_of(request: pytest.FixtureRequest) -> str:
    """What the engine of a test is called."""
    return str(request.node.callspec.params["connect"].__name__)


def test_two_writers_of_the_same_observation_write_it_once(plain: Table, connect: Connect) -> None:
    writers = [EvidenceStore(Table(connect(), plain.name), now=a_clock_of(thread)) for thread in range(2)]
    together = Barrier(2)

    def write(writer: EvidenceStore, row: Observation) -> bool:
        together.wait()
        return writer.append(row)

    rows = [a_row("stars", place, "2020-01-01", revision=place) for place in range(30)]
    first = rev(plain, "alpha")
    with ThreadPoolExecutor(2) as threads:
        for row in rows:
            assert sorted(threads.map(write, writers, (row, row))) == [False, True]
    assert kept(plain, "alpha") == rows
    assert rev(plain, "alpha") == first + 2 * len(rows)


@pytest.fixture
def writing(plain: Table, connect: Connect) -> Iterator[Event]:
    """Four threads that append to one framework and metric, at most for a while; the event is set when they are done."""
    rows = racing_rows(120, Random(3))
    done = Event()
    racers = [Racer(EvidenceStore(Table(connect(), plain.name), now=a_clock_of(thread)), Counter()) for thread in range(4)]

    def write() -> None:
        try:
            race(racers, [rows[thread::4] for thread in range(4)])
        finally:
            done.set()

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(write)
        yield done
        running.result()


def test_a_reader_never_sees_a_figure_give_way_to_a_lesser_one(plain: Table, writing: Event) -> None:
    """What was answered stands until something greater is observed; and a store that reads all the while is not left behind."""
    reader = EvidenceStore(plain)
    wanted = [framework.id for framework in FRAMEWORKS]
    seen: dict[tuple[str, str], tuple[date, int]] = {}
    reads = 0
    while not writing.is_set() or not reads:
        for framework in wanted:
            item = plain.get(keys.framework(framework), keys.CURRENT, consistent=True)
            assert item is not None
            for metric, figure in items.current(item).figures.items():
                day, revision, _id = figure.precedence.split("#")
                now = (date.fromisoformat(day), int(revision))
                assert seen.get((framework, metric), (date.min, 0)) <= now
                seen[framework, metric] = now
        reader.evidence(wanted, as_of=FIRST_DAY + timedelta(days=1))
        reads += 1
    for day in (FIRST_DAY, FIRST_DAY + timedelta(days=1), LAST_DAY):
        assert reader.evidence(wanted, as_of=day) == EvidenceStore(plain).evidence(wanted, as_of=day)
    assert sum(len(kept(plain, framework)) for framework in wanted) == 120
