"""What is done in which order: rounds over all applications, so that whatever changes on a machine meanwhile meets all of them alike."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rig.catalogue import BASELINE

PACED = ("json", "remote", "orm")
# How often everyone comes in a round, where that is not once: in these tests the frameworks lie close together.
TURNS: Mapping[str, int] = {"remote": 2, "orm": 2}
# All others are divided by the baseline, so its error would be everybody's.
BASELINE_TURNS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One trial: the round from 1, the kind of test, the application, and which of its turns in that round this is, from 1."""

    round: int
    test: str
    framework: str
    turn: int = 1

    @property
    def is_paced(self) -> bool:
        """Whether it is also asked at a modest rate: once in a round, and the baseline each time."""
        return self.test in PACED and (self.turn == 1 or self.framework == BASELINE)


def plan(frameworks: Sequence[str], tests: Sequence[str], rounds: int, seed: int) -> list[Step]:
    """All steps in order; the same for the same `seed`.

    In each round the tests follow each other in random order, and within a test all applications, the baseline among them, so
    that each is compared with a baseline of the same few minutes.
    """
    source = random.Random(seed)  # noqa: S311 - an order, no secret
    steps = []
    for number in range(1, rounds + 1):
        for test in source.sample(list(tests), len(tests)):
            turns = [(framework, turn) for framework in frameworks for turn in range(1, TURNS.get(test, 1) + 1)]
            turns += [(BASELINE, turn) for turn in range(1, BASELINE_TURNS + 1)]
            steps += [Step(number, test, framework, turn) for framework, turn in source.sample(turns, len(turns))]
    return steps
