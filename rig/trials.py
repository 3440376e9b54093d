"""The trials: what is done with an application once in each round, and what is read from it.

A trial starts servers of its own, so that none has warmed what another measures. Each reading is one number of one application in one
round, in seconds, bytes or requests per second; `rig.figures` makes figures of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rig.catalogue import App
from rig.client import Failed, Request
from rig.cores import client_core, server_core
from rig.load import pace, saturate
from rig.processes import cpu_seconds, memory_bytes
from rig.remote import remote
from rig.serving import Served, serving

DELAY = 0.01  # seconds that the remote server takes: a service in the same network
RATE = 40.0  # requests a second of the paced load: half of what one at a time could do with that delay
STARTS = 2  # in a trial of starting

REQUESTS: Mapping[str, tuple[Request, ...]] = {
    "json": (Request("GET", "/json"), Request("GET", "/items/7")),
    "remote": (Request("GET", "/remote"),),
    "orm": (*(Request("GET", "/notes"),) * 4, Request("POST", "/notes", {"text": "measured"}, 201)),
    "page": (Request("GET", "/page"),),
}
TESTS = ("startup", *REQUESTS)

_IMPORT = "import time; import sys; sys.path[:0] = ['']; before = time.process_time(); import app; print(time.process_time() - before)"


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the parts of a load take, in seconds."""

    warm: float = 0.5
    full: float = 1.5
    paced: float = 2.5


def trial(test: str, app: App, environment: Path | None, seed: int, lengths: Lengths) -> dict[str, float]:
    """One trial of the kind `test`, one of `TESTS`: the readings by name. Raises `NotServed` or `Failed`.

    `environment` is the application's virtual environment, None for this interpreter's. The same `seed` gives the same moments of asking.
    """
    with client_core():
        return _startup(app, environment) if test == "startup" else _load(test, app, environment, seed, lengths)


def _startup(app: App, environment: Path | None) -> dict[str, float]:
    readings: dict[str, list[float]] = {}
    for _ in range(STARTS):
        with _served(app, environment) as served:
            for name, value in _started(served).items():
                readings.setdefault(name, []).append(value)
        readings.setdefault("import_cpu", []).append(_import_cpu(app, environment))
    # The least is what the application needs; whatever is above came from elsewhere.
    return {name: min(values) for name, values in readings.items()}


def _load(test: str, app: App, environment: Path | None, seed: int, lengths: Lengths) -> dict[str, float]:
    """First as many requests as the server takes, for CPU and memory, then requests at a modest rate, for latency."""
    requests = REQUESTS[test]
    with _served(app, environment) as served:
        readings = _started(served)
        saturate(served.port, requests, lengths.warm)
        before = cpu_seconds(served.process)
        answered = saturate(served.port, requests, lengths.full)
        readings["requests_per_cpu_s"] = answered / (cpu_seconds(served.process) - before)
        readings["memory"] = memory_bytes(served.process)
        before = cpu_seconds(served.process)
        took = pace(served.port, requests, lengths.paced, RATE, seed)
        readings["paced_cpu"] = (cpu_seconds(served.process) - before) / len(took)
    return readings | {"latency_p50": took[len(took) // 2], "latency_p99": took[int(len(took) * 0.99)]}


def _started(served: Served) -> dict[str, float]:
    return {"start": served.seconds, "start_cpu": cpu_seconds(served.process)}


def _import_cpu(app: App, environment: Path | None) -> float:
    """CPU of importing the application in a fresh interpreter, without that of starting it."""
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, server_core():
        done = subprocess.run(
            [str(environment / "bin" / "python") if environment else sys.executable, "-c", _IMPORT],
            cwd=app.folder,
            env=os.environ | _variables(folder, "http://127.0.0.1:9"),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Failed(f"import of {app.folder / 'app.py'} failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


@contextmanager
def _served(app: App, environment: Path | None) -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="rig-") as folder, remote(DELAY) as address:
        variables = _variables(folder, address)
        with serving(app.command, app.folder, environment=environment, variables=variables, hold=server_core) as served:
            yield served


def _variables(folder: str, remote_address: str) -> dict[str, str]:
    """What every application is told by its environment."""
    return {"REMOTE": remote_address, "DATABASE": str(Path(folder, "notes.sqlite3")), "PORT": "0"}
