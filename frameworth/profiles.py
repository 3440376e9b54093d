"""Profiles: kinds of project, each with a weight and a reason per criterion, and gates for what can't be compensated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from frameworth.errors import InvalidValue
from frameworth.names import checked_name, checked_text, plain, shortened, title_of

MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a criterion counts in a profile (any number ≥ 0; profiles are normalised) and why."""

    value: float
    because: str

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value) or self.value < 0:
            raise InvalidValue("weight", f"{shortened(self.value)} is not a number of 0 or more")
        checked_text(self.because, "reason of a weight", MOST_REASON)


@dataclass(frozen=True, slots=True)
class Gate:
    """A hard requirement on a metric's figure. Failing it, or having no figure, excludes; it never lowers a score."""

    metric: str
    _: KW_ONLY
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        checked_name(self.metric, "gate")
        if (self.at_least is None) == (self.at_most is None):
            raise InvalidValue(f"gate on {self.metric!r}", "needs either at_least or at_most")
        bound = self.at_least if self.at_least is not None else self.at_most
        if isinstance(bound, bool) or not isinstance(bound, int | float) or not math.isfinite(bound):
            raise InvalidValue(f"gate on {self.metric!r}", f"{shortened(bound)} is not a finite number")

    def admits(self, figure: float | None) -> bool:
        """Whether a figure passes; a missing one does not, since nobody can vouch for it."""
        if figure is None:
            return False
        return figure >= self.at_least if self.at_least is not None else figure <= (self.at_most or 0.0)

    @property
    def required(self) -> str:
        """The requirement in signs, such as `>= 1`."""
        return f">= {plain(self.at_least)}" if self.at_least is not None else f"<= {plain(self.at_most or 0.0)}"


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of project. Criteria that `weights` does not name weigh 0, unless a criterion suggests its own weight for this profile."""

    name: str
    _: KW_ONLY
    summary: str
    weights: Mapping[str, Weight]
    gates: tuple[Gate, ...] = ()
    title: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "profile")
        what = f"profile {self.name!r}"
        checked_text(self.summary, f"summary of {what}", MOST_REASON)
        weights = dict(self.weights)
        for criterion, weight in weights.items():
            checked_name(criterion, what)
            if not isinstance(weight, Weight):
                raise InvalidValue(what, f"the weight of {criterion!r} is no Weight", 'write Weight(2, "the reason")')
        if not any(weight.value > 0 for weight in weights.values()):
            raise InvalidValue(what, "no criterion has a weight above 0")
        gates = tuple(self.gates)
        if not all(isinstance(gate, Gate) for gate in gates):
            raise InvalidValue(what, "gates must be Gate objects")
        object.__setattr__(self, "weights", MappingProxyType(weights))
        object.__setattr__(self, "gates", gates)
        object.__setattr__(self, "title", checked_text(self.title or title_of(self.name), f"title of {what}", 80))
