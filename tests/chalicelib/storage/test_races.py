"""Races of appends: whatever the order, the repeats and the losses, all is kept once and the greatest stands."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.keys import position
from chalicelib.storage.table import StorageUnavailable, Table
from frameworth.evidence import Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect
from tests.chalicelib.storage.samples import LAB, PRESS, a_framework, a_row

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


def kept(table: Table, framework: str) -> list[Observation]:
    """The whole history as a process that knows nothing yet reads it."""
    rows, rest = EvidenceStore(table).page(framework, metric=None, since=None, until=None, after="", limit=1_000_000)
    assert rest == ""
    return rows


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
