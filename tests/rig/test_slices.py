"""A load is read by its better slices, so that what disturbs a part of it is not counted as the server's."""

from __future__ import annotations

import pytest

from rig.client import Failed
from rig.slices import LENGTH, Slices


class Server:
    """Answers by a clock of its own; `busy` is how much longer than usual each answer takes it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cost: float) -> None:
        self.now, self.cpu, self.answered, self._cost = 0.0, 0.0, 0, cost
        monkeypatch.setattr("rig.slices.time.monotonic", lambda: self.now)

    def answer(self, heeding: Slices, times: int, busy: float = 1.0) -> None:
        for _ in range(times):
            self.answered += 1
            self.now += self._cost * busy
            self.cpu += self._cost * busy
            heeding.heed(self.answered)


def test_undisturbed_slices_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, 0.001)
    heeding = Slices(lambda: server.cpu, every=5)
    server.answer(heeding, 1000)
    assert heeding.requests_per_cpu_s() == pytest.approx(1000)


def test_disturbances_in_two_thirds_of_the_time_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, 0.001)
    heeding = Slices(lambda: server.cpu, every=1)
    for _ in range(10):
        server.answer(heeding, 60)
        server.answer(heeding, 60, busy=2.0)
    assert heeding.requests_per_cpu_s() == pytest.approx(1000)
    assert server.answered / server.cpu == pytest.approx(667, rel=0.01)


def test_one_lucky_slice_is_not_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, 0.001)
    heeding = Slices(lambda: server.cpu, every=1)
    server.answer(heeding, 1000)
    server.answer(heeding, 50, busy=0.5)
    assert heeding.requests_per_cpu_s() == pytest.approx(1000)


def test_every_slice_has_as_many_requests_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, LENGTH / 3)
    read: list[int] = []
    heeding = Slices(lambda: read.append(server.answered) or server.cpu, every=5)  # type: ignore[func-returns-value]
    server.answer(heeding, 52)
    assert read == list(range(0, 55, 5))


def test_too_few_slices_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, 0.001)
    heeding = Slices(lambda: server.cpu, every=1)
    server.answer(heeding, 100)
    with pytest.raises(Failed, match="answers came in 4 slices of 25 ms or more, and 5 are the fewest"):
        heeding.requests_per_cpu_s()
