"""Momentum: how much of a count was gained within two years, derived from its dated series.

Level alone lags behind what teams choose. The gain is a share of today's count, so it is bounded and a young framework needs no figure from
before it existed: what it has, it gained since its first release.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from frameworth.evidence import Observation
from frameworth.names import plain

SUFFIX = "_gain_24m"
UNIT = "percent of today's"

MONTHS = 24
# A base within these many months stands for one 24 months ago, with the gain brought to that span: snapshots are irregular.
FEWEST_MONTHS, MOST_MONTHS = 18, 36
_DAYS_A_MONTH = 365.25 / 12
_SHOWN_DIGITS = 6


def gains(series: Iterable[Observation], released: date | None) -> list[Observation]:
    """The gain at each day of one framework's series of one metric, where there is something to measure it from.

    `100 · (1 − (old/new)^(24/months))` percent of the count of that day; negative where it fell, −100 where it fell to nothing. Of several
    figures of a day the greatest by precedence counts. A framework that was not out 24 months before gained all it has: 100.
    """
    by_day: dict[date, Observation] = {}
    for row in series:
        if row.observed_on not in by_day or by_day[row.observed_on].precedence < row.precedence:
            by_day[row.observed_on] = row
    rows = [by_day[day] for day in sorted(by_day)]
    return [made for place, row in enumerate(rows) if (made := _gain(row, rows[:place], released))]


def _gain(row: Observation, earlier: list[Observation], released: date | None) -> Observation | None:
    spans = [(_months(base.observed_on, row.observed_on), base) for base in earlier if base.value > 0]
    usable = [(months, base) for months, base in spans if FEWEST_MONTHS <= months <= MOST_MONTHS]
    if usable:
        months, base = min(usable, key=lambda span: (abs(span[0] - MONTHS), span[1].observed_on))
        # What fell to nothing lost all it had; its ratio would be endless, and without a figure an older gain would stand for it.
        percent = 100 * (1 - (base.value / row.value) ** (MONTHS / months)) if row.value > 0 else -100.0
        return _derived(row, percent, f"{plain(base.value)} on {base.observed_on}", base.observed_on, row.metric)
    if row.value > 0 and released and released <= row.observed_on and _months(released, row.observed_on) <= MONTHS:
        return _derived(row, 100.0, f"nothing before its first release on {released}", released, "first_release")
    return None


def _derived(row: Observation, percent: float, since: str, base_day: date, base_name: str) -> Observation:
    return Observation(
        row.framework,
        f"{row.metric}{SUFFIX}",
        value=float(f"{percent:.{_SHOWN_DIGITS}g}"),
        unit=UNIT,
        observed_on=row.observed_on,
        basis=row.basis,
        source=row.source,
        note=f"{plain(row.value)} {row.unit}, from {since}; brought to {MONTHS} months",
        revision=row.revision,
        derived_from=(f"{row.framework}/{row.metric}/{row.observed_on}", f"{row.framework}/{base_name}/{base_day}"),
    )


def _months(start: date, end: date) -> float:
    return (end - start).days / _DAYS_A_MONTH
