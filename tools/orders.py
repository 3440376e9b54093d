"""Two orders of the same things: how far they agree, and where they do not. Nothing here performs I/O."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


def tau_b(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Kendall's tau-b of two figures for each of some things: 1 for the same order, −1 for the reverse, 0 for no more than chance.

    None where one of them has no order: for fewer than two things, or all of them equal. Raises `ValueError` for different lengths.
    Source: M. G. Kendall, The Treatment of Ties in Ranking Problems, Biometrika 33 (1945).

    >>> tau_b([1, 2, 3, 4], [1, 3, 2, 4])
    0.6666666666666666
    """
    signs = list(_signs(first, second))
    untied_first, untied_second = sum(x * x for x, _ in signs), sum(y * y for _, y in signs)
    if not untied_first or not untied_second:
        return None
    return sum(x * y for x, y in signs) / math.sqrt(untied_first * untied_second)


def _signs(first: Sequence[float], second: Sequence[float]) -> Iterator[tuple[int, int]]:
    """For each pair of things, which of the two is ahead in either order: 1, −1, or 0 for a tie."""
    for (x, y), (other_x, other_y) in itertools.combinations(zip(first, second, strict=True), 2):
        yield (x > other_x) - (x < other_x), (y > other_y) - (y < other_y)


def swapped(first: Mapping[str, float], second: Mapping[str, float]) -> list[tuple[str, str]]:
    """The pairs of what is in both of which the one is greater in `first` and the other in `second`; the greater in `first` leads."""
    ranked = sorted(first.keys() & second.keys(), key=lambda name: (-first[name], name))
    return [(one, other) for one, other in itertools.combinations(ranked, 2) if first[one] > first[other] and second[one] < second[other]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A thing with its places in two orders, from 1."""

    name: str
    first: int
    second: int


def moved(first: Mapping[str, float], second: Mapping[str, float]) -> list[Moved]:
    """Those in both whose place differs, the largest difference first. The greatest figure has place 1, equals share the better place.

    Places are counted among those in both, since a thing that only one has says nothing of how far the two agree.
    """
    names = sorted(first.keys() & second.keys())

    def place(name: str, figures: Mapping[str, float]) -> int:
        return 1 + sum(figures[other] > figures[name] for other in names)

    found = [Moved(name, place(name, first), place(name, second)) for name in names]
    return sorted((one for one in found if one.first != one.second), key=lambda one: -abs(one.first - one.second))
