"""Why the model missed a decision, said by rule from the same figures that ranked the options: no miss is explained away by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from frameworth.score import ENOUGH_KNOWN
from frameworth.weighting import normalised
from tools.decisions import Decision, Model, Outcome, Place


class Kind(StrEnum):
    """Kinds of causes, tested in this order; each says what the first one that applies means."""

    NOT_OUT = "the chosen option was not released by that day"
    NOTHING_KNOWN = "nothing was known of the first or of the chosen option"
    HARDLY_KNOWN = f"under {100 * ENOUGH_KNOWN:.0f} % of the weight rested on figures of the chosen option"
    NOT_ASKED = "at most half of the criterion that cost most had a source on that day"
    OTHER_PROFILE = "the second label of the project would have put the chosen option first"
    OTHER_WEIGHTS = "the reasons given, taken as weights, would have put the chosen option first"
    FIGURES = "the figures speak for another option, whatever the weights at hand"


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of cause, and what there is to say in words."""

    kind: Kind
    words: str


def readable(model: Model, decision: Decision, criterion: str) -> float:
    """The share (0..1) of a criterion's indicator weight that has a living metric on the day of a decision; 1 for a judge of its own."""
    parts = model.catalogue.criteria[criterion].indicators
    if not parts:
        return 1.0
    return math.fsum(part.weight for part in parts if part.metric(decision.decided_on)) / math.fsum(part.weight for part in parts)


def cost(outcome: Outcome, chosen: Place) -> tuple[str, float]:
    """The criterion that took the chosen option furthest from the first, and the points of 100 that it took."""
    gaps = {name: 100 * (points - chosen.row.points[name]) for name, points in outcome.first.row.points.items()}
    dearest = max(sorted(gaps), key=lambda name: gaps[name])
    return dearest, gaps[dearest]


def cause(outcome: Outcome, model: Model) -> Cause:
    """Why the chosen option does not stand first."""
    decision, chosen = outcome.decision, outcome.chosen
    if chosen is None:
        return Cause(Kind.NOT_OUT, f"{decision.chosen} was first released later.")
    if max(chosen.row.known, outcome.first.row.known) == 0:
        return Cause(Kind.NOTHING_KNOWN, "No figure on either option is that old: a tie of stand-ins.")
    name, points = cost(outcome, chosen)
    said = [_dearest(outcome, chosen, name, points, model)]
    if chosen.row.known < ENOUGH_KNOWN:
        said.append(f"Figures carry {100 * chosen.row.known:.0f} % of {decision.chosen}'s weight, the rest is stand-ins.")
    if decision.importance:
        shares = normalised(decision.importance, model.catalogue.criteria)
        weights = chosen.row.weights
        counted = math.fsum(weights[reason] for reason in decision.importance)
        reasons = ", ".join(f"`{reason}`" for reason in sorted(decision.importance, key=lambda reason: (-shares[reason], reason)))
        said.append(f"Reasons given: {reasons}, {100 * counted:.0f} % of the weight here.")
    return Cause(_kind(outcome, chosen, name, model), " ".join(said))


def _dearest(outcome: Outcome, chosen: Place, name: str, points: float, model: Model) -> str:
    decision = outcome.decision
    if points <= 0 or outcome.behind == 0:
        return f"{decision.chosen} has as many points or more, but too little is known of it to be ranked."
    said = f"`{name}` cost most, {points:.1f} points"
    parts, readings = model.catalogue.criteria[name].indicators, chosen.row.findings[name].readings
    living = {reading.indicator.name for reading in readings}
    unread = [part.title.lower() for part in parts if part.name not in living]
    if unread:
        said += f"; on that day it was read without {_listed(unread)}"
    missing = [reading.indicator.title.lower() for reading in readings if reading.figure is None]
    if missing:
        said += f"; no figure of {decision.chosen} on {_listed(missing)}"
    return said + "."


def _kind(outcome: Outcome, chosen: Place, dearest: str, model: Model) -> Kind:
    decision = outcome.decision
    if chosen.row.known < ENOUGH_KNOWN:
        return Kind.HARDLY_KNOWN
    if readable(model, decision, dearest) <= 0.5:
        return Kind.NOT_ASKED
    if model.outcome(decision, profile=decision.profile_second).hit:
        return Kind.OTHER_PROFILE
    if decision.importance and model.outcome(decision, weights=decision.importance).hit:
        return Kind.OTHER_WEIGHTS
    return Kind.FIGURES


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
