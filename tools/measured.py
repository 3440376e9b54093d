"""The tables of docs/measuring.md, from the newest measurement in data/observations.csv and the records in rig/runs.

`make charts` writes them anew; a test fails while they are not what data and records give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from pathlib import Path

from chalicelib import data_folder
from chalicelib.data_folder import Seed
from frameworth.names import plain
from rig.figures import Figure, figures
from rig.samples import Record
from rig.tables import TABLES
from tools import agreement
from tools.markdown import table
from tools.orders import tau_b
from tools.tables import Table, newest, tables

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "measuring.md"
RUNS = ROOT / "rig" / "runs"

# All tables of the page: below what was timed stands what was counted.
SHOWN: Mapping[str, Mapping[str, str]] = {
    **TABLES,
    "What was counted": {
        "rig_install_size_bytes": "bytes installed",
        "rig_install_dependencies": "packages beside the framework",
        "rig_app_tokens": "tokens of the application",
    },
}
# Requests per CPU second, by which two runs are compared.
AGREEING: Mapping[str, str] = next(iter(TABLES.values()))
Figures = Mapping[str, Figure]


def blocks(seed: Seed, records: Mapping[str, Record]) -> dict[str, str]:
    """What stands between the marks of docs/measuring.md, by the name of the mark. The last two of the records are compared."""
    found = tables(row for rows in seed.observations.values() for row in rows)
    ours = {metric: table_ for metric, days in found.items() if metric.startswith("rig_") and (table_ := newest(days))}
    names = {one.id: one.name for one in seed.frameworks}
    first, second = list(records.values())[-2:]
    return {
        "figures": "\n\n".join(_tables(seed, ours)),
        "agreement": agreeing(first, second, names),
        "published": agreement.published(ours),
    }


def read_runs(folder: Path = RUNS) -> dict[str, Record]:
    """The records that are kept, by their names, which begin with the day."""
    return {path.stem: Record.read(path) for path in sorted(folder.glob("*.jsonl"))}


def agreeing(first: Record, second: Record, names: Mapping[str, str]) -> str:
    """How far two runs put the frameworks in the same order, and which of them changed places, as a table of Markdown."""
    lines = []
    for metric, title in AGREEING.items():
        one, other = served(first, metric), served(second, metric)
        steady = [name for name in one if one[name].is_steady and other[name].is_steady]
        pairs = [f"{names[a]} and {names[b]}{_apart(one, other, a, b)}" for a, b in combinations(one, 2) if _changed(one, other, a, b)]
        lines.append(
            (title, ", ".join(pairs) or "–", f"{len(one)}", _tau(one, other, list(one)), f"{len(steady)}", _tau(one, other, steady))
        )
    return table(("test", "changed places", "frameworks", "tau-b", "steady in both", "tau-b of those"), lines, words=2)


def served(record: Record, metric: str) -> dict[str, Figure]:
    """The figures of a metric by framework, the greatest first, steady or not, of all whose server is fit for production."""
    found = [
        figure
        for figure in figures(record.samples)
        if figure.measure.metric == metric and record.heading.inventories[figure.framework].production
    ]
    return {figure.framework: figure for figure in sorted(found, key=lambda one: -one.value)}


def _tau(one: Figures, other: Figures, names: list[str]) -> str:
    return agreement.shown(tau_b([one[name].value for name in names], [other[name].value for name in names]))


def _changed(one: Figures, other: Figures, ahead: str, behind: str) -> bool:
    return other[ahead].value < other[behind].value


def _apart(one: Figures, other: Figures, ahead: str, behind: str) -> str:
    """A star where the middle halves of the two lie apart in both runs, so that their rounds did not say that they may be level."""
    return "\\*" if one[ahead].low > one[behind].high and other[ahead].high < other[behind].low else ""


def _tables(seed: Seed, ours: Mapping[str, tuple[date, Table]]) -> Iterator[str]:
    for title, columns in SHOWN.items():
        lines = [
            (framework.name, *(_cell(ours[metric][1].get(framework.id)) if metric in ours else "–" for metric in columns))
            for framework in sorted(seed.frameworks, key=lambda one: one.name.casefold())
        ]
        yield f"{title}:\n\n{table(('framework', *columns.values()), lines)}"


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}" if value >= 1000 else plain(float(f"{value:.3g}"))


def filled(page: str, made: Mapping[str, str]) -> str:
    """The page with each block between its marks."""
    for name, text in made.items():
        begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        before, mark, rest = page.partition(begin)
        _, there, after = rest.partition(end)
        if there:
            page = f"{before}{mark}\n{text}\n{there}{after}"
    return page


def main() -> None:
    """Writes the page anew."""
    made = blocks(data_folder.read(ROOT / "data"), read_runs())
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    print(f"{PAGE.name}: {len(made)} blocks are written")


if __name__ == "__main__":
    main()
