"""What would have to be true for a rival to draw level: one figure, in its own unit, everything else as it is."""

from __future__ import annotations

from dataclasses import dataclass

from frameworth.criteria import Indicator, Metric
from frameworth.findings import Reading
from frameworth.scorecard import Row
from frameworth.sensitivity import value_needed

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Need:
    """`rival` draws level if its figure of `metric` becomes `needed` (now `figure`, None if unknown); no other figure changes."""

    criterion: str
    indicator: Indicator
    metric: Metric
    figure: float | None
    needed: float


def needs(leader: Row, rival: Row) -> tuple[Need, ...]:
    """Every single figure that could close the gap, the smallest step of value first; empty if none can.

    Compared on the leader's weights, which are everyone's unless gaps were ignored.
    """
    values = {row.framework: {name: finding.value for name, finding in row.findings.items()} for row in (leader, rival)}
    found: list[tuple[float, Need]] = []
    for name, finding in rival.findings.items():
        needed = value_needed(values, leader.weights, leader.framework, rival.framework, name)
        if needed is None:
            continue
        for reading in finding.readings:
            step = (needed - finding.value) / reading.share
            if reading.value + step <= 1.0 + _NOTHING:
                found.append((step, _need(name, reading, min(1.0, reading.value + step))))
    return tuple(need for _, need in sorted(found, key=lambda pair: (pair[0], pair[1].criterion, pair[1].indicator.name)))


def _need(criterion: str, reading: Reading, value: float) -> Need:
    figure = reading.figure.value if reading.figure else None
    return Need(criterion, reading.indicator, reading.metric, figure, reading.metric.value.inverse(max(0.0, value)))
