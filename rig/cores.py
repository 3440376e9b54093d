"""Holds the server on one core and what asks it on another, so that figures don't hang on where the system happens to put them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
HELD = len(CORES) > 1  # otherwise nothing here changes anything


@contextmanager
def server_core() -> Iterator[None]:
    """What is started meanwhile runs on the last core alone, for good."""
    with _held(-1):
        yield


@contextmanager
def client_core() -> Iterator[None]:
    """This thread runs on the first core alone, and so does what is started meanwhile, for good."""
    with _held(0):
        yield


@contextmanager
def _held(place: int) -> Iterator[None]:
    if not HELD:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[place]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
