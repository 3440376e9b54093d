"""CPU of a cold start, import and first `POST /v1/scores` for two frameworks, beside what else one would deploy. `make bench-cold`.

Each time in a fresh process that can import nothing but what is deployed (`python -I -S -B`), taking turns, medians of processes. The
table is a moto server in another process, so its CPU does not count. Peers: what `chalice package` makes of this project; the least
handler that reads the same request (boto3's client, one pydantic model), with the same distributions, whole and compiled; FastAPI behind
Mangum, compiled, which only parses the request.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from bench.results import Bound, Found, show
from chalicelib import data_folder
from chalicelib.local import DATA, create_table
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from tools import package
from tools.package_zip import bytecode, compile_all

PROCESSES = 15
HERE = Path(__file__).resolve().parent
SITE = package.PROJECT / ".venv" / "peers"
TABLE = "frameworth-bench"
ACCESS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}
BODY = {"frameworks": ["flask", "django"], "profile": "microservice"}
EVENT: Mapping[str, Any] = {
    "resource": "/v1/scores",
    "path": "/v1/scores",
    "httpMethod": "POST",
    "headers": {"Content-Type": "application/json", "Host": "api.example"},
    "multiValueHeaders": {"Content-Type": ["application/json"], "Host": ["api.example"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/v1/scores",
        "httpMethod": "POST",
        "path": "/api/v1/scores",
        "stage": "api",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "identity": {"sourceIp": "192.0.2.1", "userAgent": "bench"},
    },
    "body": json.dumps(BODY),
    "isBase64Encoded": False,
}
# What is imported one after the other, so that each shows what it costs beyond those before it.
PARTS = (
    "chalice.app",
    "pydantic",
    "botocore.session",
    "pluggy",
    "frameworth.discovery",
    "chalicelib.api.application",
    "chalicelib.bootstrap",
)


OURS = "Frameworth, as `make package` makes it"
STOCK = "Frameworth, as `chalice package` makes it"
BARE = "a bare handler, boto3 and pydantic"
PARSES = "FastAPI and Mangum, which only parse"
# What ours was promised to stay below, as a multiple of each.
MOST = {STOCK: 0.5, BARE: 1.25, PARSES: 1.0}
# Told beside a bound that is missed.
WHY = (
    "FastAPI and Mangum load no client of DynamoDB and call nothing; of ours that is about a third (below), which nobody who asks a table "
    "can leave out."
)


@dataclass(frozen=True)
class Deployed:
    """A handler as it is deployed: the folders that it can import from, and its name."""

    folders: Sequence[Path]
    handler: str
    parts: Sequence[str] = ()


def cold_start(deployed: Deployed, environ: Mapping[str, str], event: Mapping[str, Any] = EVENT) -> dict[str, float]:
    """Milliseconds of CPU by part, in a fresh process. Raises if the request is not answered."""
    asked = {"folders": [str(folder) for folder in deployed.folders], "parts": deployed.parts, "handler": deployed.handler, "event": event}
    command = (sys.executable, "-I", "-S", "-B", str(HERE / "cold_start.py"))
    done = subprocess.run(command, input=json.dumps(asked), env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{deployed.handler} did not start: {done.stderr.strip()}")
    # The service logs to the standard output as well, before the last line.
    told = json.loads(done.stdout.splitlines()[-1])
    if told["status"] != 200:
        raise RuntimeError(f"{deployed.handler} answered {told['status']}: {told['body'][:300]}")
    parts: dict[str, float] = told["parts"]
    return parts


@contextmanager
def served_table() -> Iterator[str]:
    """The address of a DynamoDB in another process, whose table holds the real figures of two frameworks."""
    server = subprocess.Popen(
        (sys.executable, "-c", _SERVER), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=package.PROJECT
    )
    assert server.stdout is not None
    try:
        address = server.stdout.readline().strip()
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name=ACCESS["AWS_DEFAULT_REGION"],
            aws_access_key_id=ACCESS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ACCESS["AWS_SECRET_ACCESS_KEY"],
        )
        create_table(client, TABLE)
        table, found = Table(client, TABLE), data_folder.read(DATA)
        few = tuple(one for one in found.frameworks if one.id in BODY["frameworks"])
        seed(replace(found, frameworks=few), EvidenceStore(table), Registers(table))
        yield address
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


_SERVER = """
import time
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
time.sleep(3600)
"""


def unpacked(archive: Path, folder: Path) -> Path:
    """An archive's files in a folder."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder


def stock(folder: Path) -> Path:
    """What Chalice alone packages of this project, unpacked."""
    package.copy_tree(folder / "tree")
    package.check_run(*package.run_chalice(folder / "tree", "dev", folder / "made"))
    return unpacked(folder / "made" / package.ZIP, folder / "stock")


def compiled(folder: Path) -> Path:
    """Compiles all that lies in a folder, as our package is compiled."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    compile_all(folder, [(name, bytecode(name, keeps_source=True)) for name in names])
    return folder


def found(processes: int = PROCESSES) -> list[Found]:
    """A table of medians beside what else one would deploy, and one of the parts of our own."""
    with tempfile.TemporaryDirectory(prefix="frameworth-bench-") as temporary, served_table() as address:
        package.package("dev", Path(temporary, "build"))
        template = json.loads(Path(temporary, "build", package.TEMPLATE).read_text(encoding="utf-8"))
        ours = unpacked(Path(temporary, "build", package.ZIP), Path(temporary, "ours"))
        peers = Path(temporary, "peers")
        peers.mkdir()
        for name in ("bare", "parses"):
            (peers / f"{name}.py").write_bytes((HERE / "peers" / f"{name}.py").read_bytes())
        as_it_is = stock(Path(temporary))
        whole = compiled(Path(shutil.copytree(as_it_is, Path(temporary, "whole"))))
        compiled(peers)
        compiled(SITE)
        cases = {
            OURS: Deployed([ours], "app:app"),
            STOCK: Deployed([as_it_is], "app:app"),
            BARE: Deployed([peers, whole], "bare:handler"),
            PARSES: Deployed([peers, SITE], "parses:handler"),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FRAMEWORTH_", "PYTHON"))}
        variables = template["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
        # What the template says, to the peers as well.
        set_there = {name: value for name, value in variables.items() if isinstance(value, str)}
        environ = {
            **kept,
            **set_there,
            **ACCESS,
            "AWS_ENDPOINT_URL_DYNAMODB": address,
            "FRAMEWORTH_TABLE": TABLE,
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
        }
        by_part = Deployed([ours], "app:app", PARTS)
        totals: dict[str, list[float]] = {name: [] for name in cases}
        parts: list[dict[str, float]] = []
        for _ in range(processes):
            for name, deployed in cases.items():
                totals[name].append(sum(cold_start(deployed, environ).values()))
            parts.append(cold_start(by_part, environ))
    return [told(totals), told_by_part(parts)]


def told(totals: Mapping[str, Sequence[float]]) -> Found:
    """The table of milliseconds of CPU by handler, ours first."""
    medians = {name: statistics.median(times) for name, times in totals.items()}
    ours = medians[OURS]
    bounds = [Bound(f"ours ÷ {name}", ours / medians[name], most) for name, most in MOST.items()]
    return Found(
        "Cold start beside other ways to deploy",
        f"CPU of imports and the first `POST /v1/scores` for two frameworks; {len(totals[OURS])} fresh processes each (`python -I -S -B`), "
        "taking turns; DynamoDB is a moto server in another process.",
        ("handler", "CPU, median", "least to most", "ours ÷ it"),
        [
            (name, f"{medians[name]:,.0f} ms", f"{min(times):,.0f} to {max(times):,.0f} ms", f"{ours / medians[name]:.2f}")
            for name, times in totals.items()
        ],
        bounds=bounds,
        notes=[] if all(bound.holds for bound in bounds) else [WHY],
    )


def told_by_part(parts: Sequence[Mapping[str, float]]) -> Found:
    """The table of milliseconds of CPU by what is imported, in order."""
    return Found(
        "Cold start part by part",
        "CPU of what each import costs beyond those before it, and of the first request, in other processes than above.",
        ("part", "CPU, median"),
        [(part, f"{statistics.median(one[part] for one in parts):,.1f} ms") for part in parts[0]],
    )


def main() -> None:
    """Prints the tables."""
    show(found())


if __name__ == "__main__":
    main()
