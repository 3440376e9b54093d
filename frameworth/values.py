"""Value functions: from a figure in its own unit to a value in 0..1.

Rules: anchors are fixed and part of the metric's definition, never taken from the candidates of a request. Every function is monotone,
total (a figure beyond the anchors is clamped, and `clamps` says so) and has an inverse on 0..1, so "what would it need?" has an answer
in the metric's own unit. Nothing here knows missing figures: those are the business of priors.
"""

from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from frameworth.errors import InvalidValue
from frameworth.names import shortened

# Rounding in a logarithm must not make a figure that sits on its anchor look clamped.
_SLACK = 1e-12


class ValueFunction(ABC):
    """A monotone map from figures to 0..1. `anchors` lists what defines it, for people and for receipts."""

    __slots__ = ()

    @abstractmethod
    def _unclamped(self, figure: float) -> float:
        """The value before clamping; may be infinite."""

    @abstractmethod
    def inverse(self, value: float) -> float:
        """A figure whose value is `value` (0..1)."""

    @property
    @abstractmethod
    def anchors(self) -> Mapping[str, object]:
        """The form and the fixed numbers of this function, ready for JSON."""

    def __call__(self, figure: float) -> float:
        """The value of `figure`, in 0..1."""
        return min(1.0, max(0.0, self._unclamped(figure)))

    def clamps(self, figure: float) -> bool:
        """Whether `figure` lies beyond the anchors, so that its value was cut to 0 or 1."""
        return not -_SLACK <= self._unclamped(figure) <= 1.0 + _SLACK


@dataclass(frozen=True, slots=True)
class Log(ValueFunction):
    """`(ln(1+x) − ln(1+zero)) / (ln(1+one) − ln(1+zero))`: each doubling is worth about the same."""

    zero: float
    one: float

    def __post_init__(self) -> None:
        _finite("log", self.zero, self.one)
        if not (0 <= self.zero < self.one and math.log1p(self.zero) < math.log1p(self.one)):
            raise InvalidValue("log", f"anchors {self.zero} and {self.one} are not 0 ≤ zero < one, far enough apart for their logarithms")

    def _unclamped(self, figure: float) -> float:
        if figure <= -1:
            return -math.inf
        return (math.log1p(figure) - math.log1p(self.zero)) / (math.log1p(self.one) - math.log1p(self.zero))

    def inverse(self, value: float) -> float:
        """The count whose value is `value`."""
        span = math.log1p(self.one) - math.log1p(self.zero)
        return math.expm1(math.log1p(self.zero) + _share(value) * span)

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form, zero and one."""
        return {"form": "log", "zero": self.zero, "one": self.one}


@dataclass(frozen=True, slots=True)
class Ratio(ValueFunction):
    """`1 − ln(r) / ln(worst)` with `r = x / baseline`: less is better, each doubling costs the same, at `worst` times the baseline 0."""

    baseline: float
    worst: float

    def __post_init__(self) -> None:
        _finite("ratio", self.baseline, self.worst)
        if not (self.baseline > 0 and self.worst > 1):
            raise InvalidValue("ratio", f"baseline {self.baseline} and worst {self.worst} are not baseline > 0, worst > 1")

    def _unclamped(self, figure: float) -> float:
        multiple = figure / self.baseline
        return math.inf if multiple <= 0 else 1.0 - math.log(multiple) / math.log(self.worst)

    def inverse(self, value: float) -> float:
        """The figure whose value is `value`."""
        return self.baseline * math.exp((1.0 - _share(value)) * math.log(self.worst))

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form, baseline and worst ratio."""
        return {"form": "ratio", "baseline": self.baseline, "worst": self.worst}


@dataclass(frozen=True, slots=True)
class Reciprocal(ValueFunction):
    """`(1/x − 1/zero) / (1/one − 1/zero)`: linear in the time a unit of work takes. For rates zero < one, for times zero > one."""

    zero: float
    one: float

    def __post_init__(self) -> None:
        _finite("reciprocal", self.zero, self.one)
        if self.zero <= 0 or self.one <= 0 or 1 / self.zero == 1 / self.one or math.inf in (1 / self.zero, 1 / self.one):
            raise InvalidValue("reciprocal", f"anchors {self.zero} and {self.one} must be positive and have different reciprocals")

    def _unclamped(self, figure: float) -> float:
        if figure <= 0:
            return -math.inf if self.zero < self.one else math.inf
        return (1 / figure - 1 / self.zero) / (1 / self.one - 1 / self.zero)

    def inverse(self, value: float) -> float:
        """The rate (or time) whose value is `value`."""
        return 1 / (1 / self.zero + _share(value) * (1 / self.one - 1 / self.zero))

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form, zero and one."""
        return {"form": "reciprocal", "zero": self.zero, "one": self.one}


@dataclass(frozen=True, slots=True)
class Piecewise(ValueFunction):
    """Straight lines between knees `(figure, value)`; figures rise, values rise or fall throughout and end at 0 and 1."""

    knees: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        _finite("piecewise", *(number for knee in self.knees for number in knee))
        knees = tuple((float(figure), float(value)) for figure, value in self.knees)
        object.__setattr__(self, "knees", knees)
        figures, values = [figure for figure, _ in knees], [value for _, value in knees]
        if len(knees) < 2 or any(left >= right for left, right in pairwise(figures)):
            raise InvalidValue("piecewise", "needs two knees or more, with rising figures")
        rises = all(left < right for left, right in pairwise(values))
        falls = all(left > right for left, right in pairwise(values))
        if not (rises or falls) or {min(values), max(values)} != {0.0, 1.0}:
            raise InvalidValue("piecewise", "values must rise or fall throughout, between 0 and 1")

    def _unclamped(self, figure: float) -> float:
        knees = self.knees
        if figure < knees[0][0] or figure > knees[-1][0]:
            # Beyond the last knee the value is cut: 2 − v and −v lie outside 0..1 for the v of that knee, which is 1 or 0.
            value = knees[0][1] if figure < knees[0][0] else knees[-1][1]
            return 2.0 if value == 1.0 else -1.0
        for (x0, v0), (x1, v1) in pairwise(knees):
            if figure <= x1:
                value = v0 + (figure - x0) * (v1 - v0) / (x1 - x0)
                # Rounding must not carry a line past its knee: the next line starts there.
                return min(value, v1) if v0 < v1 else max(value, v1)
        raise AssertionError("a figure inside the knees lies between two of them")

    def inverse(self, value: float) -> float:
        """The figure whose value is `value`."""
        value = _share(value)
        for (x0, v0), (x1, v1) in pairwise(self.knees):
            if min(v0, v1) <= value <= max(v0, v1):
                return x0 + (value - v0) * (x1 - x0) / (v1 - v0)
        raise AssertionError("knees span 0..1")

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form and knees."""
        return {"form": "piecewise", "knees": [list(knee) for knee in self.knees]}


@dataclass(frozen=True, slots=True)
class Levels(ValueFunction):
    """An ordinal scale: an explicit table from level to value. A figure between two levels counts as the level below and as clamped."""

    table: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        _finite("levels", *(number for row in self.table for number in row))
        table = tuple(sorted((float(level), float(value)) for level, value in self.table))
        object.__setattr__(self, "table", table)
        values = [value for _, value in table]
        if len(table) < 2 or len({level for level, _ in table}) != len(table):
            raise InvalidValue("levels", "needs two different levels or more")
        if any(not 0 <= value <= 1 for value in values):
            raise InvalidValue("levels", "each level's value lies in 0..1")
        if values not in (sorted(values), sorted(values, reverse=True)) or values[0] == values[-1]:
            raise InvalidValue("levels", "values must rise or fall with the level")

    def _unclamped(self, figure: float) -> float:
        below = [value for level, value in self.table if level <= figure]
        return below[-1] if below else self.table[0][1]

    def clamps(self, figure: float) -> bool:
        """Whether `figure` is none of the levels."""
        return figure not in {level for level, _ in self.table}

    def inverse(self, value: float) -> float:
        """The level nearest to the worse end whose value is at least `value`."""
        worst_first = self.table if self.table[0][1] < self.table[-1][1] else self.table[::-1]
        return next((level for level, worth in worst_first if worth >= _share(value)), worst_first[-1][0])

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form and table."""
        return {"form": "levels", "levels": [list(row) for row in self.table]}


@dataclass(frozen=True, slots=True)
class Place(ValueFunction):
    """`1 − ln(x) / ln(worst)`: place 1 is worth 1, place `worst` 0, and each doubling of the place costs the same."""

    worst: float

    def __post_init__(self) -> None:
        _finite("place", self.worst)
        if self.worst <= 1:
            raise InvalidValue("place", f"worst {self.worst} is not above 1")

    def _unclamped(self, figure: float) -> float:
        return math.inf if figure <= 0 else 1.0 - math.log(figure) / math.log(self.worst)

    def inverse(self, value: float) -> float:
        """The place whose value is `value`."""
        return math.exp((1.0 - _share(value)) * math.log(self.worst))

    @property
    def anchors(self) -> Mapping[str, object]:
        """Form and worst place."""
        return {"form": "place", "worst": self.worst}


def log(zero: float, one: float) -> Log:
    """For heavy-tailed counts: `zero` and anything below is worth 0, `one` and above 1."""
    return Log(zero, one)


def ratio(baseline: float, worst: float) -> Ratio:
    """For sizes and times, less is better: `baseline` is worth 1, `worst` times the baseline 0."""
    return Ratio(baseline, worst)


def reciprocal(zero: float, one: float) -> Reciprocal:
    """For throughput (`zero` < `one`) and for times (`zero` > `one`), linear in time per unit of work."""
    return Reciprocal(zero, one)


def linear(zero: float, one: float) -> Piecewise:
    """For shares: a straight line from `zero` (worth 0) to `one` (worth 1); `zero` may be the larger one."""
    _finite("linear", zero, one)
    return Piecewise(tuple(sorted([(zero, 0.0), (one, 1.0)])))


def piecewise(*knees: tuple[float, float]) -> Piecewise:
    """Straight lines between stated knees `(figure, value)`."""
    return Piecewise(knees)


def levels(table: Mapping[float, float]) -> Levels:
    """For ordinal scales: `levels({1: 0, 2: 0.6, 3: 1})`."""
    return Levels(tuple(table.items()))


def place(worst: float) -> Place:
    """For places in a list: place 1 is worth 1, place `worst` 0."""
    return Place(worst)


def yes_no() -> Levels:
    """For facts that hold or do not: 0 is worth 0, 1 is worth 1."""
    return Levels(((0.0, 0.0), (1.0, 1.0)))


def _finite(what: str, *numbers: float) -> None:
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= sys.float_info.max:
            raise InvalidValue(what, f"{shortened(number)} is not a finite number")


def _share(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise InvalidValue("inverse", f"{value!r} lies outside 0..1")
    return value
