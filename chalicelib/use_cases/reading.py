"""A data file, read line by line whatever is in it: each line is an entry or a fault, and memory does not grow with the file.

A row is a line, in CSV too, since no text of an observation holds a line break. So a quote that is never closed costs one row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from chalicelib.storage.items import Recorded, Withdrawal
from chalicelib.storage.keys import position
from chalicelib.use_cases.json_lines import Entry, decode
from frameworth.errors import FrameworthError, InvalidRow
from frameworth.evidence import Basis, Source
from frameworth.names import shortened
from frameworth.rows import COLUMNS, observation, unguarded

# What a history has in CSV beside the columns of data/observations.csv; a file may have each of them or not. An id follows from its row.
MORE_COLUMNS = ("revision", "derived_from", "withdrawn", "id")
LONGEST_LINE = 1_000_000
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_REVISION = re.compile(r"[0-9]{1,6}", re.ASCII)
_FOREIGN = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and the number of its line, from 1."""

    number: int
    entry: Entry


Lines = Iterator[Line | InvalidRow]


def json_lines(file: BinaryIO, name: str) -> Lines:
    """The lines of a file with a JSON object a line; blank ones are passed over."""
    for number, raw in _raw_lines(file):
        yield from _made(name, number, raw, lambda text: [decode(text)])


def csv_lines(file: BinaryIO, name: str, revision: Callable[[Basis, Source], int], *, own_revisions: bool = True) -> Lines:
    """The rows of a CSV file with the columns of data/observations.csv, and any of `MORE_COLUMNS`, in any order.

    Blank lines are passed over. A row that names a revision has it, unless `own_revisions` is false; one that was withdrawn is two entries.
    """
    raw_lines = _raw_lines(file)
    try:
        header = _cells(_text(next(raw_lines, (1, b""))[1]))
    except ValueError as error:
        yield InvalidRow(name, 1, str(error))
        return
    if len(set(header)) < len(header) or not {*COLUMNS} <= {*header} <= {*COLUMNS, *MORE_COLUMNS}:
        found = f"the header is {shortened(','.join(header), 200)}, not" if header else "is empty; the first line must be"
        yield InvalidRow(name, 1, f"{found} {','.join(COLUMNS)}")
        return

    def row(text: str) -> list[Entry]:
        values = _cells(text)
        if len(values) != len(header):
            raise ValueError(f"has {len(values)} cells, not {len(header)}")
        cells = {**dict.fromkeys(MORE_COLUMNS, ""), **dict(zip(header, values, strict=True))}
        named = cells["revision"] if own_revisions else ""
        if named and not _REVISION.fullmatch(named):
            raise ValueError(f"revision {shortened(named)} is no whole number within 0..999999")
        found = observation(cells, (lambda basis, source: int(named)) if named else revision)
        found = replace(found, derived_from=tuple(cells["derived_from"].split()))
        reason = unguarded(cells["withdrawn"])
        return [Recorded(found), *([Withdrawal(found.framework, position(found), reason, "")] if reason else [])]

    for number, raw in raw_lines:
        yield from _made(name, number, raw, row)


def _made(name: str, number: int, raw: bytes, make: Callable[[str], list[Entry]]) -> Lines:
    try:
        entries = make(_text(raw))
    except (FrameworthError, ValueError) as error:
        yield InvalidRow(name, number, str(error))
    else:
        yield from (Line(number, entry) for entry in entries)


def _raw_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line that is not blank, without its end; of a line that is too long only the beginning is kept."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        part = raw
        while len(part) > LONGEST_LINE and not part.endswith(b"\n"):
            part = file.readline(LONGEST_LINE + 1)
        if number == 1:
            raw = raw.removeprefix(_BOM)
        raw = raw.rstrip(b"\r\n")
        if raw:
            yield number, raw


def _text(raw: bytes) -> str:
    if raw.startswith(_UTF_16):
        raise ValueError("is UTF-16; save the file as UTF-8")
    if len(raw) > LONGEST_LINE:
        raise ValueError(f"is longer than {LONGEST_LINE:,} bytes")
    text = raw.decode("utf-8", "surrogateescape")
    if foreign := _FOREIGN.search(text):
        byte = ord(foreign[0]) - 0xDC00
        raise ValueError(f"byte 0x{byte:02x} at character {foreign.start() + 1} is no UTF-8; save the file as UTF-8")
    return text


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise ValueError(f"is no CSV: {error}; a row is one line") from None
