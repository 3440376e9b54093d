"""Scorecards as JSON: what is shown, rounded so that it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalicelib.api.firmness import Doubts, doubts_about_readings, explanation, flips_if, sensitivity
from chalicelib.use_cases.question import DEFAULT_METHOD, Question
from chalicelib.use_cases.score import Answer
from frameworth import __version__
from frameworth.catalogue import Catalogue
from frameworth.evidence import Figure, Source
from frameworth.findings import Finding, Reading
from frameworth.names import plain
from frameworth.profiles import Gate
from frameworth.scorecard import Row, Scorecard, Unranked
from frameworth.shown import shown_margin, shown_points, shown_score, shown_share


@dataclass(frozen=True, slots=True)
class _Whole:
    """What all rows of a scorecard share: its weights as shown, and the doubts about readings (None: no reading is shown)."""

    card: Scorecard
    weights: Mapping[str, float]
    doubts: Doubts | None


def as_json(answer: Answer, catalogue: Catalogue, include: frozenset[str]) -> dict[str, Any]:
    """The whole answer; `include` names the blocks to add: `metrics`, `sensitivity`, `explanation`."""
    card = answer.scorecard
    ranking = card.ranking[: answer.limit]
    leader, margin = card.leader, None
    if len(card.ranking) > 1:
        margin = shown_margin(card.ranking[0].row.score, card.ranking[1].row.score)
    # By framework, criterion and indicator: what each reading is contradicted by. Looked for only where readings are shown.
    doubts = doubts_about_readings(answer, catalogue) if "metrics" in include else None
    weights = {name: shown_share(weight) for name, weight in card.weights.items()}
    whole = _Whole(card, weights, doubts)
    return {
        "profile": answer.profile,
        "as_of": card.as_of.isoformat(),
        "method": card.method.name,
        "opinions": answer.question.opinions,
        "when_missing": answer.question.when_missing.value,
        "weights": weights,
        "verdict": {
            "outcome": card.verdict.value,
            "leader": leader.framework if leader else None,
            "margin": margin,
            "because": card.because,
            "flips_if": flips_if(card),
            "figures_alone": _other_reading(answer.figures_alone),
        },
        "ranking": [{"rank": ranked.rank, "tied": ranked.tied, **_row(ranked.row, whole)} for ranked in ranking],
        "not_ranked": [_unranked(unranked, whole) for unranked in card.not_ranked],
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


def runners_up(card: Scorecard) -> list[str]:
    """Ids of those that come next after the leader: several where they are tied."""
    return [one.row.framework for one in card.ranking[1:] if one.rank == card.ranking[1].rank]


def figure_value(value: float) -> float | int:
    """A figure as shown: whole numbers without a point."""
    return int(value) if value.is_integer() else value


def source(of: Source) -> dict[str, str]:
    """A source as shown."""
    return {"title": of.title, "url": of.url}


def links(answer: Answer, include: frozenset[str]) -> dict[str, str]:
    """The same question as an address, and the page that shows it; relative to /v1/scores, so that a stage prefix does no harm."""
    query = query_of(answer.question, answer.profile, answer.scorecard.as_of.isoformat())
    blocks = f"&include={','.join(sorted(include))}" if include else ""
    return {"self": f"scores?{query}{blocks}", "page": f"../?{query}"}


def query_of(question: Question, profile: str | None, as_of: str | None) -> str:
    """A question as a query string without the blocks it asks for, with its defaults made explicit where they could change.

    `as_of` None is whatever day it is when the address is opened.
    """
    parameters: dict[str, str] = {}
    if question.frameworks is not None:
        parameters["frameworks"] = ",".join(question.frameworks)
    if profile is not None:
        parameters["profile"] = profile
    for name, numbers in (("weights", question.weights or {}), ("emphasis", question.emphasis)):
        if numbers:
            parameters[name] = ",".join(f"{criterion}:{plain(number)}" for criterion, number in numbers.items())
    if as_of is not None:
        parameters["as_of"] = as_of
    if not question.opinions:
        parameters["opinions"] = "false"
    if question.when_missing != "neutral":
        parameters["when_missing"] = question.when_missing.value
    if question.gates:
        parameters["gates"] = gates_in_query(question.gates)
    if question.method != DEFAULT_METHOD:
        parameters["method"] = question.method
    if question.limit is not None:
        parameters["limit"] = str(question.limit)
    return urlencode(parameters, safe=",:")


def gates_in_query(gates: Iterable[Gate]) -> str:
    """Requirements as an address has them, not yet quoted: `supports_asgi>=1,install_size_bytes<=5000000`."""
    return ",".join(f"{gate.metric}{gate.required.replace(' ', '')}" for gate in gates)


def _row(row: Row, whole: _Whole) -> dict[str, Any]:
    # Only an additive score is made of points.
    points: Mapping[str, float | None] = shown_points(row.points, row.score) if whole.card.method.adds_up else dict.fromkeys(row.findings)
    weights = whole.weights if row.weights is whole.card.weights else {name: shown_share(weight) for name, weight in row.weights.items()}
    criteria: list[dict[str, Any]] = []
    for name, finding in row.findings.items():
        score, known = finding.shown
        criteria.append(
            {
                "criterion": name,
                "score": score,
                "weight": weights[name],
                "points": points[name],
                "known": known,
                "because": finding.because,
            }
        )
        if whole.doubts is not None:
            criteria[-1]["indicators"] = _indicators(row.framework, name, finding, whole.doubts)
    return {
        "framework": row.framework,
        "score": shown_score(row.score),
        "low": shown_score(row.low),
        "high": shown_score(row.high),
        "known": shown_share(row.known),
        "confidence": shown_share(row.confidence),
        "opinion_share": shown_share(row.opinion_share),
        "criteria": criteria,
    }


def _indicators(framework: str, criterion: str, finding: Finding, doubts: Doubts) -> list[dict[str, Any]]:
    return [
        {**_reading(reading), "disagrees": doubts.get((framework, criterion, reading.indicator.name), [])} for reading in finding.readings
    ]


def _reading(reading: Reading) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "indicator": reading.indicator.name,
        "weight": shown_share(reading.share),
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


def _unranked(unranked: Unranked, whole: _Whole) -> dict[str, Any]:
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
        shown |= {**_row(unranked.row, whole), "missing": list(unranked.missing)}
    return shown
