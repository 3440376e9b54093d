"""Everything that a table holds, entry by entry: what an import into an empty table needs to make the same again.

It is no picture of one moment: what is written meanwhile may be in it or not. But what is in it agrees with itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice

from chalicelib.storage import items, keys
from chalicelib.storage.frameworks import BeingLoaded, entry
from chalicelib.storage.items import Recorded
from chalicelib.storage.registers import Registers
from chalicelib.storage.sources import Sources
from chalicelib.storage.table import Table
from chalicelib.use_cases.json_lines import Entry, Facts

_ROWS_AT_ONCE = 1_000


def export(
    table: Table, frameworks: Collection[str] = (), progress: Callable[[str, int], None] = lambda framework, of: None
) -> Iterator[Entry]:
    """All metrics, then of each framework (all of them if none is named) its entry, facts, observations and withdrawals.

    `progress` hears which framework comes next, and of how many. Raises `UnknownFramework`, `BeingDeleted` or `BeingLoaded`: half a
    framework would be taken for a whole one.
    """
    registers, sources = Registers(table), Sources(table)
    yield from registers.metrics()
    wanted = list(dict.fromkeys(frameworks)) or [framework.id for framework in registers.frameworks()]
    for framework in wanted:
        progress(framework, len(wanted))
        yield from _framework(table, sources, framework)


def _framework(table: Table, sources: Sources, framework: str) -> Iterator[Entry]:
    partition = keys.framework(framework)
    yield entry(table, framework)
    if table.get(partition, keys.CURRENT, consistent=True) is None:
        raise BeingLoaded(framework)
    facts = table.get(partition, keys.FACTS, consistent=True)
    if facts and (known := items.facts(facts)):
        yield Facts(framework, known)
    # Before the rows: whatever is withdrawn by now is among them, so no line withdraws what no line brings.
    markers = table.query(partition, first=keys.WITHDRAWAL, last=f"{keys.WITHDRAWAL}{keys.LAST}", consistent=True)
    withdrawals = [items.withdrawal(item) for item in markers]
    rows = table.query(partition, first=keys.OBSERVATION, last=f"{keys.OBSERVATION}{keys.LAST}", consistent=True)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        found = sources.of({item["source"]["S"] for item in some})
        for item in some:
            yield Recorded(items.observation(item, found), *items.record(item))
    yield from withdrawals
