"""Reasons in words. Every figure that a sentence names carries its date and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from frameworth.bounds import one_of
from frameworth.findings import Reading
from frameworth.shown import shown_score, whole_points

if TYPE_CHECKING:
    from frameworth.scorecard import Row

UNKNOWN = "unknown"
# Differences that a person would call none: half of what one shown decimal of 100 can tell apart.
_NO_DIFFERENCE = 0.0005


def number(value: float) -> str:
    """A figure as people write it: 294,455 or 12.5, never 1e+06."""
    return f"{value:,.0f}" if value == int(value) else f"{Decimal(repr(value)):,f}"


def quantity(value: float, unit: str) -> str:
    """A figure with its unit: `294,455 bytes`, `10.5 %`, `yes`, `5 on a scale of 1-5`, `place 12`.

    Figures that are worked out of others are told with three digits, for they are no more exact than those.
    """
    match unit.split(" ", 1):
        case ["boolean"] if value in (0, 1):
            return "yes" if value else "no"
        case ["percent"]:
            return f"{number(value)} %"
        case ["percent", of]:
            return f"{number(_to_three_digits(value))} % {of}"
        case ["times", of]:
            return f"{number(_to_three_digits(value))} times {of}"
        case ["rank"]:
            return f"place {number(value)}"
        case ["ordinal", scale]:
            return f"{number(value)} on a scale of {scale}"
        case _:
            return f"{number(value)} {one_of(unit) if value == 1 else unit}"


def _to_three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def in_words(readings: Sequence[Reading]) -> str:
    """Why a criterion has its value: the strongest and the weakest known figure, and what is missing."""
    known = sorted((reading for reading in readings if reading.figure), key=lambda reading: (-reading.value, reading.indicator.name))
    if not known:
        return UNKNOWN
    parts = [f"strongest: {_figure_in_words(known[0])}" if len(known) > 1 else _figure_in_words(known[0])]
    if len(known) > 1:
        parts.append(f"weakest: {_figure_in_words(known[-1])}")
    missing = [reading.indicator.title.lower() for reading in readings if not reading.figure]
    if missing:
        parts.append(f"no figure: {', '.join(missing)}")
    return "; ".join(parts)


def _figure_in_words(reading: Reading) -> str:
    figure = reading.figure
    assert figure is not None
    worth = whole_points(shown_score(reading.value))
    return (
        f"{reading.indicator.title.lower()} {quantity(figure.value, reading.metric.unit)}, worth {worth} of 100 "
        f"({figure.basis}, {figure.observed_on.isoformat()}, {figure.source.title})"
    )


def lead_in_words(leader: Row, runner_up: Row, titles: Mapping[str, str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Why one row is ahead of another: where each gains, by points of 100. Frameworks are called as `names` has them by id, else by id."""
    first, second = (names.get(row.framework, row.framework) for row in (leader, runner_up))
    gains = {name: leader.points[name] - runner_up.points[name] for name in leader.points}
    ahead = sorted((name for name, gain in gains.items() if gain > _NO_DIFFERENCE), key=lambda name: (-gains[name], name))
    behind = sorted((name for name, gain in gains.items() if gain < -_NO_DIFFERENCE), key=lambda name: (gains[name], name))

    def listed(names: list[str]) -> str:
        return ", ".join(f"{titles[name].lower()} ({100 * abs(gains[name]):.1f})" for name in names)

    if not ahead and not behind:
        return f"{first} and {second} are level on everything that counts."
    sentence = f"{first} gains on {listed(ahead)}" if ahead else f"{first} gains on nothing"
    return f"{sentence}; {second} on {listed(behind)}." if behind else f"{sentence}; nothing that counts speaks for {second}."
