"""Seed a table from the reviewed catalogue in `data/`; doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.data_folder import Seed
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers


def seed(found: Seed, store: EvidenceStore, registers: Registers, progress: Callable[[int], None] = lambda written: None) -> None:
    """Writes registers, facts and observations; `progress` hears how many observations were written. Interrupted, it can be run again."""
    registers.put_metrics(found.metrics)
    for framework in found.frameworks:
        # The catalogue entry first: a load is refused while the framework is being deleted, and must leave nothing in it then.
        store.load(framework, found.observations[framework.id], progress)
        registers.put_facts(framework.id, found.facts.get(framework.id, ()))
