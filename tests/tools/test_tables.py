"""Tables are of one metric and one day, and of two figures for one place the one that counts is taken."""

from __future__ import annotations

from datetime import date

from frameworth.evidence import Basis, Observation, Source
from tools.tables import newest, tables

OLD, NEW = date(2020, 1, 1), date(2024, 1, 1)


def row(framework: str, value: float, day: date, *, metric: str = "speed", revision: int = 0) -> Observation:
    source = Source("a test", "https://example.org/")
    return Observation(framework, metric, value=value, unit="ms", observed_on=day, basis=Basis.MEASURED, source=source, revision=revision)


def test_a_table_holds_what_was_found_of_one_metric_on_one_day():
    rows = [row("flask", 1, NEW), row("flask", 2, OLD), row("django", 3, OLD), row("flask", 4, OLD, metric="size")]
    assert tables(rows) == {"speed": {OLD: {"flask": 2, "django": 3}, NEW: {"flask": 1}}, "size": {OLD: {"flask": 4}}}


def test_of_two_figures_for_one_day_the_higher_revision_counts():
    rows = [row("flask", 1, NEW, revision=200), row("flask", 2, NEW, revision=100)]
    assert tables(rows) == tables(rows[::-1]) == {"speed": {NEW: {"flask": 1}}}


def test_the_newest_table_is_the_newest_that_is_large_enough():
    days = {NEW: {"flask": 1.0}, OLD: {"flask": 2.0, "django": 3.0}}
    assert newest(days) == (NEW, {"flask": 1.0})
    assert newest(days, least=2) == (OLD, days[OLD])
    assert newest(days, least=3) is None
