"""Criterion → indicator → metric: the questions, the facts that answer them, and the series that facts are read from.

A criterion asks; its indicators are facts, each counted once; an indicator is read from metrics in order of preference. At a date the
first metric whose source lives is used, and the same one for every framework, so sources are never mixed in one comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from types import MappingProxyType

from frameworth.errors import InvalidValue
from frameworth.evidence import MOST_UNIT, checked_day
from frameworth.findings import Finding
from frameworth.names import checked_name, checked_text, shortened, title_of
from frameworth.values import ValueFunction

MOST_TITLE = 80
MOST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurable series.

    `value` turns a figure into 0..1. `prior` (0..1) stands in for a missing figure, the same for every framework: 0.5 where absence says
    nothing, about 0.05 where a source lists only the leaders. `half_life` (years) is how fast a figure's confidence fades. `since` and
    `until` are the life of the source, both inclusive. `opinion` marks a series in which every figure is somebody's view: it does not
    live when opinions are left out.
    """

    name: str
    _: KW_ONLY
    unit: str
    value: ValueFunction
    prior: float = 0.5
    half_life: float = 5.0
    since: date | None = None
    until: date | None = None
    opinion: bool = False
    title: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "metric")
        what = f"metric {self.name!r}"
        checked_text(self.unit, f"unit of {what}", MOST_UNIT)
        if not isinstance(self.value, ValueFunction):
            raise InvalidValue(
                what,
                f"value {shortened(self.value)} is no value function",
                "use log, ratio, reciprocal, linear, piecewise, levels, place or yes_no",
            )
        if not 0 <= _number(self.prior, f"prior of {what}") <= 1:
            raise InvalidValue(what, f"prior {self.prior} lies outside 0..1")
        if _number(self.half_life, f"half-life of {what}") <= 0:
            raise InvalidValue(what, f"half-life {self.half_life} is not above 0 years")
        for field_name in ("since", "until"):
            if getattr(self, field_name) is not None:
                checked_day(getattr(self, field_name), what, field_name)
        if self.since and self.until and self.since > self.until:
            raise InvalidValue(what, f"its source ends on {self.until}, before it starts on {self.since}")
        _set(self, title=checked_text(self.title or title_of(self.name), f"title of {what}", MOST_TITLE))

    def lives(self, on: date, *, opinions: bool = True) -> bool:
        """Whether this metric's source can be used on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until) and (opinions or not self.opinion)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One fact that answers a criterion, read from `metrics` in order of preference; `weight` is relative to its siblings."""

    name: str
    metrics: tuple[Metric, ...]
    _: KW_ONLY
    weight: float = 1.0
    title: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "indicator")
        what = f"indicator {self.name!r}"
        metrics = tuple(self.metrics) if isinstance(self.metrics, Iterable) else ()
        if not metrics or not all(isinstance(metric, Metric) for metric in metrics):
            raise InvalidValue(what, "needs a list of one Metric or more")
        if len({metric.name for metric in metrics}) != len(metrics):
            raise InvalidValue(what, "names a metric twice")
        if _number(self.weight, f"weight of {what}") <= 0:
            raise InvalidValue(what, f"weight {self.weight} is not above 0", "leave the indicator out instead")
        _set(self, metrics=metrics, title=checked_text(self.title or title_of(self.name), f"title of {what}", MOST_TITLE))

    def metric(self, on: date, *, opinions: bool = True) -> Metric | None:
        """The first metric that lives on a day, or None: then the indicator drops out for everyone."""
        return next((metric for metric in self.metrics if metric.lives(on, opinions=opinions)), None)


Judge = Callable[..., Finding]
"""`judge(evidence)`, or `judge(evidence, deadline)` for one that may take long and wants to ask how much time is left."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question and how it is answered: by `indicators`, or by a `judge` of its own that turns evidence into a finding.

    `weight_in` suggests a weight for profiles that do not name this criterion, `{"enterprise": 2}`; without it the weight there is 0.
    `provider` is the plugin that offers it, filled in by discovery.
    """

    name: str
    _: KW_ONLY
    question: str
    indicators: tuple[Indicator, ...] = ()
    judge: Judge | None = None
    weight_in: Mapping[str, float] = field(default_factory=dict)
    title: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "criterion")
        what = f"criterion {self.name!r}"
        checked_text(self.question, f"question of {what}", MOST_QUESTION)
        indicators = tuple(self.indicators)
        if not all(isinstance(indicator, Indicator) for indicator in indicators):
            raise InvalidValue(what, "indicators must be Indicator objects")
        if bool(indicators) == bool(self.judge):
            raise InvalidValue(what, "needs either indicators or a judge")
        if self.judge is not None and not callable(self.judge):
            raise InvalidValue(what, "its judge can't be called")
        for thing, names in (("indicator", [i.name for i in indicators]), ("metric", [m.name for i in indicators for m in i.metrics])):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise InvalidValue(what, f"{thing} {twice[0]!r} is there twice", "one fact counts once")
        suggestions = {checked_name(profile, what): _number(weight, f"weight of {what}") for profile, weight in self.weight_in.items()}
        if any(weight < 0 for weight in suggestions.values()):
            raise InvalidValue(what, "a suggested weight is below 0")
        _set(
            self,
            indicators=indicators,
            weight_in=MappingProxyType(suggestions),
            title=checked_text(self.title or title_of(self.name), f"title of {what}", MOST_TITLE),
        )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric that an indicator can be read from."""
        return tuple(metric for indicator in self.indicators for metric in indicator.metrics)


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidValue(what, f"{shortened(value)} is not a finite number")
    return float(value)


def _set(value: object, **fields: object) -> None:
    # The one way to normalise a field of a frozen dataclass while it is being made.
    for name, content in fields.items():
        object.__setattr__(value, name, content)
