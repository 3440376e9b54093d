"""The whole story: evidence and weights in, scorecard out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from frameworth.criteria import Criterion
from frameworth.deadline import Clock
from frameworth.evidence import Basis, Evidence
from frameworth.findings import Finding
from frameworth.judging import WhenMissing, judged_all, missing_indicators, rubrics
from frameworth.methods import ADDITIVE, Method
from frameworth.profiles import Gate
from frameworth.rank import ranked, verdict
from frameworth.rescore import rescored
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
    method: Method = ADDITIVE,
    band: float = BAND,
    clock: Clock | None = None,
) -> Scorecard:
    """Ranks `candidates` (evidence as of `as_of`) by an additive value model with fixed anchors, or by another `method` over its values.

    `weights` are any numbers ≥ 0 by criterion; they are normalised, and unnamed criteria are judged but weigh 0. All shares in the answer
    are 0..1. `clock` (seconds) limits what judges may take; without it they may take for ever. Source: Keeney & Raiffa, Decisions with
    Multiple Objectives (1976), ch. 3. Raises `InvalidValue` if no weight is above 0, `MethodFailed` if another method breaks.
    """
    shares = MappingProxyType(normalised(weights, criteria))
    seen = [evidence if opinions else without_opinions(evidence) for evidence in candidates]
    columns = {
        name: judged_all(rubric, seen, when_missing, clock) for name, rubric in rubrics(criteria.values(), as_of, opinions=opinions).items()
    }
    rows: list[Row] = []
    left_out: list[Unranked] = []
    for place, evidence in enumerate(seen):
        row = weighed(evidence.framework, {name: column[place] for name, column in columns.items()}, shares, when_missing)
        excluded = exclusion(evidence, row, shares, gates, when_missing)
        if excluded:
            left_out.append(excluded)
        else:
            rows.append(row)
    rows, apart = rescored(method, rows, [unranked.row for unranked in left_out if unranked.row], shares)
    by_framework = {row.framework: row for row in apart}
    left_out = [replace(unranked, row=by_framework.get(unranked.framework)) for unranked in left_out]
    ranking = ranked(rows)
    left_out.sort(key=lambda unranked: (unranked.row is None, -unranked.row.score if unranked.row else 0.0, unranked.framework))
    outcome, because = verdict(ranking, left_out, {name: criterion.title for name, criterion in criteria.items()}, band, method)
    return Scorecard(as_of, shares, ranking, tuple(left_out), outcome, because, band, method)


def weighed(framework: str, findings: Mapping[str, Finding], shares: Mapping[str, float], when_missing: WhenMissing) -> Row:
    """One framework's findings under shares that add up to 1."""
    used = shares
    if when_missing is WhenMissing.IGNORE:
        heard = math.fsum(shares[name] for name, finding in findings.items() if finding.known > 0)
        if heard > 0:
            used = MappingProxyType({name: shares[name] / heard if findings[name].known > 0 else 0.0 for name in shares})
    return Row(
        framework,
        score=math.fsum(used[name] * finding.value for name, finding in findings.items()),
        low=math.fsum(shares[name] * finding.low for name, finding in findings.items()),
        high=math.fsum(shares[name] * finding.high for name, finding in findings.items()),
        known=math.fsum(shares[name] * finding.known for name, finding in findings.items()),
        confidence=math.fsum(shares[name] * finding.confidence for name, finding in findings.items()),
        findings=MappingProxyType(dict(findings)),
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
