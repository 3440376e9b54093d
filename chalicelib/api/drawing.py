"""Points as pictures: bars of boxes that need no script and no style of their own. The page's script moves the same boxes."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.api.formats.html_text import escaped
from chalicelib.api.page_model import assumed
from frameworth.findings import Finding
from frameworth.scorecard import Row
from frameworth.shown import shown_score, whole_points

# Criteria that have a colour of their own; the others share a pattern and are told apart by their names.
_COLOURS = 7


def swatch(place: int) -> str:
    """What a criterion, by its place, looks like in bars."""
    return f'<i class="{_colour(place)}"></i>'


def bar(row: Row, titles: Mapping[str, str], *, adds_up: bool) -> str:
    """What each criterion adds, and over it the part that stands in for figures; then the span in which the score may lie.

    A score that is no sum of points is one box.
    """
    parts: list[str] = []
    said: list[str] = []
    at = 0.0
    for place, (name, finding) in enumerate(row.findings.items()) if adds_up else ():
        points, stand_in = row.points[name], row.weights[name] * assumed(finding)
        said.append(f"{titles[name]} {100 * points:.1f}")
        parts.append(_box(at, points, _colour(place)))
        parts.append(_box(at + points - stand_in, stand_in, "hatched"))
        at += points
    if not adds_up:
        said, parts = [f"{shown_score(row.score):.1f} of 100"], [_box(0, row.score, "c6")]
    return (
        f'<svg class="bar" role="img" aria-label="{escaped(", ".join(said))}">{"".join(parts)}'
        f"{_line(row.low, row.high, 20, 20)}{_line(row.low, row.low, 17, 23)}{_line(row.high, row.high, 17, 23)}</svg>"
    )


def worth(place: int, finding: Finding) -> str:
    """A score of a criterion with a small bar, hatched as far as it stands in for figures."""
    if finding.known <= 0:
        text = f'<span class="gap">unknown</span> <small>{whole_points(shown_score(finding.value))} of 100 stands in</small>'
    else:
        text = f"<b>{whole_points(shown_score(finding.value))}</b> <small>of 100</small>"
    part = assumed(finding)
    # Drawn as exactly as the number beside it is told: of a hundred such bars each digit more takes as many bytes.
    boxes = _box(0, finding.value, _colour(place), 0) + (_box(finding.value - part, part, "hatched", 0) if part else "")
    return f'{text}<svg class="worth" aria-hidden="true">{boxes}</svg>'


def _at(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}%"


def _colour(place: int) -> str:
    return f"c{min(place, _COLOURS)}"


def _box(start: float, length: float, colour: str, digits: int = 1) -> str:
    place = f' x="{_at(start, digits)}" width="{_at(length, digits)}"' if length > 0 else ""
    return f'<rect class="{colour}"{place} height="15"/>'


def _line(start: float, end: float, top: int, bottom: int) -> str:
    return f'<line class="span" x1="{_at(start)}" x2="{_at(end)}" y1="{top}" y2="{bottom}"/>'
