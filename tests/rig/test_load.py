"""The loads are bounded, count every answer, and come at the same moments for everybody."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from rig.catalogue import baseline
from rig.checks import ask
from rig.client import Failed, Request
from rig.load import arrivals, pace, saturate
from rig.remote import PATH, remote
from rig.serving import serving

GET = Request("GET", "/json")


@contextmanager
def served(delay: float = 0.0) -> Iterator[tuple[int, int]]:
    """The ports of the baseline and of the remote server, which counts."""
    with tempfile.TemporaryDirectory() as folder, remote(delay) as address:
        variables = {"DATABASE": str(Path(folder, "notes.sqlite3")), "REMOTE": address}
        with serving((sys.executable, "app.py"), baseline().folder, variables=variables) as one:
            yield one.port, int(address.rpartition(":")[2])


def counted(port: int) -> int:
    value = ask(port, "GET", PATH).json()
    assert isinstance(value, dict)
    return int(value["value"])


def test_every_answer_is_counted_and_none_but_those() -> None:
    with served() as (port, there):
        before = counted(there)
        answered = saturate(port, [Request("GET", "/remote")], 0.2, connections=4)
        assert counted(there) - before - 1 == answered > 0


def test_whoever_heeds_a_load_hears_of_each_answer() -> None:
    heard: list[int] = []
    with served() as (port, _):
        answered = saturate(port, [GET], 0.1, connections=4, heed=heard.append)
    assert heard == list(range(1, answered + 1))


def test_requests_are_asked_in_turn_on_as_many_connections_as_wanted_until_the_time_is_over() -> None:
    with served(delay=0.05) as (port, _):
        started = time.monotonic()
        answered = saturate(port, [Request("GET", "/remote"), Request("GET", "/nothing", status=404)], 0.2, connections=4)
        # Four at once, each two answers in a little more than the delay.
        assert 16 <= answered <= 40
        assert 0.2 <= time.monotonic() - started < 1


def test_paced_requests_wait_for_no_answer_to_another() -> None:
    with served(delay=0.3) as (port, _):
        started = time.monotonic()
        took = pace(port, [Request("GET", "/remote")], 0.5, 20, seed="1")
        # One after the other, ten answers would take three seconds.
        assert time.monotonic() - started < 1.5
        assert len(took) == 10
        assert took == sorted(took)
        assert all(0.3 <= one < 0.6 for one in took)


@pytest.mark.parametrize(
    "load", [lambda port, asked: saturate(port, asked, 0.2, 4), lambda port, asked: pace(port, asked, 0.2, 20, seed="1")]
)
def test_a_wrong_answer_ends_a_load(load: object) -> None:
    assert callable(load)
    with served() as (port, _), pytest.raises(Failed, match="GET /nothing: answered 404 instead of 200"):
        load(port, [GET, Request("GET", "/nothing")])


def test_the_moments_of_asking_are_random_and_the_same_for_the_same_seed() -> None:
    moments = arrivals(2.0, 40, seed="3")
    assert moments == arrivals(2.0, 40, seed="3") != arrivals(2.0, 40, seed="4")
    assert len(moments) == 80
    assert moments[0] >= 0
    assert moments[-1] <= 2.0
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) < 0.005 < 0.06 < max(gaps)
