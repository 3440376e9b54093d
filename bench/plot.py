"""Line charts as SVG, for figures of benchmarks: axes with units, logarithmic where it fits, readable in light and dark.

No chart cuts off what it shows: a logarithmic axis runs over whole powers of ten around the figures, a linear one begins at 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tools.svg import COLOURS, opening

WIDTH, HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 176, 48, 56
# Dashes tell lines apart without any colour.
_DASHES = ("none", "7 4", "2 4")
_STYLE = """ .line { fill: none; stroke-width: 2.5 }
.bound { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 4 3 }"""
_DARK = " .bound { stroke: #9198a1 }"


@dataclass(frozen=True)
class Axis:
    """What an axis shows, with its unit."""

    label: str
    log: bool = False


@dataclass(frozen=True)
class Line:
    """A named series of points, in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """Lines over two axes; `bound` is a named height that they are to stay below."""

    title: str
    x: Axis
    y: Axis
    lines: Sequence[Line]
    bound: tuple[str, float] | None = None


def drawn(chart: Chart) -> str:
    """The chart as SVG. Raises `ValueError` if a logarithmic axis is given what has no logarithm, or nothing is to be shown."""
    xs = sorted({x for line in chart.lines for x, _ in line.points})
    ys = [y for line in chart.lines for _, y in line.points] + ([chart.bound[1]] if chart.bound else [])
    if not xs or (chart.x.log and xs[0] <= 0) or (chart.y.log and min(ys) <= 0):
        raise ValueError(f"{chart.title}: needs points, and figures above 0 on a logarithmic axis")
    x_ends, y_ends = (_scaled(chart.x, xs[0]), _scaled(chart.x, xs[-1])), _ends(chart.y, ys)
    return "\n".join(_elements(chart, xs, x_ends, y_ends)) + "\n"


def _elements(chart: Chart, xs: Sequence[float], x_ends: tuple[float, float], y_ends: tuple[float, float]) -> Iterator[str]:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def across(x: float) -> float:
        return round(_LEFT + (right - _LEFT) * _part(_scaled(chart.x, x), x_ends), 1)

    def up(y: float) -> float:
        return round(bottom - (bottom - _TOP) * _part(_scaled(chart.y, y), y_ends), 1)

    yield from opening(WIDTH, HEIGHT, chart.title, style=_STYLE, dark=_DARK)
    yield f'<text class="title" x="{_LEFT}" y="26">{escape(chart.title)}</text>'
    for y in _ticks(chart.y, y_ends):
        yield f'<path class="grid" d="M{_LEFT} {up(y)}H{right}"/><text x="{_LEFT - 8}" y="{up(y) + 4}" text-anchor="end">{y:,g}</text>'
    for x in xs:
        yield f'<path class="grid" d="M{across(x)} {bottom}v5"/><text x="{across(x)}" y="{bottom + 20}" text-anchor="middle">{x:,g}</text>'
    yield f'<text x="{(_LEFT + right) / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(_named(chart.x))}</text>'
    middle = (_TOP + bottom) / 2
    yield f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{escape(_named(chart.y))}</text>'
    labels = [(up(line.points[-1][1]), line.name, f"f{place % len(COLOURS)}") for place, line in enumerate(chart.lines)]
    if chart.bound:
        name, height = chart.bound
        yield f'<path class="bound" d="M{_LEFT} {up(height)}H{right}"/>'
        labels.append((up(height), name, ""))
    for place, line in enumerate(chart.lines):
        colour, dash = place % len(COLOURS), _DASHES[place % len(_DASHES)]
        path = "L".join(f"{across(x)} {up(y)}" for x, y in line.points)
        yield f'<path class="line c{colour}" stroke-dasharray="{dash}" d="M{path}"/>'
        yield "".join(f'<circle class="f{colour}" cx="{across(x)}" cy="{up(y)}" r="3.5"/>' for x, y in line.points)
    for height, name, kind in _apart(labels):
        yield f'<text class="{kind}" x="{right + 10}" y="{height + 4}">{escape(name)}</text>'
    yield "</svg>"


def _apart(labels: Sequence[tuple[float, str, str]], least: float = 17.0) -> list[tuple[float, str, str]]:
    """Labels from top to bottom, pushed down where they would overlap."""
    placed: list[tuple[float, str, str]] = []
    for height, name, kind in sorted(labels):
        placed.append((max(height, placed[-1][0] + least) if placed else height, name, kind))
    return placed


def _scaled(axis: Axis, value: float) -> float:
    return math.log10(value) if axis.log else value


def _part(scaled: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return (scaled - low) / (high - low) if high > low else 0.5


def _ends(axis: Axis, values: Sequence[float]) -> tuple[float, float]:
    """From one whole power of ten to another, or from 0 to a round number."""
    if axis.log:
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return low, max(high, low + 1)
    step = 10 ** math.floor(math.log10(max(*values, 1e-9)))
    return 0.0, step * math.ceil(max(values) / step)


def _ticks(axis: Axis, ends: tuple[float, float]) -> list[float]:
    low, high = ends
    return [10.0**power for power in range(int(low), int(high) + 1)] if axis.log else [low + (high - low) * part / 4 for part in range(5)]


def _named(axis: Axis) -> str:
    return f"{axis.label} (logarithmic)" if axis.log else axis.label
