"""Methods: how the values of a framework's criteria become one number.

The additive method is the rule and the default: its scores depend on nobody else, add up, and have a closed form for everything that is
asked next. Others are cross-checks: does the winner survive another way of adding up?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass

from frameworth.errors import InvalidValue
from frameworth.names import checked_name, checked_text, shortened, title_of

MOST_SUMMARY = 300

Aggregate = Callable[[Sequence[Sequence[float]], Sequence[float]], Iterable[float]]
"""`aggregate(values, weights)`: a row of values (0..1) for each framework, and the weights of the columns, which add up to 1; returns a
score (0..1, more is better) for each row."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to aggregate.

    `depends_on_candidates` says whether a framework's score can change with who else is compared. One that depends on them gives no bounds:
    `low` and `high` are then 0 and 1. `provider` is the plugin that offers it, filled in by discovery.
    """

    name: str
    _: KW_ONLY
    aggregate: Aggregate
    summary: str
    depends_on_candidates: bool = False
    title: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "method")
        what = f"method {self.name!r}"
        if not callable(self.aggregate):
            raise InvalidValue(what, "its aggregate can't be called", "give a function of values and weights")
        if not isinstance(self.depends_on_candidates, bool):
            raise InvalidValue(what, f"depends_on_candidates {shortened(self.depends_on_candidates)} is neither True nor False")
        checked_text(self.summary, f"summary of {what}", MOST_SUMMARY)
        object.__setattr__(self, "title", checked_text(self.title or title_of(self.name), f"title of {what}", 80))

    @property
    def adds_up(self) -> bool:
        """Whether a score is the sum of its criteria's points, so that points, flips and needs have a meaning."""
        return self.aggregate is additive


def additive(values: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """The weighted sum of each row. Source: Keeney & Raiffa, Decisions with Multiple Objectives (1976), ch. 3."""
    return [math.fsum(weight * value for weight, value in zip(weights, row, strict=True)) for row in values]


ADDITIVE = Method("additive", aggregate=additive, summary="The weighted sum of all criteria; a score depends on no other framework.")
