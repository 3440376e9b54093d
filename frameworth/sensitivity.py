"""How firm a ranking is: exact answers about one weight, one figure, or all weights at once.

An additive score is a straight line in each weight, so nothing here is sampled. Vary the weight of criterion k to x and let the others
share 1 − x in their old proportions: a score is `x·v_k + (1 − x)·rest`. Sources: Triantaphyllou & Sanchez, A sensitivity analysis approach
for some deterministic multi-criteria decision-making methods (1997); Varsi, The multidimensional content of the frustum of the
simplex (1973).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add, mul

from frameworth.errors import InvalidValue

# Values (0..1) by framework and then criterion.
Values = Mapping[str, Mapping[str, float]]
Weights = Mapping[str, float]

# Differences below this are rounding.
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """The weights of one criterion (0..1) under which an order stands, and the rivals that take over at its ends (None: the end o0..1)."""

    criterion: str
    low: float
    high: float
    rival_at_low: str | None = None
    rival_at_high: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of weights of one criterion (0..1) over which one framework leads."""

    start: float
    end: float
    leader: str


@dataclass(frozen=True, slots=True)
class Shift:
    """The least weight that has to move for a rival to draw level: how much (a share), to which criterion, and how much from each."""

    mass: float
    to: str
    taken: Mapping[str, float]


def rests(values: Values, weights: Weights) -> dict[str, dict[str, float]]:
    """By criterion, the score (0..1) of each framework without it, the others sharing all weight in proportion (or equally)."""
    names, parts = tuple(weights), tuple(weights.values())
    found: dict[str, dict[str, float]] = {name: {} for name in names}
    heard = _sums_without(parts)
    for framework, row in values.items():
        given = tuple(map(row.__getitem__, names))
        without = _sums_without(tuple(map(mul, parts, given)))
        for place, name in enumerate(names):
            if heard[place] > 0:
                found[name][framework] = without[place] / heard[place]
            else:
                found[name][framework] = (math.fsum(given) - given[place]) / (len(names) - 1) if len(names) > 1 else 0.0
    return found


def _sums_without(numbers: Sequence[float]) -> list[float]:
    """For each number the sum of all others; what comes before it and what comes after it are added up, so nothing is cancelled out."""
    before = accumulate(numbers, initial=0.0)
    after = list(accumulate(reversed(numbers), initial=0.0))
    return list(map(add, before, after[-2::-1]))


def winner_intervals(values: Values, weights: Weights, leader: str) -> dict[str, Interval]:
    """Over which weights of each criterion `leader` keeps ahead of every rival."""
    pairs = [(leader, rival) for rival in values if rival != leader]
    return {name: _narrowed(values, weights, name, starts, pairs) for name, starts in rests(values, weights).items()}


def ranking_intervals(values: Values, weights: Weights, order: Sequence[str]) -> dict[str, Interval]:
    """Over which weights of each criterion the whole `order` (best first) stands: no two neighbours change places."""
    pairs = list(pairwise(order))
    return {name: _narrowed(values, weights, name, starts, pairs) for name, starts in rests(values, weights).items()}


def strip(values: Values, weights: Weights, criterion: str) -> tuple[Segment, ...]:
    """Who leads at each weight of `criterion` from 0 to 1: the upper envelope of the score lines. Of equal ones the first slug is named."""
    starts = rests(values, weights)[criterion]
    lines = {name: (starts[name], row[criterion]) for name, row in sorted(values.items())}
    if not lines:
        return ()
    segments: list[Segment] = []
    at = 0.0
    leader = max(lines, key=lambda name: (lines[name][0], lines[name][1]))
    while True:
        start, end = lines[leader]
        takeover, heir = 1.0, None
        for name, (its_start, its_end) in lines.items():
            gain = (its_end - its_start) - (end - start)
            if gain <= _NOTHING:
                continue
            crossing = (start - its_start) / gain
            # Of several that cross at one point the steepest leads beyond it.
            if at - _NOTHING <= crossing < takeover - _NOTHING or (
                heir and abs(crossing - takeover) <= _NOTHING and its_end > lines[heir][1]
            ):
                takeover, heir = max(at, crossing), name
        if heir is None:
            segments.append(Segment(at, 1.0, leader))
            return tuple(segment for segment in segments if segment.end > segment.start)
        segments.append(Segment(at, takeover, leader))
        at, leader = takeover, heir


def value_needed(values: Values, weights: Weights, leader: str, rival: str, criterion: str) -> float | None:
    """The value (0..1) that `rival` needs on `criterion` alone to draw level with `leader`; None if even 1 would not do."""
    gap = _score(values[leader], weights) - _score(values[rival], weights)
    if weights[criterion] <= 0:
        return None
    needed = values[rival][criterion] + gap / weights[criterion]
    return needed if needed <= 1.0 + _NOTHING else None


def least_shift(values: Values, weights: Weights, leader: str, rival: str) -> Shift | None:
    """The least weight to move for `rival` to draw level with `leader`; None if the leader is at least as good on every criterion.

    Weight goes to the criterion on which the leader is least ahead, from those on which it is most ahead: each unit moved closes the gap by
    the difference of the two, so greedy is best.
    """
    ahead = {name: values[leader][name] - values[rival][name] for name in weights}
    gap = math.fsum(weights[name] * ahead[name] for name in weights)
    least = min(ahead.values())
    to = next(name for name in weights if ahead[name] <= least + _NOTHING)
    if gap > 0 and ahead[to] >= 0:
        return None
    taken: dict[str, float] = {}
    for name in sorted(ahead, key=lambda name: (-ahead[name], name)):
        if gap <= _NOTHING or name == to:
            break
        closes = ahead[name] - ahead[to]
        moved = min(weights[name], gap / closes)
        if moved > 0:
            taken[name] = moved
            gap -= moved * closes
    return Shift(math.fsum(taken.values()), to, taken)


def probability_ahead(a: Sequence[float], b: Sequence[float]) -> float:
    """The share of all possible weights (drawn uniformly from the simplex) under which `a` scores higher than `b`; 0.5 if they are equal.

    Exact, by Varsi's recursion over positive and non-positive differences.
    """
    differences = [x - y for x, y in zip(a, b, strict=True)]
    if not differences:
        raise InvalidValue("probability", "needs one criterion or more")
    if all(difference == 0 for difference in differences):
        return 0.5
    ups = [difference for difference in differences if difference > 0]
    downs = [difference for difference in differences if difference <= 0]
    # column[k] is H(j, k); H(0, k) = 0, H(j, 0) = 1.
    column = [0.0] * (len(downs) + 1)
    for up in ups:
        column[0] = 1.0
        for k, down in enumerate(downs, 1):
            column[k] = (up * column[k - 1] - down * column[k]) / (up - down)
    return column[-1]


def _score(row: Mapping[str, float], weights: Weights) -> float:
    return math.fsum(weights[name] * row[name] for name in weights)


def _narrowed(values: Values, weights: Weights, criterion: str, starts: Mapping[str, float], pairs: Sequence[tuple[str, str]]) -> Interval:
    """The interval around the present weight in which every first of a pair stays at least level with its second."""
    low, high = 0.0, 1.0
    rival_low: str | None = None
    rival_high: str | None = None
    for ahead, behind in pairs:
        start = starts[ahead] - starts[behind]
        end = values[ahead][criterion] - values[behind][criterion]
        if abs(start - end) <= _NOTHING:
            continue
        crossing = start / (start - end)
        if end < start and crossing < high - _NOTHING:
            high, rival_high = max(crossing, weights[criterion]), behind
        elif end > start and crossing > low + _NOTHING:
            low, rival_low = min(crossing, weights[criterion]), behind
    return Interval(criterion, low, high, rival_low, rival_high)
