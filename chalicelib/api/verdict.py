"""A verdict in words: how firm it is before any number. The page's script says the same of other weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.api.firmness import Flip, nearest_flip
from chalicelib.api.formats.markup import listed
from chalicelib.api.scorecard import runners_up
from frameworth.explain import lead_in_words
from frameworth.score import ENOUGH_KNOWN, has_enough
from frameworth.scorecard import Reason, Scorecard, Unranked, Verdict
from frameworth.shown import shown_margin, shown_score, whole_points

# A leader that falls when one weight moves by so little (a share) is said to depend on it: people can hardly tell 15 % from 25 %.
NEAR = 0.1


@dataclass(frozen=True, slots=True)
class Words:
    """`headline` has no number; `numbers` and what may follow (empty where there is nothing to say) have them.

    A call is close by the verdict of the scorecard. That it depends on a criterion is said if a change of one weight by `NEAR` or less
    would change the leader; that somebody leads clearly, if nothing that is missing, old or doubtful could bring another one level.
    """

    headline: str
    numbers: str
    flip: str
    why: str
    alone: str


def in_words(card: Scorecard, alone: Scorecard | None, names: Mapping[str, str], titles: Mapping[str, str]) -> Words:
    """What a scorecard says, with `alone` that by figures alone; frameworks and criteria are called as `names` and `titles` have them."""
    if card.leader is None:
        return Words("Nothing can be ranked.", "", "", "", "")
    first, score = _called(card.leader.framework, names), f"{shown_score(card.leader.score):.1f} of 100"
    if len(card.ranking) == 1:
        return Words(f"{first} is the only one that can be ranked.", f"It has {score}.", "", "", _alone(alone, names))
    others = listed([_called(one, names) for one in runners_up(card)])
    flip = nearest_flip(card)
    numbers = f"{first} has {score}, {shown_margin(card.leader.score, card.ranking[1].row.score):.1f} ahead of {others}."
    second = card.ranking[1].row
    why = lead_in_words(card.leader, second, titles, names) if card.method.adds_up else ""
    return Words(_headline(card, flip, first, others, titles), numbers, _flip(card, flip, names, titles), why, _alone(alone, names))


def _headline(card: Scorecard, flip: Flip | None, first: str, others: str, titles: Mapping[str, str]) -> str:
    near = flip and abs(flip.weight - card.weights[flip.criterion]) <= NEAR
    on = f"it depends on {titles[flip.criterion].lower()}" if flip else ""
    if card.verdict is Verdict.CLOSE:
        return f"A close call between {first} and {others}{': ' + on if near else ''}."
    clearly = card.leader and all(card.leader.low > other.row.high for other in card.ranking[1:])
    return f"{first} leads, but {on}." if near else f"{first} leads clearly." if clearly else f"{first} leads."


def _flip(card: Scorecard, flip: Flip | None, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    if flip is None:
        return ""
    now, then = percent(card.weights[flip.criterion]), percent(flip.weight)
    return f"{_called(flip.to, names)} takes over if the weight of {titles[flip.criterion].lower()} goes from {now} to {then}."


def _alone(alone: Scorecard | None, names: Mapping[str, str]) -> str:
    if alone is None or alone.leader is None:
        return ""
    margin = f" by {shown_margin(alone.leader.score, alone.ranking[1].row.score):.1f}" if len(alone.ranking) > 1 else ""
    return f"By the figures alone, without opinions, {_called(alone.leader.framework, names)} leads{margin}."


def _called(framework: str, names: Mapping[str, str]) -> str:
    return names.get(framework, framework)


def why_not(one: Unranked) -> str:
    """Why a framework is not ranked."""
    if one.reason is Reason.GATE and one.gate:
        return f"fails the requirement {one.gate.metric} {one.gate.required}"
    if one.reason is Reason.NOT_RELEASED:
        return "not released by then"
    if one.row and not has_enough(one.row.known):
        return f"not enough evidence, {percent(one.row.known)} of what counts is known and {percent(ENOUGH_KNOWN)} are needed"
    return f"not enough evidence: {', '.join(one.missing)}"


def percent(share: float) -> str:
    """A share (0..1) as people read it."""
    return f"{whole_points(100 * share)} %"
