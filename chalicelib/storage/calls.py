"""How many calls to the table an answer takes: counted where they are made, for whoever asks around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Calls:
    """Calls made so far; boto3's own repeats are not among them."""

    made: int = 0


_COUNTED: ContextVar[Calls | None] = ContextVar("calls", default=None)


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts the calls that this thread makes inside."""
    calls = Calls()
    token = _COUNTED.set(calls)
    try:
        yield calls
    finally:
        _COUNTED.reset(token)


def one_more() -> None:
    """Counts a call."""
    calls = _COUNTED.get()
    if calls is not None:
        calls.made += 1
