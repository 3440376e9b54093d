"""What 1,000 scorecards cost on AWS, from what was measured: CPU, read units, bytes of the answer and of the log line.

Run with `python -m bench.cost`. The prices are list prices without any free tier; where and when each was read stands beside it.
"""

from __future__ import annotations

import io
import json
import logging
import math
import statistics
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bench import cold, memory, peers_job
from bench.memory import Memory, Read
from bench.results import Found, show
from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from chalicelib.logs import log_to
from chalicelib.settings import Settings
from chalicelib.storage.table import Table
from tests.chalicelib.storage.engines import everything
from tests.gateway import Gateway

ROUNDS = 15
REQUESTS_A_ROUND = 20
REGION = "us-east-1"
LOOKED_UP = "2026-11-28"
SCORECARDS = 1000

# At so much memory a function has one vCPU, at less a part of it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_A_VCPU = 1769
# DynamoDB promises "single-digit milliseconds"; ten for each call is no less than that.
WAIT_MS = 10


@dataclass(frozen=True)
class Price:
    """A list price in US dollars: of `per` units of something, as a public source said it on a day."""

    what: str
    usd: str
    per: int
    unit: str
    source: str
    dated: str

    def of(self, quantity: Decimal) -> Decimal:
        """What a quantity costs."""
        return quantity * Decimal(self.usd) / self.per

    def __str__(self) -> str:
        return f"${self.usd} for {self.per:,} {self.unit}" if self.per > 1 else f"${self.usd} a {self.unit}"


_LAMBDA_SOURCE = "https://cloudchipr.com/blog/aws-lambda-pricing"
_GATEWAY_SOURCE = "https://awsforengineers.com/blog/aws-api-gateway-pricing-explained"
X86 = Price("Lambda, duration on x86_64", "0.0000166667", 1, "GB-second", _LAMBDA_SOURCE, "2024")
ARM = Price("Lambda, duration on arm64", "0.0000133334", 1, "GB-second", _LAMBDA_SOURCE, "2024")
REQUESTS = Price(
    "Lambda, requests",
    "0.20",
    1_000_000,
    "requests",
    "https://github.com/api-evangelist/aws-lambda/blob/2540b080595eb6a0b672c67986e91a31b5e48cea/plans/aws-lambda-plans-pricing.yml",
    "2026-05-05",
)
GATEWAY = Price("API Gateway, REST", "3.50", 1_000_000, "requests", _GATEWAY_SOURCE, "2025-05-19")
READS = Price(
    "DynamoDB on demand, reads",
    "0.125",
    1_000_000,
    "read units",
    "https://airbyte.com/data-engineering-resources/dynamodb-pricing",
    "2025-07-21",
)
TRANSFER = Price("data transfer out", "0.09", 1, "GB", _GATEWAY_SOURCE, "2025-05-19")
LOGS = Price("CloudWatch Logs, ingestion", "0.50", 1, "GB", "https://www.duckbillgroup.com/?p=9080", "2025-05")
PRICES = (X86, ARM, REQUESTS, GATEWAY, READS, TRANSFER, LOGS)


@dataclass(frozen=True)
class Scorecard:
    """What one scorecard takes: milliseconds of CPU on this machine, what was read, and bytes of the answer and of the log line."""

    question: str
    cpu_ms: float
    read: Read
    answer_bytes: int
    log_bytes: int


@dataclass(frozen=True)
class Line:
    """A part of the cost: how it is worked out, and what it comes to in US dollars."""

    part: str
    arithmetic: str
    usd: Decimal


def billed_ms(scorecard: Scorecard, memory_mb: int) -> int:
    """How long a function of this memory takes, if its vCPU is as quick as this processor and it waits `WAIT_MS` for each call."""
    share = min(1.0, memory_mb / MB_A_VCPU)
    return math.ceil(scorecard.cpu_ms / share + WAIT_MS * scorecard.read.calls.total())


def lines(scorecard: Scorecard, memory_mb: int) -> list[Line]:
    """What 1,000 such scorecards cost, part by part; the last two lines are the whole, on either processor."""
    ms = billed_ms(scorecard, memory_mb)
    calls, gb = scorecard.read.calls.total(), Decimal(memory_mb) / 1024
    took = f"{scorecard.cpu_ms:.1f} ms CPU × {MB_A_VCPU}/{memory_mb} + {calls} × {WAIT_MS} ms waiting → {ms} ms"
    duration = Decimal(SCORECARDS) * gb * ms / 1000
    by_processor = [_line(price, duration, f"{SCORECARDS:,} × {memory_mb:,}/1,024 GB × {ms} ms ({took})") for price in (X86, ARM)]
    shared = [
        _line(REQUESTS, Decimal(SCORECARDS), f"{SCORECARDS:,}"),
        _line(GATEWAY, Decimal(SCORECARDS), f"{SCORECARDS:,}"),
        _line(READS, SCORECARDS * Decimal(str(scorecard.read.units)), f"{SCORECARDS:,} × {scorecard.read.units:g} units"),
        _line(TRANSFER, SCORECARDS * _gb(scorecard.answer_bytes), f"{SCORECARDS:,} × {scorecard.answer_bytes:,} bytes"),
        _line(LOGS, SCORECARDS * _gb(scorecard.log_bytes), f"{SCORECARDS:,} × {scorecard.log_bytes:,} bytes"),
    ]
    rest = sum((line.usd for line in shared), Decimal(0))
    whole = [
        Line(f"the whole, {processor}", f"{line.usd:.6f} + {rest:.6f}", line.usd + rest)
        for processor, line in zip(("x86_64", "arm64"), by_processor, strict=True)
    ]
    return [*by_processor, *shared, *whole]


def _line(price: Price, quantity: Decimal, how: str) -> Line:
    return Line(price.what, f"{how} × {price}", price.of(quantity))


def _gb(size: int) -> Decimal:
    return Decimal(size) / 10**9


def found(rounds: int = ROUNDS) -> list[Found]:
    """A table of prices, and one of arithmetic for each question."""
    ours = peers_job.ours()
    return [prices(), *(told(scorecard, ours.memory_mb) for scorecard in measure(ours, rounds))]


def prices() -> Found:
    """The prices, each with its source."""
    return Found(
        "Prices",
        f"List prices of {REGION}, first tier, no free tier, no tax; looked up on {LOOKED_UP}. No address of AWS could be reached from "
        "where this was written, so each is what a public document said on the date beside it.",
        ("what", "price", "source", "of"),
        [(price.what, str(price), price.source, price.dated) for price in PRICES],
    )


def told(scorecard: Scorecard, memory_mb: int) -> Found:
    """The arithmetic of one question."""
    return Found(
        f"Cost of {SCORECARDS:,} scorecards: {scorecard.question}",
        f"CPU, read units and bytes were measured; CPU is that of the processor named above, not Lambda's. Assumed: a vCPU of Lambda is as "
        f"quick, a function of {memory_mb:,} MB gets {memory_mb:,}/{MB_A_VCPU:,} of it, while it starts and on arm64 too, each call of the "
        f"table takes {WAIT_MS} ms, and time begun counts as a whole millisecond. Answers go out uncompressed; 1 GB is 10⁹ bytes. Not "
        "counted: Lambda's own log lines, custom metrics, and what is stored.",
        ("part", "arithmetic", "US$"),
        [(line.part, line.arithmetic, f"{line.usd:.6f}") for line in lines(scorecard, memory_mb)],
    )


def measure(ours: peers_job.Ours, rounds: int = ROUNDS, requests: int = REQUESTS_A_ROUND) -> list[Scorecard]:
    """A warm scorecard about two frameworks and about all, and one about two that a cold start gives."""
    catalogue = bootstrap.shipped_plugins()
    service = bootstrap.compose(Settings.of({"FRAMEWORTH_STORE": "embedded"}), catalogue)
    embedded = embedded_table()
    every = [one.id for one in service.registers.frameworks()]
    held = Memory(everything(embedded._client, embedded.name).values())
    two, all_of_them = dict(cold.BODY), {**cold.BODY, "frameworks": every}
    scorecards: list[Scorecard] = []
    for question in (two, all_of_them):
        names: Any = question["frameworks"]
        table = peers_job.table_answers(embedded._client, embedded.name, names)
        handler = peers_job.Warm(peers_job.OURS, ours.handler, ours.environ, table)
        try:
            turns = [handler.turn([question] * requests, "wire") for _ in range(rounds + 1)][1:]
        finally:
            handler.end()
        first, warm, log_bytes = read_and_logged(held, question)
        cpu = statistics.median(turn["cpu_ms"] for turn in turns)
        scorecards.append(Scorecard(f"{len(names)} frameworks, warm", cpu, warm, turns[-1]["bytes"], log_bytes))
        if question is two:
            started = _cold_ms(ours, rounds)
            scorecards.append(Scorecard("2 frameworks, each a cold start", started, first, turns[-1]["bytes"], log_bytes))
    return scorecards


def _cold_ms(ours: peers_job.Ours, rounds: int) -> float:
    with cold.served_table() as address:
        environ = {**ours.environ, "AWS_ENDPOINT_URL_DYNAMODB": address}
        return statistics.median(sum(cold.cold_start(ours.handler, environ).values()) for _ in range(rounds))


def read_and_logged(held: Memory, question: object) -> tuple[Read, Read, int]:
    """What a cold and a warm service read of the real table, and the bytes of the line that is logged."""
    service = bootstrap.over(Table(memory.metered_client(held), memory.TABLE), bootstrap.shipped_plugins())
    gateway = Gateway(application(lambda: service))
    log, stream = logging.getLogger("chalicelib"), io.StringIO()
    handlers, level, handed_on = log.handlers[:], log.level, log.propagate
    log_to(stream)
    try:
        held.taken()
        gateway.post("/v1/scores", question)
        first = held.taken()
        stream.seek(0)
        stream.truncate()
        gateway.post("/v1/scores", question)
    finally:
        log.handlers[:], log.propagate = handlers, handed_on
        log.setLevel(level)
    line = stream.getvalue()
    json.loads(line)  # one line, whole
    return first, held.taken(), len(line.encode())


def main() -> None:
    """Prints the tables."""
    show(found())


if __name__ == "__main__":
    main()
