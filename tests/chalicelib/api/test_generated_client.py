"""A client that somebody else's generator makes of /openapi.json is whole, has sound types, and does what a caller would do with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.settings import PROJECT
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chalicelib.api.conftest import Writer
    from tests.servers import Caller

# Made by `make test`: the generator and what its clients need, apart from our own packages.
ENVIRONMENT = PROJECT / ".venv" / "clients"
HERE = PROJECT / "tests" / "clients"
USE = HERE / "create_observe_score.py"


def ran(*command: str | Path, **options: object) -> str:
    found = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def generator() -> Path:
    """The generator. Raises if it is not there: `make test` installs it, from PyPI alone."""
    made = ENVIRONMENT / "bin" / "openapi-python-client"
    assert made.is_file(), f"{made} is not there; `make test` installs it, `make clients` alone"
    return made


@pytest.fixture
def server(writer: Writer) -> Iterator[Caller]:
    with serve_gateway(writer.gateway) as made:
        yield made


@pytest.fixture
def client(generator: Path, server: Caller, tmp_path: Path) -> Path:
    """The client, in a folder of its own."""
    said = ran(
        *(generator, "generate", "--url", f"{server.base}/openapi.json", "--meta", "none"),
        *("--fail-on-warning", "--config", HERE / "generator.yml", "--output-path", tmp_path / "frameworth_client"),
    )
    assert "WARNING" not in said
    return tmp_path


def test_it_is_whole_its_types_are_sound_and_it_creates_observes_and_scores(client: Path, server: Caller, writer: Writer) -> None:
    (client / USE.name).write_bytes(USE.read_bytes())

    named = {path.stem for path in (client / "frameworth_client" / "api").rglob("*.py")}
    assert {one.name for one in writer.gateway.app.operations} <= named

    ran(
        *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", client / "cache"),
        *("--python-executable", ENVIRONMENT / "bin" / "python", "frameworth_client", USE.name),
        cwd=client,
    )

    said = ran(ENVIRONMENT / "bin" / "python", "-B", USE.name, server.base, writer.token, cwd=client)
    assert [line.partition('"')[0].strip() for line in said.splitlines()] == [
        "created sanic",
        "again 412 already_there",
        "recorded 1 ['recorded', 'refused']",
        "recorded 1 ['recorded', 'refused']",
        "scored ['flask', 'sanic']",
    ]
