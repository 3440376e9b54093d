"""Runs a plan, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rig.plan import Step
from rig.preparing import Prepared
from rig.samples import Sample
from rig.trials import Loads, trial


def run(steps: Sequence[Step], prepared: Mapping[str, Prepared], loads: Loads, seed: int) -> Iterator[Sample]:
    """A sample for each step, in order. A trial that fails, whatever it fails by, is told in its sample, and the others go on."""
    for step in steps:
        try:
            yield Sample(step, trial(step, prepared[step.framework], loads, seed))
        except Exception as error:  # noqa: BLE001 - one that nobody foresaw must not cost the hour before it
            yield Sample(step, fault=str(error) or type(error).__name__)


def seconds(step: Step, loads: Loads) -> float:
    """About how long a step takes, for telling how much is left."""
    if step.test == "startup":
        return 3.7
    return 1.1 + loads.warm + loads.full + (loads.paced if step.is_paced else 0.0)
