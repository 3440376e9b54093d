"""The parts of a report that say what is not known: who is not ranked and why, which figures are missing, where sources disagree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.api.formats.markup import bullets, code, escaped
from chalicelib.api.formats.side_by_side import Sources
from chalicelib.use_cases.score import Answer
from frameworth.catalogue import Catalogue
from frameworth.disagreement import Disagreement, disagreements
from frameworth.explain import number, quantity


def missing(card: Mapping[str, Any], catalogue: Catalogue, names: Mapping[str, str], sources: Sources) -> list[str]:
    """Blocks of Markdown: the frameworks that are not ranked, then what is missing of those that are shown in a card with metrics."""
    left_out = [f"{_name(one['framework'], names)} is not ranked: {_reason(one, catalogue, sources)}" for one in card["not_ranked"]]
    gaps = [
        f"{_name(row['framework'], names)}: {'; '.join(gaps)}." for row in card["ranking"] if (gaps := [*_gaps(row["criteria"], catalogue)])
    ]
    blocks = [bullets(left_out)] if left_out else []
    if gaps:
        blocks += ["No figures, so that stand-ins are shown for:", bullets(gaps)]
    if unread := _unread(card, catalogue):
        blocks += [f"No source has figures of {card['as_of']} for these, so that they count for nobody:", bullets(unread)]
    return blocks or ["Nothing: every framework is ranked, and every indicator has a figure for each of those that are shown."]


def _unread(card: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """For each criterion that counts the facts that no metric can tell of on this day; opinions are no facts that are missing."""
    day, found = date.fromisoformat(card["as_of"]), []
    for criterion in (catalogue.criteria[name] for name, weight in card["weights"].items() if weight > 0):
        facts = [one for one in criterion.indicators if not all(metric.opinion for metric in one.metrics)]
        unread = [escaped(one.title.lower()) for one in facts if one.metric(day) is None]
        if unread:
            found.append(f"{', '.join(unread)} ({escaped(criterion.title.lower())}, of {len(facts)} facts)")
    return found


def disagreeing(answer: Answer, catalogue: Catalogue, names: Mapping[str, str]) -> list[str]:
    """Blocks of Markdown: each indicator of which another metric tells another story."""
    found = disagreements(answer.evidence, catalogue.criteria, answer.scorecard.as_of, opinions=answer.question.opinions)
    if not found:
        return ["Nowhere: no second source of a fact puts the candidates in another order or far elsewhere."]
    return [bullets(_disagreement(one, catalogue, names) for one in found)]


def _reason(one: Mapping[str, Any], catalogue: Catalogue, sources: Sources) -> str:
    match one["reason"]:
        case "gate":
            return _gate(one["gate"], catalogue, sources)
        case "not_released":
            return f"its first release was on {one['first_release']}." if "first_release" in one else "it was not released yet."
        case _:
            return f"too little is known. Missing: {', '.join(_missing(name, catalogue) for name in one['missing'])}."


def _gate(gate: Mapping[str, Any], catalogue: Catalogue, sources: Sources) -> str:
    required = code(f"{gate['metric']} {gate['required']}")
    if gate["found"] is None:
        return f"{required} is required, and there is no figure."
    metric = catalogue.metrics.get(gate["metric"])
    found = quantity(gate["found"], metric.unit) if metric else number(gate["found"])
    return f"{required} is required, and it is {escaped(found)} ({gate['observed_on']}, {sources.cited(gate['source'])})."


def _missing(name: str, catalogue: Catalogue) -> str:
    """The title of what is missing, which is called `criterion.indicator` or, of a criterion with a judge of its own, `criterion`."""
    criterion, _, indicator = name.partition(".")
    titles = {one.name: one.title for one in catalogue.criteria[criterion].indicators}
    of = escaped(catalogue.criteria[criterion].title.lower())
    return f"{escaped(titles[indicator].lower())} ({of})" if indicator else of


def _gaps(criteria: list[Mapping[str, Any]], catalogue: Catalogue) -> list[str]:
    """For each criterion with a gap its title and what is missing of it."""
    found: list[str] = []
    for one in criteria:
        criterion = catalogue.criteria[one["criterion"]]
        titles = {indicator.name: indicator.title.lower() for indicator in criterion.indicators}
        lacking = [escaped(titles[reading["indicator"]]) for reading in one["indicators"] if reading["value"] is None]
        if lacking:
            found.append(f"{', '.join(lacking)} ({escaped(criterion.title.lower())})")
        elif one["score"] is None:
            found.append(escaped(criterion.title.lower()))
    return found


def _disagreement(one: Disagreement, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    criterion = catalogue.criteria[one.criterion]
    indicator = next(indicator for indicator in criterion.indicators if indicator.name == one.indicator)
    leaders = (
        f"{_name(one.leader, names)} is first by both"
        if one.leader == one.leader_by_other
        else f"{_name(one.leader, names)} is first, but {_name(one.leader_by_other, names)} by {code(one.other)}"
    )
    apart = f"; over 20 points apart: {', '.join(_name(framework, names) for framework in one.apart)}" if one.apart else ""
    read = f"read from {code(one.metric)}"
    other = f" and {code(one.other)}" if one.leader == one.leader_by_other else ""
    return f"{escaped(indicator.title)} ({escaped(criterion.title.lower())}), {read}{other}: {leaders}{apart}."


def _name(framework: str, names: Mapping[str, str]) -> str:
    return escaped(names.get(framework, framework))
