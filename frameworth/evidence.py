"""Observations and what is known about a framework at a date.

An observation is one dated figure of one metric for one framework, with its basis and source. Nothing here performs I/O, and nothing
reads a clock: "now" is always an argument.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from frameworth.errors import InvalidValue
from frameworth.names import checked_address, checked_name, checked_slug, checked_text, shortened

# Bounds that every engine keeps exactly (a double holds 15 decimal digits), so that no store's laxness matters.
MOST_DIGITS = 15
LARGEST = 1e15

_PARENT = re.compile(r"[a-z0-9_/-]{1,150}", re.ASCII)

MOST_UNIT = 40
MOST_TITLE = 200
MOST_URL = 500
MOST_NOTE = 1000


class Basis(StrEnum):
    """How a figure came about."""

    MEASURED = "measured"
    REPORTED = "reported"
    OPINION = "opinion"


# How far a fresh figure of each basis is trusted: a measurement can be repeated, a report can only be believed, an opinion is one view.
CONFIDENCE_BY_BASIS: Mapping[Basis, float] = MappingProxyType({Basis.MEASURED: 1.0, Basis.REPORTED: 0.95, Basis.OPINION: 0.75})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure can be looked up."""

    title: str
    url: str

    def __post_init__(self) -> None:
        checked_text(self.title, "source title", MOST_TITLE)
        checked_address(self.url, "source url", MOST_URL)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that name this title and address."""
        return _digest(12, self.title, self.url)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as scoring sees it: what an observation says, without whom it speaks of."""

    value: float
    observed_on: date
    basis: Basis
    source: Source
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One dated, sourced figure. Of two for the same framework, metric and date the higher `revision` counts (then the higher id)."""

    framework: str
    metric: str
    _: KW_ONLY
    value: float
    unit: str
    observed_on: date
    basis: Basis
    source: Source
    note: str = ""
    revision: int = 0
    derived_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checked_slug(self.framework, "observation")
        checked_name(self.metric, f"observation of {self.framework}")
        what = f"{self.metric} of {self.framework}"
        object.__setattr__(self, "value", checked_figure(self.value, what))
        checked_text(self.unit, f"unit of {what}", MOST_UNIT)
        checked_text(self.note, f"note on {what}", MOST_NOTE, empty=True)
        checked_day(self.observed_on, what, "observed_on")
        object.__setattr__(self, "basis", Basis(self.basis))
        if not isinstance(self.source, Source):
            raise InvalidValue(what, f"source {shortened(self.source)} is no Source", "write Source(title, url)")
        if not all(_PARENT.fullmatch(parent) for parent in self.derived_from):
            raise InvalidValue(what, f"derived_from {shortened(self.derived_from)} is not a list of framework/metric/date")
        if not 0 <= self.revision <= 999_999:
            raise InvalidValue(what, f"revision {self.revision} lies outside 0..999999")

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits made from the whole content, so that the same row is the same observation wherever it is loaded."""
        return _digest(
            16,
            self.framework,
            self.metric,
            repr(self.value),
            self.unit,
            self.observed_on.isoformat(),
            self.basis.value,
            self.source.title,
            self.source.url,
            self.note,
            str(self.revision),
            *self.derived_from,
        )

    @property
    def precedence(self) -> tuple[date, int, str]:
        """What decides which observation of a metric is current: the greatest is."""
        return (self.observed_on, self.revision, self.id)

    @property
    def figure(self) -> Figure:
        """The figure alone."""
        return Figure(self.value, self.observed_on, self.basis, self.source, self.derived_from)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one framework on the day `as_of`: the current figure of each metric.

    `figures` maps a metric's name to its figure and can't be written to. `released` is the day of the first release, if known.
    """

    framework: str
    _: KW_ONLY
    as_of: date
    figures: Mapping[str, Figure] = field(default_factory=dict)
    released: date | None = None

    def __post_init__(self) -> None:
        checked_slug(self.framework, "evidence")
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))

    @classmethod
    def of(
        cls,
        framework: str,
        observations: Iterable[Observation],
        *,
        as_of: date,
        opinions: bool = True,
        released: date | None = None,
    ) -> Evidence:
        """The evidence that a history gives: of each metric the greatest observation up to and including `as_of`.

        With `opinions` false an opinion neither counts nor hides an older figure behind it.
        """
        current: dict[str, Observation] = {}
        for observation in observations:
            if observation.observed_on > as_of or (observation.basis is Basis.OPINION and not opinions):
                continue
            known = current.get(observation.metric)
            if known is None or known.precedence < observation.precedence:
                current[observation.metric] = observation
        return cls(framework, as_of=as_of, released=released, figures={metric: row.figure for metric, row in current.items()})

    def copied(self) -> Evidence:
        """The same evidence that shares nothing with this one: for code that might change what it is given."""
        return replace(self, figures={name: replace(figure, source=replace(figure.source)) for name, figure in self.figures.items()})


def checked_figure(value: object, what: str) -> float:
    """`value` as a float if every store can keep it exactly: finite, no boolean, |x| ≤ 1e15, at most 15 significant digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue(what, f"{shortened(value)} is not a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidValue(what, f"{value} is not finite", "leave a missing figure out")
    if abs(value) > LARGEST:
        raise InvalidValue(what, f"{shortened(value)} is beyond ±1e15", "use a larger unit")
    number = float(value) + 0.0  # which makes 0 of −0: one number, one id
    if float(f"{number:.{MOST_DIGITS}g}") != number:
        raise InvalidValue(what, f"{number!r} has more than {MOST_DIGITS} significant digits", "round it")
    return number


def checked_day(value: object, what: str, field: str) -> date:
    """`value` if it is a plain date; a datetime can't be compared with one, so it is refused too."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise InvalidValue(what, f"{field} {shortened(value)} is no date", "write date(2018, 5, 28)")


def _digest(length: int, *parts: str) -> str:
    # The unit separator can't occur in a part: names and texts hold no control characters.
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]
