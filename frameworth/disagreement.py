"""Where sources disagree: an indicator is read from one metric, and others of its living metrics tell another story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from frameworth.criteria import Criterion, Indicator, Metric
from frameworth.evidence import Evidence

# Two readings of one fact that lie further apart than this (20 points of 100) are reported.
APART = 0.2


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`indicator` is read from `metric`; `other` has another leader, or puts the frameworks in `apart` over 20 points elsewhere."""

    criterion: str
    indicator: str
    metric: str
    other: str
    leader: str
    leader_by_other: str
    apart: tuple[str, ...]


def disagreements(
    candidates: Iterable[Evidence], criteria: Mapping[str, Criterion], as_of: date, *, opinions: bool = True
) -> tuple[Disagreement, ...]:
    """Every living metric that was not read and disagrees with the one that was, among candidates of which both are known."""
    known = sorted(candidates, key=lambda evidence: evidence.framework)
    found: list[Disagreement] = []
    for criterion in criteria.values():
        for indicator in criterion.indicators:
            living = [metric for metric in indicator.metrics if metric.lives(as_of, opinions=opinions)]
            for other in living[1:]:
                disagreement = _between(known, criterion, indicator, living[0], other)
                if disagreement:
                    found.append(disagreement)
    return tuple(found)


def _between(known: list[Evidence], criterion: Criterion, indicator: Indicator, metric: Metric, other: Metric) -> Disagreement | None:
    values = {
        evidence.framework: (metric.value(evidence.figures[metric.name].value), other.value(evidence.figures[other.name].value))
        for evidence in known
        if metric.name in evidence.figures and other.name in evidence.figures
    }
    if len(values) < 2:
        return None
    best, best_by_other = (max(pair[place] for pair in values.values()) for place in (0, 1))
    leaders = {framework for framework, pair in values.items() if pair[0] == best}
    leaders_by_other = {framework for framework, pair in values.items() if pair[1] == best_by_other}
    apart = tuple(framework for framework, pair in values.items() if abs(pair[0] - pair[1]) > APART)
    if leaders & leaders_by_other and not apart:
        return None
    return Disagreement(criterion.name, indicator.name, metric.name, other.name, min(leaders), min(leaders_by_other), apart)
