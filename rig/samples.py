"""The record of a run: what was measured on what, and each reading as it came. A run that was broken off goes on from its record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from rig.inventory import Inventory
from rig.plan import Step
from rig.trials import Loads

VERSION = 2


class RecordInvalid(ValueError):
    """A file is no record of a run; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What holds for a whole run.

    `day` is that of its beginning, as YYYY-MM-DD. `inventories` are those of the applications that conformed, the baseline among them, and
    `adapters` the versions of what hands events to them on Lambda.
    """

    day: str
    machine: str
    load_average: float
    seed: int
    rounds: int
    tests: tuple[str, ...]
    loads: Loads
    adapters: Mapping[str, str]
    inventories: Mapping[str, Inventory]


@dataclass(frozen=True, slots=True)
class Sample:
    """The readings of one trial by name, or in `fault` why there are none."""

    step: Step
    readings: Mapping[str, float] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A run as far as it went."""

    heading: Heading
    samples: Sequence[Sample]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The record in a file; a last line that was broken off is left out. Raises `RecordInvalid`."""
        try:
            *whole, _ = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise RecordInvalid(f"{path} can't be read: {error}") from error
        try:
            heading, *samples = [json.loads(line) for line in whole]
            if heading["version"] != VERSION:
                raise RecordInvalid(f"{path} is of version {heading['version']}; this reads {VERSION}")
            return cls(_heading(heading), [_sample(one) for one in samples])
        except (ValueError, TypeError, KeyError) as error:
            raise RecordInvalid(f"{path} is no record of a run ({type(error).__name__}: {error})") from error


def heading_line(heading: Heading) -> str:
    """The first line of a record."""
    return _line({"version": VERSION, **asdict(heading)})


def sample_line(sample: Sample) -> str:
    """One more line of a record; six digits of a reading are more than it can be trusted in."""
    readings = {name: float(f"{value:.6g}") for name, value in sample.readings.items()}
    told: dict[str, object] = {"fault": sample.fault} if sample.fault else {"readings": readings}
    return _line(asdict(sample.step) | told)


def _line(content: object) -> str:
    return json.dumps(content) + "\n"


def _heading(told: dict[str, Any]) -> Heading:
    del told["version"]
    inventories = {
        framework: Inventory(**inventory | {"pinned": tuple(inventory["pinned"])})
        for framework, inventory in told.pop("inventories").items()
    }
    return Heading(**told | {"tests": tuple(told["tests"]), "loads": Loads(**told["loads"]), "inventories": inventories})


def _sample(told: dict[str, Any]) -> Sample:
    readings, fault = told.pop("readings", {}), told.pop("fault", "")
    return Sample(Step(**told), readings, fault)
