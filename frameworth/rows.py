"""CSV rows of figures, read strictly: every fault is named with file and line, and good rows don't suffer for bad ones.

The columns are those of `data/observations.csv`. Text goes in, values come out: nothing here opens a file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from frameworth.errors import FrameworthError, InvalidRow
from frameworth.evidence import Basis, Observation, Source
from frameworth.names import shortened

COLUMNS = ("framework", "metric", "value", "unit", "observed_on", "basis", "source_title", "source_url", "note")
# The columns whose cells may hold any text.
_TEXTS = ("unit", "source_title", "source_url", "note")
# What a spreadsheet takes for a formula, the full-width signs of some of them included, behind any apostrophes and blanks.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,15})?", re.ASCII)
_PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def dictionaries(
    lines: Iterable[str], file: str, columns: tuple[str, ...], faults: list[InvalidRow]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each well-formed row; a wrong header or a wrong number of cells goes to `faults`."""
    reader = csv.reader(lines, strict=True)
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            # The reader goes on with the next line, so one stray quote costs one row.
            faults.append(InvalidRow(file, reader.line_num, f"is no CSV: {error}"))
            continue
        if header is None:
            header = cells or []
            if tuple(header) != columns:
                faults.append(InvalidRow(file, 1, f"the header is {shortened(','.join(header), 200)}, not {','.join(columns)}"))
                return
        elif cells is None:
            return
        elif len(cells) == len(columns):
            yield reader.line_num, dict(zip(columns, cells, strict=True))
        else:
            faults.append(InvalidRow(file, reader.line_num, f"has {len(cells)} cells, not {len(columns)}"))


def observations(
    lines: Iterable[str],
    file: str,
    *,
    revision: Callable[[Basis, Source], int] = lambda basis, source: 0,
    check: Callable[[Observation], str | None] = lambda observation: None,
) -> tuple[list[Observation], list[InvalidRow]]:
    """The observations of a CSV file and the faults of its other rows.

    `revision` says which of two figures of one day counts (the higher); `check` may refuse a row by returning a reason.
    """
    good: list[Observation] = []
    faults: list[InvalidRow] = []
    line_by_id: dict[str, int] = {}
    for line, cells in dictionaries(lines, file, COLUMNS, faults):
        try:
            made = observation(cells, revision)
            fault = check(made)
            if fault:
                raise ValueError(fault)
            if made.id in line_by_id:
                raise ValueError(f"is the same as line {line_by_id[made.id]}")
        except (FrameworthError, ValueError) as error:
            faults.append(InvalidRow(file, line, str(error)))
        else:
            line_by_id[made.id] = line
            good.append(made)
    return good, faults


def guarded(text: str) -> str:
    """Text for a cell that no spreadsheet runs: led by an apostrophe if it looks like a formula, or like text that was guarded before.

    Source: OWASP, CSV Injection.

    >>> guarded("-1, 0 or 1")
    "'-1, 0 or 1"
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made a cell of; what it never writes, such as a bare `-1, 0 or 1`, is taken as it stands.

    >>> unguarded("'-1, 0 or 1")
    '-1, 0 or 1'
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def plain_date(text: str) -> date:
    """A date written YYYY-MM-DD; raises `ValueError` for any other form (Python alone would also take 20180531)."""
    if not _PLAIN_DATE.fullmatch(text):
        raise ValueError(f"{shortened(text)} is no date; write YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shortened(text)} is no day of the calendar") from None


def plain_number(text: str) -> float:
    """A number in plain decimals; raises `ValueError` for NaN, exponents, separators and blanks, all of which `float` would take."""
    if not _PLAIN_NUMBER.fullmatch(text):
        raise ValueError(f"value {shortened(text)} is no plain decimal number")
    return float(text)


def observation(cells: Mapping[str, str], revision: Callable[[Basis, Source], int]) -> Observation:
    """The observation in the cells of one row, by column; texts may be guarded. Raises `ValueError` or `InvalidValue`."""
    cells = {**cells, **{column: unguarded(cells[column]) for column in _TEXTS}}
    for column in COLUMNS[:-1]:
        if not cells[column]:
            raise ValueError(f"{column} is empty; only note may be")
    if cells["basis"] not in list(Basis):
        raise ValueError(f"basis {shortened(cells['basis'])} is none of {', '.join(Basis)}")
    basis, source = Basis(cells["basis"]), Source(cells["source_title"], cells["source_url"])
    return Observation(
        cells["framework"],
        cells["metric"],
        value=plain_number(cells["value"]),
        unit=cells["unit"],
        observed_on=plain_date(cells["observed_on"]),
        basis=basis,
        source=source,
        note=cells["note"],
        revision=revision(basis, source),
    )
