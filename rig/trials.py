"""The trials: what is done with an application once in each round, and what is read from it.

A trial starts servers of its own, so that none has warmed what another measures. Each reading is one number of one application in one
round, in seconds, bytes or requests per second; `rig.figures` makes figures of them.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rig.client import Failed, Request
from rig.cold import cold_start
from rig.cores import client_core, server_core
from rig.load import pace, saturate
from rig.preparing import Prepared
from rig.processes import cpu_seconds, memory_bytes
from rig.remote import remote
from rig.serving import Served, serving

DELAY = 0.01  # seconds that the remote server takes: a service in the same network
RATE = 40.0  # requests a second of the paced load: half of what one at a time could do with that delay
NOBODY = "http://127.0.0.1:9"  # for applications that are started but not asked for what is there

REQUESTS: Mapping[str, tuple[Request, ...]] = {
    "json": (Request("GET", "/json"), Request("GET", "/items/7")),
    "remote": (Request("GET", "/remote"),),
    "orm": (*(Request("GET", "/notes"),) * 4, Request("POST", "/notes", {"text": "measured"}, 201)),
    "page": (Request("GET", "/page"),),
}
TESTS = ("startup", *REQUESTS)
PACED = ("json", "remote", "orm")

_IMPORT = "import time; import sys; sys.path[:0] = ['']; before = time.process_time(); import app; print(time.process_time() - before)"


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the parts of a load take, in seconds."""

    warm: float = 0.4
    full: float = 2.0
    paced: float = 2.0


LENGTHS = Lengths()


def trial(test: str, prepared: Prepared, seed: int, lengths: Lengths) -> dict[str, float]:
    """One trial of the kind `test`, one of `TESTS`: the readings by name. The same `seed` gives the same moments of asking.

    Raises `NotServed`, `Failed` or `NotAnswered`.
    """
    with client_core():
        return _startup(prepared) if test == "startup" else _load(test, prepared, seed, lengths)


def _startup(prepared: Prepared) -> dict[str, float]:
    """Every way to start it, once."""
    with _served(prepared) as served:
        readings = {"start": served.seconds, "start_cpu": cpu_seconds(served.process)}
    readings["import_cpu"] = _import_cpu(prepared)
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, server_core():
        for name, package in prepared.packages.items():
            variables = _variables(folder, NOBODY)
            # The first start of a function makes the table and is not what people wait for.
            cold_start(package, variables=variables)
            readings[name] = cold_start(package, variables=variables).cpu_ms / 1000
    return readings


def _load(test: str, prepared: Prepared, seed: int, lengths: Lengths) -> dict[str, float]:
    """First as many requests as the server takes, for CPU and memory, then requests at a modest rate, for latency."""
    requests = REQUESTS[test]
    with _served(prepared) as served:
        saturate(served.port, requests, lengths.warm)
        before = cpu_seconds(served.process)
        answered = saturate(served.port, requests, lengths.full)
        readings = {"requests_per_cpu_s": answered / (cpu_seconds(served.process) - before), "memory": float(memory_bytes(served.process))}
        if test in PACED:
            before = cpu_seconds(served.process)
            took = pace(served.port, requests, lengths.paced, RATE, seed)
            readings["paced_cpu"] = (cpu_seconds(served.process) - before) / len(took)
            readings["latency_p50"] = took[len(took) // 2]
            readings["latency_p99"] = took[int(len(took) * 0.99)]
    return readings


def _import_cpu(prepared: Prepared) -> float:
    """CPU of importing the application in a fresh interpreter, without that of starting it."""
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, server_core():
        done = subprocess.run(
            [str(prepared.environment / "bin" / "python"), "-c", _IMPORT],
            cwd=prepared.app.folder,
            env=os.environ | _variables(folder, NOBODY),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Failed(f"import of {prepared.app.folder / 'app.py'} failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


@contextmanager
def _served(prepared: Prepared) -> Iterator[Served]:
    app = prepared.app
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, remote(DELAY) as address:
        variables = _variables(folder, address)
        with serving(app.command, app.folder, environment=prepared.environment, variables=variables, hold=server_core) as served:
            yield served


def _variables(folder: str, remote_address: str) -> dict[str, str]:
    """What every application is told by its environment."""
    return {"REMOTE": remote_address, "DATABASE": str(Path(folder, "notes.sqlite3")), "PORT": "0"}
