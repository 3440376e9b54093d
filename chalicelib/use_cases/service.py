"""What use cases work with, put together once by `bootstrap`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.idempotency import Idempotency
from chalicelib.storage.profiles import Profiles
from chalicelib.storage.registers import Registers
from chalicelib.storage.secret import Secret
from chalicelib.storage.tokens import Tokens
from frameworth.catalogue import Catalogue, Fault
from frameworth.deadline import Clock
from frameworth.judgements import Judgements

_LOG = logging.getLogger("chalicelib")


@dataclass(frozen=True, slots=True)
class Service:
    """The catalogue of plugins, what the table keeps, the day it is, and a clock (seconds) that limits judges; without one nothing does.

    `trace` hears of each call of a plugin's observer. `seen_faults` are those that this process saw while it answered, `judgements` what
    it found out then.
    """

    catalogue: Catalogue
    store: EvidenceStore
    registers: Registers
    profiles: Profiles
    tokens: Tokens
    idempotency: Idempotency
    secret: Secret
    today: Callable[[], date]
    clock: Clock | None = None
    monotonic: Clock = time.monotonic
    trace: Callable[[str, str, str], None] = lambda plugin, hook, outcome: None
    seen_faults: dict[tuple[str, str, str], Fault] = field(default_factory=dict)
    judgements: Judgements = field(default_factory=Judgements)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of a plugin that is known by now: those of the start, then those seen while answering."""
        return (*self.catalogue.faults, *(self.seen_faults[key] for key in sorted(self.seen_faults)))

    def remember(self, fault: Fault, offer: str) -> None:
        """Keeps a fault of one `offer` for /health, and logs it the first time."""
        key = (fault.plugin, fault.stage.value, offer)
        if key not in self.seen_faults:
            _LOG.warning("plugin %s failed at stage %s: %s", fault.plugin, fault.stage, fault.error)
        self.seen_faults[key] = fault
