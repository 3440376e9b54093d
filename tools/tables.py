"""Figures of one metric as tables: one day, a figure for each framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from frameworth.evidence import Observation

Table = Mapping[str, float]


def tables(rows: Iterable[Observation]) -> dict[str, dict[date, Table]]:
    """The figures by metric, day and framework, the newest day last. Of two for the same day the one that counts is taken."""
    found: dict[str, dict[date, dict[str, float]]] = {}
    for row in sorted(rows, key=lambda row: row.precedence):
        found.setdefault(row.metric, {}).setdefault(row.observed_on, {})[row.framework] = row.value
    return {metric: dict(days) for metric, days in found.items()}


def newest(days: Mapping[date, Table], least: int = 1) -> tuple[date, Table] | None:
    """The newest table with figures of `least` frameworks or more."""
    return max(((day, table) for day, table in days.items() if len(table) >= least), key=lambda pair: pair[0], default=None)
