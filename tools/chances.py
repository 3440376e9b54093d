"""What a count of right answers is worth: rules that need no model, and exact binomial probabilities. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tools.decisions import Decision

FAVOURITES = ("fastapi", "django", "flask")


def chance(decision: Decision) -> float:
    """How often a blind guess among the options is right."""
    return 1 / len(decision.options)


def favourite(decision: Decision) -> float:
    """How often "FastAPI, else Django, else Flask" is right: 0 or 1, and a guess's share where none of the three is an option."""
    pick = next((name for name in FAVOURITES if name in decision.options), None)
    return chance(decision) if pick is None else float(pick == decision.chosen)


def newest(decision: Decision, released: Mapping[str, date | None]) -> float:
    """Whether the option with the latest first release by that day is the chosen one: 0 or 1, shared in a tie."""
    days = {option: day for option in decision.options if (day := released[option]) and day <= decision.decided_on}
    latest = [option for option, day in days.items() if day == max(days.values())]
    return (decision.chosen in latest) / len(latest) if latest else chance(decision)


def interval(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The exact binomial interval (Clopper & Pearson, Biometrika 26, 1934) of a share of `hits` in `of`."""
    if not 0 <= hits <= of or of == 0:
        raise ValueError(f"{hits} of {of} is no share")
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _root(lambda p: at_least(hits, [p] * of) - tail)
    high = 1.0 if hits == of else _root(lambda p: tail - (1 - at_least(hits + 1, [p] * of)))
    return low, high


def at_least(hits: int, chances: Sequence[float]) -> float:
    """How probable `hits` or more are when each try has a chance of its own."""
    exactly = [1.0]
    for p in chances:
        exactly = [a * (1 - p) + b * p for a, b in zip([*exactly, 0.0], [0.0, *exactly], strict=True)]
    return math.fsum(exactly[max(0, hits) :])


def sign_test(wins: int, losses: int) -> float:
    """How probable so uneven a split, or a more uneven one, is between two equals (two-sided)."""
    return min(1.0, 2 * at_least(max(wins, losses), [0.5] * (wins + losses)))


def _root(rising: Callable[[float], float]) -> float:
    # Both ends of the interval are roots of functions that rise with p, so halving finds them.
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
