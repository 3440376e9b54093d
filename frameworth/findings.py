"""What a criterion found out about one framework: a value with bounds, how much of it is known, and why.

Outcomes instead of sentinels: `scored`, `inconclusive` and `failed` are the three ways to make a finding. A finding always has a value
(0..1), because a stand-in keeps the weights of all rows equal; `known` says how much of it rests on figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from frameworth.errors import InvalidValue
from frameworth.evidence import Figure
from frameworth.names import checked_text
from frameworth.shown import shown_score, shown_share

if TYPE_CHECKING:
    from frameworth.criteria import Indicator, Metric

MOST_BECAUSE = 500

# What stands in for a criterion of which nothing at all is known: no prior of a metric speaks for it.
NEUTRAL_VALUE = 0.5


class Outcome(StrEnum):
    """How a judgement ended."""

    SCORED = "scored"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator read for one framework. `share` is its part of the criterion; `figure` is None where it is missing.

    `value`, `low`, `high` and `confidence` lie in 0..1; a missing figure has its stand-in as value, bounds 0 and 1, and confidence 0.
    """

    indicator: Indicator
    metric: Metric
    share: float
    figure: Figure | None
    value: float
    low: float
    high: float
    confidence: float
    clamped: bool


@dataclass(frozen=True)
class Finding:
    """The answer of one criterion for one framework; make one with `scored`, `inconclusive` or `failed`. All numbers lie in 0..1.

    `by_opinion` is the part of `value` that figures of basis opinion make.
    """

    outcome: Outcome
    _: KW_ONLY
    value: float
    low: float
    high: float
    known: float
    confidence: float
    reason: str | Callable[[], str]
    readings: tuple[Reading, ...] = ()
    by_opinion: float = 0.0

    @classmethod
    def scored(
        cls,
        value: float,
        because: str,
        *,
        low: float | None = None,
        high: float | None = None,
        known: float = 1.0,
        confidence: float = 1.0,
    ) -> Finding:
        """A judgement of `value` for a stated reason. Without `low` and `high` the bounds follow from `confidence`, as for a figure."""
        numbers = {"value": value, "low": low, "high": high, "known": known, "confidence": confidence}
        for name, number in numbers.items():
            if number is None:
                continue
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                raise InvalidValue("finding", f"{name} {number!r} is not a finite number")
            if not 0 <= number <= 1:
                raise InvalidValue("finding", f"{name} {number!r} lies outside 0..1")
        low = confidence * value if low is None else low
        high = confidence * value + (1 - confidence) if high is None else high
        if not low <= value <= high:
            raise InvalidValue("finding", f"value {value} lies outside its bounds {low} and {high}")
        checked_text(because, "reason of a finding", MOST_BECAUSE)
        return cls(Outcome.SCORED, value=value, low=low, high=high, known=known, confidence=confidence, reason=because)

    @classmethod
    def inconclusive(cls, because: str = "unknown") -> Finding:
        """Nothing could be found out: a neutral stand-in, known 0."""
        return cls._stand_in(Outcome.UNKNOWN, because)

    @classmethod
    def failed(cls, because: str) -> Finding:
        """The judgement itself broke: counted as missing, and reported."""
        return cls._stand_in(Outcome.FAILED, because)

    @classmethod
    def _stand_in(cls, outcome: Outcome, because: str) -> Finding:
        return cls(outcome, value=NEUTRAL_VALUE, low=0.0, high=1.0, known=0.0, confidence=0.0, reason=because)

    @cached_property
    def because(self) -> str:
        """The reason in words; made when asked for, since only shown rows need it."""
        return self.reason if isinstance(self.reason, str) else self.reason()

    @cached_property
    def shown(self) -> tuple[float | None, float]:
        """As people see it: the value as points of 100, None where nothing is known, and the known share."""
        return shown_score(self.value) if self.known > 0 else None, shown_share(self.known)


class Columns(NamedTuple):
    """The numbers of the findings about one framework, each kind by itself: what is multiplied by weights."""

    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    known: tuple[float, ...]
    confidence: tuple[float, ...]
    by_opinion: tuple[float, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Columns:
        """The columns of findings, in their order."""
        rows = list(map(attrgetter(*cls._fields), findings))
        return cls(*zip(*rows, strict=True)) if rows else cls((), (), (), (), (), ())
