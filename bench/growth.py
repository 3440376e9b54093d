"""What a score costs as the catalogue and its histories grow: CPU, calls, read units and bytes.

Run with `python -m bench.growth`; `--write` draws bench/growth_frameworks.svg and bench/growth_history.svg as well. Catalogue and figures
are SYNTHETIC (bench/synthetic.py), drawn from the real ones so that items are as large and gaps as common as there.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bench import memory, plot
from bench.memory import Memory, Read
from bench.results import Bound, Found, show
from bench.synthetic import HISTORY_DAYS, Synthetic
from chalicelib import bootstrap, data_folder
from chalicelib.api.application import application
from chalicelib.local import DATA
from chalicelib.storage.table import Table
from frameworth.catalogue import Catalogue
from tests.gateway import Gateway

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 30)
# Before the newest figures, so that histories are read.
EARLIER = TODAY - timedelta(days=22)
ROUNDS = 15
# Requests of a round: many where one takes a fraction of a millisecond.
_ROUND_OF = 100
LIMIT = 10
CATALOGUES = (2, 16, 100, 300, 1000)
HISTORIES = (1, 10, 100, 1000)
MOST_MS = 150.0

# Told beside a bound that is missed.
WHY = (
    "Own work is far below; the rest is botocore, whose parser walks through every attribute of every item, and json.loads. A current item "
    "holds every figure of a framework, of which criteria read less than a third."
)


@dataclass(frozen=True)
class Cost:
    """What one question costs: milliseconds of CPU (`first` of a service that knows nothing yet, `warm` of one that was asked before;
    `wire` with botocore's part), and what was read.
    """

    first_ms: float
    warm_ms: float
    wire_ms: float
    first: Read
    warm: Read
    answer_bytes: int


@dataclass(frozen=True)
class Growth:
    """Costs by number of frameworks, and by figures a metric, today and as of an earlier day."""

    by_frameworks: dict[int, Cost]
    by_history: dict[tuple[int, date], Cost]
    metrics_of_two: int


class Questions:
    """Questions to a service over synthetic frameworks that lie in memory, each with new weights."""

    def __init__(self, catalogue: Catalogue, found: Memory, **asked: object) -> None:
        self._catalogue, self._memory, self._asked = catalogue, found, asked
        self._weights = random.Random(1)  # noqa: S311  # weights, no secrets

    def service(self, client: Any) -> Callable[[], Any]:
        """Asks a service that knows nothing yet, and from then on the same one; each call gives the answer."""
        made = replace(bootstrap.over(Table(client, memory.TABLE), self._catalogue), today=lambda: TODAY)
        app = application(lambda: made)
        gateway = Gateway(app)

        def ask() -> Any:
            weights = {name: round(self._weights.uniform(0.1, 5), 3) for name in self._catalogue.criteria}
            body = json.dumps({"weights": weights, "limit": LIMIT, **self._asked})
            event = gateway.event("POST", "/v1/scores", "", body, {"Content-Type": "application/json"})
            started = time.process_time()
            answer = app(event, None)
            self.ms = 1000 * (time.process_time() - started)
            if answer["statusCode"] != 200:
                raise RuntimeError(f"the question was not answered: {answer['body'][:300]}")
            return answer

        return ask

    def cost(self, rounds: int, requests: int) -> Cost:
        """What the question costs: medians of `rounds`, of `requests` each where the service is warm."""
        first_read, warm_read = self._read()
        client = memory.client(self._memory)
        self.service(client)()  # so that the table has its answers ready, and costs nothing from here on
        # Nor is its garbage collected: on AWS it lies elsewhere.
        gc.collect()
        gc.freeze()
        first: list[float] = []
        for _ in range(rounds):
            ask = self.service(client)
            size = len(ask()["body"].encode())
            first.append(self.ms)
        warm, wire = self._warm(ask, rounds, requests), self._wired(rounds, requests)
        gc.unfreeze()
        return Cost(statistics.median(first), warm, wire, first_read, warm_read, size)

    def _read(self) -> tuple[Read, Read]:
        """What a service reads when it knows nothing yet, and when it was asked before."""
        ask = self.service(memory.metered_client(self._memory))
        self._memory.taken()
        ask()
        first = self._memory.taken()
        ask()
        return first, self._memory.taken()

    def _wired(self, rounds: int, requests: int) -> float:
        ask = self.service(memory.wire_client(self._memory))
        ask()
        return self._warm(ask, rounds, requests)

    def _warm(self, ask: Callable[[], Any], rounds: int, requests: int) -> float:
        def one() -> float:
            ask()
            return self.ms

        return statistics.median(statistics.fmean(one() for _ in range(requests)) for _ in range(rounds))


def measure(catalogues: Iterable[int] = CATALOGUES, histories: Iterable[int] = HISTORIES, rounds: int = ROUNDS) -> Growth:
    """Measures all of it."""
    catalogue = bootstrap.shipped_plugins()
    synthetic = Synthetic(data_folder.read(DATA), TODAY)
    by_frameworks: dict[int, Cost] = {}
    for number in catalogues:
        found = Memory(synthetic.items(range(number)))
        by_frameworks[number] = Questions(catalogue, found).cost(rounds, max(1, _ROUND_OF // number))
    by_history: dict[tuple[int, date], Cost] = {}
    names = [synthetic.framework(number).id for number in range(2)]
    for length in histories:
        found = Memory(synthetic.items(range(2), length, catalogue.metrics))
        for day in (TODAY, EARLIER):
            questions = Questions(catalogue, found, frameworks=names, as_of=day.isoformat())
            by_history[length, day] = questions.cost(rounds, _ROUND_OF // 2)
    return Growth(by_frameworks, by_history, len({row.metric for row in synthetic.rows(0, 1, catalogue.metrics)}))


measured = cache(measure)


def found() -> list[Found]:
    """Two tables, by number of frameworks and by length of histories."""
    return told(measured())


def told(growth: Growth) -> list[Found]:
    """The tables of what was measured."""
    bounds = [
        Bound(f"{number:,} frameworks, limit {LIMIT}, warm CPU, {what}", ms, MOST_MS, "ms")
        for number, cost in growth.by_frameworks.items()
        if number == CATALOGUES[-1]
        for what, ms in (("own work", cost.warm_ms), ("with botocore", cost.wire_ms))
    ]
    return [
        Found(
            "Growth with the number of frameworks",
            f"`POST /v1/scores` over the whole of a SYNTHETIC catalogue with new weights and `limit` {LIMIT}; CPU, medians of {ROUNDS} "
            "rounds, storage answered from memory. First: a service that knows nothing yet, in a process that answered before. Own work: "
            "the client hands out items; with botocore: it writes, signs and parses. Units and bytes as reckoned from the sizes of items.",
            ("frameworks", *_COLUMNS, "answer"),
            [(f"{number:,}", *_cells(cost), f"{cost.answer_bytes / 1000:,.0f} kB") for number, cost in growth.by_frameworks.items()],
            bounds=bounds,
            notes=[] if all(bound.holds for bound in bounds) else [WHY],
        ),
        Found(
            "Growth with the length of histories",
            f"The same for 2 SYNTHETIC frameworks with {growth.metrics_of_two} metrics each, by figures a metric, which are spread over "
            f"{HISTORY_DAYS:,} days up to the eve of {TODAY}. At one figure a metric nothing was known as of {EARLIER}.",
            ("figures a metric", *_COLUMNS),
            [
                (f"{length:,}, {'today' if day == TODAY else f'as of {day}'}", *_cells(cost))
                for (length, day), cost in growth.by_history.items()
            ],
        ),
    ]


_READ = ("calls", "units", "read")
_COLUMNS = (
    "first, own work",
    "warm, own work",
    "warm, with botocore",
    *(f"{what}, first" for what in _READ),
    *(f"{what}, warm" for what in _READ),
)


def _cells(cost: Cost) -> list[str]:
    cells = [f"{ms:,.1f} ms" for ms in (cost.first_ms, cost.warm_ms, cost.wire_ms)]
    for read in (cost.first, cost.warm):
        cells += [f"{read.calls.total():,}", f"{read.units:,.1f}", f"{read.bytes / 1000:,.0f} kB"]
    return cells


def write_charts(folder: Path, growth: Growth | None = None) -> None:
    """Draws two charts of what was measured in this run (it is measured now if it was not)."""
    growth = growth or measured()
    lines = {"warm, with botocore": "wire_ms", "warm, own work": "warm_ms", "first, own work": "first_ms"}
    charts = {
        "growth_frameworks.svg": plot.Chart(
            "CPU of a score by number of frameworks (synthetic)",
            plot.Axis("frameworks in the catalogue", log=True),
            plot.Axis("CPU, milliseconds", log=True),
            [plot.Line(name, [(number, getattr(cost, of)) for number, cost in growth.by_frameworks.items()]) for name, of in lines.items()],
            bound=(f"bound, {MOST_MS:g} ms", MOST_MS),
        ),
        "growth_history.svg": plot.Chart(
            "Read units of the first score by length of history (synthetic)",
            plot.Axis("figures a metric, 2 frameworks", log=True),
            plot.Axis("read units", log=True),
            [
                plot.Line(name, [(length, cost.first.units) for (length, of), cost in growth.by_history.items() if of == day])
                for name, day in (("as of an earlier day", EARLIER), ("today", TODAY))
            ],
        ),
    }
    for name, chart in charts.items():
        (folder / name).write_text(plot.drawn(chart), encoding="utf-8", newline="\n")


def main() -> None:
    """Prints the tables; with `--write` draws the charts beside this file."""
    show(found())
    if "--write" in sys.argv[1:]:
        write_charts(HERE)


if __name__ == "__main__":
    main()
