"""Which tables are compared, what is said of them, and how a run ends."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from chalicelib import data_folder
from frameworth.rows import COLUMNS
from tools.agreement import PUBLISHED, NoAgreement, main, published, read

JSON, ORM, LATENCY = "rig_json_requests_per_cpu_s", "rig_orm_requests_per_cpu_s", "rig_json_latency_p50"
DAY, BEFORE = "2026-11-25", "2026-11-01"


@pytest.fixture
def file(tmp_path):
    """Writes a file of observations: name of the file, then rows of framework, metric, value and day."""

    def write(name, *rows):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as lines:
            made = csv.writer(lines)
            made.writerow(COLUMNS)
            for framework, metric, value, day in rows:
                made.writerow((framework, metric, value, "times the baseline", day, "measured", "a test", "https://example.org/", ""))
        return tmp_path / name

    return write


def figures(metric, day=DAY, **values):
    return [(framework, metric, value, day) for framework, value in values.items()]


@pytest.fixture
def first(file):
    return file("first.csv", *figures(JSON, flask=3, django=2, falcon=1), *figures(ORM, flask=2, django=1))


@pytest.fixture
def second(file):
    return file(
        "second.csv", *figures(JSON, flask=3, django=1, falcon=2, quart=9), *figures(LATENCY, flask=1), *figures(ORM, flask=7, django=6)
    )


def test_each_metric_in_both_is_told_with_its_tau_and_the_pairs_that_swapped(first, second, capsys):
    assert main([str(first), str(second)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{JSON}, {DAY} and {DAY}: 3 frameworks in both, tau-b 0.33",
        "  django and falcon: 2 > 1, then 1 < 2",
        f"{ORM}, {DAY} and {DAY}: 2 frameworks in both, tau-b 1.00",
    ]


def test_only_the_newest_day_of_a_metric_counts(file, first, capsys):
    older = file("older.csv", *figures(JSON, BEFORE, flask=1, django=2, falcon=3), *figures(JSON, flask=30, django=20, falcon=10))
    assert main([str(first), str(older)]) == 0
    assert f"{JSON}, {DAY} and {DAY}: 3 frameworks in both, tau-b 1.00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (["--least", "0.9"], 1),
        (["--least", "0.3"], 0),
        (["--least", "1", "--metrics", "rig_orm_*"], 0),
        (["--least", "1", "--metrics", "rig_*"], 1),
    ],
)
def test_too_little_agreement_in_a_metric_that_is_asked_for_ends_with_one(first, second, asked, status, capsys):
    assert main([str(first), str(second), *asked]) == status
    assert (JSON in capsys.readouterr().err) is bool(status)


def test_what_has_no_order_does_not_agree(file, capsys):
    one, other = file("one.csv", *figures(JSON, flask=1, django=1)), file("other.csv", *figures(JSON, flask=1, django=2))
    assert main([str(one), str(other), "--least", "-1"]) == 1
    assert "tau-b –" in capsys.readouterr().out


def test_a_pattern_that_no_metric_matches_is_an_error(first, second, capsys):
    assert main([str(first), str(second), "--least", "0", "--metrics", "rig_page_*"]) == 2
    assert capsys.readouterr().err == "no metric in both files matches rig_page_*\n"


def test_files_without_a_common_metric_are_an_error(file, first, capsys):
    other = file("other.csv", *figures(LATENCY, flask=1))
    assert main([str(first), str(other)]) == 2
    assert capsys.readouterr().err == f"{first} and {other} have no metric in common\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read: No such file or directory"),
        (b"\xff\xfe", "can't be read: it is not in UTF-8"),
        (b"", "has 1 row(s) that can't be read, the first: broken.csv, line 1: the header is"),
        (
            f"{','.join(COLUMNS)}\nflask,{JSON},many,".encode(),
            "has 1 row(s) that can't be read, the first: broken.csv, line 2: has 4 cells",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_that_says_why(tmp_path, first, content, said, capsys):
    broken = tmp_path / "broken.csv"
    if content is not None:
        broken.write_bytes(content)
    assert main([str(first), str(broken)]) == 2
    assert capsys.readouterr().err.startswith(f"{broken} {said}")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["one.csv"],
        ["one.csv", "--published", "two.csv"],
        ["one.csv", "two.csv", "--published", "three.csv"],
        ["one.csv", "two.csv", "--metrics", "*"],
        ["one.csv", "two.csv", "--least", "1.1"],
        ["one.csv", "two.csv", "--least", "much"],
        ["--published", "one.csv", "--least", "0"],
    ],
)
def test_arguments_that_say_nothing_clear_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "python -m tools.agreement: error: " in capsys.readouterr().err


def lines(made):
    """The cells of each line of a table of Markdown, without its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in made.splitlines()[2:]]


@pytest.fixture
def folder(tmp_path, project, file):
    """A data folder with three frameworks and two published series."""
    made = tmp_path / "data"
    made.mkdir()
    rows = [
        *figures("tfb_json_rps", "2019-12-16", flask=30, django=20, falcon=10, quart=5),
        *figures("tfb_json_rps", "2020-01-01", flask=99),
        *figures("tfb_single_query_orm_rps", "2019-12-16", django=1, falcon=2),
        *figures("klen_json_rps", "2015-01-01", flask=9, django=8, falcon=1),
        *figures("klen_json_rps", "2016-01-01", falcon=9, django=8, flask=1),
    ]
    for path in (project / "data").glob("*.csv"):
        kept = path.read_text(encoding="utf-8").splitlines(keepends=True)
        several = path.name in ("observations.csv", "article_2018.csv", "facts.csv", "references.csv")
        (made / path.name).write_text("".join(kept[:1] if several else kept), encoding="utf-8")
    text = file("published.csv", *rows).read_text(encoding="utf-8").replace("times the baseline", "requests/s")
    (made / "observations.csv").write_text(text, encoding="utf-8")
    return made


def test_ours_are_compared_with_the_newest_published_table_that_is_an_order(folder, first):
    made = lines(published(read(first), folder))
    assert made == [
        [f"`{JSON}`", "`tfb_json_rps`", "2019-12-16", "–", "3", "1.00"],
        [f"`{JSON}`", "`klen_json_rps`", "2016-01-01", "Falcon (3, 1), Flask (1, 3)", "3", "−1.00"],
        [f"`{ORM}`", "`tfb_single_query_orm_rps`", "2019-12-16", "–", "1", "–"],
    ]


def test_no_more_than_three_are_named_that_differ(folder, file):
    made = file("made.csv", *figures(JSON, quart=9, falcon=8, django=7, flask=6))
    assert lines(published(read(made), folder))[0][3] == "Flask (4, 1), Quart (1, 4), Django (3, 2)"


def test_a_file_without_any_of_our_figures_is_an_error(folder, file):
    with pytest.raises(NoAgreement, match=f"none of {JSON}, .* is there"):
        published(read(file("other.csv", *figures(LATENCY, flask=1))), folder)


def test_every_series_that_is_named_is_a_series_of_the_data(project):
    known = {row.metric for rows in data_folder.read(project / "data").observations.values() for row in rows}
    assert {series for several in PUBLISHED.values() for series in several} <= known


def test_every_published_series_has_its_line_over_the_real_data(project, file):
    made = file("made.csv", *(row for metric in PUBLISHED for row in figures(metric, flask=2, django=1, fastapi=3)))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tools.agreement", "--published", str(made)], cwd=project, capture_output=True, text=True, check=True
    )
    assert [cells[1].strip("`") for cells in lines(done.stdout)] == [series for several in PUBLISHED.values() for series in several]
