from __future__ import annotations

import csv
import re
import shutil
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from chalicelib import data_folder
from chalicelib.data_folder import InvalidData, Seed
from chalicelib.local import DATA
from frameworth.derive import SUFFIX, Reference
from frameworth.evidence import Basis, Evidence, Observation

FILES = (
    "observations.csv",
    "article_2018.csv",
    "derived.csv",
    "facts.csv",
    "frameworks.csv",
    "metrics.csv",
    "references.csv",
    "source_order.csv",
)


def cells_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class Folder:
    """A copy of the data folder, with the first hundred observations, to put faults into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in FILES:
            shutil.copy(DATA / name, path / name)
        lines = (path / "observations.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (path / "observations.csv").write_text("".join(lines[:101]), encoding="utf-8")

    def sound_row(self, name: str) -> dict[str, str]:
        return cells_of(self.path / name)[0]

    def add(self, name: str, /, **cells: str) -> int:
        """Adds the file's first row once more with other cells; answers the line it is on."""
        row = {**self.sound_row(name), **cells}
        with (self.path / name).open("a", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerow(row.values())
        return self.lines(name)

    def add_text(self, name: str, text: str) -> int:
        with (self.path / name).open("a", encoding="utf-8", newline="") as lines:
            lines.write(f"{text}\n")
        return self.lines(name)

    def lines(self, name: str) -> int:
        return len((self.path / name).read_bytes().splitlines())

    def faults(self) -> list[str]:
        with pytest.raises(InvalidData) as raised:
            data_folder.read(self.path)
        return [str(fault) for fault in raised.value.faults]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="module")
def real() -> Seed:
    return data_folder.read(DATA)


class TestTheRealFolder:
    def test_holds_what_its_readme_says(self, real: Seed) -> None:
        given = [row for rows in real.observations.values() for row in rows if not row.derived_from]
        assert len(real.frameworks) == 16
        assert len(given) == 4_884 + 47
        by_rule = {row["metric"] for row in cells_of(DATA / "derived.csv")}
        assert len([metric for metric in real.metrics if not metric.name.endswith(SUFFIX) and metric.name not in by_rule]) == 177
        assert sum(len(facts) for facts in real.facts.values()) == 95
        assert Counter(row.basis for row in given) == {
            Basis.REPORTED: 2_832 + 11,
            Basis.MEASURED: 2_052,
            Basis.OPINION: 36,
        }

    def test_derives_one_multiple_of_each_row_of_a_table_with_a_reference(self, real: Seed) -> None:
        tables = {(row["metric"], row["observed_on"]) for row in cells_of(DATA / "references.csv")}
        rows = [row for name in data_folder.OBSERVATION_FILES for row in cells_of(DATA / name)]
        expected = Counter(
            (row["framework"], f"{row['metric']}{SUFFIX}", row["observed_on"])
            for row in rows
            if (row["metric"], row["observed_on"]) in tables
        )
        derived = [row for rows in real.observations.values() for row in rows if row.metric.endswith(SUFFIX)]
        assert Counter((row.framework, row.metric, row.observed_on.isoformat()) for row in derived) == expected
        assert {row.metric for row in derived} == {metric.name for metric in real.metrics if metric.name.endswith(SUFFIX)}

    def test_counts_what_is_built_in_without_counting_anything_twice(self, real: Seed) -> None:
        django = {row.metric: row for row in real.observations["django"] if row.observed_on == date(2026, 11, 22)}
        assert (django["application_features"].value, django["site_features"].value) == (10, 4)
        application, site = (set(django[name].derived_from) for name in ("application_features", "site_features"))
        assert (len(application), len(site), application & site) == (10, 4, set())
        for name, framework in (("application_features", "flask"), ("site_features", "robyn")):
            rows = {row.metric: row for row in real.observations[framework]}
            assert rows[name].value == sum(rows[parent.split("/")[1]].value for parent in rows[name].derived_from)

    def test_derives_what_was_gained_within_two_years(self, real: Seed) -> None:
        gained = {row.observed_on: row for row in real.observations["fastapi"] if row.metric == "github_stars_gain_24m"}
        assert gained[date(2020, 7, 1)].value == 100
        assert gained[date(2020, 7, 1)].derived_from == ("fastapi/github_stars/2020-07-01", "fastapi/first_release/2018-12-15")
        stars = {row.observed_on: row.value for row in real.observations["fastapi"] if row.metric == "github_stars"}
        last = gained[max(gained)]
        base = date.fromisoformat(last.derived_from[1].rsplit("/", 1)[1])
        months = (last.observed_on - base).days / (365.25 / 12)
        assert last.value == pytest.approx(100 * (1 - (stars[base] / stars[last.observed_on]) ** (24 / months)), abs=0.001)

    def test_lists_metrics_in_order_and_derived_ones_with_their_unit(self, real: Seed) -> None:
        names = [metric.name for metric in real.metrics]
        assert names == sorted(set(names))
        units = {metric.name: metric.unit for metric in real.metrics}
        assert all(row.unit == units[row.metric] for rows in real.observations.values() for row in rows)

    def test_holds_no_row_twice(self, real: Seed) -> None:
        ids = [row.id for rows in real.observations.values() for row in rows]
        assert len(ids) == len(set(ids))

    def test_knows_the_first_release_of_every_framework(self, real: Seed) -> None:
        assert {one.id: one.first_release for one in real.frameworks}["django"] == date(2005, 7, 13)
        assert all(one.first_release for one in real.frameworks)

    def test_has_references_that_are_the_medians_of_their_tables(self) -> None:
        tables: dict[tuple[str, str], list[float]] = defaultdict(list)
        for row in cells_of(DATA / "observations.csv"):
            tables[row["metric"], row["observed_on"]].append(float(row["value"]))
        references = cells_of(DATA / "references.csv")
        assert len(references) == 29
        for row in references:
            figures = tables[row["metric"], row["observed_on"]]
            assert float(row["median"]) == pytest.approx(statistics.median(figures), rel=1e-12)
            assert int(row["rows"]) == len(figures)

    def test_misses_no_reference(self) -> None:
        assert data_folder.missing_references(DATA) == []


# How the readme's table names a source, and how the title of that source begins.
PREFIXES: Mapping[str, str] = {
    "GitHub ranking": "EvanLi/Github-Ranking",
    "best-of history": "ml-tooling/best-of-web-python project history",
    "sunnysid3up": "sunnysid3up/",
    "Django 5.2.19": "Django 5.2.19",
    "Django 6.1.3": "django 6.1.3",
}
README_ROW = re.compile(r"^\| (.+?) \| `(\w+)` \| (\d{4}-\d\d-\d\d) \| ([\d,]+) \| (.+?) \| ([\d,]+) \| (.+?) \|$", re.MULTILINE)

Listed = list[tuple[str, str, date, float, str, float, str]]
Doubles = dict[tuple[str, str, date], list[Observation]]


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.fixture(scope="module")
def listed(real: Seed) -> Listed:
    """The rows of the readme's table."""
    ids = {one.name: one.id for one in real.frameworks}
    return [
        (ids[name], metric, date.fromisoformat(day), number(used), PREFIXES[used_from], number(other), PREFIXES[other_from])
        for name, metric, day, used, used_from, other, other_from in README_ROW.findall((DATA / "README.md").read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def doubles(real: Seed) -> Doubles:
    """All rows that share framework, metric and day with another."""
    groups: Doubles = defaultdict(list)
    for rows in real.observations.values():
        for row in rows:
            groups[row.framework, row.metric, row.observed_on].append(row)
    return {key: rows for key, rows in groups.items() if len(rows) > 1}


class TestTwoFiguresOfOneDay:
    """The readme's table says which one is used."""

    def test_are_the_fourteen_that_the_readme_lists(self, listed: Listed, doubles: Doubles) -> None:
        assert len(listed) == 14
        assert {row[:3] for row in listed} == set(doubles)

    def test_are_decided_as_the_readme_says(self, real: Seed, listed: Listed, doubles: Doubles) -> None:
        for framework, metric, day, used, used_from, other, other_from in listed:
            figure = Evidence.of(framework, real.observations[framework], as_of=day).figures[metric]
            assert (figure.value, figure.source.title.startswith(used_from)) == (used, True)
            (loser,) = [row for row in doubles[framework, metric, day] if row.figure != figure]
            assert (loser.value, loser.source.title.startswith(other_from)) == (other, True)

    def test_are_never_left_to_chance(self, doubles: Doubles) -> None:
        assert all(len({row.revision for row in rows}) == len(rows) for rows in doubles.values())

    def test_are_decided_by_basis_before_source(self, folder: Folder) -> None:
        given = {"metric": "github_stars", "unit": "stars", "observed_on": "2001-01-01"}
        folder.add("observations.csv", **given, value="1", basis="opinion", source_title="EvanLi/Github-Ranking of the day")
        folder.add("observations.csv", **given, value="2", basis="reported", source_title="EvanLi/Github-Ranking of the day")
        folder.add("observations.csv", **given, value="3", basis="measured", source_title="someone")
        framework = folder.sound_row("observations.csv")["framework"]
        rows = [row for row in data_folder.read(folder.path).observations[framework] if row.observed_on == date(2001, 1, 1)]
        assert [row.value for row in sorted(rows, key=lambda row: row.precedence)] == [1, 2, 3]

    def test_take_the_highest_rank_that_matches_the_title(self, folder: Folder) -> None:
        folder.add("source_order.csv", rank="9", source_title_prefix="EvanLi/Github-Ranking, mended")
        given = {"metric": "github_stars", "unit": "stars", "observed_on": "2001-01-01", "basis": "reported"}
        folder.add("observations.csv", **given, value="1", source_title="EvanLi/Github-Ranking, mended copy")
        folder.add("observations.csv", **given, value="2", source_title="EvanLi/Github-Ranking")
        framework = folder.sound_row("observations.csv")["framework"]
        found = Evidence.of(framework, data_folder.read(folder.path).observations[framework], as_of=date(2001, 1, 1))
        assert found.figures["github_stars"].value == 1


class TestMissingReferences:
    METRIC = "benchmarker_rps_c512"

    def add_table(self, folder: Folder, *values: str) -> None:
        unit = next(row["unit"] for row in cells_of(DATA / "metrics.csv") if row["metric"] == self.METRIC)
        for framework, value in zip(("django", "flask", "fastapi", "sanic"), values, strict=False):
            folder.add("observations.csv", framework=framework, metric=self.METRIC, unit=unit, value=value, observed_on="2027-01-31")

    def test_are_found_when_a_table_is_added(self, folder: Folder) -> None:
        self.add_table(folder, "100", "400", "200", "300")
        assert data_folder.missing_references(folder.path) == [Reference(self.METRIC, date(2027, 1, 31), 250, 4)]

    def test_are_none_for_a_table_too_small_to_have_a_middle(self, folder: Folder) -> None:
        self.add_table(folder, "100", "400")
        assert data_folder.missing_references(folder.path) == []

    def test_are_none_for_metrics_that_have_no_reference_at_all(self, folder: Folder) -> None:
        for framework in ("django", "flask", "fastapi"):
            folder.add("observations.csv", framework=framework, metric="github_stars", unit="stars", value="7", observed_on="2027-01-31")
        assert data_folder.missing_references(folder.path) == []

    def test_are_none_once_they_are_frozen_and_then_multiples_are_derived(self, folder: Folder) -> None:
        self.add_table(folder, "100", "400", "200", "300")
        folder.add("references.csv", metric=self.METRIC, observed_on="2027-01-31", median="250", rows="4")
        assert data_folder.missing_references(folder.path) == []
        derived = [row for row in data_folder.read(folder.path).observations["flask"] if row.metric == f"{self.METRIC}{SUFFIX}"]
        assert [(row.value, row.observed_on, row.unit) for row in derived] == [(1.6, date(2027, 1, 31), "times the median")]
        assert derived[0].derived_from == (f"flask/{self.METRIC}/2027-01-31", f"median/{self.METRIC}/2027-01-31")

    def test_are_not_looked_for_in_a_folder_with_a_fault(self, folder: Folder) -> None:
        line = folder.add("observations.csv", value="much")
        with pytest.raises(InvalidData, match=f"observations.csv, line {line}"):
            data_folder.missing_references(folder.path)


OBSERVATION_FAULTS = [
    ("value", "much", "no plain decimal number"),
    ("value", "NaN", "no plain decimal number"),
    ("value", "nan", "no plain decimal number"),
    ("value", "inf", "no plain decimal number"),
    ("value", "1e5", "no plain decimal number"),
    ("value", "1,000", "no plain decimal number"),
    ("value", " 1", "no plain decimal number"),
    ("value", "１", "no plain decimal number"),
    ("value", "1000000000000001", "beyond"),
    ("value", "0.1234567890123456", "no plain decimal number"),
    ("value", "1234567.123456789", "more than 15 significant digits"),
    ("observed_on", "20261122", "write YYYY-MM-DD"),
    ("observed_on", "22.11.2026", "write YYYY-MM-DD"),
    ("observed_on", "2026-02-30", "no day of the calendar"),
    ("observed_on", "0000-01-01", "no day of the calendar"),
    ("framework", "nobody", "framework 'nobody' is not in frameworks.csv"),
    ("framework", "Django", "no framework id"),
    ("framework", "a#CUR", "no framework id"),
    ("metric", "made_up", "metric 'made_up' is not in metrics.csv"),
    ("metric", "Stars", "no name"),
    ("metric", "hello_json_requests_per_cpu_s_vs_median", "is not in metrics.csv"),
    ("unit", "furlongs", "unit 'furlongs' of app_build_cpu_ms should be 'ms'"),
    ("basis", "guessed", "basis 'guessed' is none of measured, reported, opinion"),
    ("basis", "Measured", "basis 'Measured' is none of"),
    ("source_url", "ftp://x", "is no address"),
    ("source_url", "https://x y", "is no address"),
    ("source_title", "t" * 201, "has 201 characters"),
    ("note", "n" * 1001, "has 1001 characters"),
    ("note", "two\nlines", "control character"),
    *((column, "", f"{column} is empty") for column in ("framework", "metric", "value", "unit", "observed_on", "basis")),
    *((column, "", f"{column} is empty") for column in ("source_title", "source_url")),
]

OTHER_FAULTS = [
    ("article_2018.csv", {"value": "NaN"}, "no plain decimal number"),
    ("article_2018.csv", {"framework": "nobody"}, "is not in frameworks.csv"),
    ("frameworks.csv", {"slug": "Big Django"}, "no framework id"),
    ("frameworks.csv", {"slug": ""}, "no framework id"),
    ("frameworks.csv", {"slug": "new", "first_release": "long ago"}, "write YYYY-MM-DD"),
    ("frameworks.csv", {"slug": "new", "name": ""}, "is empty"),
    ("frameworks.csv", {}, "'django' is there twice"),
    ("metrics.csv", {"metric": "Bad-Name"}, "no name"),
    ("metrics.csv", {"metric": "new", "direction": "up"}, "direction 'up' is none of higher, lower, none"),
    ("metrics.csv", {"metric": "new", "unit": ""}, "is empty"),
    ("metrics.csv", {}, "'app_build_cpu_ms' is there twice"),
    ("facts.csv", {"framework": "nobody"}, "framework 'nobody' is not in frameworks.csv"),
    ("facts.csv", {"metric": "made_up"}, "metric 'made_up' is not in metrics.csv"),
    ("facts.csv", {"basis": "guessed"}, "'guessed'"),
    ("facts.csv", {"observed_on": "2026"}, "write YYYY-MM-DD"),
    ("facts.csv", {"value": ""}, "is empty"),
    ("facts.csv", {"source_url": "nowhere"}, "is no address"),
    ("references.csv", {"observed_on": "2030-01-01", "median": "0"}, "median above 0"),
    ("references.csv", {"observed_on": "2030-01-01", "median": "-5"}, "median above 0"),
    ("references.csv", {"observed_on": "2030-01-01", "median": "NaN"}, "no plain decimal number"),
    ("references.csv", {"observed_on": "2030-01-01", "rows": "2"}, "3 rows or more"),
    ("references.csv", {"observed_on": "2030-01-01", "rows": "many"}, "'many'"),
    ("references.csv", {"observed_on": "today"}, "write YYYY-MM-DD"),
    ("references.csv", {"metric": "made_up"}, "metric 'made_up' is not in metrics.csv"),
    ("references.csv", {"median": "1"}, "'benchmarker_rps on 2018-12-28' is there twice, first on line 2"),
    ("source_order.csv", {"rank": "first"}, "'first'"),
    ("source_order.csv", {"rank": "100"}, "rank 100 lies outside 1..99"),
    ("source_order.csv", {"source_title_prefix": ""}, "is empty"),
    ("source_order.csv", {"rank": "0"}, "rank 0 lies outside 1..99"),
]


class TestAFault:
    @pytest.mark.parametrize(("column", "cell", "told"), OBSERVATION_FAULTS, ids=lambda value: repr(value)[:24])
    def test_in_an_observation_is_named_with_file_and_line(self, column: str, cell: str, told: str, folder: Folder) -> None:
        line = folder.add("observations.csv", **{column: cell})
        (fault,) = folder.faults()
        assert fault.startswith(f"observations.csv, line {line}: ")
        assert told in fault

    @pytest.mark.parametrize(("name", "cells", "told"), OTHER_FAULTS, ids=lambda value: str(value)[:40])
    def test_in_another_file_is_named_with_file_and_line(self, name: str, cells: dict[str, str], told: str, folder: Folder) -> None:
        line = folder.add(name, **cells)
        (fault,) = folder.faults()
        assert fault.startswith(f"{name}, line {line}: ")
        assert told in fault

    @pytest.mark.parametrize("name", FILES)
    def test_in_a_header_is_named(self, name: str, folder: Folder) -> None:
        path = folder.path / name
        text = path.read_text(encoding="utf-8")
        path.write_text(f"x{text}", encoding="utf-8")
        assert any(fault.startswith(f"{name}, line 1: the header is 'x") for fault in folder.faults())

    @pytest.mark.parametrize("name", FILES)
    def test_an_empty_file_is_one(self, name: str, folder: Folder) -> None:
        (folder.path / name).write_text("", encoding="utf-8")
        assert any(fault.startswith(f"{name}, line 1: the header is ''") for fault in folder.faults())

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("change", ["cut", "lengthened"])
    def test_a_row_with_too_few_or_too_many_cells_is_one(self, change: str, name: str, folder: Folder) -> None:
        row = (folder.path / name).read_text(encoding="utf-8").splitlines()[1]
        line = folder.add_text(name, "a,b" if change == "cut" else f"{row},more")
        (fault,) = folder.faults()
        assert fault.startswith(f"{name}, line {line}: has ")

    def test_a_row_that_is_there_twice_is_one(self, folder: Folder) -> None:
        line = folder.add("observations.csv")
        assert folder.faults() == [f"observations.csv, line {line}: is the same as line 2"]

    def test_a_second_figure_that_differs_is_none(self, folder: Folder) -> None:
        folder.add("observations.csv", note="another note")
        assert data_folder.read(folder.path).size

    @pytest.mark.parametrize("name", FILES)
    def test_text_that_is_not_utf_8_is_one(self, name: str, folder: Folder) -> None:
        cells = folder.sound_row(name)
        column = list(cells)[-1] if name != "references.csv" else "median"
        line = folder.add(name, **{**cells, column: "na\xefve"})
        path = folder.path / name
        path.write_bytes(path.read_bytes().replace("na\xefve".encode(), b"na\xefve"))
        assert any(fault.startswith(f"{name}, line {line}: ") for fault in folder.faults())

    def test_a_metric_whose_multiple_would_have_no_name_is_one(self, folder: Folder) -> None:
        name = "m" * 39
        folder.add("metrics.csv", metric=name)
        line = folder.add("references.csv", metric=name)
        (fault,) = folder.faults()
        assert fault.startswith(f"references.csv, line {line}: ")

    def test_a_stray_quote_is_one(self, folder: Folder) -> None:
        line = folder.add_text("facts.csv", 'django,"a"b,c,d,e,f,g,h,i')
        (fault,) = folder.faults()
        assert fault.startswith(f"facts.csv, line {line}: is no CSV")


class TestFaults:
    def test_are_all_told_at_once(self, folder: Folder) -> None:
        expected = [
            f"observations.csv, line {folder.add('observations.csv', value='much')}",
            f"observations.csv, line {folder.add('observations.csv', observed_on='never')}",
            f"article_2018.csv, line {folder.add('article_2018.csv', framework='nobody')}",
            f"facts.csv, line {folder.add('facts.csv', metric='made_up')}",
            f"frameworks.csv, line {folder.add('frameworks.csv', slug='new', first_release='1')}",
            f"metrics.csv, line {folder.add('metrics.csv', metric='new', direction='up')}",
            f"references.csv, line {folder.add('references.csv', observed_on='2030-01-01', rows='1')}",
            f"source_order.csv, line {folder.add('source_order.csv', rank='first')}",
        ]
        assert sorted(fault.split(":")[0] for fault in folder.faults()) == sorted(expected)

    def test_are_counted_in_the_message_and_the_first_twenty_told_in_full(self, folder: Folder) -> None:
        for place in range(23):
            folder.add("observations.csv", value=f"x{place}")
        with pytest.raises(InvalidData) as raised:
            data_folder.read(folder.path)
        message = str(raised.value)
        assert message.startswith("23 row(s) of the data folder are wrong:")
        assert message.endswith("… and 3 more")
        assert message.count("observations.csv, line") == 20

    def test_of_a_row_do_not_hide_the_rows_behind_it(self, folder: Folder) -> None:
        folder.add("observations.csv", value="much")
        folder.add("observations.csv", note="a sound row")
        last = folder.add("observations.csv", unit="furlongs")
        faults = folder.faults()
        assert len(faults) == 2
        assert faults[1].startswith(f"observations.csv, line {last}")


def test_a_sound_copy_is_read(folder: Folder) -> None:
    """Without this the tests above could pass for a fault in the copy."""
    found = data_folder.read(folder.path)
    given = [row for rows in found.observations.values() for row in rows if not row.derived_from]
    assert len(given) == 100 + 47


def test_a_row_has_the_same_id_whatever_else_is_loaded_with_it(folder: Folder, real: Seed) -> None:
    rows = (row for rows in data_folder.read(folder.path).observations.values() for row in rows)
    few = {row.id for row in rows if not row.metric.endswith("_gain_24m")}  # a gain is measured from the rows before it
    assert few <= {row.id for rows in real.observations.values() for row in rows}


def test_every_framework_is_there_even_without_a_row(folder: Folder) -> None:
    folder.add("frameworks.csv", slug="brand-new", first_release="")
    found = data_folder.read(folder.path)
    assert found.observations["brand-new"] == ()
    assert {one.id: one.first_release for one in found.frameworks}["brand-new"] is None
