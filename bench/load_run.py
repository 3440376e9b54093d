"""One run of `bench.load`: a table, what stands before it, the functions and their clients, started, timed and ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import boto3

from bench.load_clients import Noted, event_maker
from bench.load_functions import invoked
from bench.load_mix import MIX
from chalicelib import data_folder
from chalicelib.local import DATA, create_table
from chalicelib.settings import PROJECT
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from tests.chalicelib.storage.engines import DYNALITE, SERVE
from tests.packaging.functions import Function, Lambda
from tests.packaging.table_front import Mode

TABLE = "frameworth-load"
ACCESS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
SEED = 20261123
HANDLERS, TABLES = "handlers", "table"
_PYTHON = (sys.executable, "-B", "-m")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Plan:
    """How long, in seconds: all of it, when the storm begins, and when it ends. `settled` is how long after that nothing is measured.

    boto3 waits for up to 1 and then 2 seconds before it asks again, so a call that was throttled last may end 3 seconds after the storm.
    """

    clients: int = 20
    processes: int = 2
    seconds: float = 30.0
    storm: tuple[float, float] = (9.0, 18.0)
    settled: float = 3.0


@dataclass(frozen=True)
class Logged:
    """A request as the log of its process tells it: when it ended (seconds since the epoch), and how long it took there."""

    ended: float
    ms: float


@dataclass(frozen=True)
class Run:
    """What a run noted. `cpu` has seconds of CPU by part and phase, `marks` the moments between the phases (seconds since the epoch)."""

    noted: Sequence[Noted]
    logged: Sequence[Logged]
    cpu: Mapping[str, Sequence[float]]
    marks: Sequence[float]
    peak_mb: float
    memory_mb: float


def run(plan: Plan, template: Mapping[str, Any], code: Path, *, since: date = date.min) -> Run:
    """Loads an unpacked package over a table with all frameworks and what was observed of them `since` then."""
    with ExitStack() as stack:
        table, port = stack.enter_context(process("node", str(SERVE), f"{DYNALITE}{os.sep}"))
        fill(f"http://127.0.0.1:{port}", since)
        front, address = stack.enter_context(process(*_PYTHON, "tests.packaging.table_front", f"http://127.0.0.1:{port}"))
        elsewhere = {**ACCESS, "AWS_ENDPOINT_URL_DYNAMODB": address}
        function = Function.of(template, "APIHandler", TABLE)
        url, lambdas = stack.enter_context(invoked(function, code, elsewhere, plan.processes))
        warm(lambdas)
        clients, _ = stack.enter_context(process(*_PYTHON, "bench.load_clients", url, str(plan.clients), str(SEED)))
        parts = {
            HANDLERS: [one.environment.pid for one in lambdas],
            TABLES: [table.pid],
            "what stands before it": [front.pid],
            "clients": [clients.pid],
            "Runtime API": [os.getpid()],
        }
        began = time.time()
        marks, cpu = timed(plan, began, clients, front, parts)
        assert clients.stdout is not None
        noted = [Noted(**one) for one in json.loads(clients.stdout.read())]
        logged = [one for some in lambdas for one in told(some.environment.log) if one.ended >= began]
        return Run(noted, logged, cpu, marks, max(one.environment.peak_mb() for one in lambdas), function.memory_mb)


@contextmanager
def process(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that ends with the context, and the first line that it says. Raises RuntimeError if it says none."""
    started = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdin is not None
    assert started.stdout is not None
    try:
        if not (line := started.stdout.readline().strip()):
            raise RuntimeError(f"{' '.join(command)} did not start")
        yield started, line
    finally:
        started.kill()
        started.wait()
        started.stdin.close()
        started.stdout.close()


def say(one: subprocess.Popen[str], line: str) -> None:
    """Writes a line to the standard input of a process."""
    assert one.stdin is not None
    print(line, file=one.stdin, flush=True)


def turn(front: subprocess.Popen[str], mode: Mode) -> None:
    """Has what stands before the table change its mode, and waits until it has."""
    say(front, mode)
    assert front.stdout is not None
    front.stdout.readline()


def fill(address: str, since: date) -> None:
    """A table that holds what is in data/, from some day on."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=ACCESS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ACCESS["AWS_SECRET_ACCESS_KEY"],
    )
    create_table(client, TABLE)
    table, everything = Table(client, TABLE), data_folder.read(DATA)
    rows = {name: tuple(row for row in some if row.observed_on >= since) for name, some in everything.observations.items()}
    seed(replace(everything, observations=rows), EvidenceStore(table), Registers(table))
    client.close()


def warm(lambdas: Sequence[Lambda]) -> None:
    """Has each process answer each kind of request, so that no cold start is measured. Raises RuntimeError if one is not answered."""
    event, random = event_maker(), Random(SEED)  # noqa: S311  # no secret
    for one in lambdas:
        for name, kind in MIX.items():
            outcome = one.invoke(event(kind.make(random)))
            if outcome.failure or json.loads(outcome.payload)["statusCode"] != HTTPStatus.OK:
                raise RuntimeError(f"{name} was not answered: {outcome.payload[:300]!r}")


def timed(
    plan: Plan, began: float, clients: subprocess.Popen[str], front: subprocess.Popen[str], parts: Mapping[str, Sequence[int]]
) -> tuple[Sequence[float], Mapping[str, Sequence[float]]]:
    """Starts the clients, and the storm, and ends it: the moments between the phases, and the CPU that each part took in each."""
    begin, end = plan.storm
    marks: list[float] = []
    seconds: list[dict[str, float]] = []

    def mark(moment: float) -> None:
        time.sleep(max(0.0, began + moment - time.time()))
        marks.append(time.time())
        seconds.append({part: sum(map(cpu_s, ids)) for part, ids in parts.items()})

    mark(0)
    say(clients, str(began + plan.seconds))
    mark(begin)
    turn(front, Mode.THROTTLE)
    time.sleep(max(0.0, began + end - time.time()))
    turn(front, Mode.PASS)
    for moment in (end, end + plan.settled, plan.seconds):
        mark(moment)
    return marks, {part: [after[part] - before[part] for before, after in pairwise(seconds)] for part in parts}


def cpu_s(pid: int) -> float:
    """The seconds of CPU that a process took so far, by its kernel's account: user and system, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def told(log: str) -> Iterator[Logged]:
    """The requests that a log tells of."""
    for line in log.splitlines():
        if line.startswith('{"event": "request"'):
            facts = json.loads(line)
            yield Logged(facts["_aws"]["Timestamp"] / 1000, facts["milliseconds"])
