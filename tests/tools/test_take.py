"""Rows go into the data in its order, all or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from frameworth.rows import COLUMNS
from tools.take import DATA, NotTaken, take

HEADER = ",".join(COLUMNS)
FLASK = 'flask,stars,2,stars,2026-01-01,measured,A page,https://example.org/,"with a comma, and more"'
DJANGO = "django,stars,1,stars,2026-01-01,measured,A page,https://example.org/,"


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in (HEADER, *lines)), encoding="utf-8")
    return path


def test_rows_stand_where_they_belong(tmp_path: Path) -> None:
    data = written(tmp_path / "data.csv", DJANGO, FLASK.replace("stars,2", "words,7"))
    assert take(written(tmp_path / "rows.csv", FLASK, DJANGO.replace("2026", "2025")), data) == 2
    expected = [HEADER, DJANGO.replace("2026", "2025"), DJANGO, FLASK, FLASK.replace("stars,2", "words,7")]
    assert data.read_text(encoding="utf-8").splitlines() == expected


def test_the_data_is_in_that_order_and_form(tmp_path: Path) -> None:
    copy = tmp_path / "observations.csv"
    copy.write_bytes(DATA.read_bytes())
    assert take(written(tmp_path / "rows.csv"), copy) == 0
    assert copy.read_bytes() == DATA.read_bytes()


@pytest.mark.parametrize(
    ("line", "said"),
    [(FLASK, "these are in the data already:\nflask, stars, 2026-01-01"), (FLASK.replace(",2,", ",many,"), "many")],
)
def test_if_one_is_wrong_or_there_already_nothing_is_written(tmp_path: Path, line: str, said: str) -> None:
    data = written(tmp_path / "data.csv", FLASK)
    before = data.read_bytes()
    with pytest.raises(NotTaken, match=said):
        take(written(tmp_path / "rows.csv", DJANGO, line), data)
    assert data.read_bytes() == before


def test_what_is_lacking_is_taken_from_a_second_measurement_and_the_first_one_stays(tmp_path: Path) -> None:
    data = written(tmp_path / "data.csv", FLASK)
    assert take(written(tmp_path / "rows.csv", DJANGO, FLASK.replace(",2,", ",3,")), data, lacking=True) == 1
    assert data.read_text(encoding="utf-8").splitlines() == [HEADER, DJANGO, FLASK]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match=r"missing\.csv can't be read"):
        take(tmp_path / "missing.csv")
