"""What a figure of a metric can be: the unit says which numbers there are, and no day lies before the web.

A rule of a unit holds for every metric that has it, so a new metric needs none of its own. Of a unit that is not named here, such as one
of a plugin's, any number will do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from frameworth.evidence import Observation
from frameworth.names import plain

# The first pages were written in the last days of this year; before it nothing can have been seen of a web framework.
FIRST_DAY = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The figures that a unit has: from `least` to `most`, both inclusive, and `whole` numbers alone where it counts."""

    least: float = -math.inf
    most: float = math.inf
    whole: bool = False

    def admit(self, value: float) -> bool:
        """Whether a figure can be `value`."""
        return self.least <= value <= self.most and (not self.whole or value.is_integer())

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if math.isfinite(self.least) and math.isfinite(self.most):
            return f"{kind} from {plain(self.least)} to {plain(self.most)}"
        return f"{kind} of {plain(self.least)} or more" if math.isfinite(self.least) else f"{kind} up to {plain(self.most)}"


_COUNT, _AMOUNT = Bounds(0, whole=True), Bounds(0)
_COUNTED = (
    *("ads", "bytes", "commits", "companies", "downloads", "extras", "features", "files", "forks", "issues", "jobs", "lines", "modules"),
    *("names", "packages", "pages", "people", "posts", "questions", "repositories", "stars", "tags", "tokens", "versions", "words"),
)
BOUNDS_BY_UNIT: Mapping[str, Bounds] = MappingProxyType(
    {
        **dict.fromkeys(_COUNTED, _COUNT),
        **dict.fromkeys(
            ("KiB", "USD a year", "ms", "requests per CPU second", "requests/s", "times", "times the baseline", "times the median"), _AMOUNT
        ),
        "boolean": Bounds(0, 1, whole=True),
        "rank": Bounds(1, whole=True),
        "percent": Bounds(0, 100),
        # What fell to a tenth lost 900 % of what is left of it, so there is no least.
        "percent of today's": Bounds(most=100),
        "ordinal 1-5": Bounds(1, 5, whole=True),
        "trove level 1-7": Bounds(1, 7, whole=True),
        "-1, 0 or 1": Bounds(-1, 1, whole=True),
    }
)


def one_of(unit: str) -> str:
    """What one of a unit that counts is called: `feature` of `features`; of others the unit."""
    if unit not in _COUNTED:
        return unit
    return {"people": "person"}.get(unit) or (f"{unit[:-3]}y" if unit.endswith("ies") else unit[:-1])


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing for which an observation can't be one of its metric: the `field`, a stable `code`, the `fault`, and the `fix`."""

    field: str
    code: str
    fault: str
    fix: str


def misfits(row: Observation, unit: str, parts: Sequence[str] = ()) -> list[Misfit]:
    """All for which an observation is none of a metric with this unit, which is derived from the metrics `parts` if there are any."""
    found: list[Misfit] = []
    if parts and not row.derived_from:
        told = f"{row.metric} is derived from {', '.join(parts[:3])}{' …' if len(parts) > 3 else ''}; no figure of it is entered"
        found.append(Misfit("metric", "derived_metric", told, "enter the figures that it is made of"))
    if row.unit != unit:
        told = f"unit {row.unit!r} of {row.metric} should be {unit!r}"
        found.append(Misfit("unit", "wrong_unit", told, "convert the figure, or name the metric that has this unit"))
    elif unit in BOUNDS_BY_UNIT and not BOUNDS_BY_UNIT[unit].admit(row.value):
        told = f"{plain(row.value)} is no figure in {unit!r}, which is {BOUNDS_BY_UNIT[unit]}"
        found.append(Misfit("value", "out_of_bounds", told, "look the figure up again"))
    if row.observed_on < FIRST_DAY:
        told = f"{row.observed_on} is before {FIRST_DAY}, when there was no web"
        found.append(Misfit("observed_on", "before_the_web", told, "name the day of which the figure is"))
    return found


def misfit(row: Observation, unit: str, parts: Sequence[str] = ()) -> str:
    """The faults of `misfits` in a line; empty if there are none."""
    return "; ".join(one.fault for one in misfits(row, unit, parts))
