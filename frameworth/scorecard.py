"""The answer: rows with points and bounds, who is not ranked and why, and the verdict. All numbers are shares (0..1), unrounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from frameworth.evidence import Figure
from frameworth.findings import Finding
from frameworth.methods import Method
from frameworth.profiles import Gate


@dataclass(frozen=True, slots=True)
class Row:
    """One framework judged: `score` in `low`..`high`; `known` and `confidence` are shares of the weight; points add up to the score.

    `opinion_share` is the part of the points that opinions make.
    """

    framework: str
    score: float
    low: float
    high: float
    known: float
    confidence: float
    opinion_share: float
    findings: Mapping[str, Finding]
    weights: Mapping[str, float]

    @property
    def points(self) -> Mapping[str, float]:
        """What each criterion adds to the score."""
        return {name: self.weights[name] * finding.value for name, finding in self.findings.items()}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row in the ranking. `rank` counts 1-2-2-4; `tied` says whether others share it."""

    rank: int
    tied: bool
    row: Row


class Reason(StrEnum):
    """Why a framework is not ranked, in the order in which reasons are tested."""

    GATE = "gate"
    NOT_RELEASED = "not_released"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


@dataclass(frozen=True, slots=True)
class Unranked:
    """A framework left out: by a gate (with what was found), before its first release, or for want of evidence (with what is missing)."""

    framework: str
    reason: Reason
    row: Row | None = None
    missing: tuple[str, ...] = ()
    gate: Gate | None = None
    found: Figure | None = None
    released: date | None = None


class Verdict(StrEnum):
    """How the question ended."""

    CLEAR = "clear"
    CLOSE = "close"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    NO_CANDIDATES = "no_candidates"


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The whole answer; nothing in it can be written to.

    `leader` and `margin` follow from the ranking; `margin` is None with fewer than two ranked.
    """

    as_of: date
    weights: Mapping[str, float]
    ranking: tuple[Ranked, ...]
    not_ranked: tuple[Unranked, ...]
    verdict: Verdict
    because: str
    band: float
    method: Method

    @property
    def leader(self) -> Row | None:
        """The first row, also in a tie, or None when nothing is ranked."""
        return self.ranking[0].row if self.ranking else None

    @property
    def margin(self) -> float | None:
        """How far the leader is ahead of the next row."""
        return self.ranking[0].row.score - self.ranking[1].row.score if len(self.ranking) > 1 else None
