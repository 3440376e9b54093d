"""The package as `make package` builds it, unzipped and run as Lambda runs it, with a table by its address."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from chalicelib import data_folder
from chalicelib.local import DATA, create_table
from chalicelib.settings import PROJECT
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from tests import tutorial, wheels
from tests.checkouts import copy_of

if TYPE_CHECKING:
    from chalicelib.use_cases.service import Service

HERE = Path(__file__).resolve().parent
TABLE = "frameworth-packaging"
SEEDED = ("django", "fastapi", "flask", "tornado")
ACCESS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Package:
    """What one run of `make package` made and said."""

    folder: Path
    unzipped: Path
    said: str
    seconds: float

    @property
    def archive(self) -> Path:
        return self.folder / "deployment.zip"

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(self.archive) as archive:
            return archive.namelist()

    @property
    def template(self) -> dict[str, Any]:
        return json.loads((self.folder / "template.json").read_text(encoding="utf-8"))

    @cached_property
    def translated(self) -> dict[str, Any]:
        """The template as CloudFormation sees it: SAM's types translated by SAM's own translator, in the environment that holds it."""
        command = [aws_environment(), "-B", HERE / "as_aws.py"]
        done = subprocess.run(command, input=json.dumps(self.template), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def build(project: Path, made: Path, site: Path | None = None) -> Package:
    """Packages a project into `made` by its own tool, run by a Python for which what is in `site` is installed."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tools.package", "--out", str(made)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(site)} if site else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    unzipped = made / "unzipped"
    with zipfile.ZipFile(made / "deployment.zip") as archive:
        archive.extractall(unzipped)
    return Package(made, unzipped, done.stdout, time.monotonic() - started)


def aws_environment() -> Path:
    """The Python for which AWS's own CLI and SAM's translator are installed, beside the CLI. Raises if it is not there."""
    made = PROJECT / ".venv" / "aws" / "bin" / "python"
    assert made.is_file(), f"{made} is not there; `make test` installs it, `make aws` alone"
    return made


@pytest.fixture(scope="session")
def aws_python() -> Path:
    """The Python beside AWS's CLI."""
    return aws_environment()


@pytest.fixture(scope="session")
def checkout(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project with nothing dropped in."""
    return copy_of(project, tmp_path_factory.mktemp("checkout") / "frameworth")


@pytest.fixture(scope="session")
def package(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of this project."""
    return build(checkout, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def package_with_licence(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of this project with the tutorial's plugin and its figures dropped into plugins/, and nothing else changed."""
    copy = copy_of(project, tmp_path_factory.mktemp("checkout_with_licence") / "frameworth")
    tutorial.write_plugin("licence", copy / "plugins")
    return build(copy, copy / "build")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed a distribution with a plugin."""
    made = tmp_path_factory.mktemp("distribution")
    return wheels.install(wheels.build_wheel(made / "project", requirements=True), made / "site")


@pytest.fixture(scope="session")
def package_with_installed(checkout: Path, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of this project as it is made where that distribution is installed."""
    return build(checkout, tmp_path_factory.mktemp("package_with_installed"), site)


@pytest.fixture(scope="session")
def endpoint(service: Service) -> Iterator[str]:
    """The address of a DynamoDB: moto's server, in this process. The embedded service comes first, since its start empties all tables."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def client(endpoint: str) -> Iterator[Any]:
    """A client of that DynamoDB."""
    made = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=ACCESS["AWS_DEFAULT_REGION"],
        aws_access_key_id=ACCESS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ACCESS["AWS_SECRET_ACCESS_KEY"],
    )
    yield made
    made.close()


@pytest.fixture(scope="session")
def table(client: Any) -> Table:
    """The table as the deployment's template defines it, with the real figures of a few frameworks."""
    create_table(client, TABLE)
    made, everything = Table(client, TABLE), data_folder.read(DATA)
    few = replace(everything, frameworks=tuple(one for one in everything.frameworks if one.id in SEEDED))
    seed(few, EvidenceStore(made), Registers(made))
    return made


Invoke = Callable[[Package, Sequence[Mapping[str, Any] | None]], list[dict[str, Any]]]


@pytest.fixture
def invoke(endpoint: str, table: Table) -> Invoke:
    """Hands events to a package that runs in a process of its own, with nothing else to import from; returns its answers."""

    def answers(package: Package, events: Sequence[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FRAMEWORTH_", "PYTHON"))}
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", str(HERE / "as_lambda.py"), str(package.unzipped)],
            cwd=package.unzipped,
            env={**environ, **ACCESS, "FRAMEWORTH_TABLE": table.name, "AWS_ENDPOINT_URL_DYNAMODB": endpoint},
            input=json.dumps(events),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["strangers"] == []
        return found["answers"]

    return answers
