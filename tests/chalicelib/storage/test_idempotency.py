"""Answers kept under an Idempotency-Key: each transition of a record's state, and six who come at once."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.storage.idempotency import LEASE_S, LIFE_S, MOST_BYTES, Begun, Finished, Idempotency, KeyReused, StillRunning
from tests.chalicelib.storage.engines import everything

if TYPE_CHECKING:
    from chalicelib.storage.table import Table

ASKED = ("caller", "POST /v1/observations", "key", b"{}")
START = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def at() -> Clock:
    return Clock()


@pytest.fixture
def kept(table: Table, at: Clock) -> Idempotency:
    return Idempotency(table, now=at)


def begun(kept: Idempotency, *asked: Any) -> Begun:
    found = kept.begin(*(asked or ASKED))
    assert isinstance(found, Begun)
    return found


def test_the_first_answer_is_given_again(kept: Idempotency) -> None:
    begun(kept).finish(207, {"Content-Type": "application/json"}, '{"note": "ünïcode"}')
    for _ in range(2):
        assert kept.begin(*ASKED) == Finished(207, {"Content-Type": "application/json"}, '{"note": "ünïcode"}')


def test_while_the_first_is_at_work_the_others_are_told_to_wait(kept: Idempotency, at: Clock) -> None:
    begun(kept)
    at.on(LEASE_S - 0.001)
    with pytest.raises(StillRunning) as waiting:
        kept.begin(*ASKED)
    assert waiting.value.retry_after_s >= 1


def test_a_key_is_for_one_body_whether_its_request_runs_or_is_done_or_broke_off(kept: Idempotency, at: Clock) -> None:
    other = (*ASKED[:3], b'{"a": 1}')
    first = begun(kept)
    with pytest.raises(KeyReused):
        kept.begin(*other)
    at.on(LEASE_S + 1)
    with pytest.raises(KeyReused):
        kept.begin(*other)
    first.finish(200, {}, "")
    with pytest.raises(KeyReused):
        kept.begin(*other)


def test_who_broke_off_is_taken_over_from_once_its_lease_has_run_out(kept: Idempotency, at: Clock) -> None:
    broken = begun(kept)
    at.on(LEASE_S + 0.001)
    second = begun(kept)
    # Whoever is late has lost its say: it neither answers for the second nor lets a third in.
    broken.finish(500, {}, "late")
    broken.release()
    with pytest.raises(StillRunning):
        kept.begin(*ASKED)
    second.finish(200, {}, "second")
    broken.finish(500, {}, "later")
    broken.release()
    assert kept.begin(*ASKED) == Finished(200, {}, "second")


def test_a_request_that_is_done_is_not_done_again_when_its_lease_has_run_out(kept: Idempotency, at: Clock) -> None:
    begun(kept).finish(200, {}, "done")
    at.on(LEASE_S + 1)
    assert kept.begin(*ASKED) == Finished(200, {}, "done")


def test_a_request_that_may_be_tried_again_leaves_nothing_behind(kept: Idempotency, table: Table, admin: Any) -> None:
    begun(kept).release()
    assert everything(admin, table.name) == {}
    begun(kept)


def test_what_is_done_can_not_be_released(kept: Idempotency) -> None:
    first = begun(kept)
    first.finish(200, {}, "done")
    first.release()
    assert kept.begin(*ASKED) == Finished(200, {}, "done")


def test_a_key_is_free_again_after_a_day_even_if_its_record_is_still_there(kept: Idempotency, at: Clock, table: Table, admin: Any) -> None:
    begun(kept).finish(200, {}, "old")
    (item,) = everything(admin, table.name).values()
    assert int(item["ttl"]["N"]) == int(START.timestamp()) + LIFE_S
    at.on(LIFE_S)
    assert kept.begin(*ASKED) == Finished(200, {}, "old")
    at.on(1)
    begun(kept, *ASKED[:3], b'{"another": "body"}').finish(200, {}, "new")
    assert kept.begin(*ASKED[:3], b'{"another": "body"}') == Finished(200, {}, "new")


@pytest.mark.parametrize(
    "other",
    [
        ("another", *ASKED[1:]),
        ("caller", "POST /v1/frameworks/flask/observations/x/withdrawal", *ASKED[2:]),
        (*ASKED[:2], "Key", ASKED[3]),
        ("callerPOST /v1/observations", "", "key", b"{}"),
        ("caller", "POST /v1/observationskey", "", b"{}"),
    ],
)
def test_what_another_caller_or_route_has_under_a_key_gives_nothing_away(kept: Idempotency, other: Any) -> None:
    begun(kept).finish(200, {}, "mine")
    begun(kept, *other)


def test_neither_keys_nor_bodies_can_be_read_in_the_table(kept: Idempotency, table: Table, admin: Any) -> None:
    begun(kept, "caller-id", "route", "s3cret-key", b'{"s3cret": "body"}')
    found = str(everything(admin, table.name))
    assert not [word for word in ("s3cret", "caller-id", "route") if word in found]


def test_of_six_who_come_at_once_one_is_first(table: Table) -> None:
    kept = Idempotency(table, now=lambda: datetime.now(UTC))
    gate = threading.Barrier(6)

    def ask(_: int) -> str:
        gate.wait()
        try:
            found = kept.begin(*ASKED)
        except StillRunning:
            return "wait"
        return "first" if isinstance(found, Begun) else "done"

    with ThreadPoolExecutor(6) as pool:
        fates = sorted(pool.map(ask, range(6)))
    assert fates == ["first", *["wait"] * 5]


def test_of_six_who_take_over_at_once_one_is_first(table: Table) -> None:
    begun(Idempotency(table, now=lambda: START))
    late = Idempotency(table, now=lambda: START + timedelta(seconds=LEASE_S + 1))
    gate = threading.Barrier(6)

    def ask(_: int) -> bool:
        gate.wait()
        try:
            return isinstance(late.begin(*ASKED), Begun)
        except StillRunning:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, range(6))) == [False] * 5 + [True]


def test_an_answer_that_no_item_can_hold_is_not_kept(kept: Idempotency, at: Clock) -> None:
    """No answer that there is comes near: five hundred refused rows, packed, are some thousand bytes."""
    noise = random.Random(1).randbytes(MOST_BYTES + 1_000).hex()  # which packs to its half
    begun(kept).finish(200, {}, noise)
    with pytest.raises(StillRunning):
        kept.begin(*ASKED)
    at.on(LEASE_S + 1)
    begun(kept)
