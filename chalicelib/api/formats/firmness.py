"""The part of a report that says what would change the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.api.formats.markup import bullets, escaped, table
from chalicelib.api.formats.side_by_side import NOTHING, percent
from frameworth.catalogue import Catalogue
from frameworth.explain import quantity


def what_would_change(card: Mapping[str, Any], catalogue: Catalogue, names: Mapping[str, str]) -> list[str]:
    """Blocks of Markdown about an additive scorecard of two or more, as JSON has it with sensitivity and explanation."""
    explanation = card["explanation"]
    leader, runner_up = (_name(explanation[place], names) for place in ("leader", "runner_up"))
    return [
        bullets(
            [
                _flip(card, leader, catalogue, names),
                *_shift(explanation, leader, runner_up, catalogue),
                _chance(explanation, leader, runner_up),
            ]
        ),
        *_weights(card, leader, catalogue, names),
        *_needs(explanation, runner_up, catalogue),
    ]


def _flip(card: Mapping[str, Any], leader: str, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    flip = card["verdict"]["flips_if"]
    if flip:
        weight = flip["weight_over"] if "weight_over" in flip else flip["weight_under"]
        return (
            f"{_name(flip['to'], names)} takes over if the weight of {_title(flip['criterion'], catalogue)} goes "
            f"from {percent(card['weights'][flip['criterion']])} to {percent(weight)}."
        )
    if not card["sensitivity"]:
        return "Gaps are ignored, so each framework has weights of its own: what one weight does can't be told."
    return f"No change of one weight that counts puts anybody ahead of {leader}."


def _shift(explanation: Mapping[str, Any], leader: str, runner_up: str, catalogue: Catalogue) -> list[str]:
    if explanation["leader_dominates"]:
        return [f"{leader} is at least as good as {runner_up} on every criterion: no weights put {runner_up} ahead."]
    shift = explanation["least_weight_moved"]
    return [
        f"The least that draws {runner_up} level: {percent(shift['weight'])} of all weight moved "
        f"to {_title(shift['to'], catalogue)}, from {', '.join(_title(name, catalogue) for name in shift['from'])}."
    ]


def _chance(explanation: Mapping[str, Any], leader: str, runner_up: str) -> str:
    chance = explanation["leader_beats_runner_up"]["probability"]
    # Rounded to four decimals it may say all although some weights put the runner-up ahead, or none although some keep the leader there.
    told = percent(chance)
    if not explanation["leader_dominates"]:
        told = "more than 99.99 %" if chance == 1 else "less than 0.01 %" if chance == 0 else told
    return f"With weights drawn at random over all criteria {leader} is ahead of {runner_up} in {told} of all cases."


def _weights(card: Mapping[str, Any], leader: str, catalogue: Catalogue, names: Mapping[str, str]) -> list[str]:
    rows = [
        [
            escaped(catalogue.criteria[one["criterion"]].title),
            percent(one["weight"]),
            f"{percent(one['leads_while']['from'])} to {percent(one['leads_while']['to'])}",
            _name(one["below"], names) if one["below"] and one["leads_while"]["from"] > 0 else NOTHING,
            _name(one["above"], names) if one["above"] and one["leads_while"]["to"] < 1 else NOTHING,
        ]
        for one in sorted(card["sensitivity"], key=lambda one: (-one["weight"], one["criterion"]))
    ]
    if not rows:
        return []
    lead = f"{leader} leads while the weight of one criterion is within its span and the others share the rest as they do now:"
    return [lead, table(["criterion", "weight", f"{leader} leads at", "below it", "above it"], rows, numbers=(1,))]


def _needs(explanation: Mapping[str, Any], runner_up: str, catalogue: Catalogue) -> list[str]:
    if not explanation["needs"]:
        return [f"No single figure of {runner_up}, however good, would close the gap."]
    entries = []
    for need in explanation["needs"]:
        indicators = catalogue.criteria[need["criterion"]].indicators
        indicator = next(one.title for one in indicators if one.name == need["indicator"])
        needed, now = (quantity(need[which], need["unit"]) if need[which] is not None else "unknown" for which in ("needed", "value"))
        entries.append(f"{escaped(indicator)} ({_title(need['criterion'], catalogue)}): {escaped(needed)}, now {escaped(now)}")
    return [f"{runner_up} draws level if one of these figures changes and nothing else does:", bullets(entries)]


def _name(framework: str, names: Mapping[str, str]) -> str:
    return escaped(names.get(framework, framework))


def _title(criterion: str, catalogue: Catalogue) -> str:
    return escaped(catalogue.criteria[criterion].title.lower())
