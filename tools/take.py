"""Puts rows that were measured or collected into data/observations.csv, in its order: `python -m tools.take rows.csv`.

Every row is checked as the service would check it; if one is wrong, or is there already, nothing is written. With `--lacking` what is
there already stays, and only what was lacking is added: the second of two runs of a day fills the gaps of the first.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from pathlib import Path

from frameworth.rows import COLUMNS, observations

DATA = Path(__file__).resolve().parent.parent / "data" / "observations.csv"


class NotTaken(Exception):
    """Rows can't be put into the data; the message says why, a reason a line."""


def take(rows: Path, data: Path = DATA, *, lacking: bool = False) -> int:
    """Adds the rows of a file to those of the data, sorted by framework, metric and day; how many. Raises `NotTaken`.

    With `lacking` only those of which the data has none for the same framework, metric and day.
    """
    try:
        added = rows.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotTaken(f"{rows} can't be read: {error}") from error
    text = data.read_text(encoding="utf-8")
    good, faults = observations(added.splitlines(), rows.name)
    if faults:
        raise NotTaken("\n".join(map(str, faults)))
    known = {one.id for one in observations(text.splitlines(), data.name)[0]}
    if not lacking and (again := [f"{one.framework}, {one.metric}, {one.observed_on}" for one in good if one.id in known]):
        raise NotTaken("\n".join(["these are in the data already:", *again]))
    before, new = (list(csv.DictReader(one.splitlines())) for one in (text, added))
    if lacking:
        places = {_place(row) for row in before}
        new = [row for row in new if _place(row) not in places]
    with data.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(sorted([*before, *new], key=_place))
    return len(new)


def _place(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["framework"], row["metric"], row["observed_on"]


def main(arguments: list[str] | None = None) -> int:
    """Reads the option and puts the rows in; 1 if nothing was written."""
    parser = argparse.ArgumentParser(prog="python -m tools.take", description="Put rows into data/observations.csv, in its order.")
    parser.add_argument("rows", type=Path, help="a CSV file with the columns of data/observations.csv")
    parser.add_argument("--lacking", action="store_true", help="only what the data lacks for its framework, metric and day")
    asked = parser.parse_args(arguments)
    try:
        count = take(asked.rows, lacking=asked.lacking)
    except NotTaken as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count:,} rows are in data/observations.csv; say in data/README.md where they come from")
    return 0


if __name__ == "__main__":
    sys.exit(main())
