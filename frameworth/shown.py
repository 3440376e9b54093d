"""Figures as people see them: points of 100 with one decimal, rounded so that what is shown adds up."""

from __future__ import annotations

import math
from collections.abc import Mapping

# Tenths of a point in a whole score of 100.
_TENTHS = 1000


def shown_score(share: float) -> float:
    """A share (0..1) as points of 100 with one decimal."""
    return _tenths(share) / 10


def shown_points(points: Mapping[str, float], score: float) -> dict[str, float]:
    """Shares by criterion as points with one decimal that add up to the shown `score`, by the method of largest remainders."""
    floors = {name: math.floor(share * _TENTHS + 1e-9) for name, share in points.items()}
    spare = _tenths(score) - sum(floors.values())
    by_remainder = sorted(points, key=lambda name: (floors[name] - points[name] * _TENTHS, name))
    for name in by_remainder[: max(0, spare)]:
        floors[name] += 1
    return {name: tenths / 10 for name, tenths in floors.items()}


def shown_margin(first: float, second: float) -> float:
    """The difference of two shown scores."""
    return (_tenths(first) - _tenths(second)) / 10


def _tenths(share: float) -> int:
    return math.floor(share * _TENTHS + 0.5)
