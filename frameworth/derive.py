"""Figures made from figures: multiples of a frozen reference, and sums of flags.

Requests per second mean nothing across machines and dates. So when a row of a benchmark's table is loaded, its multiple of that table's
median is derived as an observation of its own that names its parents. The medians are frozen in a file: a row that joins a table later
moves nobody else's figure, and nothing is ever taken from the frameworks of a request.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from frameworth.errors import InvalidValue
from frameworth.evidence import MOST_DIGITS, Basis, Observation, checked_figure
from frameworth.names import checked_name, plain

# The middle of fewer figures than these says nothing about a field.
FEWEST_ROWS = 3

SUFFIX = "_vs_median"
UNIT = "times the median"


@dataclass(frozen=True, slots=True)
class Reference:
    """The median of one table, frozen: of `metric` on the day `observed_on`, over `rows` frameworks."""

    metric: str
    observed_on: date
    median: float
    rows: int

    def __post_init__(self) -> None:
        checked_name(self.metric, "reference")
        checked_figure(self.median, f"median of {self.metric}")
        if self.median <= 0 or self.rows < FEWEST_ROWS:
            raise InvalidValue(f"reference of {self.metric} on {self.observed_on}", f"needs a median above 0 of {FEWEST_ROWS} rows or more")


References = Mapping[tuple[str, date], Reference]


def multiple_of_median(observation: Observation, references: References) -> Observation | None:
    """The observation divided by its table's frozen median, or None where no reference is kept for that table."""
    reference = references.get((observation.metric, observation.observed_on))
    if reference is None:
        return None
    day = observation.observed_on.isoformat()
    return Observation(
        observation.framework,
        f"{observation.metric}{SUFFIX}",
        value=float(f"{observation.value / reference.median:.{MOST_DIGITS - 9}g}"),
        unit=UNIT,
        observed_on=observation.observed_on,
        basis=observation.basis,
        source=observation.source,
        note=f"{plain(observation.value)} {observation.unit} over the median of {plain(reference.median)}, {reference.rows} frameworks",
        revision=observation.revision,
        derived_from=(f"{observation.framework}/{observation.metric}/{day}", f"median/{observation.metric}/{day}"),
    )


def total(name: str, unit: str, parts: Sequence[Observation]) -> Observation:
    """One figure that counts several of the same framework and day, such as features that are built in; the first part lends its source."""
    first = parts[0]
    return Observation(
        first.framework,
        name,
        value=math.fsum(part.value for part in parts),
        unit=unit,
        observed_on=first.observed_on,
        basis=max((part.basis for part in parts), key=list(Basis).index),
        source=first.source,
        note=f"sum of {len(parts)}: {', '.join(part.metric for part in parts if part.value) or 'none'}",
        revision=max(part.revision for part in parts),
        derived_from=tuple(f"{part.framework}/{part.metric}/{part.observed_on}" for part in parts),
    )


def medians(observations: Iterable[Observation], metrics: Iterable[str]) -> dict[tuple[str, date], Reference]:
    """The reference of every table of `metrics` that the observations hold: what is frozen when a table is first loaded.

    A framework counts once in a table, with the observation that takes precedence.
    """
    wanted = set(metrics)
    tables: dict[tuple[str, date], dict[str, Observation]] = defaultdict(dict)
    for observation in observations:
        if observation.metric in wanted:
            table = tables[observation.metric, observation.observed_on]
            known = table.get(observation.framework)
            if known is None or known.precedence < observation.precedence:
                table[observation.framework] = observation
    found: dict[tuple[str, date], Reference] = {}
    for (metric, day), table in sorted(tables.items()):
        if len(table) >= FEWEST_ROWS:
            median = statistics.median(row.value for row in table.values())
            found[metric, day] = Reference(metric, day, float(f"{median:.{MOST_DIGITS}g}"), len(table))
    return found
