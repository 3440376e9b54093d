"""What opinions claim that the figures do not bear out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from frameworth.evidence import Basis
from frameworth.findings import Finding
from frameworth.scorecard import Row

# Differences of less than this (a share) say nothing, whoever states them: the same band in which a lead is called close.
LEVEL = 0.02


@dataclass(frozen=True, slots=True)
class Unsupported:
    """On `criterion`, opinions put `favourite` ahead of `other` by `claimed`, the figures by `found` (shares; below 0: behind)."""

    criterion: str
    favourite: str
    other: str
    claimed: float
    found: float


def unsupported(a: Row, b: Row) -> tuple[Unsupported, ...]:
    """The counted criteria on which opinions see a lead between two rows that the figures deny, or see half of at the most."""
    found: list[Unsupported] = []
    for name, finding in a.findings.items():
        if a.weights[name] <= 0:
            continue
        claimed = _difference(finding, b.findings[name], opinions=True)
        if claimed is None or abs(claimed) <= LEVEL:
            continue
        measured = _difference(finding, b.findings[name], opinions=False)
        if measured is None:
            continue
        ahead, behind = (a, b) if claimed > 0 else (b, a)
        claimed, measured = (claimed, measured) if claimed > 0 else (-claimed, -measured)
        if measured < claimed / 2:
            found.append(Unsupported(name, ahead.framework, behind.framework, claimed, measured))
    return tuple(found)


def _difference(a: Finding, b: Finding, *, opinions: bool) -> float | None:
    """How far one finding is ahead of another by opinions alone, or by figures alone; None where nothing of that kind is known of both."""
    pairs = [
        (one.share, one.value - other.value)
        # Not strict: a finding that failed has no readings, and then there is nothing to compare.
        for one, other in zip(a.readings, b.readings, strict=False)
        if one.figure and other.figure and _is_opinion(one.figure.basis) is _is_opinion(other.figure.basis) is opinions
    ]
    return _mean(pairs)


def _is_opinion(basis: Basis) -> bool:
    return basis is Basis.OPINION


def _mean(pairs: Sequence[tuple[float, float]]) -> float | None:
    total = math.fsum(share for share, _ in pairs)
    return math.fsum(share * difference for share, difference in pairs) / total if total > 0 else None
