"""A deadline that long work can ask. The clock is handed in: this library reads none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds since whenever, never going back, such as `time.monotonic`."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment by which work should be done. Nothing enforces it; work that may take long asks `left` or `is_over` and ends early."""

    moment: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> Deadline:
        """A deadline that many seconds from now."""
        return cls(clock() + seconds, clock)

    @classmethod
    def never(cls) -> Deadline:
        """A deadline that never comes."""
        return cls(math.inf, lambda: 0.0)

    @property
    def left(self) -> float:
        """Seconds left, 0 when it is over."""
        return max(0.0, self.moment - self.clock())

    @property
    def is_over(self) -> bool:
        """Whether the moment has passed."""
        return self.clock() > self.moment
