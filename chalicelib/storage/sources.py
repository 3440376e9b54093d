"""Sources by id. A source never changes, for its id is made of its content; so what was read once is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chalicelib.storage import items, keys
from chalicelib.storage.table import Table
from frameworth.evidence import Source


class Sources:
    """Reads and writes the register of sources."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[str, Source] = {}

    def of(self, wanted: Collection[str]) -> Mapping[str, Source]:
        """Sources by id, these among them. Raises `UnreadableItem` if the register lacks one."""
        for lost in self.missing(wanted):
            raise items.UnreadableItem(keys.SOURCES, lost, "it is not there, and figures name it")
        return self._known

    def missing(self, wanted: Collection[str]) -> list[str]:
        """Which of these ids the register lacks; all of it is read when this process knows none yet, since one Query brings hundreds."""
        still = set(wanted) - self._known.keys()
        if still and not self._known:
            self._known.update(items.source(item) for item in self._table.query(keys.SOURCES, first="0", last=keys.LAST))
            still -= self._known.keys()
        if still:
            # Consistent: a source was written before the row that names it, but a replica may have the row first.
            found = self._table.batch_get([(keys.SOURCES, one) for one in sorted(still)], consistent=True)
            self._known.update(items.source(item) for item in found)
        return sorted(still - self._known.keys())

    def put(self, source: Source) -> None:
        """Writes a source unless it is known."""
        if source.id not in self._known:
            self._table.put_new(items.source_item(source))
            self._known[source.id] = source
