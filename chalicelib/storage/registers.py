"""The small lists: frameworks, known metrics, textual facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import islice

from chalicelib.storage import items, keys
from chalicelib.storage.table import Table
from frameworth.register import Fact, Framework, MetricEntry

# A framework or metric that was just added may be missing from a list for so long; an answer about it by name is never late.
LIST_LIFE_S = 60.0


class Registers:
    """Reads and writes the lists. They change rarely, so they are kept in memory for `LIST_LIFE_S` seconds."""

    def __init__(self, table: Table, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic
        self._frameworks: tuple[float, tuple[Framework, ...]] | None = None
        self._metrics: tuple[float, tuple[MetricEntry, ...]] | None = None

    def frameworks(self) -> tuple[Framework, ...]:
        """All frameworks by id, archived ones too, without those that are being deleted; at most `LIST_LIFE_S` old."""
        now = self._monotonic()
        if self._frameworks is None or now - self._frameworks[0] > LIST_LIFE_S:
            found = self._table.query_index(keys.INDEX, keys.FRAMEWORKS)
            there = [items.framework(item) for item in found if not items.is_deleting(item)]
            self._frameworks = (now, tuple(sorted(there, key=lambda framework: framework.id)))
        return self._frameworks[1]

    def frameworks_after(self, after: str, limit: int) -> tuple[list[Framework], bool]:
        """Up to `limit` frameworks by id behind `after` ("" is the start), as the index has them now, and whether more follow."""
        found = self._table.query_index(keys.INDEX, keys.FRAMEWORKS, after=after, page=limit + 1)
        some = list(islice((items.framework(item) for item in found if not items.is_deleting(item)), limit + 1))
        return some[:limit], len(some) > limit

    def forget_frameworks(self) -> None:
        """Has the list of frameworks read anew: this process has just changed it."""
        self._frameworks = None

    def framework(self, framework_id: str) -> Framework | None:
        """One framework, or None; also while it is being deleted."""
        item = self._table.get(keys.framework(framework_id), keys.META)
        return items.framework(item) if item and not items.is_deleting(item) else None

    def facts(self, framework_id: str) -> tuple[Fact, ...]:
        """The textual facts of a framework."""
        item = self._table.get(keys.framework(framework_id), keys.FACTS)
        return items.facts(item) if item else ()

    def metrics(self) -> tuple[MetricEntry, ...]:
        """All known metrics by name; at most `LIST_LIFE_S` old."""
        now = self._monotonic()
        if self._metrics is None or now - self._metrics[0] > LIST_LIFE_S:
            self._metrics = (now, tuple(items.metric(item) for item in self._table.query(keys.METRICS, first="0", last=keys.LAST)))
        return self._metrics[1]

    def put_metrics(self, entries: Iterable[MetricEntry]) -> None:
        """Writes register entries of metrics."""
        self._table.batch_put(items.metric_item(entry) for entry in entries)
        self._metrics = None

    def put_facts(self, framework_id: str, facts: Iterable[Fact]) -> None:
        """Replaces the textual facts of a framework."""
        self._table.put(items.facts_item(framework_id, facts))

    def reachable(self) -> None:
        """Makes one small read; raises `StorageUnavailable` if the table can't be reached."""
        self._table.get(keys.METRICS, "-")
