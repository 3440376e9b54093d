"""A whole run: begun, or gone on with from its record; `rig.figures` and `rig.rows` say what it gave."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rig.catalogue import BASELINE, App, baseline
from rig.machine import load_average, machine
from rig.plan import Step, plan
from rig.preparing import Prepared, Refused, adapter_versions, prepare
from rig.running import run, seconds
from rig.samples import Heading, Record, RecordInvalid, heading_line, sample_line
from rig.trials import LOADS, Loads

PREPARING = 8.0  # seconds for an application, about, if it must be installed
# Told what is being done, how many seconds' worth of work is done, and of how many.
Report = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure, how often, and in which order."""

    apps: Mapping[str, App]
    tests: tuple[str, ...]
    rounds: int
    seed: int
    loads: Loads = LOADS


def begin(asked: Asked, path: Path, day: date, environments: Path, report: Report) -> list[str]:
    """Measures what was asked and writes the record to `path` as it goes; returns why applications were refused.

    `environments` is the folder of virtual environments. Raises `Refused` if the baseline or all of them can't be measured.
    """
    with tempfile.TemporaryDirectory(prefix="rig-") as work:
        prepared, refused = _prepared(asked.apps, environments, Path(work), "startup" in asked.tests, report)
        heading = Heading(
            day=day.isoformat(),
            machine=machine(),
            load_average=load_average(),
            seed=asked.seed,
            rounds=asked.rounds,
            tests=asked.tests,
            loads=asked.loads,
            adapters=adapter_versions(environments),
            inventories={framework: one.inventory for framework, one in prepared.items()},
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(heading_line(heading), encoding="utf-8")
        _go_on(_plan(heading), path, prepared, heading, report)
    return refused


def resume(path: Path, catalogue: Mapping[str, App], environments: Path, report: Report) -> list[str]:
    """Does what is left of a run, or failed, and adds it to its record; returns why applications were refused, which stay as they are.

    Raises `RecordInvalid` for a file that is no record, or one of another machine or of applications that are not in `catalogue`.
    """
    record = Record.read(path)
    heading = record.heading
    kept = [sample for sample in record.samples if not sample.fault]
    done = {sample.step for sample in kept}
    left = [step for step in _plan(heading) if step not in done]
    if not left:
        return []
    if heading.machine != machine():
        raise RecordInvalid(f"{path} was begun on {heading.machine}, and this is {machine()}; figures of both don't go together")
    if unknown := sorted(heading.inventories.keys() - catalogue.keys() - {BASELINE}):
        raise RecordInvalid(f"{path} has {', '.join(unknown)}, for which there is no application")
    apps = {framework: catalogue[framework] for framework in heading.inventories if framework != BASELINE}
    with tempfile.TemporaryDirectory(prefix="rig-") as work:
        prepared, refused = _prepared(apps, environments, Path(work), "startup" in heading.tests, report)
        for framework, one in prepared.items():
            if one.inventory != heading.inventories[framework]:
                raise RecordInvalid(f"{path} was begun with another version or application of {framework}; measure anew")
        beside = path.with_suffix(".part")
        beside.write_text("".join([heading_line(heading), *map(sample_line, kept)]), encoding="utf-8")
        beside.replace(path)
        _go_on([step for step in left if step.framework in prepared], path, prepared, heading, report)
    return refused


def _plan(heading: Heading) -> list[Step]:
    return plan([framework for framework in heading.inventories if framework != BASELINE], heading.tests, heading.rounds, heading.seed)


def _prepared(
    apps: Mapping[str, App], environments: Path, work: Path, packed: bool, report: Report
) -> tuple[dict[str, Prepared], list[str]]:
    """What can be measured, and why the others can't."""
    everyone = {BASELINE: baseline(), **apps}
    prepared, refused = {}, []
    for number, (framework, app) in enumerate(everyone.items()):
        report(f"preparing {framework}", number * PREPARING, len(everyone) * PREPARING)
        try:
            prepared[framework] = prepare(app, environments, work, packed=packed)
        except Refused as error:
            if framework == BASELINE:
                raise
            refused.append(str(error))
    if len(prepared) == 1:
        raise Refused("\n".join(["nothing is left to be measured:", *refused]))
    return prepared, refused


def _go_on(steps: Sequence[Step], path: Path, prepared: Mapping[str, Prepared], heading: Heading, report: Report) -> None:
    total = sum(seconds(step, heading.loads) for step in steps)
    done = 0.0
    with path.open("a", encoding="utf-8") as file:
        samples = run(steps, prepared, heading.loads, heading.seed)
        for step in steps:
            report(f"round {step.round}, {step.test}, {step.framework}", done, total)
            file.write(sample_line(next(samples)))
            file.flush()
            done += seconds(step, heading.loads)
    report("measured", total, total)
