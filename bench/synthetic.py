"""Frameworks that do not exist, for benchmarks of growth: real metrics, with figures drawn from the real ones by a seeded generator.

Nothing here is an observation. Every figure names a source that says so, and none is ever written to data/ or to a table of others.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from chalicelib.data_folder import Seed
from chalicelib.storage import items
from frameworth.evidence import Evidence, Figure, Observation, Source
from frameworth.names import title_of
from frameworth.register import Framework

SEED = 20261128
# How far a drawn figure is moved from the real one, as the standard deviation of the logarithm: far enough that hardly two are alike.
_SPREAD = 0.25
_DIGITS = 6
_MOST_PERCENT = 100.0
# Histories reach back so far, however many figures they have.
HISTORY_DAYS = 1000


@dataclass(frozen=True)
class Synthetic:
    """Makes frameworks by number, the same for the same `seed`. Number n has figures of those metrics that the real framework at place n
    (and n + 16 …) has, so gaps are as common and items as large as in the real catalogue.

    `today` is the day whose real figures are drawn from; the newest figure of a synthetic history stands on its eve.
    """

    real: Seed
    today: date
    seed: int = SEED
    _evidence: Mapping[str, Evidence] = field(init=False)
    _units: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        current = {name: Evidence.of(name, rows, as_of=self.today) for name, rows in self.real.observations.items()}
        object.__setattr__(self, "_evidence", current)
        object.__setattr__(self, "_units", {metric.name: metric.unit for metric in self.real.metrics})

    def framework(self, number: int) -> Framework:
        """A catalogue entry."""
        return Framework(
            f"synthetic-{number:04d}",
            name=f"Synthetic {number}",
            package=f"synthetic-{number}",
            repository=f"https://synthetic.invalid/{number}",
            homepage=f"https://synthetic.invalid/{number}/home",
            licence="none",
            first_release=date(2005, 1, 1) + timedelta(days=self._drawn(number, "entry").randrange(4000)),
            summary="Made by a generator, for benchmarks only",
        )

    def rows(self, number: int, length: int = 1, metrics: Collection[str] | None = None) -> Iterator[Observation]:
        """`length` figures of each metric, spread over `HISTORY_DAYS`, the last on the eve of today; of these `metrics` only, if given."""
        name = self.framework(number).id
        drawn = self._drawn(number, "figures")
        step = max(1, HISTORY_DAYS // length)
        for metric in sorted(list(self._evidence.values())[number % len(self._evidence)].figures):
            real = drawn.choice([one.figures[metric] for one in self._evidence.values() if metric in one.figures])
            if metrics is not None and metric not in metrics:
                continue
            source = source_of(metric)
            for back in range(length):
                day = self.today - timedelta(days=1 + back * step)
                yield Observation(
                    name,
                    metric,
                    value=_moved(real, self._units[metric], drawn),
                    unit=self._units[metric],
                    observed_on=day,
                    basis=real.basis,
                    source=source,
                    note="synthetic",
                    derived_from=tuple(f"{name}/{'/'.join(parent.split('/')[1:])}" for parent in real.derived_from),
                )

    def items(self, numbers: Sequence[int], length: int = 1, metrics: Collection[str] | None = None) -> Iterator[items.Item]:
        """What a table holds of these frameworks: entries, current items, histories of more than one figure, and the sources."""
        for number in numbers:
            framework = self.framework(number)
            yield items.framework_item(framework)
            packed: dict[str, str] = {}
            rows = 0
            for row in self.rows(number, length, metrics):
                packed[row.metric] = max(packed.get(row.metric, ""), items.pack(row))
                rows += 1
                yield _shared(items.observation_item(row, "2026-11-22T10:00:00+00:00"))
            yield items.current_item(framework, packed, rev=rows)
        for metric in self._units:
            yield items.source_item(source_of(metric))

    def _drawn(self, number: int, what: str) -> random.Random:
        return random.Random(f"{self.seed} {number} {what}")  # noqa: S311  # a generator that makes the same again, no secrets


def source_of(metric: str) -> Source:
    """Where a synthetic figure comes from: nowhere."""
    return Source(f"Synthetic {title_of(metric).lower()}, observed by nobody", f"https://synthetic.invalid/{metric}")


def _moved(real: Figure, unit: str, drawn: random.Random) -> float:
    """A figure like the real one. Levels and yes-or-no stay what they are, counts stay whole, shares under 100 %."""
    factor = drawn.lognormvariate(0, _SPREAD)
    if unit == "boolean" or unit.startswith("ordinal"):
        return real.value
    moved = real.value * factor
    if real.value.is_integer():
        return float(round(moved))
    return float(f"{min(moved, _MOST_PERCENT) if unit.startswith('percent') else moved:.{_DIGITS}g}")


_TYPED: dict[tuple[str, str], dict[str, str]] = {}


def _shared(item: items.Item) -> items.Item:
    """The same item with equal attributes of many rows held once, or a long history would fill the memory."""
    return {
        name: _TYPED.setdefault((kind, value), {kind: value}) if name not in ("SK", "value") else {kind: value}
        for name, typed in item.items()
        for kind, value in typed.items()
    }
