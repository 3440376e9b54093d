"""CPU of a warm `POST /v1/scores`: the handler in this process, storage answered from memory, beside `json.dumps` of its own answer.

Run with `python -m bench.score`. Weights are new at each request, so nothing is answered from what was answered before. Storage is a client
that hands out the stored items without a call: what is timed is this project's work alone, event in and response out.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench import memory
from bench.results import Bound, Found, show
from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from chalicelib.settings import Settings
from chalicelib.storage.table import Table
from chalicelib.use_cases.service import Service
from tests.chalicelib.storage.engines import everything
from tests.gateway import Gateway

ROUNDS = 15
REQUESTS_A_ROUND = 40
SEED = 20261128
# Times `json.dumps` of the answer: what the service was promised to stay below.
MOST = 4.0

ALL: dict[str, object] = {"limit": 16}
CASES: dict[str, dict[str, object]] = {
    "16 frameworks": ALL,
    "16 frameworks, every figure": {**ALL, "include": ["metrics"]},
    "2 frameworks": {"frameworks": ["flask", "django"]},
    "16 frameworks, May 2018": {**ALL, "as_of": "2018-05-31"},
    "16 frameworks, who leads at which weight": {**ALL, "include": ["sensitivity"]},
    "16 frameworks, what would close the gap": {**ALL, "include": ["explanation"]},
}
# For which of them a bound was set.
BOUND = ("16 frameworks", "16 frameworks, every figure")


@dataclass(frozen=True)
class Measured:
    """Milliseconds of CPU, medians: of a request, and of `json.dumps` of its answer, which has so many bytes."""

    request_ms: float
    dumps_ms: float
    bytes: int

    @property
    def ratio(self) -> float:
        """How many times `json.dumps` a request takes."""
        return self.request_ms / self.dumps_ms


def served() -> Service:
    """The service over the real figures, which are handed out without a call."""
    settings = Settings.of({"FRAMEWORTH_STORE": "embedded"})
    catalogue = bootstrap.plugins(settings)
    bootstrap.compose(settings, catalogue)
    table = embedded_table()
    return bootstrap.over(Table(memory.client(memory.Memory(everything(table._client, table.name).values())), memory.TABLE), catalogue)


def found(rounds: int = ROUNDS, requests: int = REQUESTS_A_ROUND) -> list[Found]:
    """One table: a line for each kind of request."""
    service = served()
    app = application(lambda: service)
    gateway = Gateway(app)
    # As the deployed service does once it has started: what is there then is there for ever, and need not be looked through.
    gc.collect()
    gc.freeze()
    try:
        measured = {name: _measured(app, _events(gateway, service, body), rounds, requests) for name, body in CASES.items()}
    finally:
        gc.unfreeze()
    return [told(measured, rounds, requests)]


def told(measured: Mapping[str, Measured], rounds: int, requests: int) -> Found:
    """The table of what was measured."""
    return Found(
        "Warm request beside json.dumps of its own answer",
        f"CPU of `POST /v1/scores` with weights not asked for before; medians of {rounds} rounds of {requests} requests, storage handed "
        "out from memory. The service writes JSON by pydantic's writer, which takes less than `json.dumps`.",
        ("question", "answer", "request", "`json.dumps`", "request ÷ dumps"),
        [
            (name, f"{one.bytes / 1000:,.1f} kB", f"{one.request_ms:,.2f} ms", f"{one.dumps_ms:,.3f} ms", f"{one.ratio:,.1f}")
            for name, one in measured.items()
        ],
        bounds=[Bound(f"{name}, request ÷ dumps", measured[name].ratio, MOST) for name in BOUND],
        notes=[
            "A question about two frameworks has an answer of a tenth of the size, but is read, checked and logged like any other.",
            "As of an earlier day each score is told twice, with opinions and without.",
        ],
    )


def _events(gateway: Gateway, service: Service, body: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Questions with weights that were never asked for before."""
    drawn = random.Random(SEED)  # noqa: S311  # weights, no secrets
    headers = {"Content-Type": "application/json"}
    while True:
        weights = {name: round(drawn.uniform(0.1, 5), 3) for name in service.catalogue.criteria}
        yield gateway.event("POST", "/v1/scores", "", json.dumps({**body, "weights": weights}), headers)


def _measured(app: Any, events: Iterator[dict[str, Any]], rounds: int, requests: int) -> Measured:
    taken: list[float] = []
    dumped: list[float] = []
    for _ in range(rounds):
        asked = [next(events) for _ in range(requests)]
        started = time.process_time()
        answers = [app(event, None) for event in asked]
        taken.append((time.process_time() - started) * 1000 / requests)
        bodies = [json.loads(answer["body"]) for answer in answers]
        started = time.process_time()
        texts = [as_text(body) for body in bodies]
        dumped.append((time.process_time() - started) * 1000 / requests)
        _check(answers)
    return Measured(statistics.median(taken), statistics.median(dumped), len(texts[-1].encode()))


def _check(answers: Sequence[Mapping[str, Any]]) -> None:
    for answer in answers:
        if answer["statusCode"] != 200:
            raise RuntimeError(f"the service answered {answer['statusCode']}: {answer['body'][:300]}")


def as_text(answer: object) -> str:
    """An answer as compact JSON, by the standard library."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Prints the table."""
    show(found())


if __name__ == "__main__":
    main()
