"""How firm a verdict is, as JSON: the blocks `sensitivity` and `explanation`, and what flips the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.use_cases.score import Answer
from frameworth.catalogue import Catalogue
from frameworth.disagreement import Disagreement, disagreements
from frameworth.needs import Need, needs
from frameworth.scorecard import Row, Scorecard
from frameworth.sensitivity import Interval, Values, least_shift, probability_ahead, ranking_intervals, strip, winner_intervals
from frameworth.shown import shown_margin, shown_points

# By framework, criterion and indicator: the metrics that disagree with the one that was read.
Doubts = dict[tuple[str, str, str], list[str]]

_DECIMALS = 4
_DIGITS = 6
# More ways than these to draw level are no help to a reader.
_MOST_NEEDS = 10


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest change of one counted weight at which `to` leads: beyond `weight` (0..1), under it or over it."""

    criterion: str
    word: str
    weight: float
    to: str


def nearest_flip(card: Scorecard) -> Flip | None:
    """The nearest change of one counted weight at which somebody else leads, or None if no such change exists."""
    intervals = [interval for interval in _winner_intervals(card) if card.weights[interval.criterion] > 0]
    ends = [
        (abs(weight - card.weights[interval.criterion]), interval.criterion, word, weight, rival)
        for interval in intervals
        for word, weight, rival in (
            ("weight_under", interval.low, interval.rival_at_low),
            ("weight_over", interval.high, interval.rival_at_high),
        )
        if rival is not None
    ]
    return Flip(*min(ends)[1:]) if ends else None


def flips_if(card: Scorecard) -> dict[str, Any] | None:
    """The nearest flip as it is shown."""
    flip = nearest_flip(card)
    return {"criterion": flip.criterion, flip.word: round(flip.weight, _DECIMALS), "to": flip.to} if flip else None


def sensitivity(card: Scorecard) -> list[dict[str, Any]]:
    """For each criterion: the weights under which the leader leads and the order stands, and who leads at each weight from 0 to 1."""
    values = _values(card)
    order = [ranked.row.framework for ranked in card.ranking]
    shown: list[dict[str, Any]] = []
    standing = ranking_intervals(values, card.weights, order)
    for leads in _winner_intervals(card):
        stands = standing[leads.criterion]
        shown.append(
            {
                "criterion": leads.criterion,
                "weight": round(card.weights[leads.criterion], _DECIMALS),
                "leads_while": _span(leads),
                "then": leads.rival_at_high or leads.rival_at_low,
                "below": leads.rival_at_low,
                "above": leads.rival_at_high,
                "order_stands_while": _span(stands),
                "strip": [
                    {"from": round(part.start, _DECIMALS), "to": round(part.end, _DECIMALS), "leader": part.leader}
                    for part in strip(values, card.weights, leads.criterion)
                ],
            }
        )
    return shown


def explanation(answer: Answer, catalogue: Catalogue) -> dict[str, Any]:
    """Why the leader is ahead of the runner-up, what would close the gap, and where sources disagree."""
    card = answer.scorecard
    disagree = [_disagreement(one) for one in _disagreements(answer, catalogue)]
    if len(card.ranking) < 2:
        return {"leader": card.leader.framework if card.leader else None, "runner_up": None, "differences": [], "disagreements": disagree}
    leader, runner_up = card.ranking[0].row, card.ranking[1].row
    values = _values(card)
    shift = least_shift(values, card.weights, leader.framework, runner_up.framework)
    return {
        "leader": leader.framework,
        "runner_up": runner_up.framework,
        "differences": [{"criterion": name, "points": points} for name, points in _differences(leader, runner_up).items()],
        "leader_beats_runner_up": {
            "probability": round(probability_ahead(*([*values[row.framework].values()] for row in (leader, runner_up))), _DECIMALS),
            "weights": "drawn uniformly over all criteria",
        },
        "leader_dominates": shift is None,
        "least_weight_moved": shift
        and {
            "weight": round(shift.mass, _DECIMALS),
            "to": shift.to,
            "from": {name: round(moved, _DECIMALS) for name, moved in shift.taken.items()},
        },
        "needs": [_need(need) for need in needs(leader, runner_up)[:_MOST_NEEDS]],
        "disagreements": disagree,
    }


def doubts_about_readings(answer: Answer, catalogue: Catalogue) -> Doubts:
    """The metrics that disagree with a reading: they put this framework elsewhere, or another framework in its place."""
    doubts: Doubts = {}
    for one in _disagreements(answer, catalogue):
        concerned = {*one.apart, *({one.leader, one.leader_by_other} if one.leader != one.leader_by_other else ())}
        for framework in concerned:
            doubts.setdefault((framework, one.criterion, one.indicator), []).append(one.other)
    return doubts


def _disagreements(answer: Answer, catalogue: Catalogue) -> tuple[Disagreement, ...]:
    return disagreements(answer.evidence, catalogue.criteria, answer.scorecard.as_of, opinions=answer.question.opinions)


def _differences(leader: Row, runner_up: Row) -> dict[str, float]:
    """Differences of points that add up to the shown margin: two lists that each add up are subtracted."""
    ahead, behind = (shown_points(row.points, row.score) for row in (leader, runner_up))
    differences = {name: round(ahead[name] - behind[name], 1) for name in ahead}
    assert round(sum(differences.values()), 1) == round(shown_margin(leader.score, runner_up.score), 1)
    return differences


def _winner_intervals(card: Scorecard) -> list[Interval]:
    # With gaps ignored each row has weights of its own, or by another method: then a score is no straight line in one weight of all.
    if (
        card.leader is None
        or not card.method.adds_up
        or any(ranked.row.weights is not card.weights and ranked.row.weights != card.weights for ranked in card.ranking)
    ):
        return []
    return list(winner_intervals(_values(card), card.weights, card.leader.framework).values())


def _values(card: Scorecard) -> Values:
    return {ranked.row.framework: {name: finding.value for name, finding in ranked.row.findings.items()} for ranked in card.ranking}


def _span(interval: Interval) -> dict[str, float]:
    return {"from": round(interval.low, _DECIMALS), "to": round(interval.high, _DECIMALS)}


def _need(need: Need) -> dict[str, Any]:
    return {
        "criterion": need.criterion,
        "indicator": need.indicator.name,
        "metric": need.metric.name,
        "unit": need.metric.unit,
        "value": need.figure,
        "needed": float(f"{need.needed:.{_DIGITS}g}"),
    }


def _disagreement(one: Disagreement) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "indicator": one.indicator,
        "metric": one.metric,
        "leader": one.leader,
        "other_metric": one.other,
        "leader_by_other": one.leader_by_other,
        "apart": list(one.apart),
    }
