import doctest
import io
from itertools import count

import pytest

from frameworth import rows
from frameworth.evidence import Basis
from tests.frameworth.builders import DAY

HEADER = "framework,metric,value,unit,observed_on,basis,source_title,source_url,note"
CELLS = {
    "framework": "alpha",
    "metric": "speed",
    "value": "12.5",
    "unit": "points",
    "observed_on": "2026-06-15",
    "basis": "measured",
    "source_title": "A benchmark",
    "source_url": "https://example.org",
    "note": "",
}
GOOD = ",".join(CELLS.values())


def line(**cells):
    return ",".join((CELLS | cells).values())


def read(*lines, **how):
    text = io.StringIO("".join(f"{one}\n" for one in lines), newline="")
    good, faults = rows.observations(text, "figures.csv", **how)
    return good, [str(fault) for fault in faults]


def test_a_row_becomes_an_observation():
    [row], faults = read(HEADER, line(note='"a note, with a comma"'))
    assert faults == []
    assert (row.framework, row.metric, row.value, row.unit) == ("alpha", "speed", 12.5, "points")
    assert (row.observed_on, row.basis, row.source.title, row.note) == (DAY, Basis.MEASURED, "A benchmark", "a note, with a comma")


def test_a_revision_is_given_by_basis_and_source():
    [row], _ = read(HEADER, GOOD, revision=lambda basis, source: 7 if basis is Basis.MEASURED and source.title == "A benchmark" else 0)
    assert row.revision == 7


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        *[({column: ""}, f"{column} is empty; only note may be") for column in CELLS if column != "note"],
        ({"framework": "Alpha"}, "'Alpha' is no framework id"),
        ({"metric": "Speed"}, "'Speed' is no name"),
        *[
            ({"value": value}, "is no plain decimal number")
            for value in ("NaN", "nan", "inf", "-inf", "1e5", "1E5", " 5", "5 ", "+5", "1_000", ".5", "5.", "--5", "0x10", "five", "١", "-")
        ],
        ({"value": '"1,000"'}, "is no plain decimal number"),
        ({"value": "9" * 17}, "is no plain decimal number"),
        ({"value": "1000000000000001"}, "beyond ±1e15"),
        ({"value": "0.1234567890123456"}, "is no plain decimal number"),
        ({"value": "123.1234567890123"}, "more than 15 significant digits"),
        *[
            ({"observed_on": day}, "is no date; write YYYY-MM-DD")
            for day in ("20180531", "2018-5-31", "31.05.2018", "2018-W22-4", "2018-05-31T00:00", " 2018-05-31", "yesterday")
        ],
        ({"observed_on": "2018-02-30"}, "'2018-02-30' is no day of the calendar"),
        ({"observed_on": "0000-01-01"}, "is no day of the calendar"),
        ({"basis": "rumour"}, "basis 'rumour' is none of measured, reported, opinion"),
        ({"basis": "Measured"}, "basis 'Measured' is none of"),
        ({"source_title": " "}, "source title: is empty"),
        ({"source_url": "example.org"}, "source url: 'example.org' is no address"),
        ({"note": "a\x07b"}, "note on speed of alpha: holds a control character"),
        ({"note": "x" * 1001}, "note on speed of alpha: has 1001 characters"),
        ({"note": "one,too,many"}, "has 11 cells, not 9"),
        ({"note": '"on two\nlines"'}, "holds a control character"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line_and_the_good_ones_stay(cells, fault):
    good, faults = read(HEADER, GOOD, line(**cells), line(value="3"))
    assert [row.value for row in good] == [12.5, 3]
    [said] = faults
    assert said.startswith("figures.csv, line 4: " if "\n" in cells.get("note", "") else "figures.csv, line 3: ")
    assert fault in said


def test_every_wrong_row_is_named_at_once():
    _, faults = read(HEADER, line(value="x"), GOOD, line(basis="x"), "too,few")
    assert [said.split(":")[0] for said in faults] == [f"figures.csv, line {number}" for number in (2, 4, 5)]


def test_a_blank_line_is_named():
    good, faults = read(HEADER, GOOD, "", line(value="3"))
    assert len(good) == 2
    assert faults == ["figures.csv, line 3: has 0 cells, not 9"]


@pytest.mark.parametrize("broken", ['"a"b,c', '"alpha"speed,1'])
def test_a_row_with_a_stray_quote_does_not_take_the_rows_after_it_along(broken):
    good, faults = read(HEADER, GOOD, broken, line(value="3"))
    assert [row.value for row in good] == [12.5, 3]
    [said] = faults
    assert said.startswith("figures.csv, line 3: is no CSV: ")


def test_a_quote_that_never_ends_is_named():
    good, faults = read(HEADER, GOOD, 'alpha,"speed,1')
    assert len(good) == 1
    [said] = faults
    assert "is no CSV: unexpected end of data" in said


def test_a_header_that_is_no_csv_is_named():
    good, faults = read('"a"b', GOOD)
    assert good == []
    assert faults[0].startswith("figures.csv, line 1: is no CSV")


@pytest.mark.parametrize("header", ["", HEADER.upper(), HEADER.removesuffix(",note"), f"{HEADER},more", f"\ufeff{HEADER}", GOOD])
def test_another_header_is_named_and_no_row_is_read(header):
    good, faults = read(header, GOOD)
    assert good == []
    [said] = faults
    assert said.startswith("figures.csv, line 1: the header is ")
    assert HEADER in said


def test_an_empty_file_lacks_its_header():
    assert read()[1] == [f"figures.csv, line 1: the header is '', not {HEADER}"]


def test_a_row_that_is_there_twice_is_named_with_its_first_line():
    good, faults = read(HEADER, GOOD, line(value="3"), GOOD)
    assert len(good) == 2
    assert faults == ["figures.csv, line 4: is the same as line 2"]


def test_a_check_may_refuse_a_row_with_its_reason():
    good, faults = read(HEADER, GOOD, line(value="3"), check=lambda row: "too slow" if row.value < 5 else None)
    assert [row.value for row in good] == [12.5]
    assert faults == ["figures.csv, line 3: too slow"]


def test_a_fault_says_file_line_and_what_apart():
    _, [fault] = rows.observations([HEADER, line(value="x")], "figures.csv")
    assert (fault.file, fault.line) == ("figures.csv", 2)
    assert "plain decimal" in fault.fault


def test_rows_are_read_one_by_one():
    lines = (HEADER if number == 0 else GOOD for number in count())
    numbered = rows.dictionaries(lines, "figures.csv", rows.COLUMNS, [])
    assert [next(numbered)[0] for _ in range(3)] == [2, 3, 4]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("-1.5", -1.5), ("007", 7), ("0.000000000000001", 1e-15)])
def test_a_plain_number_is_read(text, number):
    assert rows.plain_number(text) == number


def test_a_text_that_was_guarded_from_a_spreadsheet_is_read_as_it_was():
    [row], faults = read(HEADER, line(unit=rows.guarded("-1 or 1"), note=rows.guarded("=see below")))
    assert faults == []
    assert (row.unit, row.note) == ("-1 or 1", "=see below")


@pytest.mark.parametrize("text", ["-1 or 1", "'quoted' by hand", "it's", "'", ""])
def test_a_text_that_nobody_guarded_is_taken_as_it_stands(text):
    assert rows.unguarded(text) == text


def test_an_apostrophe_makes_no_number_of_a_text():
    good, [fault] = read(HEADER, line(value="'-1"))
    assert good == []
    assert "no plain decimal number" in fault


def test_the_examples_hold():
    assert doctest.testmod(rows).failed == 0
