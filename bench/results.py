"""What a benchmark found, as a table with a heading: shown on a terminal, and written to bench/RESULTS.md."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

_WIDTH = 110
DISTRIBUTIONS = ("boto3", "chalice", "pluggy", "pydantic")


class CanNotRun(Exception):
    """A part that a benchmark needs is not on this machine; says which, and how to get it."""


@dataclass(frozen=True)
class Bound:
    """A promise about a figure: it is to stay at or below `most`, in the figure's own unit."""

    what: str
    found: float
    most: float
    unit: str = "×"

    @property
    def holds(self) -> bool:
        """Whether it was kept."""
        return self.found <= self.most

    def __str__(self) -> str:
        word = "holds" if self.holds else "MISSED"
        return f"{self.what}: {self.found:,.2f} {self.unit}, at most {self.most:,.2f} {self.unit}: {word}"


@dataclass(frozen=True)
class Found:
    """One table. The first column names what a row is about; all others are figures, set to the right."""

    title: str
    method: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    bounds: Sequence[Bound] = ()
    notes: Sequence[str] = ()


def machine() -> str:
    """What the figures hang on, in a line: Python, processor, system and the distributions that matter."""
    versions = ", ".join(f"{name} {version(name)}" for name in DISTRIBUTIONS)
    return f"Python {platform.python_version()}, {platform.machine()}, {_processor()}, {platform.system()}; {versions}"


def _processor() -> str:
    """The processor's name where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "processor unknown")


def as_text(found: Found) -> str:
    """The table for a terminal."""
    rows = [list(found.columns), *map(list, found.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(found.columns))]
    lines = [
        "  ".join(cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    said = (fill(line, _WIDTH, subsequent_indent="  ") for line in (*map(str, found.bounds), *found.notes))
    return "\n".join((f"\n{found.title}", fill(found.method, _WIDTH), "", *lines, "", *said))


def as_markdown(found: Found) -> str:
    """The table for bench/RESULTS.md."""
    rule = ["---", *("---:" for _ in found.columns[1:])]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (found.columns, rule, *found.rows))
    said = [f"- {line}" for line in (*map(str, found.bounds), *found.notes)]
    return "\n\n".join(part for part in (f"## {found.title}", found.method, table, "\n".join(said)) if part)


def show(found: Sequence[Found]) -> None:
    """Prints tables, under a line about the machine."""
    print(machine())
    for one in found:
        print(as_text(one))
    sys.stdout.flush()
