"""Figures as people see them: points of 100 with one decimal, rounded so that what is shown adds up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import sub

# Tenths of a point in a whole score of 100.
_TENTHS = 1000
_SHARE_DECIMALS = 4


def shown_score(share: float) -> float:
    """A share (0..1) as points of 100 with one decimal."""
    return math.floor(share * _TENTHS + 0.5) / 10


def whole_points(shown: float) -> int:
    """A shown score without its decimal, half a point up; made of what is shown, so that no two texts say it otherwise."""
    return math.floor(shown + 0.5)


def shown_share(share: float) -> float:
    """A share (0..1) with four decimals."""
    return round(share, _SHARE_DECIMALS)


def shown_points(points: Mapping[str, float], score: float) -> dict[str, float]:
    """Shares by criterion as points with one decimal that add up to the shown `score`, by the method of largest remainders."""
    exact = [share * _TENTHS for share in points.values()]
    tenths = [math.floor(share + 1e-9) for share in exact]
    spare = _tenths(score) - sum(tenths)
    if spare > 0:
        for _, _, place in sorted(zip(map(sub, tenths, exact), points, range(len(exact)), strict=True))[:spare]:
            tenths[place] += 1
    return dict(zip(points, [shown / 10 for shown in tenths], strict=True))


def shown_margin(first: float, second: float) -> float:
    """The difference of two shown scores."""
    return (_tenths(first) - _tenths(second)) / 10


def _tenths(share: float) -> int:
    return math.floor(share * _TENTHS + 0.5)
