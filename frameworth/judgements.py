"""Findings that are made once: what a criterion finds out does not hang on weights, so a new weighting needs no judging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from frameworth.criteria import Criterion
from frameworth.deadline import Clock
from frameworth.evidence import Basis, Evidence
from frameworth.findings import Columns, Finding, Outcome
from frameworth.judging import Rubric, WhenMissing, judged, judged_all, rubrics

# Frameworks that are kept, on each day and in each way of reading them; one takes about 10 kB.
_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Judged:
    """One framework: the evidence that was looked at, what each criterion found out, in the order of the criteria, and its numbers."""

    evidence: Evidence
    findings: Mapping[str, Finding]
    columns: Columns


@dataclass(frozen=True, slots=True)
class _Kept:
    given: Evidence
    criteria: Mapping[str, Criterion]
    judged: Judged


class Judgements:
    """What was found out about each framework, kept for as long as its evidence is the very same object.

    Only findings by indicators are kept. A judge is asked each time: it is code of a plugin, with a time limit for the whole question. What
    failed is tried again as well.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, date, bool, WhenMissing], _Kept] = {}

    def of(
        self,
        candidates: Iterable[Evidence],
        criteria: Mapping[str, Criterion],
        *,
        as_of: date,
        opinions: bool,
        when_missing: WhenMissing,
        clock: Clock | None = None,
    ) -> list[Judged]:
        """Each candidate judged by all criteria; without `opinions` neither its figures of that basis nor metrics of opinions count."""
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        ruled: dict[str, Rubric] = {}
        found: list[Judged] = []
        for evidence in candidates:
            kept = self._kept.get((evidence.framework, as_of, opinions, when_missing))
            if kept is None or kept.given is not evidence or kept.criteria is not criteria:
                ruled = ruled or rubrics(criteria.values(), as_of, opinions=opinions)
                kept = _Kept(evidence, criteria, _by_indicators(evidence if opinions else without_opinions(evidence), ruled, when_missing))
                if all(finding.outcome is not Outcome.FAILED for finding in kept.judged.findings.values()):
                    self._kept[evidence.framework, as_of, opinions, when_missing] = kept
            found.append(kept.judged)
        if all(criterion.judge is None for criterion in criteria.values()):
            return found
        return _with_judges(found, ruled or rubrics(criteria.values(), as_of, opinions=opinions), when_missing, clock)


def _judged(evidence: Evidence, findings: Mapping[str, Finding]) -> Judged:
    return Judged(evidence, findings, Columns.of(findings.values()))


def _by_indicators(evidence: Evidence, ruled: Mapping[str, Rubric], when_missing: WhenMissing) -> Judged:
    by_figures = {name: rubric for name, rubric in ruled.items() if rubric.criterion.judge is None}
    return _judged(evidence, {name: judged(rubric, evidence, when_missing) for name, rubric in by_figures.items()})


def _with_judges(found: list[Judged], ruled: Mapping[str, Rubric], when_missing: WhenMissing, clock: Clock | None) -> list[Judged]:
    """The same with the findings of judges of their own put in their places."""
    candidates = [one.evidence for one in found]
    by_judge = {name: rubric for name, rubric in ruled.items() if rubric.criterion.judge is not None}
    columns = {name: judged_all(rubric, candidates, when_missing, clock) for name, rubric in by_judge.items()}
    return [
        _judged(one.evidence, {name: columns[name][place] if name in columns else one.findings[name] for name in ruled})
        for place, one in enumerate(found)
    ]


def without_opinions(evidence: Evidence) -> Evidence:
    """The same evidence, figures of basis `opinion` taken out."""
    return replace(evidence, figures={name: figure for name, figure in evidence.figures.items() if figure.basis is not Basis.OPINION})
