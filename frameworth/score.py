"""The whole story: evidence and weights in, scorecard out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import mul
from types import MappingProxyType

from frameworth.criteria import Criterion
from frameworth.deadline import Clock
from frameworth.evidence import Evidence
from frameworth.findings import Columns, Finding
from frameworth.judgements import Judgements
from frameworth.judging import WhenMissing, missing_indicators
from frameworth.methods import ADDITIVE, Method
from frameworth.profiles import Gate
from frameworth.rank import TIE, ranked, verdict
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
    judgements: Judgements | None = None,
) -> Scorecard:
    """Ranks `candidates` (evidence as of `as_of`) by an additive value model with fixed anchors, or by another `method` over its values.

    `weights` are any numbers ≥ 0 by criterion; they are normalised, and unnamed criteria are judged but weigh 0. All shares in the answer
    are 0..1. `clock` (seconds) limits what judges may take; without it they may take for ever. `judgements` are those of earlier
    questions, which spare judging the same evidence again. Source: Keeney & Raiffa, Decisions with
    Multiple Objectives (1976), ch. 3. Raises `InvalidValue` if no weight is above 0, `MethodFailed` if another method breaks.
    """
    shares = MappingProxyType(normalised(weights, criteria))
    judged = (judgements or Judgements()).of(candidates, criteria, as_of=as_of, opinions=opinions, when_missing=when_missing, clock=clock)
    rows: list[Row] = []
    left_out: list[Unranked] = []
    for one in judged:
        row = weighed(one.evidence.framework, one.findings, shares, when_missing, one.columns)
        excluded = exclusion(one.evidence, row, shares, gates, when_missing)
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


def weighed(
    framework: str, findings: Mapping[str, Finding], shares: Mapping[str, float], when_missing: WhenMissing, columns: Columns | None = None
) -> Row:
    """One framework's findings under shares that add up to 1; `columns` are the numbers of the findings, if they are at hand."""
    columns = columns or Columns.of(findings.values())
    used = shares
    if when_missing is WhenMissing.IGNORE:
        heard = math.fsum(shares[name] for name, finding in findings.items() if finding.known > 0)
        if heard > 0:
            used = MappingProxyType({name: shares[name] / heard if findings[name].known > 0 else 0.0 for name in shares})
    parts = tuple(map(shares.__getitem__, findings))
    counted = parts if used is shares else tuple(map(used.__getitem__, findings))
    score = math.fsum(map(mul, counted, columns.value))
    return Row(
        framework,
        score=score,
        low=math.fsum(map(mul, parts, columns.low)),
        high=math.fsum(map(mul, parts, columns.high)),
        known=math.fsum(map(mul, parts, columns.known)),
        confidence=math.fsum(map(mul, parts, columns.confidence)),
        opinion_share=math.fsum(map(mul, counted, columns.by_opinion)) / score if score > 0 else 0.0,
        findings=MappingProxyType(dict(findings)),
        weights=used,
    )


def has_enough(known: float) -> bool:
    """Whether a share of known weight is enough to be ranked; what is lost by rounding is no want of evidence."""
    return known >= ENOUGH_KNOWN - TIE


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
    too_little = not has_enough(row.known)
    if too_little or when_missing is WhenMissing.LEAVE_OUT:
        missing = missing_indicators(row.findings, shares)
        if too_little or missing:
            return Unranked(row.framework, Reason.NOT_ENOUGH_EVIDENCE, row=row, missing=missing)
    return None
