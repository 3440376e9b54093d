"""The two charts of the article of 2018, response from a remote server and load through an ORM, for all frameworks: `make charts`.

They are drawn from the newest measurement of the reference applications in data/observations.csv, and a test fails while docs/charts is
not what these figures give. What was too unsteady to be kept has no row there, and the chart says so.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib import data_folder
from chalicelib.data_folder import Seed
from rig.catalogue import App, read_catalogue
from tools.dots import Dots, Entry, drawn, multiple, ordered
from tools.tables import Table, newest, tables

ROOT = Path(__file__).resolve().parent.parent
CHARTS = ROOT / "docs" / "charts"

# How one worker takes requests, short enough to stand beside a name; what is not here is short already.
SHORT = {
    "one request at a time": "one at a time",
    "an event loop": "event loop",
    "a thread for each connection": "thread per connection",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chart is about: its file is `name`.svg, and its metrics begin with rig_`name`_latency."""

    name: str
    title: str
    does: str

    @property
    def median(self) -> str:
        """The metric of the dot."""
        return f"rig_{self.name}_latency_p50"

    @property
    def tail(self) -> str:
        """The metric of the whisker's end."""
        return f"rig_{self.name}_latency_p99"


SUBJECTS = (
    Subject("remote", "Response time for data from a remote server", "asks another server, which takes its time, and passes the answer on"),
    Subject("orm", "Load time from a database through an ORM", "reads the newest rows of a database through an ORM"),
)


def charts(seed: Seed, apps: Mapping[str, App]) -> dict[str, str]:
    """The SVG by name of the file; a subject without any figure has none."""
    found = tables(row for rows in seed.observations.values() for row in rows)
    made: dict[str, str] = {}
    for subject in SUBJECTS:
        table = newest(found.get(subject.median, {}))
        if table:
            day, medians = table
            # A whisker of another day than its dot would join what was never measured together.
            tails = found.get(subject.tail, {}).get(day, {})
            entries = [entry(one.id, one.name, apps, medians, tails) for one in seed.frameworks]
            made[f"{subject.name}.svg"] = drawn(chart(subject, entries, f"{day}"))
    return made


def entry(framework: str, name: str, apps: Mapping[str, App], medians: Table, tails: Table) -> Entry:
    """The row of a framework, coloured by how one worker of its takes requests."""
    takes = apps[framework].concurrency if framework in apps else ""
    colour = 0 if "event loop" in takes else 1 if "one request" in takes else 2
    return Entry(name, SHORT.get(takes, takes), colour, medians.get(framework), tails.get(framework))


def chart(subject: Subject, entries: list[Entry], day: str) -> Dots:
    """The chart of a subject with figures of `day`."""
    missing = any(one.figure is None for one in entries)
    return Dots(
        subject.title,
        axis="times the bare server’s time (less is better)",
        baseline="bare server = 1",
        figure=("median", "median: times the bare server’s median"),
        tail=("p99", "p99: times the same median"),
        foot=(
            f"Each application {subject.does}.",
            f"One worker each, asked at the same modest rate as a bare asyncio server. Measured on {day}.",
            *(["No figure: it was not steady, or its server is not for production; see docs/measuring.md."] if missing else []),
        ),
        description=f"{subject.title}, each as a multiple of a bare asyncio server’s own, which has no framework. {in_words(entries)}",
        entries=entries,
    )


def in_words(entries: list[Entry]) -> str:
    """All figures of a chart, the quickest first."""
    told = [
        f"{one.name} {multiple(one.figure)}" + ("" if one.tail is None else f" (p99 {multiple(one.tail)})")
        for one in ordered(entries)
        if one.figure is not None
    ]
    missing = [one.name for one in ordered(entries) if one.figure is None]
    return f"Medians, the quickest first: {', '.join(told)}." + (f" No figure: {', '.join(missing)}." if missing else "")


def write(made: Mapping[str, str], folder: Path = CHARTS) -> list[str]:
    """Leaves in the folder the charts that were made, and none of a subject that has no figures any more; says what it did."""
    said = []
    for subject in SUBJECTS:
        path = folder / f"{subject.name}.svg"
        if path.name in made:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path.name], encoding="utf-8", newline="\n")
            said.append(f"{path.name}: drawn")
        else:
            path.unlink(missing_ok=True)
            said.append(f"{path.name}: none, as data/observations.csv has no row of {subject.median}")
    return said


def main() -> int:
    """Writes docs/charts anew; returns 1 if there is nothing to draw."""
    made = charts(data_folder.read(ROOT / "data"), read_catalogue())
    print(*write(made), sep="\n")
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main())
