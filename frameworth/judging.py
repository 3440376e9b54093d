"""From evidence to findings: each criterion judged for each framework.

Rules: age and doubt never move a point value, they widen its bounds (`low = c·v`, `high = c·v + 1 − c` with `c = basis · 2^(−age /
half-life)`), so whoever is not measured gains nothing by it. A missing figure gets the metric's prior, the same for everyone, so all
rows keep equal weights. No judgement looks at more than one framework: adding a candidate can change no other's score.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial

from frameworth.criteria import Criterion, Indicator, Judge, Metric
from frameworth.deadline import Clock, Deadline
from frameworth.errors import InvalidValue
from frameworth.evidence import CONFIDENCE_BY_BASIS, Basis, Evidence, Figure
from frameworth.explain import in_words
from frameworth.findings import MOST_BECAUSE, NEUTRAL_VALUE, Finding, Outcome, Reading
from frameworth.guard import Broke, attempt
from frameworth.names import checked_text, shortened

DAYS_A_YEAR = 365.25
# What the judge of one criterion may take for all frameworks of a question. A gateway gives up after 29 seconds, so ten that overrun can
# be borne.
JUDGE_SECONDS = 1.0


class WhenMissing(StrEnum):
    """What a missing figure does to the point value; its bounds are always 0 and 1."""

    NEUTRAL = "neutral"  # the metric's prior stands in
    WORST = "worst"  # 0 stands in
    IGNORE = "ignore"  # the known figures share its weight; rewards hiding bad data, so answers label it
    LEAVE_OUT = "leave_out"  # a framework with a gap in a counted criterion is not ranked


@dataclass(frozen=True, slots=True)
class Rubric:
    """How one criterion is judged on one day: the living metric of each indicator and its share, fixed for all frameworks."""

    criterion: Criterion
    parts: tuple[tuple[Indicator, Metric, float], ...]

    @classmethod
    def on(cls, day: date, criterion: Criterion, *, opinions: bool = True) -> Rubric:
        """The rubric of a day; indicators without a living metric drop out and the others share their weight."""
        living = [(indicator, metric) for indicator in criterion.indicators if (metric := indicator.metric(day, opinions=opinions))]
        total = math.fsum(indicator.weight for indicator, _ in living)
        return cls(criterion, tuple((indicator, metric, indicator.weight / total) for indicator, metric in living))


def judged_all(rubric: Rubric, candidates: Sequence[Evidence], when_missing: WhenMissing, clock: Clock | None = None) -> list[Finding]:
    """The findings of one criterion, one for each candidate.

    A judge that takes over `JUDGE_SECONDS` by `clock` (None: no limit) counts as missing for every candidate: it must not matter who came
    first.
    """
    if rubric.criterion.judge is None or clock is None:
        return [judged(rubric, evidence, when_missing) for evidence in candidates]
    deadline = Deadline.after(JUDGE_SECONDS, clock)
    findings: list[Finding] = []
    for evidence in candidates:
        findings.append(judged(rubric, evidence, when_missing, deadline))
        if deadline.is_over:
            late = _failed(rubric.criterion, f"took over {JUDGE_SECONDS:g} s for the frameworks of one question; it can ask its deadline")
            return [_stand_in(late, when_missing)] * len(candidates)
    return findings


def judged(
    rubric: Rubric, evidence: Evidence, when_missing: WhenMissing = WhenMissing.NEUTRAL, deadline: Deadline | None = None
) -> Finding:
    """The finding of one criterion for one framework.

    Isolation ladder, rung "judge": a judge or a value function that breaks gives a failed finding that names its provider.
    """
    criterion = rubric.criterion
    try:
        if criterion.judge is None:
            finding = attempt(_by_indicators, rubric, evidence, when_missing)
        else:
            finding = attempt(_by_judge, criterion.judge, evidence, deadline or Deadline.never())
    except Broke as broke:
        finding = Finding.failed(str(broke))
    if finding.outcome is Outcome.FAILED:
        finding = _failed(criterion, finding.because)
    return _stand_in(finding, when_missing)


def _failed(criterion: Criterion, because: str) -> Finding:
    return Finding.failed(f"{f'plugin {criterion.provider}' if criterion.provider else 'its judge'} failed: {because}")


def _stand_in(finding: Finding, when_missing: WhenMissing) -> Finding:
    return replace(finding, value=0.0) if finding.known == 0 and when_missing is WhenMissing.WORST else finding


def _by_indicators(rubric: Rubric, evidence: Evidence, when_missing: WhenMissing) -> Finding:
    readings = tuple(
        read(indicator, metric, share, evidence.figures.get(metric.name), evidence.as_of, when_missing)
        for indicator, metric, share in rubric.parts
    )
    known = math.fsum(reading.share for reading in readings if reading.figure)
    by_opinion = math.fsum(
        reading.share * reading.value for reading in readings if reading.figure and reading.figure.basis is Basis.OPINION
    )
    if when_missing is WhenMissing.IGNORE and known > 0:
        value = math.fsum(reading.share * reading.value for reading in readings if reading.figure) / known
        by_opinion /= known
    else:
        value = math.fsum(reading.share * reading.value for reading in readings) if readings else NEUTRAL_VALUE
    return Finding(
        Outcome.SCORED if known > 0 else Outcome.UNKNOWN,
        value=min(1.0, value),
        low=math.fsum(reading.share * reading.low for reading in readings),
        high=min(1.0, math.fsum(reading.share * reading.high for reading in readings)) if readings else 1.0,
        known=min(1.0, known),
        confidence=math.fsum(reading.share * reading.confidence for reading in readings),
        reason=partial(in_words, readings),
        readings=readings,
        by_opinion=min(1.0, by_opinion),
    )


def read(indicator: Indicator, metric: Metric, share: float, figure: Figure | None, as_of: date, when_missing: WhenMissing) -> Reading:
    """One indicator read for one framework: a figure turned into a value with bounds, or its stand-in."""
    if figure is None:
        stand_in = 0.0 if when_missing is WhenMissing.WORST else metric.prior
        return Reading(indicator, metric, share, None, stand_in, low=0.0, high=1.0, confidence=0.0, clamped=False)
    value = metric.value(figure.value)
    if not 0.0 <= value <= 1.0:
        raise InvalidValue(f"metric {metric.name!r}", f"its value function makes {shortened(value)} of {figure.value}, outside 0..1")
    trust = confidence(figure, metric, as_of)
    # high = c·v + (1 − c), kept from falling below v by rounding.
    return Reading(
        indicator,
        metric,
        share,
        figure,
        value,
        low=trust * value,
        high=max(value, 1.0 - trust * (1.0 - value)),
        confidence=trust,
        clamped=metric.value.clamps(figure.value),
    )


def confidence(figure: Figure, metric: Metric, as_of: date) -> float:
    """How far a figure is trusted on a day, in 0..1: its basis, halved once per half-life of its metric."""
    age = max(0, (as_of - figure.observed_on).days) / DAYS_A_YEAR
    trust: float = CONFIDENCE_BY_BASIS[figure.basis] * 2.0 ** (-age / metric.half_life)
    return trust


def _by_judge(judge: Judge, evidence: Evidence, deadline: Deadline) -> Finding:
    # A copy of its own: figures are shared by all criteria and kept between questions.
    given = evidence.copied()
    finding = judge(given, deadline=deadline) if "deadline" in inspect.signature(judge).parameters else judge(given)
    if given != evidence:
        raise TypeError("changed the evidence that it was given")
    if not isinstance(finding, Finding):
        raise TypeError(f"returned {shortened(finding)} instead of a Finding")
    # A Finding built by hand may hold anything: made again through its own constructor it is checked.
    if finding.outcome is Outcome.SCORED:
        return Finding.scored(
            finding.value,
            finding.because,
            low=finding.low,
            high=finding.high,
            known=finding.known,
            confidence=finding.confidence,
        )
    because = checked_text(finding.because, "reason of a finding", MOST_BECAUSE)
    return Finding.inconclusive(because) if finding.outcome is Outcome.UNKNOWN else Finding.failed(because)


def rubrics(criteria: Iterable[Criterion], day: date, *, opinions: bool = True) -> dict[str, Rubric]:
    """The rubric of each criterion on a day, by name."""
    return {criterion.name: Rubric.on(day, criterion, opinions=opinions) for criterion in criteria}


def missing_indicators(findings: Mapping[str, Finding], weights: Mapping[str, float]) -> tuple[str, ...]:
    """What a framework lacks, as `criterion.indicator` (or `criterion` where its own judge found nothing), counted criteria only."""
    missing: list[str] = []
    for name, finding in findings.items():
        if weights[name] <= 0:
            continue
        missing += [f"{name}.{reading.indicator.name}" for reading in finding.readings if reading.figure is None]
        if not finding.readings and finding.known == 0:
            missing.append(name)
    return tuple(missing)
