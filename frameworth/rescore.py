"""Rows scored by another method than the additive one, from the same findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from frameworth.errors import MethodFailed
from frameworth.guard import Broke, attempt
from frameworth.methods import Method
from frameworth.names import shortened
from frameworth.scorecard import Row

# What rounding may carry a score past its ends.
_SLACK = 1e-9


def rescored(method: Method, ranked: Sequence[Row], apart: Sequence[Row], weights: Mapping[str, float]) -> tuple[list[Row], list[Row]]:
    """Rows that were weighed additively, scored by another method: those to be ranked, and those apart for want of evidence.

    A row apart is scored as if it alone joined the ranked ones. Raises `MethodFailed`.
    """
    if method.adds_up:
        return list(ranked), list(apart)
    at = {kind: [_values(row, kind, weights) for row in chain(ranked, apart)] for kind in ("value", "low", "high")}
    shares, first = tuple(weights.values()), len(ranked)
    if method.depends_on_candidates:
        scores = _scores(method, at["value"][:first], shares)
        scores += [_scores(method, [*at["value"][:first], row], shares)[-1] for row in at["value"][first:]]
        lows, highs = [0.0] * len(scores), [1.0] * len(scores)
    else:
        scores, lows, highs = (_scores(method, at[kind], shares) for kind in ("value", "low", "high"))
    rows = [
        replace(row, score=score, low=min(low, score), high=max(high, score))
        for row, score, low, high in zip(chain(ranked, apart), scores, lows, highs, strict=True)
    ]
    return rows[:first], rows[first:]


def _values(row: Row, kind: str, weights: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(getattr(row.findings[name], kind) for name in weights)


def _scores(method: Method, values: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """Isolation ladder, rung "aggregate": a score in 0..1 for each row, or `MethodFailed`."""
    if not values:
        return []
    try:
        # Tuples throughout, so that there is nothing to write into.
        scores = attempt(lambda: list(method.aggregate(tuple(values), tuple(weights))))
    except Broke as broke:
        raise MethodFailed(method.name, method.provider, str(broke)) from broke
    if len(scores) != len(values):
        raise MethodFailed(method.name, method.provider, f"gave {len(scores)} scores for {len(values)} frameworks")
    for score in scores:
        # Not of a class derived from them, which could do anything wherever a score is used. NaN lies in no span.
        if type(score) not in (int, float) or not -_SLACK <= score <= 1.0 + _SLACK:
            raise MethodFailed(method.name, method.provider, f"gave {shortened(score)}, which is no number in 0..1")
    return [min(1.0, max(0.0, float(score))) for score in scores]
