"""Puts a stage into an AWS account, or a new state of it: `make deploy STAGE=dev`.

Every step is one command of the AWS CLI, shown before it runs, so that what is done can be read, checked and done by hand; with `--dry-run`
all are shown and none is run. Steps that were done before are done again to no effect, so a deployment that broke off is simply repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

from tools.package import ARCHITECTURES, PROJECT, TEMPLATE, ZIP, check_stage, package
from tools.package_plugins import PackagingFailed

PACKAGED = "packaged.json"
# What the template takes, by the option that gives it; what is not given keeps its value of the last deployment.
PARAMETERS = {
    "email": ("AlarmEmail", "who is told of alarms and of spending"),
    "budget": ("MonthlyBudget", "US dollars a month, of which --email is told (default: 10)"),
    "requests_per_second": ("RequestsPerSecond", "how many the gateway lets through in the long run (default: 20)"),
    "burst": ("Burst", "how many it lets through at once (default: 100)"),
}
# A new address is not known everywhere at once.
HEALTH_ATTEMPTS, HEALTH_PAUSE_SECONDS, HEALTH_TIMEOUT_SECONDS = 5, 3, 30


class DeployFailed(Exception):
    """A step did not succeed; says which and what to do."""


@dataclass(frozen=True)
class Target:
    """What is deployed where."""

    stage: str
    stack: str
    region: str
    architecture: str
    bucket: str | None
    parameters: Sequence[str]
    seed: bool
    made: Path | None

    def bucket_of(self, account: str) -> str:
        """Where packages are kept: names of buckets are taken once in the world, so account and region are in it."""
        return self.bucket or f"frameworth-packages-{account}-{self.region}"


@dataclass(frozen=True)
class Cli:
    """The AWS CLI in one region. Shows each command; in a dry run that is all it does."""

    program: str
    region: str
    dry_run: bool

    def ask(self, *words: str, otherwise: str) -> str:
        """What a command prints, in a dry run `otherwise`. Raises `DeployFailed` with what the CLI said."""
        done = self._done(words)
        if done is None:
            return otherwise
        if done.returncode:
            raise DeployFailed(f"aws {words[0]} {words[1]} ended with status {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def look_up(self, *words: str, absent: str) -> str | None:
        """What a command prints, or `None` if it refuses with the words `absent`; `None` in a dry run."""
        done = self._done(words)
        if done is None or (done.returncode and absent in done.stderr):
            return None
        if done.returncode:
            raise DeployFailed(f"aws {words[0]} {words[1]} ended with status {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def run(self, *words: str) -> int:
        """The exit status of a command whose progress is to be seen; 0 in a dry run."""
        command = self._shown(words)
        return 0 if self.dry_run else subprocess.run(command, check=False).returncode

    def _done(self, words: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
        command = self._shown(words)
        return None if self.dry_run else subprocess.run(command, capture_output=True, text=True, check=False)

    def _shown(self, words: Sequence[str]) -> Sequence[str]:
        told = ("--region", self.region)
        print(f"    $ {shlex.join(('aws', *words, *told))}", flush=True)
        return (self.program, *words, *told)


def main(arguments: list[str] | None = None) -> int:
    """Reads the options, deploys, and returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        check_stage(options.stage)
        program = _program(options.dry_run)
        target = Target(
            stage=options.stage,
            stack=options.stack or f"frameworth-{options.stage}",
            region=_region(options.region, options.dry_run),
            architecture=options.architecture,
            bucket=options.bucket,
            parameters=[f"{name}={getattr(options, key)}" for key, (name, _) in PARAMETERS.items() if getattr(options, key) is not None],
            seed=options.seed,
            made=options.made,
        )
        deploy(target, Cli(program, target.region, options.dry_run))
    except (DeployFailed, PackagingFailed) as error:
        print(f"\nNot deployed: {error}", file=sys.stderr)
        return 1
    return 0


def deploy(target: Target, cli: Cli) -> None:
    """Does all steps; raises `DeployFailed` or `PackagingFailed` at the first that fails."""
    build = target.made or PROJECT / "build"
    _step(1, "Who deploys, and what is there")
    account = cli.ask("sts", "get-caller-identity", "--query", "Account", "--output", "text", otherwise="ACCOUNT")
    before = cli.look_up(
        *("cloudformation", "describe-stacks", "--stack-name", target.stack),
        *("--query", "Stacks[0].StackStatus", "--output", "text"),
        absent="does not exist",
    )
    if before == "ROLLBACK_COMPLETE":
        raise DeployFailed(
            f"the first deployment of {target.stack} failed and was rolled back, and such a stack can't be changed; "
            f"delete it (aws cloudformation delete-stack --stack-name {target.stack} --region {target.region}) and deploy again"
        )
    role = cli.ask("apigateway", "get-account", "--query", "cloudwatchRoleArn", "--output", "text", otherwise="None")
    access_log = "off" if role in ("", "None") else "on"
    _package(target, build, cli.dry_run)
    _step(3, "A bucket for the packages")
    _bucket(target.bucket_of(account), account, target, cli)
    _step(4, "Uploading the package")
    cli.ask(
        *("cloudformation", "package", "--template-file", _shown(build / TEMPLATE), "--s3-bucket", target.bucket_of(account)),
        *("--s3-prefix", target.stack, "--use-json", "--output-template-file", _shown(build / PACKAGED)),
        otherwise="",
    )
    _step(5, f"{'Changing' if before else 'Making'} the stack {target.stack}; a failure is rolled back")
    _stack(target, account, (f"AccessLog={access_log}", *target.parameters), build / PACKAGED, cli)
    if access_log == "off":
        condition = ", unless this account" if cli.dry_run else ": this account has not"
        print(f"    without an access log{condition} given API Gateway a role for logs (README, Deploy)", flush=True)
    outputs = _outputs(target, cli)
    if target.seed or not before:
        _step(6, "Filling the table with the figures of data/")
        _seed(outputs["TableName"], target.region, cli)
    else:
        _step(6, "Leaving the table's figures as they are (--seed adds what is new in data/)")
    _step(7, "Asking it how it is")
    _health(outputs["EndpointURL"], cli)
    if not cli.dry_run:
        print(
            f"\nDeployed: {outputs['EndpointURL']}\nTo write, make a token: FRAMEWORTH_TABLE={outputs['TableName']} "
            f"AWS_DEFAULT_REGION={target.region} .venv/bin/python -m chalicelib token create --scope write:observations"
        )


def _package(target: Target, build: Path, dry_run: bool) -> None:
    """Makes the package, unless one is to be taken as it is."""
    if target.made:
        _step(2, f"Taking the package in {_shown(target.made)} as it is")
        missing = [name for name in (ZIP, TEMPLATE) if not (target.made / name).is_file()]
        if missing:
            raise DeployFailed(f"{' and '.join(missing)} is not in {target.made}; `make package` writes build/{ZIP} and build/{TEMPLATE}")
        return
    _step(2, f"Packaging stage {target.stage} for {target.architecture}")
    print(f"    $ make package STAGE={target.stage} ARCHITECTURE={target.architecture}", flush=True)
    if not dry_run:
        package(target.stage, build, target.architecture)


def _bucket(name: str, account: str, target: Target, cli: Cli) -> None:
    """Makes the bucket unless it is there. One in another's hands is refused: its owner could change what is deployed."""
    try:
        found = cli.look_up("s3api", "head-bucket", "--bucket", name, "--expected-bucket-owner", account, absent="(404)")
    except DeployFailed as error:
        raise DeployFailed(f"{error}; name a bucket of your own with --bucket") from error
    if found is not None:
        return
    if cli.dry_run:
        print("    and if there is none:", flush=True)
    # us-east-1 is where a bucket is if no place is said, and must not be said.
    where = () if target.region == "us-east-1" else ("--create-bucket-configuration", f"LocationConstraint={target.region}")
    cli.ask("s3api", "create-bucket", "--bucket", name, *where, otherwise="")


def _stack(target: Target, account: str, parameters: Sequence[str], template: Path, cli: Cli) -> None:
    """Makes the stack what the template says; on failure names what failed."""
    status = cli.run(
        *("cloudformation", "deploy", "--stack-name", target.stack, "--template-file", _shown(template)),
        # CloudFormation takes a template of more than 51,200 bytes from a bucket only.
        *("--s3-bucket", target.bucket_of(account), "--s3-prefix", target.stack),
        *("--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset", "--tags", "project=frameworth", f"stage={target.stage}"),
        *("--parameter-overrides", *parameters),
    )
    if status:
        events = cli.look_up(
            *("cloudformation", "describe-stack-events", "--stack-name", target.stack, "--output", "text", "--query"),
            "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]",
            absent="does not exist",
        )
        raise DeployFailed(f"CloudFormation could not make {target.stack} what the template says:\n{events or 'see the reason above'}")


def _outputs(target: Target, cli: Cli) -> dict[str, str]:
    """What the stack says of itself."""
    found = cli.ask(
        *("cloudformation", "describe-stacks", "--stack-name", target.stack, "--query", "Stacks[0].Outputs", "--output", "json"),
        otherwise='[{"OutputKey": "TableName", "OutputValue": "TABLE"}, {"OutputKey": "EndpointURL", "OutputValue": "https://ADDRESS/api/"}]',
    )
    return {one["OutputKey"]: one["OutputValue"] for one in json.loads(found)}


def _seed(table: str, region: str, cli: Cli) -> None:
    """Puts the figures of data/ into the table."""
    settings = {"FRAMEWORTH_TABLE": table, "AWS_DEFAULT_REGION": region}
    print(f"    $ {' '.join(f'{name}={value}' for name, value in settings.items())} .venv/bin/python -m chalicelib seed", flush=True)
    if not cli.dry_run:
        done = subprocess.run((sys.executable, "-m", "chalicelib", "seed"), cwd=PROJECT, env={**os.environ, **settings}, check=False)
        if done.returncode:
            raise DeployFailed("the stack is there, but its table is not filled, for the reason above; repeat it with --seed")


def _health(address: str, cli: Cli) -> None:
    """Asks /health until it answers. Raises `DeployFailed` if it does not."""
    print(f"    $ curl {address}health", flush=True)
    fault = ""
    for attempt in range(0 if cli.dry_run else HEALTH_ATTEMPTS):
        try:
            with urllib.request.urlopen(f"{address}health", timeout=HEALTH_TIMEOUT_SECONDS) as answer:  # noqa: S310  # the stack's own
                print(f"    {answer.read().decode()}", flush=True)
        except HTTPError as error:
            with error:
                fault = str(error)
        except OSError as error:
            fault = str(error)
        else:
            return
        if attempt + 1 < HEALTH_ATTEMPTS:
            time.sleep(HEALTH_PAUSE_SECONDS)
    if fault:
        raise DeployFailed(f"the stack is there, but {address}health does not answer ({fault}); its log group says why")


def _program(dry_run: bool) -> str:
    """Where the AWS CLI is; a dry run does without it."""
    found = shutil.which("aws")
    if not found and not dry_run:
        raise DeployFailed(
            "the AWS CLI (aws) is not on this machine's PATH; "
            "install it (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), then log in with it"
        )
    return found or "aws"


def _region(said: str | None, dry_run: bool) -> str:
    """The region that is said, or that of the environment, or that of the AWS CLI's profile."""
    found = said or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not found and shutil.which("aws"):
        found = subprocess.run(("aws", "configure", "get", "region"), capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607  # the user's own
    if not found and not dry_run:
        raise DeployFailed("no region is set; say --region us-east-1, set AWS_REGION, or run aws configure")
    return found or "REGION"


def _step(number: int, what: str) -> None:
    print(f"{number}/7 {what}", flush=True)


def _shown(path: Path) -> str:
    """A path as short as it can be told."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _parser() -> argparse.ArgumentParser:
    description = (
        "Put a stage into an AWS account, or a new state of it. Every command is shown before it runs; what is done twice is done once."
    )
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=description)
    parser.add_argument("--dry-run", action="store_true", help="show every command and run none; needs no account")
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json that has an iam_policy_file (default: dev)")
    parser.add_argument("--stack", help="name of the CloudFormation stack (default: frameworth-STAGE)")
    parser.add_argument("--region", help="of AWS (default: AWS_REGION, AWS_DEFAULT_REGION, or what aws configure said)")
    parser.add_argument("--bucket", help="for packages, made if it is not there (default: frameworth-packages-ACCOUNT-REGION)")
    parser.add_argument("--architecture", choices=ARCHITECTURES, default=ARCHITECTURES[0], help="of the functions (default: x86_64)")
    parser.add_argument("--made", type=Path, metavar="FOLDER", help="with a package and its template, taken instead of making them anew")
    for key, (_, means) in PARAMETERS.items():
        parser.add_argument(f"--{key.replace('_', '-')}", help=means)
    parser.add_argument("--seed", action="store_true", help="fill the table from data/ again; the first deployment does it anyway")
    return parser


if __name__ == "__main__":
    sys.exit(main())
