"""The same scoring job with pymcdm: its weighted sum model over values that are 0..1 already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pymcdm.methods import WSM
from scoring_api import handler_of


def as_it_is(column: np.ndarray, cost: bool = False) -> np.ndarray:
    """The normalisation of values that have fixed anchors: none."""
    return column


MODEL = WSM(normalization_function=as_it_is)


def weighted_sum(values: Sequence[Sequence[float]], weights: Sequence[float]) -> Sequence[float]:
    """A score for each row."""
    return MODEL(np.array(values), np.array(weights), np.ones(len(weights), dtype=int))


handler = handler_of(weighted_sum)
