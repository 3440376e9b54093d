"""The history of a framework: every observation that was ever appended, and the markers of those that were withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.storage import items, keys
from chalicelib.storage.items import Withdrawal
from chalicelib.storage.keys import position
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import Table
from frameworth.evidence import Observation


@dataclass(frozen=True, slots=True)
class History:
    """All observations of a framework, and the markers of those that are withdrawn, by position."""

    rows: tuple[Observation, ...]
    withdrawals: Mapping[str, Withdrawal]

    @property
    def counting(self) -> Iterator[Observation]:
        """The observations that were not withdrawn."""
        return (row for row in self.rows if position(row) not in self.withdrawals) if self.withdrawals else iter(self.rows)


def read_history(table: Table, sources: Sources, framework: str) -> History:
    """The history as it is now."""
    # Consistent: the row that raised `rev` was written before it was raised, and must not be missed under that `rev`.
    found = list(table.query(keys.framework(framework), first=keys.OBSERVATION, last=f"{keys.WITHDRAWAL}{keys.LAST}", consistent=True))
    rows = [item for item in found if item["SK"]["S"].startswith(keys.OBSERVATION)]
    withdrawals = [items.withdrawal(item) for item in found if item["SK"]["S"].startswith(keys.WITHDRAWAL)]
    known = sources.of({item["source"]["S"] for item in rows})
    return History(tuple(items.observation(item, known) for item in rows), {one.position: one for one in withdrawals})
