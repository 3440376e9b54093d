"""Observers: functions of plugins that are told of every scorecard. What they return is ignored, what they raise is theirs alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from frameworth.guard import Broke, attempt
from frameworth.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Observer:
    """What one plugin wants to be told: `observe(scorecard)`."""

    provider: str
    observe: Callable[[Scorecard], object]


def told_of(observer: Observer, scorecard: Scorecard) -> str:
    """Tells an observer of a scorecard; what went wrong in words, "" if nothing did. Isolation ladder, rung "observe"."""
    try:
        attempt(observer.observe, scorecard)
    except Broke as broke:
        return str(broke)
    return ""
