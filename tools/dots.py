"""Dot plots as SVG: a row for each thing, a dot for its figure and a whisker to a second one, both as multiples of a baseline's.

A bar tells by its length, which says nothing on a logarithmic axis, as there is no 0 to begin at. A dot tells by its place, so that one
form does for both kinds of axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tools.svg import opening

WIDTH = 720
# Beyond this factor between the outermost marks most of them would lie in one heap on a linear axis.
WIDEST = 20.0
MOST_STEPS = 6
MOST_LABELS = 8
NO_FIGURE = "no figure"

# What ticks and steps of an axis can be.
_ROUND = [float(f"{digit}e{power}") for power in range(-6, 10) for digit in (1, 2, 5)]
_MARGIN, _GAP, _FIGURE = 16, 14, 66
_TOP, _ROW, _BELOW, _LINE = 90, 23, 60, 17
# No letter of the usual fonts is wider on average, at the size of a name and at that of a kind.
_NAME_LETTER, _KIND_LETTER = 8.0, 7.0
_STYLE = """ .row { stroke: #d0d7de; stroke-width: 1; stroke-dasharray: 1 3 }
.whisker { stroke-width: 1.5; fill: none }
.small { font-size: 12px } .muted { fill: #57606a } .bound { stroke: #57606a; stroke-width: 1.5 }"""
_DARK = " .row { stroke: #30363d } .muted { fill: #9198a1 } .bound { stroke: #9198a1 }"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a name, a kind with its place among the colours, and two figures. Without the first one it shows neither."""

    name: str
    kind: str
    colour: int
    figure: float | None
    tail: float | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Entries over one axis, with lines of text at the foot. `baseline` names what has the figure 1.

    `figure` and `tail` are the names of the two figures, short for the head of a column and in words for the key.
    """

    title: str
    axis: str
    baseline: str
    figure: tuple[str, str]
    tail: tuple[str, str]
    foot: Sequence[str]
    description: str
    entries: Sequence[Entry]


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """The smallest figure first, those without one at the end; equals by name."""
    return sorted(entries, key=lambda one: (one.figure is None, one.figure or 0.0, one.name.casefold()))


def multiple(value: float) -> str:
    """A multiple with three digits that count.

    >>> [multiple(value) for value in (0.8512, 1.316, 9.999, 12.36, 1342.0)]
    ['0.85 ×', '1.32 ×', '10.0 ×', '12.4 ×', '1,342 ×']
    """
    digits = 2 if round(value, 2) < 10 else 1 if round(value, 1) < 100 else 0
    return f"{value:,.{digits}f} ×"


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis through its ticks, from the first to the last."""

    ticks: Sequence[float]
    log: bool

    def part(self, value: float) -> float:
        """Where a value lies, from 0 at the low end to 1 at the high one."""
        low, high, at = (math.log10(one) if self.log else one for one in (self.ticks[0], self.ticks[-1], value))
        return (at - low) / (high - low)

    @property
    def labelled(self) -> Sequence[float]:
        """The ticks that have room for their number: all, or the powers of ten."""
        return self.ticks if len(self.ticks) <= MOST_LABELS else [one for one in self.ticks if math.log10(one).is_integer()]


def scale(values: Sequence[float]) -> Scale:
    """An axis for figures and the baseline's 1: from 0, or logarithmic if the outermost are more than `WIDEST` times apart."""
    low, high = min(*values, 1.0), max(*values, 1.0)
    if not _ROUND[0] <= low <= high <= _ROUND[-1]:
        raise ValueError(f"a multiple of a time lies between {_ROUND[0]:g} and {_ROUND[-1]:g}, which {low:g} to {high:g} do not")
    if high / low > WIDEST:
        first, last = max(one for one in _ROUND if one <= low), min(one for one in _ROUND if one >= high)
        return Scale([one for one in _ROUND if first <= one <= last], log=True)
    step = min(one for one in _ROUND if high / one <= MOST_STEPS)
    return Scale([round(step * number, 9) for number in range(math.ceil(round(high / step, 9)) + 1)], log=False)


def drawn(chart: Dots) -> str:
    """The chart as SVG. Raises `ValueError` if there is no figure to show, or one that is not above 0."""
    rows = ordered(chart.entries)
    values = [value for one in rows if one.figure is not None for value in (one.figure, one.tail) if value is not None]
    if not values:
        raise ValueError(f"{chart.title}: needs at least one figure")
    return "\n".join(_elements(chart, rows, scale(values))) + "\n"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns lie: kinds begin there, the dots lie between `left` and `right`, both figures end there."""

    kinds: float
    left: float
    right: float = WIDTH - _MARGIN - 2 * _FIGURE - _GAP
    figures: float = WIDTH - _MARGIN - _FIGURE
    tails: float = WIDTH - _MARGIN

    @classmethod
    def of(cls, rows: Sequence[Entry]) -> _Columns:
        """Wide enough for the longest name and kind."""
        kinds = _MARGIN + _NAME_LETTER * max(len(one.name) for one in rows) + _GAP
        return cls(kinds, kinds + _KIND_LETTER * max(len(one.kind) for one in rows) + _GAP)

    def across(self, axis: Scale, value: float) -> float:
        """Where a figure lies on the axis."""
        return round(self.left + (self.right - self.left) * axis.part(value), 1)


def _elements(chart: Dots, rows: Sequence[Entry], axis: Scale) -> Iterator[str]:
    at, bottom = _Columns.of(rows), _TOP + _ROW * len(rows)
    height = bottom + _BELOW + _LINE * len(chart.foot)
    yield from opening(WIDTH, height, chart.title, style=_STYLE, dark=_DARK, description=chart.description)
    yield f'<text class="title" x="{_MARGIN}" y="26">{escape(chart.title)}</text>'
    yield from _key(chart)
    for tick in axis.ticks:
        yield f'<path class="grid" d="M{at.across(axis, tick)} {_TOP}V{bottom}"/>'
    for tick in axis.labelled:
        yield f'<text class="small" x="{at.across(axis, tick)}" y="{bottom + 18}" text-anchor="middle">{tick:,g}</text>'
    label = f"{chart.axis}, logarithmic" if axis.log else chart.axis
    yield f'<text x="{(at.left + at.right) / 2}" y="{bottom + 40}" text-anchor="middle">{escape(label)}</text>'
    for number, line in enumerate(chart.foot):
        yield f'<text class="small muted" x="{_MARGIN}" y="{bottom + 66 + _LINE * number}">{escape(line)}</text>'
    one = at.across(axis, 1)
    yield f'<path class="bound" d="M{one} {_TOP - 4}V{bottom}"/>'
    yield f'<text class="small muted" x="{one}" y="{_TOP - 9}" text-anchor="middle">{escape(chart.baseline)}</text>'
    for end, (head, _) in ((at.figures, chart.figure), (at.tails, chart.tail)):
        yield f'<text class="small muted" x="{end}" y="{_TOP - 9}" text-anchor="end">{escape(head)}</text>'
    for place, entry in enumerate(rows):
        yield f"<g>{''.join(_row(entry, _TOP + _ROW * place + _ROW / 2, at, axis))}</g>"
    yield "</svg>"


def _row(entry: Entry, y: float, at: _Columns, axis: Scale) -> Iterator[str]:
    yield f'<text x="{_MARGIN}" y="{y + 4}">{escape(entry.name)}</text>'
    # In the colour of the dot, which needs no other key.
    yield f'<text class="small f{entry.colour}" x="{at.kinds}" y="{y + 4}">{escape(entry.kind)}</text>'
    yield f'<path class="row" d="M{at.left} {y}H{at.right}"/>'
    if entry.figure is None:
        yield f'<text class="muted" x="{at.tails}" y="{y + 4}" text-anchor="end">{NO_FIGURE}</text>'
        return
    x, tail = at.across(axis, entry.figure), "–"
    if entry.tail is not None:
        tail = multiple(entry.tail)
        yield f'<path class="whisker c{entry.colour}" d="M{x} {y}H{at.across(axis, entry.tail)}m0 -5v10"/>'
    yield f'<circle class="f{entry.colour}" cx="{x}" cy="{y}" r="5"/>'
    yield f'<text x="{at.figures}" y="{y + 4}" text-anchor="end">{multiple(entry.figure)}</text>'
    yield f'<text class="muted" x="{at.tails}" y="{y + 4}" text-anchor="end">{tail}</text>'


def _key(chart: Dots) -> Iterator[str]:
    """A dot and a whisker with what they stand for, under the title."""
    (_, figure), (_, tail) = chart.figure, chart.tail
    second = _MARGIN + 16 + _KIND_LETTER * len(figure) + _GAP
    yield f'<circle class="muted" cx="{_MARGIN + 5}" cy="46" r="5"/>'
    yield f'<text class="small" x="{_MARGIN + 16}" y="50">{escape(figure)}</text>'
    yield f'<path class="whisker bound" d="M{second} 46h22m0 -5v10"/>'
    yield f'<text class="small" x="{second + 30}" y="50">{escape(tail)}</text>'
