"""The trials: what is done with an application once in each round, and what is read from it.

A trial starts servers of its own, so that none has warmed what another measures. Each reading is one number of one application in one
round, in seconds, bytes or requests per second; `rig.figures` makes figures of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rig.client import Failed, Request
from rig.cold import cold_start
from rig.cores import client_core, server_core
from rig.load import pace, saturate
from rig.plan import Step
from rig.preparing import Prepared
from rig.processes import Usage, cpu_seconds, memory_bytes, usage
from rig.remote import remote
from rig.serving import Served, environ, serving
from rig.slices import Slices

NOBODY = "http://127.0.0.1:9"  # for applications that are started but not asked for what is there

REQUESTS: Mapping[str, tuple[Request, ...]] = {
    "json": (Request("GET", "/json"), Request("GET", "/items/7")),
    "remote": (Request("GET", "/remote"),),
    "orm": (*(Request("GET", "/notes"),) * 4, Request("POST", "/notes", {"text": "measured"}, 201)),
    "page": (Request("GET", "/page"),),
}
TESTS = ("startup", *REQUESTS)

_IMPORT = "import time; import sys; sys.path[:0] = ['']; before = time.process_time(); import app; print(time.process_time() - before)"
_IMPORT_PATIENCE = 60.0
# Where databases are, so that nobody's commit waits for a disk that others write to as well; None is the usual place for such files.
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - the folder within is this user's alone


@dataclass(frozen=True, slots=True)
class Loads:
    """How applications are asked: `warm`, `full` and `paced` are the seconds of a load's parts.

    In the first two `connections` ask as fast as they are answered, fewer than a pool keeps to a database, or `waiting` where each waits
    for another server; in the last come `rate` requests a second. `delay` is what the remote server takes, in seconds: a service in the
    same network. One at a time, a hundred of these would be answered in a second.
    """

    warm: float = 0.4
    full: float = 1.5
    paced: float = 2.0
    connections: int = 4
    waiting: int = 8
    rate: float = 40.0
    delay: float = 0.01

    def at_once(self, test: str) -> int:
        """On how many connections is asked as fast as is answered."""
        return self.waiting if test == "remote" else self.connections


LOADS = Loads()


def trial(step: Step, prepared: Prepared, loads: Loads, seed: int) -> dict[str, float]:
    """The readings of a step by name. The same `seed` gives the same moments of asking.

    Raises `NotServed`, `Failed` or `NotAnswered`.
    """
    with client_core():
        return _startup(prepared) if step.test == "startup" else _load(step, prepared, loads, f"{seed} {step.test}")


def _startup(prepared: Prepared) -> dict[str, float]:
    """Every way to start it, once."""
    with _served(prepared, 0) as served:
        readings = {"start": served.seconds, "start_cpu": usage(served.process).cpu_seconds}
    readings["import_cpu"] = _import_cpu(prepared)
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, server_core():
        variables = _variables(folder, NOBODY)
        for number, (name, package) in enumerate(prepared.packages.items()):
            if number == 0:
                # The first start of a function makes the table and is not what people wait for.
                cold_start(package, variables=variables)
            readings[name] = cold_start(package, variables=variables).cpu_ms / 1000
    return readings


def _load(step: Step, prepared: Prepared, loads: Loads, seed: str) -> dict[str, float]:
    """First as many requests as the server takes, for CPU and memory, then requests at a modest rate, for latency."""
    requests, connections = REQUESTS[step.test], loads.at_once(step.test)
    with _served(prepared, loads.delay) as served:
        saturate(served.port, requests, loads.warm, connections)
        before, client, started = usage(served.process), time.process_time(), time.monotonic()
        slices = Slices(partial(cpu_seconds, before.processes), len(requests))
        answered = saturate(served.port, requests, loads.full, connections, slices.heed)
        took = time.monotonic() - started
        readings = {
            "requests_per_cpu_s": slices.requests_per_cpu_s(),
            "requests_per_cpu_s_whole": answered / _cpu_since(before, served),
            "requests_per_s": answered / took,
            # Near 1 the client is what limits, not the server.
            "client_share": (time.process_time() - client) / took,
            "memory": float(memory_bytes(served.process)),
        }
        if step.is_paced:
            before = usage(served.process)
            latencies = pace(served.port, requests, loads.paced, loads.rate, seed)
            readings["paced_cpu"] = _cpu_since(before, served) / len(latencies)
            readings["latency_p50"] = statistics.median(latencies)
            readings["latency_p99"] = statistics.quantiles(latencies, n=100, method="inclusive")[-1]
    return readings


def _cpu_since(before: Usage, served: Served) -> float:
    now = usage(served.process)
    if now.processes != before.processes or now.cpu_seconds <= before.cpu_seconds:
        raise Failed("processes of the server ended or began while it was measured")
    return now.cpu_seconds - before.cpu_seconds


def _import_cpu(prepared: Prepared) -> float:
    """CPU of importing the application in a fresh interpreter, without that of starting it."""
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, server_core():
        try:
            done = subprocess.run(
                [str(prepared.environment / "bin" / "python"), "-c", _IMPORT],
                cwd=prepared.app.folder,
                env=environ(prepared.environment, folder) | _variables(folder, NOBODY),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_IMPORT_PATIENCE,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"import of {prepared.app.folder / 'app.py'} took more than {_IMPORT_PATIENCE:g} s") from error
    if done.returncode:
        raise Failed(f"import of {prepared.app.folder / 'app.py'} failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


@contextmanager
def _served(prepared: Prepared, delay: float) -> Iterator[Served]:
    app = prepared.app
    with tempfile.TemporaryDirectory(prefix="rig-", dir=_MEMORY) as folder, remote(delay) as address:
        variables = _variables(folder, address)
        with serving(app.command, app.folder, environment=prepared.environment, variables=variables, hold=server_core) as served:
            yield served


def _variables(folder: str, remote_address: str) -> dict[str, str]:
    """What every application is told by its environment."""
    return {"REMOTE": remote_address, "DATABASE": str(Path(folder, "notes.sqlite3")), "PORT": "0"}
