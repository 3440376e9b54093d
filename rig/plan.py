"""What is done in which order: rounds over all applications, so that whatever changes on a machine meanwhile meets all of them alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rig.catalogue import BASELINE


@dataclass(frozen=True, slots=True)
class Step:
    """One trial: the round from 1, the kind of test, and the application."""

    round: int
    test: str
    framework: str

    @property
    def seed(self) -> int:
        """The same for all applications of one round and test: they are asked at the same moments."""
        return self.round


def plan(frameworks: Sequence[str], tests: Sequence[str], rounds: int, seed: int) -> list[Step]:
    """All steps in order; the same for the same `seed`.

    In each round the tests follow each other in random order, and within a test all applications, the baseline among them, so
    that each is compared with a baseline of the same few minutes.
    """
    source = random.Random(seed)  # noqa: S311 - an order, no secret
    steps = []
    for number in range(1, rounds + 1):
        for test in source.sample(list(tests), len(tests)):
            applications = [BASELINE, *frameworks]
            steps += [Step(number, test, framework) for framework in source.sample(applications, len(applications))]
    return steps
