"""The seed catalogue: the CSV files of `data/`, read and validated into values.

Every row is checked and every fault named with file and line; nothing is loaded from a folder with a fault in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from frameworth import rows
from frameworth.bounds import misfit
from frameworth.derive import SUFFIX, UNIT, Reference, medians, multiple_of_median, total
from frameworth.errors import FrameworthError, InvalidRow
from frameworth.evidence import MOST_NOTE, MOST_TITLE, Basis, Observation, Source
from frameworth.growth import SUFFIX as GAIN_SUFFIX
from frameworth.growth import UNIT as GAIN_UNIT
from frameworth.growth import gains
from frameworth.names import checked_name, checked_text
from frameworth.register import Fact, Framework, MetricEntry

_FRAMEWORK_COLUMNS = ("slug", "name", "pypi", "repository", "homepage", "license", "first_release", "summary")
_METRIC_COLUMNS = ("metric", "title", "unit", "direction", "factor", "description")
_ORDER_COLUMNS = ("rank", "source_title_prefix", "reason")
_DERIVED_COLUMNS = ("metric", "title", "unit", "kind", "from", "factor", "description")
_REFERENCE_COLUMNS = ("metric", "observed_on", "median", "rows")

# Files of observations, in the order in which they are read.
OBSERVATION_FILES = ("observations.csv", "article_2018.csv")
REFERENCE_FILE = "references.csv"
DERIVED_FILE = "derived.csv"

# Of two figures for one framework, metric and day the one with the higher revision counts: measured before reported before opinion, then
# the written order of sources. The revision follows from the row alone, so a row has the same key whatever else is loaded with it.
REVISION_BY_BASIS = {Basis.MEASURED: 200, Basis.REPORTED: 100, Basis.OPINION: 0}
_HIGHEST_RANK = 99

# A byte that is no UTF-8 becomes a character that no value takes, so it is a fault of its row like any other.
_FOREIGN_BYTES = "surrogateescape"

_T = TypeVar("_T")


class InvalidData(FrameworthError):
    """Rows of the data folder are wrong: `faults` names each with file and line."""

    def __init__(self, faults: list[InvalidRow]) -> None:
        self.faults = tuple(faults)
        shown = "\n  ".join(str(fault) for fault in faults[:20])
        more = f"\n  … and {len(faults) - 20} more" if len(faults) > 20 else ""
        super().__init__(f"{len(faults)} row(s) of the data folder are wrong:\n  {shown}{more}")


@dataclass(frozen=True, slots=True)
class Seed:
    """Everything that the data folder holds; derived figures are among the observations."""

    frameworks: tuple[Framework, ...]
    metrics: tuple[MetricEntry, ...]
    observations: Mapping[str, tuple[Observation, ...]]
    facts: Mapping[str, tuple[Fact, ...]]

    @property
    def size(self) -> int:
        """How many observations there are."""
        return sum(len(rows) for rows in self.observations.values())


def read(folder: Path) -> Seed:
    """The seed in `folder`. Raises `InvalidData` that names every wrong row."""
    faults: list[InvalidRow] = []
    frameworks = _read(folder, "frameworks.csv", _FRAMEWORK_COLUMNS, _framework, faults, name_of=lambda one: one.id)
    given = _read(folder, "metrics.csv", _METRIC_COLUMNS, _metric, faults, name_of=lambda one: one.name)
    registered = {metric.name: metric for metric in given}
    references = {(one.metric, one.observed_on): one for one in _references(folder, registered, faults)}
    rules = _read(
        folder, DERIVED_FILE, _DERIVED_COLUMNS, lambda cells: _rule(cells, registered), faults, name_of=lambda one: one.entry.name
    )
    derived = [*_derived_metrics(references, registered), *(rule.entry for rule in rules)]
    known = {framework.id for framework in frameworks}
    observations = _observations(folder, known, registered, faults)
    facts = _facts(folder, known, registered, faults)
    if faults:
        raise InvalidData(faults)
    multiples = [made for row in observations if (made := multiple_of_median(row, references))]
    by_framework: dict[str, list[Observation]] = {framework.id: [] for framework in frameworks}
    for row in (*observations, *multiples):
        by_framework[row.framework].append(row)
    for framework in frameworks:
        found = by_framework[framework.id]
        found += [made for rule in rules for made in rule.applied(found, framework.first_release)]
    return Seed(
        frameworks,
        tuple(sorted((*given, *derived), key=lambda metric: metric.name)),
        {framework: tuple(found) for framework, found in by_framework.items()},
        facts,
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """How one derived metric is made: `kind` is `sum` (of several metrics of a day) or `gain` (of one metric, over 24 months)."""

    entry: MetricEntry
    kind: str
    parts: tuple[str, ...]

    def applied(self, found: Sequence[Observation], released: date | None) -> list[Observation]:
        """The derived observations that one framework's own observations give."""
        if self.kind == "gain":
            return gains((row for row in found if row.metric == self.parts[0]), released)
        by_day: dict[date, dict[str, Observation]] = {}
        for row in sorted((row for row in found if row.metric in self.parts), key=lambda row: row.precedence):
            by_day.setdefault(row.observed_on, {})[row.metric] = row
        whole = (parts for _, parts in sorted(by_day.items()) if len(parts) == len(self.parts))
        return [total(self.entry.name, self.entry.unit, [parts[name] for name in self.parts]) for parts in whole]


def _rule(cells: dict[str, str], registered: Mapping[str, MetricEntry]) -> Rule:
    parts = tuple(cells["from"].split())
    if cells["kind"] not in ("sum", "gain") or not parts or (cells["kind"] == "gain" and len(parts) > 1):
        raise ValueError(f"kind {cells['kind']!r} is not sum (of several metrics) or gain (of one)")
    for part in parts:
        if part not in registered:
            raise ValueError(f"metric {part!r} is not in metrics.csv")
    if cells["kind"] == "gain" and (cells["metric"], cells["unit"]) != (f"{parts[0]}{GAIN_SUFFIX}", GAIN_UNIT):
        raise ValueError(f"a gain of {parts[0]} is called {parts[0]}{GAIN_SUFFIX}, in {GAIN_UNIT!r}")
    return Rule(replace(_metric({**cells, "direction": "higher"}), derived_from=parts), cells["kind"], parts)


def missing_references(folder: Path) -> list[Reference]:
    """The references of tables that `references.csv` does not hold yet, for metrics of which it holds one: what is to be frozen next."""
    faults: list[InvalidRow] = []
    registered = {metric.name: metric for metric in _read(folder, "metrics.csv", _METRIC_COLUMNS, _metric, faults)}
    frozen = _references(folder, registered, faults)
    known = {framework.id for framework in _read(folder, "frameworks.csv", _FRAMEWORK_COLUMNS, _framework, faults)}
    tables = medians(_observations(folder, known, registered, faults), {one.metric for one in frozen})
    if faults:
        raise InvalidData(faults)
    there = {(one.metric, one.observed_on) for one in frozen}
    return [reference for table, reference in tables.items() if table not in there]


def revisions(folder: Path) -> Callable[[Basis, Source], int]:
    """The revision of a figure by its basis and source, as the folder orders sources. Raises `InvalidData`."""
    faults: list[InvalidRow] = []
    revision = _revisions(folder, faults)
    if faults:
        raise InvalidData(faults)
    return revision


def _revisions(folder: Path, faults: list[InvalidRow]) -> Callable[[Basis, Source], int]:
    order = _read(folder, "source_order.csv", _ORDER_COLUMNS, _rank, faults)

    def revision(basis: Basis, source: Source) -> int:
        return REVISION_BY_BASIS[basis] + max((place for place, prefix in order if source.title.startswith(prefix)), default=0)

    return revision


def _observations(folder: Path, known: set[str], registered: Mapping[str, MetricEntry], faults: list[InvalidRow]) -> list[Observation]:
    revision = _revisions(folder, faults)

    def check(row: Observation) -> str | None:
        if row.framework not in known:
            return f"framework {row.framework!r} is not in frameworks.csv"
        if row.metric not in registered:
            return f"metric {row.metric!r} is not in metrics.csv"
        return misfit(row, registered[row.metric].unit) or None

    found: list[Observation] = []
    for name in OBSERVATION_FILES:
        with (folder / name).open(encoding="utf-8", errors=_FOREIGN_BYTES, newline="") as lines:
            good, bad = rows.observations(lines, name, revision=revision, check=check)
        found += good
        faults += bad
    return found


def _facts(folder: Path, known: set[str], registered: Mapping[str, MetricEntry], faults: list[InvalidRow]) -> dict[str, tuple[Fact, ...]]:
    def fact(cells: dict[str, str]) -> tuple[str, Fact]:
        if cells["framework"] not in known:
            raise ValueError(f"framework {cells['framework']!r} is not in frameworks.csv")
        if cells["metric"] not in registered:
            raise ValueError(f"metric {cells['metric']!r} is not in metrics.csv")
        return cells["framework"], Fact(
            cells["metric"],
            value=cells["value"],
            unit=cells["unit"],
            observed_on=rows.plain_date(cells["observed_on"]),
            basis=Basis(cells["basis"]),
            source=Source(cells["source_title"], cells["source_url"]),
            note=cells["note"],
        )

    by_framework: dict[str, list[Fact]] = {}
    for framework, one in _read(folder, "facts.csv", rows.COLUMNS, fact, faults):
        by_framework.setdefault(framework, []).append(one)
    return {framework: tuple(sorted(found, key=lambda one: one.metric)) for framework, found in by_framework.items()}


def _references(folder: Path, registered: Mapping[str, MetricEntry], faults: list[InvalidRow]) -> tuple[Reference, ...]:
    def reference(cells: dict[str, str]) -> Reference:
        if cells["metric"] not in registered:
            raise ValueError(f"metric {cells['metric']!r} is not in metrics.csv")
        checked_name(f"{cells['metric']}{SUFFIX}", "derived metric")
        return Reference(cells["metric"], rows.plain_date(cells["observed_on"]), rows.plain_number(cells["median"]), int(cells["rows"]))

    return _read(folder, REFERENCE_FILE, _REFERENCE_COLUMNS, reference, faults, name_of=lambda one: f"{one.metric} on {one.observed_on}")


def _read(
    folder: Path,
    name: str,
    columns: tuple[str, ...],
    make: Callable[[dict[str, str]], _T],
    faults: list[InvalidRow],
    name_of: Callable[[_T], str] | None = None,
) -> tuple[_T, ...]:
    """The values that `make` makes of the rows of one file; what it refuses goes to `faults`, and so does a second one of a name."""

    def made() -> Iterator[_T]:
        line_by_name: dict[str, int] = {}
        with (folder / name).open(encoding="utf-8", errors=_FOREIGN_BYTES, newline="") as lines:
            for line, cells in rows.dictionaries(lines, name, columns, faults):
                try:
                    one = make(cells)
                    if name_of and (first := line_by_name.setdefault(name_of(one), line)) != line:
                        raise ValueError(f"{name_of(one)!r} is there twice, first on line {first}")
                except (FrameworthError, ValueError) as error:
                    faults.append(InvalidRow(name, line, str(error)))
                else:
                    yield one

    return tuple(made())


def _framework(cells: dict[str, str]) -> Framework:
    return Framework(
        cells["slug"],
        name=cells["name"],
        package=cells["pypi"],
        repository=cells["repository"],
        homepage=cells["homepage"],
        licence=cells["license"],
        first_release=rows.plain_date(cells["first_release"]) if cells["first_release"] else None,
        summary=cells["summary"],
    )


def _metric(cells: dict[str, str]) -> MetricEntry:
    return MetricEntry(
        cells["metric"],
        title=cells["title"],
        unit=cells["unit"],
        direction=cells["direction"],
        factor=cells["factor"],
        description=cells["description"],
    )


def _rank(cells: dict[str, str]) -> tuple[int, str]:
    rank = int(cells["rank"])
    if not 1 <= rank <= _HIGHEST_RANK:
        raise ValueError(f"rank {rank} lies outside 1..{_HIGHEST_RANK}; beyond that a source would outdo a basis")
    checked_text(cells["reason"], "reason", MOST_NOTE)
    return rank, checked_text(cells["source_title_prefix"], "source_title_prefix", MOST_TITLE)


def _derived_metrics(references: Mapping[tuple[str, date], Reference], registered: Mapping[str, MetricEntry]) -> list[MetricEntry]:
    """Register entries of the derived multiples: each says what it is made from."""
    return [
        MetricEntry(
            f"{name}{SUFFIX}",
            title=f"{registered[name].title}, × median"[:80],
            unit=UNIT,
            direction="higher",
            factor=registered[name].factor,
            description=f"{name} as a multiple of the median of its table, frozen in {REFERENCE_FILE}",
            derived_from=(name,),
        )
        for name in sorted({metric for metric, _ in references})
    ]
