"""Scorecards as JSON: what is shown, rounded so that it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.api.firmness import Doubts, doubts_about_readings, explanation, flips_if, sensitivity
from chalicelib.use_cases.question import DEFAULT_METHOD, Question
from chalicelib.use_cases.score import Answer
from frameworth import __version__
from frameworth.catalogue import Catalogue
from frameworth.evidence import Figure, Source
from frameworth.findings import Finding, Reading
from frameworth.methods import Method
from frameworth.names import plain
from frameworth.opinions import opinion_share
from frameworth.scorecard import Row, Scorecard, Unranked
from frameworth.shown import shown_margin, shown_points, shown_score

_SHARE_DECIMALS = 4


def as_json(answer: Answer, catalogue: Catalogue, include: frozenset[str]) -> dict[str, Any]:
    """The whole answer; `include` names the blocks to add: `metrics`, `sensitivity`, `explanation`."""
    card = answer.scorecard
    ranking = card.ranking[: answer.limit]
    leader, margin = card.leader, None
    if len(card.ranking) > 1:
        margin = shown_margin(card.ranking[0].row.score, card.ranking[1].row.score)
    # By framework, criterion and indicator: what each reading is contradicted by. Looked for only where readings are shown.
    doubts = doubts_about_readings(answer, catalogue) if "metrics" in include else None
    return {
        "profile": answer.profile,
        "as_of": card.as_of.isoformat(),
        "method": card.method.name,
        "opinions": answer.question.opinions,
        "when_missing": answer.question.when_missing.value,
        "weights": {name: share(weight) for name, weight in card.weights.items()},
        "verdict": {
            "outcome": card.verdict.value,
            "leader": leader.framework if leader else None,
            "margin": margin,
            "because": card.because,
            "flips_if": flips_if(card),
            "figures_alone": _other_reading(answer.figures_alone),
        },
        "ranking": [{"rank": ranked.rank, "tied": ranked.tied, **_row(ranked.row, card.method, doubts)} for ranked in ranking],
        "not_ranked": [_unranked(unranked, card.method, doubts) for unranked in card.not_ranked],
        "total": answer.total,
        "warnings": list(answer.warnings),
        **({"sensitivity": sensitivity(card)} if "sensitivity" in include else {}),
        **({"explanation": explanation(answer, catalogue)} if "explanation" in include else {}),
        "made_with": {"frameworth": __version__, "plugins": dict(catalogue.versions)},
        "links": links(answer, include),
    }


def _other_reading(card: Scorecard | None) -> dict[str, Any] | None:
    """What is said without opinions, where opinions were read: outcome, leader and margin."""
    if card is None:
        return None
    margin = shown_margin(card.ranking[0].row.score, card.ranking[1].row.score) if len(card.ranking) > 1 else None
    return {"outcome": card.verdict.value, "leader": card.leader.framework if card.leader else None, "margin": margin}


def share(value: float) -> float:
    """A share as shown: four decimals."""
    return round(value, _SHARE_DECIMALS)


def figure_value(value: float) -> float | int:
    """A figure as shown: whole numbers without a point."""
    return int(value) if value.is_integer() else value


def source(of: Source) -> dict[str, str]:
    """A source as shown."""
    return {"title": of.title, "url": of.url}


def links(answer: Answer, include: frozenset[str]) -> dict[str, str]:
    """The same question as an address, and the page that shows it; relative to /v1/scores, so that a stage prefix does no harm."""
    query = query_of(answer.question, answer.profile, include, answer.scorecard.as_of.isoformat())
    return {
        "self": f"scores?{query}",
        "page": f"../?{query_of(answer.question, answer.profile, frozenset(), answer.scorecard.as_of.isoformat())}",
    }


def query_of(question: Question, profile: str | None, include: frozenset[str], as_of: str) -> str:
    """A question as a query string, with its defaults made explicit where they could change: profile and day."""
    parameters: dict[str, str] = {}
    if question.frameworks is not None:
        parameters["frameworks"] = ",".join(question.frameworks)
    if profile is not None:
        parameters["profile"] = profile
    for name, numbers in (("weights", question.weights or {}), ("emphasis", question.emphasis)):
        if numbers:
            parameters[name] = ",".join(f"{criterion}:{plain(number)}" for criterion, number in numbers.items())
    parameters["as_of"] = as_of
    if not question.opinions:
        parameters["opinions"] = "false"
    if question.when_missing != "neutral":
        parameters["when_missing"] = question.when_missing.value
    if question.gates:
        parameters["gates"] = ",".join(f"{gate.metric}{gate.required.replace(' ', '')}" for gate in question.gates)
    if question.method != DEFAULT_METHOD:
        parameters["method"] = question.method
    if question.limit is not None:
        parameters["limit"] = str(question.limit)
    if include:
        parameters["include"] = ",".join(sorted(include))
    return urlencode(parameters, safe=",:")


def _row(row: Row, method: Method, doubts: Doubts | None) -> dict[str, Any]:
    # Only an additive score is made of points.
    points: Mapping[str, float | None] = shown_points(row.points, row.score) if method.adds_up else dict.fromkeys(row.findings)
    return {
        "framework": row.framework,
        "score": shown_score(row.score),
        "low": shown_score(row.low),
        "high": shown_score(row.high),
        "known": share(row.known),
        "confidence": share(row.confidence),
        "opinion_share": share(opinion_share(row)),
        "criteria": [_criterion(row, name, finding, points[name], doubts) for name, finding in row.findings.items()],
    }


def _criterion(row: Row, name: str, finding: Finding, points: float | None, doubts: Doubts | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "criterion": name,
        "score": shown_score(finding.value) if finding.known > 0 else None,
        "weight": share(row.weights[name]),
        "points": points,
        "known": share(finding.known),
        "because": finding.because,
    }
    if doubts is not None:
        shown["indicators"] = [
            {**_reading(reading), "disagrees": doubts.get((row.framework, name, reading.indicator.name), [])}
            for reading in finding.readings
        ]
    return shown


def _reading(reading: Reading) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "indicator": reading.indicator.name,
        "weight": share(reading.share),
        "score": shown_score(reading.value) if reading.figure else None,
        "stand_in": None if reading.figure else shown_score(reading.value),
        "metric": reading.metric.name,
        "unit": reading.metric.unit,
        "clamped": reading.clamped,
    }
    return {**shown, **_figure(reading.figure)}


def _figure(found: Figure | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "observed_on": None, "basis": None, "source": None}
    shown: dict[str, Any] = {
        "value": figure_value(found.value),
        "observed_on": found.observed_on.isoformat(),
        "basis": found.basis.value,
        "source": source(found.source),
    }
    if found.derived_from:
        shown["derived_from"] = list(found.derived_from)
    return shown


def _unranked(unranked: Unranked, method: Method, doubts: Doubts | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"framework": unranked.framework, "reason": unranked.reason.value}
    if unranked.gate:
        found: Mapping[str, Any] = _figure(unranked.found)
        shown["gate"] = {
            "metric": unranked.gate.metric,
            "required": unranked.gate.required,
            "found": found["value"],
            "observed_on": found["observed_on"],
            "source": found["source"],
        }
    if unranked.released:
        shown["first_release"] = unranked.released.isoformat()
    if unranked.row:
        shown |= {**_row(unranked.row, method, doubts), "missing": list(unranked.missing)}
    return shown
