"""Do two measurements put the frameworks in the same order, and does ours agree with what others published?

Figures of other machines and years can't be compared, only their order can: by Kendall's tau-b, and by who changes places.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from chalicelib import data_folder
from frameworth import rows
from frameworth.names import plain
from tools.markdown import table
from tools.orders import moved, swapped, tau_b
from tools.tables import Table, newest, tables

DATA = Path(__file__).resolve().parent.parent / "data"

# The published series that measure the same as one of ours. All count requests in a time, so the greatest figure is the best.
PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "rig_json_requests_per_cpu_s": (
        "benchmarker_rps_c512",
        "benchmarker_rps_c64",
        "tfb_json_rps",
        "klen_json_rps",
        "klen_async_api_rps",
        "hello_json_requests_per_cpu_s",
    ),
    "rig_remote_requests_per_cpu_s": ("klen_remote_rps",),
    "rig_orm_requests_per_cpu_s": ("klen_orm_rps", "tfb_fortunes_orm_rps", "tfb_single_query_orm_rps", "krabarena_sqlite_crud_rps"),
    "rig_page_requests_per_cpu_s": ("klen_async_html_rps",),
}
# A figure that stands alone is no order: the only one of TechEmpower's Round 23 would hide the table before it.
LEAST = 2
MOST_MOVED = 3
HEAD = ("here", "published", "of", "farthest apart (place here, there)", "frameworks in both", "tau-b")


class NoAgreement(Exception):
    """There is nothing to compare; the message says what is missing where."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two tables agree. `first` and `second` are their figures of the frameworks in both, `days` are those of the tables."""

    metric: str
    days: tuple[date, date]
    first: Table
    second: Table

    @property
    def tau(self) -> float | None:
        """Kendall's tau-b; None where there is no order."""
        return tau_b(list(self.first.values()), list(self.second.values()))

    @classmethod
    def of(cls, metric: str, first: tuple[date, Table], second: tuple[date, Table]) -> Agreement:
        """That of two tables, each with its day."""
        names = sorted(first[1].keys() & second[1].keys())
        return cls(metric, (first[0], second[0]), {name: first[1][name] for name in names}, {name: second[1][name] for name in names})


def read(path: Path) -> dict[str, tuple[date, Table]]:
    """The newest table of each metric in a file of observations. Raises `NoAgreement` for a file that can't be read."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            found, faults = rows.observations(lines, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise NoAgreement(f"{path} can't be read: {getattr(error, 'strerror', None) or 'it is not in UTF-8'}") from error
    if faults:
        raise NoAgreement(f"{path} has {len(faults)} row(s) that can't be read, the first: {faults[0]}")
    return {metric: table for metric, days in tables(found).items() if (table := newest(days))}


def compared(first: Path, second: Path) -> list[Agreement]:
    """The agreement of two files in each metric that both have. Raises `NoAgreement` if there is none."""
    one, other = read(first), read(second)
    found = [Agreement.of(metric, one[metric], other[metric]) for metric in sorted(one.keys() & other.keys())]
    if not found:
        raise NoAgreement(f"{first} and {second} have no metric in common")
    return found


def told(found: Agreement) -> Iterator[str]:
    """A line on a metric, and one for each pair that swapped places."""
    one, other = found.days
    yield f"{found.metric}, {one} and {other}: {len(found.first)} frameworks in both, tau-b {shown(found.tau)}"
    for ahead, behind in swapped(found.first, found.second):
        then = f"{plain(found.second[ahead])} < {plain(found.second[behind])}"
        yield f"  {ahead} and {behind}: {plain(found.first[ahead])} > {plain(found.first[behind])}, then {then}"


def shown(tau: float | None) -> str:
    """Tau-b with two digits; a dash where there is no order."""
    return "–" if tau is None else f"{tau:.2f}".replace("-", "−")


def below(found: Sequence[Agreement], least: float, pattern: str) -> list[str]:
    """The metrics that match and agree less than `least`, or have no order that could agree. Raises `NoAgreement` if none matches."""
    asked = [one for one in found if fnmatchcase(one.metric, pattern)]
    if not asked:
        raise NoAgreement(f"no metric in both files matches {pattern}")
    return [one.metric for one in asked if one.tau is None or one.tau < least]


def published(ours: Mapping[str, tuple[date, Table]], folder: Path = DATA) -> str:
    """How far our figures agree with the newest table of each published series, as a table of Markdown.

    Raises `NoAgreement` if none of our metrics is there.
    """
    here = [metric for metric in PUBLISHED if metric in ours]
    if not here:
        raise NoAgreement(f"none of {', '.join(PUBLISHED)} is there")
    seed = data_folder.read(folder)
    names = {one.id: one.name for one in seed.frameworks}
    theirs = tables(row for found in seed.observations.values() for row in found)
    lines = []
    for metric in here:
        for series in PUBLISHED[metric]:
            if there := newest(theirs.get(series, {}), LEAST):
                one = Agreement.of(series, ours[metric], there)
                far = [f"{names.get(m.name, m.name)} ({m.first}, {m.second})" for m in moved(one.first, one.second)[:MOST_MOVED]]
                cells = (f"`{metric}`", f"`{series}`", f"{there[0]}", ", ".join(far) or "–", f"{len(one.first)}", shown(one.tau))
                lines.append(cells)
    return table(HEAD, lines, words=4)


def main(arguments: list[str] | None = None) -> int:
    """Prints what agrees; returns 1 if a metric agrees less than is asked, 2 if there is nothing to compare."""
    parser = _parser()
    cli = parser.parse_args(arguments)
    if (cli.published is None) == (cli.second is None) or (cli.published and cli.first):
        parser.error("name two files, or one with --published")
    if cli.least is None and cli.metrics is not None:
        parser.error("--metrics says for which metrics --least is asked")
    if cli.published and cli.least is not None:
        parser.error("--least is asked of two files")
    try:
        if cli.published:
            print(published(read(cli.published)))
            return 0
        found = compared(cli.first, cli.second)
        for one in found:
            print(*told(one), sep="\n")
        failed = [] if cli.least is None else below(found, cli.least, cli.metrics or "*")
    except NoAgreement as error:
        print(error, file=sys.stderr)
        return 2
    if failed:
        print(f"below {cli.least:g}: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.agreement",
        usage="%(prog)s FIRST.csv SECOND.csv [--least TAU [--metrics PATTERN]]\n       %(prog)s --published FILE.csv",
        description="Compare the order of frameworks by two measurements, or by ours and published ones. Files have the columns of "
        "data/observations.csv; of each metric the newest day counts.",
        epilog="Kendall's tau-b is 1 for the same order, -1 for the reverse. Exit status: 0, 1 if --least is not reached, 2 for errors.",
    )
    parser.add_argument("first", nargs="?", type=Path, metavar="FIRST.csv", help="a file of observations")
    parser.add_argument("second", nargs="?", type=Path, metavar="SECOND.csv", help="another; each metric in both is compared")
    parser.add_argument("--least", type=_tau, metavar="TAU", help="exit with 1 if a metric has a lower tau-b, or no order at all")
    parser.add_argument("--metrics", metavar="PATTERN", help="ask --least only of these, such as 'rig_*_requests_per_cpu_s'")
    parser.add_argument("--published", type=Path, metavar="FILE.csv", help="compare with the series of others in data/, as Markdown")
    return parser


def _tau(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no tau-b, which lies between -1 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
