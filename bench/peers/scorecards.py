"""Current figures out of the table into values, and values into a ranking: what the peers share. The summing is theirs.

`model.json` beside this file holds criteria, indicators, metrics and profiles as data; `bench.peers_job` writes it from the plugins.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

MODEL: dict[str, Any] = json.loads(Path(__file__).with_name("model.json").read_text(encoding="utf-8"))
CRITERIA: tuple[str, ...] = tuple(MODEL["criteria"])
BASES = {"m": "measured", "r": "reported", "o": "opinion"}
# Below this share of known weight a framework is listed under the ranking.
ENOUGH_KNOWN = 0.6

Item = Mapping[str, Mapping[str, Any]]
# Values of frameworks (rows) by criterion (columns) and weights in, a score for each row out.
WeightedSum = Callable[[Sequence[Sequence[float]], Sequence[float]], Sequence[float]]


def value_function(anchors: Mapping[str, Any]) -> Callable[[float], float]:
    """A figure's value before it is cut to 0..1."""
    match anchors:
        case {"form": "log", "zero": zero, "one": one}:
            low, span = math.log1p(zero), math.log1p(one) - math.log1p(zero)
            return lambda x: (math.log1p(x) - low) / span if x > -1 else -math.inf
        case {"form": "ratio", "baseline": baseline, "worst": worst}:
            return lambda x: 1 - math.log(x / baseline) / math.log(worst) if x > 0 else math.inf
        case {"form": "place", "worst": worst}:
            return lambda x: 1 - math.log(x) / math.log(worst) if x > 0 else math.inf
        case {"form": "reciprocal", "zero": zero, "one": one}:
            return lambda x: (1 / x - 1 / zero) / (1 / one - 1 / zero) if x > 0 else math.copysign(math.inf, zero - one)
        case {"form": "piecewise", "knees": knees}:
            return lambda x: interpolated(knees, x)
        case {"form": "levels", "levels": table}:
            steps = [level for level, _ in table]
            return lambda x: table[max(0, bisect_right(steps, x) - 1)][1]
    raise ValueError(f"no value function has the form {anchors}")


def interpolated(knees: Sequence[tuple[float, float]], x: float) -> float:
    """The value on straight lines between knees, level beyond them."""
    at = bisect_right(knees, x, key=lambda knee: knee[0])
    if at in (0, len(knees)):
        return knees[min(at, len(knees) - 1)][1]
    (x0, v0), (x1, v1) = knees[at - 1], knees[at]
    return v0 + (x - x0) * (v1 - v0) / (x1 - x0)


@dataclass(frozen=True, slots=True)
class Column:
    """One indicator on one day: the metric that it is read from, and its part of the criterion."""

    indicator: str
    metric: str
    unit: str
    share: float
    prior: float
    value: Callable[[float], float]


@lru_cache(maxsize=2)
def columns(day: date) -> dict[str, list[Column]]:
    """The indicators of each criterion that can be read on a day; the first metric that lives then is used."""
    on = day.isoformat()
    found: dict[str, list[Column]] = {}
    for criterion, indicators in MODEL["criteria"].items():
        living = [(one, metric) for one in indicators if (metric := next((m for m in one["metrics"] if lives(m, on)), None))]
        total = sum(one["weight"] for one, _ in living)
        found[criterion] = [
            Column(one["name"], m["name"], m["unit"], one["weight"] / total, m["prior"], value_function(m["value"])) for one, m in living
        ]
    return found


def lives(metric: Mapping[str, Any], on: str) -> bool:
    """Whether a metric's source can be used on a day."""
    return (metric["since"] or "") <= on <= (metric["until"] or "9999-12-31")


@dataclass(frozen=True, slots=True)
class Row:
    """One framework: for each criterion its value and how much of it is known, and the figures behind them."""

    framework: str
    released: str
    values: tuple[float, ...]
    known: tuple[float, ...]
    figures: tuple[tuple[dict[str, Any], ...], ...]


# How a current item is turned into a row, for a day.
Decode = Callable[[Item, date], Row]
_rows: dict[str, tuple[str, date, Row]] = {}


def kept(item: Item, day: date) -> Row:
    """A current item decoded, or what it was decoded to if neither its `rev` nor the day has changed since."""
    framework, rev = item["PK"]["S"], item["rev"]["N"]
    known = _rows.get(framework)
    if known is None or known[:2] != (rev, day):
        known = _rows[framework] = (rev, day, decoded(item, day))
    return known[2]


def decoded(item: Item, day: date) -> Row:
    """A current item decoded: the values of one framework's figures, where a missing one counts its metric's prior."""
    values, known, figures = [], [], []
    for parts in columns(day).values():
        value = heard = 0.0
        shown = []
        for column in parts:
            packed = item.get(f"m:{column.metric}")
            if packed is None:
                value += column.share * column.prior
                continue
            precedence, number, basis, source, _ = packed["S"].split("|")
            figure = float(number)
            worth = min(1.0, max(0.0, column.value(figure)))
            value += column.share * worth
            heard += column.share
            shown.append(
                {
                    "indicator": column.indicator,
                    "metric": column.metric,
                    "value": figure,
                    "unit": column.unit,
                    "score": points(worth),
                    "observed_on": precedence[:10],
                    "basis": BASES[basis],
                    "source": source,
                }
            )
        values.append(min(1.0, value) if parts else 0.5)
        known.append(min(1.0, heard))
        figures.append(tuple(shown))
    return Row(item["PK"]["S"][2:], item.get("released", {}).get("S", ""), tuple(values), tuple(known), tuple(figures))


def points(share: float) -> float:
    """A share as points of 100 with one decimal."""
    return math.floor(share * 1000 + 0.5) / 10


def shares(weights: Mapping[str, float]) -> list[float]:
    """Weights of all criteria that add up to 1."""
    total = math.fsum(weights.values())
    return [weights.get(criterion, 0.0) / total for criterion in CRITERIA]


def scorecard(
    items: Iterable[Item],
    weights: Sequence[float],
    day: date,
    weighted_sum: WeightedSum,
    decode: Decode,
    sources: Callable[[set[str]], Mapping[str, Mapping[str, str]]] | None = None,
) -> dict[str, Any]:
    """The ranking of some frameworks; `sources` (by id) are asked for where figures are to be shown."""
    rows = [decode(item, day) for item in items]
    scores = weighted_sum([one.values for one in rows], weights)
    register = sources({figure["source"] for one in rows for shown in one.figures for figure in shown}) if sources else None
    ranking: list[dict[str, Any]] = []
    apart: list[dict[str, Any]] = []
    for score, one in sorted(zip(map(float, scores), rows, strict=True), key=lambda pair: (-pair[0], pair[1].framework)):
        known = math.fsum(weight * share for weight, share in zip(weights, one.known, strict=True))
        shown = {"framework": one.framework, "score": points(score), "known": round(known, 4), "criteria": by_criterion(one, register)}
        if one.released > day.isoformat():
            apart.append({"reason": "not_released", **shown})
        elif known < ENOUGH_KNOWN - 1e-9:
            apart.append({"reason": "not_enough_evidence", **shown})
        else:
            ranking.append({"rank": len(ranking) + 1, **shown})
    return {
        "as_of": day.isoformat(),
        "weights": {criterion: round(weight, 4) for criterion, weight in zip(CRITERIA, weights, strict=True)},
        "ranking": ranking,
        "not_ranked": apart,
    }


def by_criterion(one: Row, register: Mapping[str, Mapping[str, str]] | None) -> list[dict[str, Any]]:
    """The value of each criterion, and the figures behind it if their sources are at hand."""
    shown: list[dict[str, Any]] = [
        {"criterion": name, "score": points(value) if known else None, "known": round(known, 4)}
        for name, value, known in zip(CRITERIA, one.values, one.known, strict=True)
    ]
    if register is not None:
        for criterion, figures in zip(shown, one.figures, strict=True):
            criterion["figures"] = [{**figure, "source": register[figure["source"]]} for figure in figures]
    return shown
