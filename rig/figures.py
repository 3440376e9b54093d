"""Figures from the readings of a run: multiples of the baseline's, by round, their median, and how far they spread.

A figure is the median over the rounds of an application's reading divided by the baseline's of the same round and test. Where the middle
half of these spreads wider than `WIDEST` of the median, or fewer than `FEWEST` rounds gave both, it is not steady, and nothing is made
of it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rig.catalogue import BASELINE
from rig.samples import Sample

FEWEST = 3
WIDEST = 0.15

TIMES = "times the baseline"


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric that is made of readings.

    The reading `reading` of the tests `tests`; where there are several, the largest of a round, and none if a test is missing. It is
    divided by the baseline's reading `by`, which is the same one unless it says otherwise. `scale` and `unit` turn a reading, which is in
    seconds, bytes or requests, into what people read.
    """

    metric: str
    reading: str
    tests: tuple[str, ...]
    unit: str
    scale: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many times the baseline: the median of the rounds, the ends of their middle half, and both medians in the unit of the measure."""

    framework: str
    measure: Measure
    rounds: int
    value: float
    low: float
    high: float
    own: float
    baseline: float

    @property
    def spread(self) -> float:
        """The width of the middle half as a share of the median."""
        return (self.high - self.low) / self.value

    @property
    def is_steady(self) -> bool:
        """Whether it may be written down."""
        return self.rounds >= FEWEST and self.spread <= WIDEST


def _loads() -> Iterable[Measure]:
    for test in ("json", "remote", "orm", "page"):
        yield Measure(f"rig_{test}_requests_per_cpu_s", "requests_per_cpu_s", (test,), "requests per CPU second")
    for test in ("json", "remote", "orm"):
        yield Measure(f"rig_{test}_latency_p50", "latency_p50", (test,), "ms", 1000)
        # Of the baseline's median as well: its own slowest answers are few, and steady in nobody.
        yield Measure(f"rig_{test}_latency_p99", "latency_p99", (test,), "ms", 1000, by="latency_p50")
        yield Measure(f"rig_{test}_paced_cpu", "paced_cpu", (test,), "ms of CPU a request", 1000)


MEASURES: tuple[Measure, ...] = (
    *_loads(),
    Measure("rig_memory", "memory", ("json", "remote", "orm", "page"), "MB", 1e-6),
    Measure("rig_start", "start", ("startup",), "ms", 1000),
    Measure("rig_start_cpu", "start_cpu", ("startup",), "ms of CPU", 1000),
    Measure("rig_import_cpu", "import_cpu", ("startup",), "ms of CPU", 1000),
    Measure("rig_cold_start_cpu", "cold_cpu", ("startup",), "ms of CPU", 1000),
    Measure("rig_cold_start_cpu_no_bytecode", "cold_cpu_no_bytecode", ("startup",), "ms of CPU", 1000),
)

Readings = Mapping[tuple[int, str, str], Mapping[str, float]]


def figures(samples: Sequence[Sample]) -> list[Figure]:
    """All figures of a run, by framework and measure; those too that are not steady, for people to see."""
    readings = _by_round(samples)
    frameworks = sorted({sample.step.framework for sample in samples} - {BASELINE})
    rounds = sorted({sample.step.round for sample in samples})
    found = [_figure(readings, rounds, framework, measure) for framework in frameworks for measure in MEASURES]
    return [figure for figure in found if figure is not None]


def _by_round(samples: Sequence[Sample]) -> Readings:
    """The readings of each application in each round and test, those of several turns as one."""
    turns: dict[tuple[int, str, str], dict[str, list[float]]] = {}
    for sample in samples:
        found = turns.setdefault((sample.step.round, sample.step.test, sample.step.framework), {})
        for name, value in sample.readings.items():
            found.setdefault(name, []).append(value)
    return {key: {name: _of_turns(key[2], name, values) for name, values in found.items()} for key, found in turns.items()}


def _of_turns(framework: str, name: str, values: Sequence[float]) -> float:
    """The median; of the two turns of a framework the one with more requests per CPU second, as others on a machine only take from it.

    Of the baseline's three the best may be a lucky one. In the first run kept in rig/runs the middle one gives narrower figures in every
    test; in the second in `orm` alone, and wider ones in `remote`.
    """
    return max(values) if name == "requests_per_cpu_s" and framework != BASELINE else statistics.median(values)


def _figure(readings: Readings, rounds: Iterable[int], framework: str, measure: Measure) -> Figure | None:
    pairs = []
    for number in rounds:
        own = _reading(readings, number, measure.tests, framework, measure.reading)
        baseline = _reading(readings, number, measure.tests, BASELINE, measure.by or measure.reading)
        if own is not None and baseline:
            pairs.append((own, baseline))
    if not pairs:
        return None
    ratios = [own / baseline for own, baseline in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    own, baseline = (measure.scale * statistics.median(side) for side in zip(*pairs, strict=True))
    return Figure(framework, measure, len(ratios), middle, low, high, own, baseline)


def _reading(readings: Readings, number: int, tests: Sequence[str], framework: str, name: str) -> float | None:
    found = [readings.get((number, test, framework), {}).get(name) for test in tests]
    return None if None in found else max(value for value in found if value is not None)
