"""What use cases work with, put together once by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from frameworth.catalogue import Catalogue, Fault


@dataclass(frozen=True, slots=True)
class Service:
    """The catalogue of plugins, the store, and the day it is. `judge_faults` are those seen by this process, by criterion."""

    catalogue: Catalogue
    store: EvidenceStore
    registers: Registers
    today: Callable[[], date]
    judge_faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of a plugin that is known by now: those of the start, then those of judges."""
        return (*self.catalogue.faults, *(self.judge_faults[criterion] for criterion in sorted(self.judge_faults)))
