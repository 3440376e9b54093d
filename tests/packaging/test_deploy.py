"""`make deploy` puts the service into an account by commands that it shows, tells what is wrong, and with --dry-run only shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.table import Table
from tests.checkouts import alone
from tools import deploy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.packaging.conftest import Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]

HERE = Path(__file__).resolve().parent
REGION = "eu-central-1"
STACK = "frameworth-dev"
BUCKET = "frameworth-packages-123456789012-eu-central-1"
STEPS = 7


@pytest.fixture(scope="module")
def account(aws_python: Path) -> Iterator[str]:
    """The address of an account in which nothing is deployed yet."""
    command = [sys.executable, "-B", str(HERE / "account.py"), str(aws_python), "-B", str(HERE / "as_aws.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture(scope="module")
def logged_in(account: str, aws_python: Path) -> dict[str, str]:
    """The environment of somebody who has the AWS CLI and may use that account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FRAMEWORTH_"))}
    keys = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": REGION, "AWS_ENDPOINT_URL": account}
    return {**kept, **keys, "PATH": f"{aws_python.parent}:/usr/bin:/bin"}


@pytest.fixture(scope="module")
def deployed(logged_in: Mapping[str, str], package: Package) -> subprocess.CompletedProcess[str]:
    """What the first deployment said. Nothing answers at the address of its stack, which is for AWS to do."""
    return run(logged_in, "--made", str(package.folder), "--email", "ops@example.org")


def run(environ: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    # One attempt at /health: the account is not AWS's, so nothing is going to answer there.
    once = "import sys; from tools import deploy; deploy.HEALTH_ATTEMPTS = 1; sys.exit(deploy.main(sys.argv[1:]))"
    command = [sys.executable, "-B", "-c", once, *options]
    return subprocess.run(command, cwd=deploy.PROJECT, env=dict(environ), capture_output=True, text=True, check=False)


@contextmanager
def client(service: str, account: str) -> Iterator[Any]:
    keys = {"aws_access_key_id": "tests", "aws_secret_access_key": "tests"}
    with closing(boto3.client(service, endpoint_url=account, region_name=REGION, **keys)) as made:
        yield made


def stack(account: str) -> dict[str, Any]:
    with client("cloudformation", account) as cloudformation:
        (found,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return found


def test_a_first_deployment_makes_the_bucket_and_the_stack_and_fills_the_table(
    deployed: subprocess.CompletedProcess[str], account: str
) -> None:
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack(account)["Outputs"]}
    assert "observations of 16 frameworks are in" in deployed.stdout
    with client("s3", account) as s3, client("dynamodb", account) as dynamodb:
        assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [BUCKET]
        held = EvidenceStore(Table(dynamodb, outputs["TableName"]))
        assert held.known(["flask", "django", "nothing"]) == {"flask", "django"}


def test_what_is_given_becomes_a_parameter_of_the_stack(deployed: subprocess.CompletedProcess[str], account: str) -> None:
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack(account)["Parameters"]}
    assert (parameters["AlarmEmail"], parameters["AccessLog"]) == ("ops@example.org", "off")
    assert "this account has not given API Gateway a role for logs" in deployed.stdout


def test_every_step_is_numbered_and_its_commands_are_shown(deployed: subprocess.CompletedProcess[str]) -> None:
    numbers = [line.split()[0] for line in deployed.stdout.splitlines() if line[:1].isdigit() and f"/{STEPS} " in line]
    assert numbers == [f"{number}/{STEPS}" for number in range(1, STEPS + 1)]
    assert f"$ aws s3api create-bucket --bucket {BUCKET} --create-bucket-configuration LocationConstraint={REGION}" in deployed.stdout


def test_a_stack_that_does_not_answer_is_no_success(deployed: subprocess.CompletedProcess[str]) -> None:
    assert deployed.returncode == 1
    assert "Not deployed: the stack is there, but https://" in deployed.stderr
    assert deployed.stderr.rstrip().endswith("its log group says why")


@pytest.mark.usefixtures("deployed")
def test_a_second_deployment_changes_the_stack_and_leaves_figures_bucket_and_parameters(
    logged_in: Mapping[str, str], package: Package, account: str
) -> None:
    before = stack(account)
    done = run(logged_in, "--made", str(package.folder), "--burst", "50")
    assert f"Changing the stack {STACK}" in done.stdout
    assert "Leaving the table's figures as they are" in done.stdout
    assert "create-bucket" not in done.stdout
    after = {one["ParameterKey"]: one["ParameterValue"] for one in stack(account)["Parameters"]}
    assert (after["AlarmEmail"], after["Burst"]) == ("ops@example.org", "50")
    assert stack(account)["Outputs"] == before["Outputs"]


def test_a_dry_run_shows_the_same_commands_and_needs_neither_account_nor_cli(deployed: subprocess.CompletedProcess[str]) -> None:
    """Shown are placeholders instead of what only an account can tell."""
    done = subprocess.run(
        ["make", "--no-print-directory", "deploy", "STAGE=dev", "--dry-run", "DEPLOY=--email ops@example.org"],
        cwd=deploy.PROJECT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown, run_before = _commands(done.stdout), _commands(deployed.stdout)
    assert [command for command in shown if command in run_before] == run_before
    assert "aws cloudformation deploy" in done.stdout
    assert "--region REGION" in done.stdout


def _commands(said: str) -> list[str]:
    """The commands of AWS's CLI that were shown, by their first two words."""
    lines = [line.split() for line in said.splitlines() if line.startswith("    $ aws ")]
    return [" ".join(words[2:4]) for words in lines]


def test_without_the_cli_it_says_where_to_get_it(tmp_path: Path) -> None:
    done = run({"PATH": str(tmp_path), "AWS_REGION": REGION})
    assert done.returncode == 1
    assert "the AWS CLI (aws) is not on this machine's PATH; install it (https://docs.aws.amazon.com/cli/" in done.stderr


def test_without_a_region_it_says_how_to_name_one(aws_python: Path, tmp_path: Path) -> None:
    done = run({"PATH": f"{aws_python.parent}:/usr/bin:/bin", "HOME": str(tmp_path)})
    assert done.stderr == "\nNot deployed: no region is set; say --region us-east-1, set AWS_REGION, or run aws configure\n"


def test_without_credentials_it_passes_on_what_the_cli_says(aws_python: Path, tmp_path: Path) -> None:
    environ = {
        "PATH": f"{aws_python.parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = run(environ)
    assert "aws sts get-caller-identity ended with status" in done.stderr
    assert "Unable to locate credentials" in done.stderr


def test_a_stage_that_can_not_be_deployed_is_refused_before_anything_is_done(logged_in: Mapping[str, str]) -> None:
    done = run(logged_in, "--stage", "local")
    assert done.stdout == ""
    assert "stage 'local' is not one that can be deployed; there is dev" in done.stderr


def test_a_folder_without_a_package_is_refused(logged_in: Mapping[str, str], tmp_path: Path) -> None:
    done = run(logged_in, "--made", str(tmp_path))
    assert f"deployment.zip and template.json is not in {tmp_path}" in done.stderr


# What the CLI says where an account is not as it should be: a program of that name that says so, since no stand-in for AWS gets there.
REFUSALS = {
    "an account with a stack that was rolled back": (
        {"describe-stacks": "echo ROLLBACK_COMPLETE"},
        "delete it (aws cloudformation delete-stack --stack-name frameworth-dev --region eu-central-1) and deploy again",
    ),
    "a bucket in another's hands": (
        {"head-bucket": "echo 'An error occurred (403) when calling the HeadBucket operation: Forbidden' >&2; exit 254"},
        "name a bucket of your own with --bucket",
    ),
    "a stack that fails": (
        {"deploy": "echo 'Failed to create/update the stack' >&2; exit 255", "describe-stack-events": "echo 'Table\tis one too many'"},
        "could not make frameworth-dev what the template says:\nTable\tis one too many",
    ),
}


@pytest.mark.parametrize(("answers", "said"), REFUSALS.values(), ids=REFUSALS)
def test_what_an_account_refuses_is_told_with_a_way_out(answers: Mapping[str, str], said: str, package: Package, tmp_path: Path) -> None:
    cases = "".join(f"  {command}) {script};;\n" for command, script in answers.items())
    program = tmp_path / "aws"
    program.write_text(f'#!/bin/sh\ncase "$2" in\n{cases}  get-caller-identity) echo 123456789012;;\nesac\n', encoding="utf-8")
    program.chmod(0o755)
    done = run({"PATH": f"{tmp_path}:/usr/bin:/bin", "AWS_REGION": REGION}, "--made", str(package.folder))
    assert done.returncode == 1
    assert said in done.stderr


def test_health_is_asked_until_it_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(deploy, "HEALTH_PAUSE_SECONDS", 0)
    with answering([503, 503, 200]) as address:
        deploy._health(address, deploy.Cli("aws", REGION, dry_run=False))
    assert capsys.readouterr().out.splitlines() == [f"    $ curl {address}health", '    {"status": 200}']


@contextmanager
def answering(statuses: Sequence[int]) -> Iterator[str]:
    """The address of a server that answers with these, one after the other."""
    left = list(statuses)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = left.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"status": status}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
