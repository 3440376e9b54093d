"""The engines that the storage layer is tested on: moto in this process, dynalite beside it, and one that the environment may name.

An engine is a function that makes a client; the tests know no other difference.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.data_folder import Seed
from chalicelib.local import create_table, embedded_table
from chalicelib.settings import PROJECT

# An address such as http://localhost:8000, of a DynamoDB Local of your own for instance.
ENDPOINT = "FRAMEWORTH_TEST_DYNAMODB"

DYNALITE = PROJECT / ".venv" / "dynalite"
SERVE = PROJECT / "tests" / "engines" / "dynalite" / "serve.js"
_READY_WITHIN_S = 10.0

Connect = Callable[..., Any]


class Seeded(NamedTuple):
    """The real data in a table that no test writes to, and the name of that table."""

    table: str
    seed: Seed


def moto(attempts: int = 3) -> Any:
    """A client of moto, which `chalicelib.local` starts and locks."""
    embedded_table()
    return _client("https://dynamodb.us-east-1.amazonaws.com", attempts)


def dynalite(attempts: int = 3) -> Any:
    """A client of the dynalite that this process starts when it is first asked for."""
    return _client(_dynalite_address(), attempts)


def the_named(attempts: int = 3) -> Any:
    """A client of the engine at the address in FRAMEWORTH_TEST_DYNAMODB."""
    return _client(os.environ[ENDPOINT], attempts)


def missing_for_dynalite(folder: Path = DYNALITE) -> str:
    """What dynalite lacks to run here and what to do about it; empty if it lacks nothing."""
    if not shutil.which("node"):
        return "dynalite needs Node.js, and there is no `node` here; install Node.js with npm, then run `make dynalite`"
    if not (folder / "node_modules" / "dynalite" / "package.json").is_file():
        return f"dynalite is not in {folder}; run `make dynalite`"
    return ""


def engines(environ: Mapping[str, str], missing: str) -> dict[str, Connect]:
    """The engines to test on, by name, given what dynalite lacks. In CI it must not be left out: raises RuntimeError."""
    if missing and environ.get("CI") == "true":
        raise RuntimeError(f"CI tests storage on a second engine: {missing}")
    found: dict[str, Connect] = {"moto": moto}
    if not missing:
        found["dynalite"] = dynalite
    if environ.get(ENDPOINT):
        found["named"] = the_named
    return found


ENGINES: Mapping[str, Connect] = engines(os.environ, missing_for_dynalite())

# Breaking off each call of each use case takes long, and what is tried there is our order of calls, hardly the engine: so one engine does,
# the least lax that is there, unless all that takes long is asked for.
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
SWEPT: Mapping[str, Connect] = ENGINES if DEEP else dict([*ENGINES.items()][-1:])
on_swept_engines = pytest.mark.parametrize("connect", SWEPT.values(), ids=SWEPT, indirect=True)


@contextmanager
def fresh_table(client: Any) -> Iterator[str]:
    """The name of a new table, made from the deployment's template and deleted afterwards."""
    name = f"test-{uuid4().hex}"
    create_table(client, name)
    _wait_until_active(client, name)
    yield name
    client.delete_table(TableName=name)


def everything(client: Any, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """All items of a table by key."""
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


@cache
def _dynalite_address() -> str:
    """Starts dynalite for this process; it ends with it, at the latest when the pipe to it closes."""
    started = subprocess.Popen(
        ["node", str(SERVE), f"{DYNALITE}{os.sep}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    def stop() -> None:
        started.kill()
        started.communicate()

    atexit.register(stop)
    assert started.stdout is not None
    port = started.stdout.readline().strip()
    if not port:
        raise RuntimeError(f"dynalite did not start: {started.communicate()[1].strip()}")
    return f"http://127.0.0.1:{port}"


def _wait_until_active(client: Any, name: str) -> None:
    # moto's tables are there at once; others take a moment, and boto3's own waiter asks only every 20 seconds.
    last = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            if client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE":
                return
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        assert time.monotonic() < last, f"table {name} was not ready within {_READY_WITHIN_S:.0f} s"
        time.sleep(0.005)


def _client(endpoint: str, attempts: int) -> Any:
    return boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
        config=Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=1,
            read_timeout=5,
            # Our own threads may be more than botocore's ten connections, beyond which it warns and drops them.
            max_pool_connections=32,
        ),
    )
