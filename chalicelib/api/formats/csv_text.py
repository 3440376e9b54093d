"""Answers as CSV (RFC 4180): a header, a row a line, lines that end as in data/, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.use_cases.reading import MORE_COLUMNS
from frameworth.names import plain
from frameworth.rows import COLUMNS, guarded

_SCORES = ("rank", "tied", "framework", "score", "low", "high", "known", "confidence", "opinion_share", "reason")
_FRAMEWORKS = ("framework", "name", "package", "repository", "homepage", "licence", "first_release", "status", "summary")
# No text that was checked holds one of these; whatever else comes by keeps to its line too.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def scores_csv(card: Mapping[str, Any]) -> str:
    """A scorecard, as its JSON has it: a row for each framework that is shown, then one for each that is not ranked, with its reason.

    After the fixed columns each criterion has one with its score, empty where nothing is known. A criterion that is called as a fixed
    column has `criterion:` before its name.
    """
    criteria = list(card["weights"])
    header = [*_SCORES, *(f"criterion:{name}" if name in _SCORES else name for name in criteria)]

    def row(of: Mapping[str, Any]) -> list[Any]:
        scores = {one["criterion"]: one["score"] for one in of.get("criteria", ())}
        return [*(of.get(column) for column in _SCORES), *(scores.get(name) for name in criteria)]

    return _text(header, (row(one) for one in (*card["ranking"], *card["not_ranked"])))


def frameworks_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The catalogue's entries, a row for each."""
    return _text(_FRAMEWORKS, ([row[column] for column in _FRAMEWORKS] for row in rows))


def observations_csv(framework: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A framework's history: the columns of data/observations.csv and, behind them, revision, what a figure is derived from, the reason for
    which one was withdrawn, and its id. `python -m chalicelib import` makes the same history of it."""
    return _text(
        (*COLUMNS, *MORE_COLUMNS),
        (
            [
                framework,
                row["metric"],
                row["value"],
                row["unit"],
                row["observed_on"],
                row["basis"],
                row["source"]["title"],
                row["source"]["url"],
                row["note"],
                row["revision"],
                " ".join(row.get("derived_from", ())),
                row["withdrawn"]["reason"] if "withdrawn" in row else "",
                row["id"],
            ]
            for row in rows
        ),
    )


def _text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return plain(value)
        case _:
            return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", guarded(str(value)))
