"""Builds what a deployment needs, build/deployment.zip and build/template.json: `make package`.

`chalice package` packs whatever lies about (bytecode, editors' files), leaves out silently what it can't reach, and calls a package without
its dependencies a success. So it is run on a copy of exactly the files that belong in, and its result is opened and checked, made smaller
and quicker to start, before it is handed over.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.package_plugins import PackagingFailed, add_plugins
from tools.package_zip import is_read, rewrite

PROJECT = Path(__file__).resolve().parent.parent
ZIP, TEMPLATE = "deployment.zip", "template.json"
ARCHITECTURES = ("x86_64", "arm64")

# What is packaged of the project, and what Chalice needs beside that to do it.
PACKAGED_FOLDERS = ("chalicelib", "frameworth", "plugins")
COPIED = ("app.py", *PACKAGED_FOLDERS, "vendor", ".chalice", "requirements.txt")
STRAY = ("__pycache__", "*.pyc", ".*", "*~")
CHALICES_OWN = ("deployments", "deployed")

# One file of each distribution without which no request is answered; Chalice's runtime is these two files and nothing more.
RUNTIME = (
    "boto3/__init__.py",
    "botocore/__init__.py",
    "botocore/data/endpoints.json",
    "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
    "chalice/__init__.py",
    "chalice/app.py",
    "pluggy/__init__.py",
    "pydantic/__init__.py",
    "pydantic_core/__init__.py",
)
# What would mean that development files or tools were packed.
UNWANTED = frozenset({"bench", "build", "click", "data", "moto", "pip", "psutil", "pytest", "rich", "rig", "setuptools", "tests", "tools"})

MOST_UNZIPPED_BYTES = 250 * 1024 * 1024  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

# `chalice.cli` can't be run by `python -m`, and the script `chalice` is not where this Python is in every virtual environment.
CHALICE = (sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())")
INCOMPLETE = "Could not install dependencies"


def main(arguments: list[str] | None = None) -> int:
    """Reads the options, packages, and returns the exit status."""
    description = "Build the deployment package and its CloudFormation template."
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=description)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json that has an iam_policy_file (default: dev)")
    parser.add_argument("--architecture", choices=ARCHITECTURES, default=ARCHITECTURES[0], help="of the function (default: x86_64)")
    parser.add_argument("--out", type=Path, default=PROJECT / "build", help="where the two files are put (default: build)")
    options = parser.parse_args(arguments)
    try:
        package(options.stage, options.out, options.architecture)
    except PackagingFailed as error:
        print(f"\nNot packaged: {error}", file=sys.stderr)
        return 1
    return 0


def package(stage: str, out: Path, architecture: str = ARCHITECTURES[0]) -> None:
    """Packages one stage into the folder `out`; raises `PackagingFailed`, and then leaves no package there."""
    started = time.monotonic()
    check_stage(stage)
    clear(out)
    with tempfile.TemporaryDirectory(prefix="frameworth-package-") as temporary:
        tree, made = Path(temporary, "tree"), Path(temporary, "made")
        print("1/4 Copying the files that belong in the package …", flush=True)
        copy_tree(tree)
        set_architecture(tree / ".chalice" / "config.json", architecture)
        for distribution in add_plugins(tree, (entry for entry in sys.path if Path(entry).resolve() != PROJECT)):
            print(f"    and {distribution}, which is installed here and offers plugins", flush=True)
        print(f"2/4 Running chalice package --stage {stage} for {architecture}, which downloads the wheels …", flush=True)
        check_run(*run_chalice(tree, stage, made))
        print("3/4 Checking what was made …", flush=True)
        check_template(json.loads((made / "sam.json").read_text(encoding="utf-8")))
        with zipfile.ZipFile(made / ZIP) as archive:
            check_contents(archive.namelist(), tree)
        print("4/4 Leaving out what is never read, and compiling the rest …", flush=True)
        out.mkdir(parents=True, exist_ok=True)
        rewrite(made / ZIP, made / "rewritten.zip", made / "rewritten", {name for name in own_files(tree) if is_read(name)})
        with zipfile.ZipFile(made / "rewritten.zip") as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
        check_size(unzipped)
        shutil.move(made / "rewritten.zip", out / ZIP)
        shutil.move(made / "sam.json", out / TEMPLATE)
    report(out, unzipped, architecture, time.monotonic() - started)


def check_stage(stage: str) -> None:
    """Chalice packages a stage that nobody configured, with no rights for the function; this does not."""
    stages = json.loads((PROJECT / ".chalice" / "config.json").read_text(encoding="utf-8"))["stages"]
    deployable = sorted(name for name, settings in stages.items() if "iam_policy_file" in settings)
    if stage not in deployable:
        raise PackagingFailed(
            f"stage {stage!r} is not one that can be deployed; there is {', '.join(deployable)}. "
            f"A new one needs an iam_policy_file in .chalice/config.json"
        )
    policy = PROJECT / ".chalice" / stages[stage]["iam_policy_file"]
    if not policy.is_file():
        raise PackagingFailed(f"stage {stage!r} names {policy.name}, which is not there; add .chalice/{policy.name}")


def clear(out: Path) -> None:
    """Removes earlier results, so that none can be taken for a new one, and Chalice's cache, which keeps broken packages too."""
    shutil.rmtree(PROJECT / ".chalice" / "deployments", ignore_errors=True)
    for name in (ZIP, TEMPLATE):
        (out / name).unlink(missing_ok=True)


def copy_tree(target: Path) -> None:
    """Copies what Chalice reads and nothing else; the links in vendor/ stay links and lead into the copy."""
    target.mkdir()
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            left_out = (*STRAY, *CHALICES_OWN) if name == ".chalice" else STRAY
            shutil.copytree(source, target / name, symlinks=True, ignore=shutil.ignore_patterns(*left_out))
        elif source.is_file():
            shutil.copy2(source, target / name)
        else:
            raise PackagingFailed(f"{name} is not in {PROJECT}; restore it (git checkout -- {name})")


def set_architecture(config: Path, architecture: str) -> None:
    """Says in the copy's configuration which processor the function runs on."""
    settings = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**settings, "lambda_architecture": architecture}), encoding="utf-8")


def run_chalice(tree: Path, stage: str, made: Path) -> tuple[int, str]:
    """Runs `chalice package` in `tree`; returns its exit status and everything it said."""
    if importlib.util.find_spec("chalice") is None:
        raise PackagingFailed("chalice is not installed for this Python; run `make package`, or pip install -r requirements-local.txt")
    options = ("package", "--stage", stage, "--merge-template", ".chalice/template.json", str(made))
    done = subprocess.run(
        (*CHALICE, *options),
        cwd=tree,
        env=chalice_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def chalice_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for Chalice, which imports the app: without this shell's FRAMEWORTH_* settings, and with the region it insists on."""
    kept = {name: value for name, value in environ.items() if not name.startswith("FRAMEWORTH_")}
    return {"AWS_DEFAULT_REGION": "us-east-1", **kept, "PYTHONDONTWRITEBYTECODE": "1"}


def check_run(status: int, said: str) -> None:
    """Refuses a run that failed or that, with exit status 0, left dependencies out."""
    print("".join(f"    {line}\n" for line in said.strip().splitlines()), end="", flush=True)
    if INCOMPLETE in said:
        raise PackagingFailed(
            "the distributions named above have no wheel for Lambda; pin a version in requirements.txt that has one "
            "(pip download --only-binary :all: --platform manylinux2014_x86_64 NAME tries it), or put the built package into vendor/"
        )
    if status != 0:
        raise PackagingFailed(
            f"chalice ended with status {status}, for the reason above. If it can't import app.py, try `make test`; "
            f"if it can't download, look at the network and at pip's settings"
        )


def check_contents(names: Iterable[str], tree: Path) -> None:
    """Compares the names in the archive with the tree that it was made from; one error names everything that is missing or too much."""
    found = set(names)
    missing = sorted({*own_files(tree), *RUNTIME} - found)
    stray = sorted(name for name in found if is_stray(name))
    faults = []
    if missing:
        faults.append(
            f"it lacks {_list(missing)}. Folders of this project must be chalicelib/ or linked in vendor/ (vendor/frameworth and "
            f"vendor/plugins must be symlinks: git config core.symlinks true); distributions must be in requirements.txt"
        )
    if stray:
        faults.append(f"it holds {_list(stray)}. Take out of vendor/ and requirements.txt whatever brings that along")
    if faults:
        raise PackagingFailed("the package is wrong: " + "; and ".join(faults))


def own_files(tree: Path) -> Iterator[str]:
    """The names under which the project's own files, and what was put into vendor/, must be in the package."""
    yield "app.py"
    for folder, top in [*((tree / name, tree) for name in PACKAGED_FOLDERS), (tree / "vendor", tree / "vendor")]:
        for path in folder.rglob("*"):
            name = path.relative_to(top).as_posix()
            if path.is_file() and not is_stray(name):
                yield name


def is_stray(name: str) -> bool:
    """Whether something does not belong in a package: bytecode, tests, or tools of development and their metadata."""
    return "__pycache__" in name or name.endswith(".pyc") or name.partition("/")[0].partition("-")[0].lower() in UNWANTED


def check_template(template: Mapping[str, object]) -> None:
    """Refuses a template whose function is not the packaged one; cfn-lint, in the tests, looks at the rest."""
    resources = template["Resources"]
    function = resources.get("APIHandler", {}) if isinstance(resources, dict) else {}
    location = function.get("Properties", {}).get("CodeUri")
    if location != f"./{ZIP}":
        raise PackagingFailed(
            f"the template's APIHandler has its code at {location!r}, not ./{ZIP}; look for a CodeUri in .chalice/template.json"
        )


def check_size(unzipped: int) -> None:
    """Refuses what Lambda would refuse."""
    if unzipped > MOST_UNZIPPED_BYTES:
        raise PackagingFailed(
            f"unzipped it has {_mb(unzipped)}, Lambda takes {_mb(MOST_UNZIPPED_BYTES)}; drop something from requirements.txt"
        )


def report(out: Path, unzipped: int, architecture: str, seconds: float) -> None:
    """Says what was made and what to do with it."""
    folder = out.relative_to(Path.cwd()) if out.is_relative_to(Path.cwd()) else out
    runs_on = f"Python {sys.version_info.major}.{sys.version_info.minor} on {architecture}"
    print(f"""
{folder / ZIP}  {_mb((out / ZIP).stat().st_size)}, unzipped {_mb(unzipped)} of {_mb(MOST_UNZIPPED_BYTES)}; for {runs_on}
{folder / TEMPLATE}   {(out / TEMPLATE).stat().st_size / 1e3:.0f} kB; made in {seconds:.0f} s

`make deploy` makes it anew and puts it into your AWS account; `make deploy --dry-run` shows the commands for that.""")


def _list(names: list[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
