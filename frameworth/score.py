"""The whole story: evidence and weights in, scorecard out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from frameworth.criteria import Criterion
from frameworth.evidence import Basis, Evidence
from frameworth.findings import Finding
from frameworth.judging import WhenMissing, judged, missing_indicators, rubrics
from frameworth.profiles import Gate
from frameworth.rank import ranked, verdict
from frameworth.scorecard import Reason, Row, Scorecard, Unranked
from frameworth.weighting import normalised

# Below this share of known weight a score says more about stand-ins than about the framework.
ENOUGH_KNOWN = 0.6
# Two points of 100: less than what one doubtful figure moves, so a lead inside it is called close.
BAND = 0.02


def score(
    candidates: Iterable[Evidence],
    criteria: Mapping[str, Criterion],
    weights: Mapping[str, float],
    *,
    as_of: date,
    opinions: bool = True,
    when_missing: WhenMissing = WhenMissing.NEUTRAL,
    gates: Sequence[Gate] = (),
    band: float = BAND,
) -> Scorecard:
    """Ranks `candidates` (evidence as of `as_of`) by an additive value model with fixed anchors.

    `weights` are any numbers ≥ 0 by criterion; they are normalised, and unnamed criteria are judged but weigh 0. All shares in the answer
    are 0..1. Source: Keeney & Raiffa, Decisions with Multiple Objectives (1976), ch. 3. Raises `InvalidValue` if no weight is above 0.
    """
    shares = normalised(weights, criteria)
    how = rubrics(criteria.values(), as_of, opinions=opinions)
    rows: list[Row] = []
    left_out: list[Unranked] = []
    for evidence in candidates:
        seen = evidence if opinions else without_opinions(evidence)
        row = weighed(seen.framework, {name: judged(rubric, seen, when_missing) for name, rubric in how.items()}, shares, when_missing)
        excluded = exclusion(seen, row, shares, gates, when_missing)
        if excluded:
            left_out.append(excluded)
        else:
            rows.append(row)
    ranking = ranked(rows)
    left_out.sort(key=lambda unranked: (unranked.row is None, -unranked.row.score if unranked.row else 0.0, unranked.framework))
    outcome, because = verdict(ranking, left_out, {name: criterion.title for name, criterion in criteria.items()}, band)
    return Scorecard(as_of, shares, ranking, tuple(left_out), outcome, because, band)


def weighed(framework: str, findings: Mapping[str, Finding], shares: Mapping[str, float], when_missing: WhenMissing) -> Row:
    """One framework's findings under shares that add up to 1."""
    used = shares
    if when_missing is WhenMissing.IGNORE:
        heard = math.fsum(shares[name] for name, finding in findings.items() if finding.known > 0)
        if heard > 0:
            used = {name: shares[name] / heard if findings[name].known > 0 else 0.0 for name in shares}
    return Row(
        framework,
        score=math.fsum(used[name] * finding.value for name, finding in findings.items()),
        low=math.fsum(shares[name] * finding.low for name, finding in findings.items()),
        high=math.fsum(shares[name] * finding.high for name, finding in findings.items()),
        known=math.fsum(shares[name] * finding.known for name, finding in findings.items()),
        confidence=math.fsum(shares[name] * finding.confidence for name, finding in findings.items()),
        findings=findings,
        weights=used,
    )


def exclusion(
    evidence: Evidence, row: Row, shares: Mapping[str, float], gates: Sequence[Gate], when_missing: WhenMissing
) -> Unranked | None:
    """Why a framework is not ranked, or None if it is: a gate, then its release date, then too little evidence."""
    for gate in gates:
        found = evidence.figures.get(gate.metric)
        if not gate.admits(found.value if found else None):
            return Unranked(row.framework, Reason.GATE, gate=gate, found=found)
    if evidence.released and evidence.released > evidence.as_of:
        return Unranked(row.framework, Reason.NOT_RELEASED, released=evidence.released)
    missing = missing_indicators(row.findings, shares)
    if row.known < ENOUGH_KNOWN - 1e-9 or (when_missing is WhenMissing.LEAVE_OUT and missing):
        return Unranked(row.framework, Reason.NOT_ENOUGH_EVIDENCE, row=row, missing=missing)
    return None


def without_opinions(evidence: Evidence) -> Evidence:
    """The same evidence, figures of basis `opinion` taken out."""
    return replace(evidence, figures={name: figure for name, figure in evidence.figures.items() if figure.basis is not Basis.OPINION})
