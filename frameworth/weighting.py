"""Weights: from what a caller says matters to shares that add up to 1.

Weights never depend on the candidates: weights computed from a table of alternatives (entropy, CRITIC) bring rank reversal back.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from frameworth.criteria import Criterion
from frameworth.errors import InvalidValue
from frameworth.profiles import Profile


def normalised(weights: Mapping[str, float], criteria: Collection[str]) -> dict[str, float]:
    """Shares over all `criteria` (unnamed ones 0) that add up to 1, in the order of `criteria`.

    Raises `InvalidValue` for a weight that is negative or not finite, and if no criterion has a weight above 0.
    """
    for criterion, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise InvalidValue(f"weight of {criterion!r}", f"{weight!r} is not a number of 0 or more")
    largest = max((weights.get(criterion, 0.0) for criterion in criteria), default=0.0)
    if largest <= 0:
        raise InvalidValue("weights", "no criterion has a weight above 0", "give at least one criterion a positive weight")
    # Scaled by the largest first: a sum of numbers near the end of a double's range would overflow.
    scaled = {criterion: weights.get(criterion, 0.0) / largest for criterion in criteria}
    total = math.fsum(scaled.values())
    return {criterion: weight / total for criterion, weight in scaled.items()}


def profile_weights(profile: Profile, criteria: Mapping[str, Criterion], emphasis: Mapping[str, float] | None = None) -> dict[str, float]:
    """A profile's shares over `criteria`, with `emphasis` as factors on its weights; add up to 1."""
    emphasis = emphasis or {}
    raw: dict[str, float] = {}
    for name, criterion in criteria.items():
        named = profile.weights.get(name)
        raw[name] = (named.value if named else criterion.weight_in.get(profile.name, 0.0)) * emphasis.get(name, 1.0)
    return normalised(raw, criteria)
