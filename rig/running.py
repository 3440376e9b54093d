"""Runs a plan, step by step, and writes its record as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rig.client import Failed
from rig.cold import NotAnswered
from rig.plan import Step
from rig.preparing import Prepared
from rig.samples import Sample
from rig.serving import NotServed
from rig.trials import PACED, Lengths, trial


def run(steps: Sequence[Step], prepared: Mapping[str, Prepared], lengths: Lengths) -> Iterator[Sample]:
    """A sample for each step, in order. A trial that fails is told in its sample, and the others go on."""
    for step in steps:
        try:
            yield Sample(step, trial(step.test, prepared[step.framework], step.seed, lengths))
        except (NotServed, Failed, NotAnswered) as error:
            yield Sample(step, fault=str(error))


def seconds(step: Step, lengths: Lengths) -> float:
    """About how long a step takes, for telling how much is left."""
    if step.test == "startup":
        return 3.7
    return 1.1 + lengths.warm + lengths.full + (lengths.paced if step.test in PACED else 0.0)
