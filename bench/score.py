"""CPU per scored request: the handler in this process, storage answered from memory, beside `json.dumps` of its own answer.

Run with `python -m bench.score`. Storage is a client that hands out the stored items without a call, so what is timed is this project's
work alone: event in, response out. Times are CPU, medians over rounds; the floor is what writing the same answer as JSON takes.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pydantic

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from chalicelib.settings import Settings
from chalicelib.storage.table import Table
from tests.gateway import Gateway

ROUNDS = 15
REQUESTS_A_ROUND = 40

CASES = {
    "2 frameworks, today": "/v1/scores?frameworks=flask,django&profile=microservice",
    "16 frameworks, today": "/v1/scores?profile=microservice&limit=16",
    "16 frameworks, today, every figure": "/v1/scores?profile=microservice&limit=16&include=metrics",
    "16 frameworks, May 2018": "/v1/scores?profile=microservice&limit=16&as_of=2018-05-31",
}


class Memory:
    """A DynamoDB client that answers from memory: each distinct request is asked of the real client once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.meta = client.meta
        self._answers: dict[str, Any] = {}

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def answer(**request: Any) -> Any:
            key = f"{operation}{sorted(str(part) for part in request.items())}"
            if key not in self._answers:
                self._answers[key] = getattr(self._client, operation)(**request)
            return self._answers[key]

        return answer


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU that one call takes: the median over rounds of `times` calls."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - started) * 1000 / times)
    return statistics.median(rounds)


def as_text(answer: object) -> str:
    """An answer as the service writes it."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Prints a table: CPU per request, CPU of `json.dumps` of the same answer, and their ratio."""
    settings = Settings.of({"FRAMEWORTH_STORE": "embedded"})
    catalogue = bootstrap.plugins(settings)
    bootstrap.compose(settings, catalogue)
    memory: Any = Memory(embedded_table()._client)
    service = bootstrap.over(Table(memory, embedded_table().name), catalogue)
    gateway = Gateway(application(lambda: service))
    app = application(lambda: service)
    versions = f"Python {platform.python_version()}, boto3 {boto3.__version__}, pydantic {pydantic.VERSION}"
    print(f"{versions}, {platform.machine()}, {platform.system()}")
    print(f"{'request':40} {'answer':>9} {'request':>12} {'json.dumps':>12} {'ratio':>7}")
    for name, address in CASES.items():
        path, _, query = address.partition("?")
        event = gateway.event("GET", path, query, None, {})
        answer = json.loads(app(event, None)["body"])
        size = len(as_text(answer).encode()) / 1000
        request, floor = cpu_ms(partial(app, event, None), REQUESTS_A_ROUND), cpu_ms(partial(as_text, answer), REQUESTS_A_ROUND)
        print(f"{name:40} {size:6.1f} kB {request:9.3f} ms {floor:9.3f} ms {request / floor:6.1f}×")


if __name__ == "__main__":
    main()
