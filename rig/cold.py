"""The cold start of an application on AWS Lambda: packed as one would upload it, unpacked, and started anew for each event.

What is measured is a process of this machine, from the start of its interpreter to its first answer, with the files in memory. Lambda adds
what is its own: the sandbox, the download, which takes longer for a larger archive, and its runtime's loop.
"""

from __future__ import annotations

import importlib.util
import json
import marshal
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

from rig.catalogue import App
from rig.distributions import files, parsed
from rig.environments import site_packages
from rig.serving import LOOPBACK

HERE = Path(__file__).resolve().parent
# The pinned adapters; `rig.environments.packages` installs them into a folder.
REQUIREMENTS = HERE / "adapters.txt"
HELLO = {"message": "Hello, World!"}

# As the adapters' documentation has it, under the names that Lambda's console gives.
HANDLER = "lambda_function.py"
HANDLERS = {
    "mangum": "from mangum import Mangum\nfrom {module} import {name}\n\nlambda_handler = Mangum({name})\n",
    "apig-wsgi": "from apig_wsgi import make_lambda_handler\nfrom {module} import {name}\n\nlambda_handler = make_lambda_handler({name})\n",
}
# What `chalice package` takes of Chalice; the rest, with all that it requires, deploys.
CHALICE = ("chalice/__init__.py", "chalice/app.py")


class NotPackaged(RuntimeError):
    """An application can't be packed for Lambda; the message says what is missing."""


class NotAnswered(RuntimeError):
    """A cold start ended without the answer that it should give; the message has it, or the end of what was written."""


@dataclass(frozen=True, slots=True)
class Package:
    """An application as Lambda unpacks it into `folder`."""

    app: App
    folder: Path

    @property
    def handler(self) -> str:
        """What Lambda calls with an event, as "module:name"."""
        return "lambda_function:lambda_handler" if self.app.adapter in HANDLERS else self.app.application


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Milliseconds from the start of the interpreter to the answer, CPU of all threads and by the clock; and the answer."""

    cpu_ms: float
    wall_ms: float
    status: int
    body: str


def package(app: App, environment: Path, adapters: Path, folder: Path, *, bytecode: bool) -> Package:
    """Packs an application into `folder` as `<framework>.zip`, and unpacks it beside that; with `bytecode` it is compiled before.

    Taken are the application, its adapter of the folder `adapters`, and of the virtual environment `environment` what the requirements
    ask for, without the server, which has nothing to do on Lambda (unless the framework brings it). Raises `NotPackaged`.
    """
    if not app.adapter:
        raise NotPackaged(f"{app.framework}: no adapter answers inside the function; take a framework whose adapter the catalogue names")
    archive, unpacked = folder / f"{app.framework}.zip", folder / app.framework
    if unpacked.exists():
        raise NotPackaged(f"{app.framework}: {unpacked} is there already, and would be mixed with it; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    contents = _files(app, environment, adapters)
    if app.adapter in HANDLERS:
        module, _, name = app.application.partition(":")
        contents[HANDLER] = folder / HANDLER
        contents[HANDLER].write_text(HANDLERS[app.adapter].format(module=module, name=name), encoding="utf-8")
    # Packed lightly: what is measured begins when it is unpacked.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as packed:
        for name, path in sorted(contents.items()):
            packed.write(path, name)
            if bytecode and name.endswith(".py") and (code := _compiled(path)):
                packed.writestr(importlib.util.cache_from_source(name, optimization=""), code)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    return Package(app, unpacked)


def cold_start(package: Package, *, variables: Mapping[str, str], patience: float = 60.0) -> ColdStart:
    """Starts a package anew and has it answer `GET /json`; raises `NotAnswered` if it says anything but hello.

    `variables` are DATABASE and REMOTE, as for serving. A start that finds no database makes its table, which Lambda would do once.
    """
    start = first_answer(package, "/json", variables=variables, patience=patience)
    if start.status != 200 or _json(start.body) != HELLO:
        raise NotAnswered(f"{package.app.framework}: GET /json should say hello as JSON; it answered {start.status} {start.body[:300]}")
    return start


def first_answer(package: Package, path: str, *, variables: Mapping[str, str], patience: float = 60.0) -> ColdStart:
    """Starts a package anew and has it answer a GET of `path`, whatever it answers; raises `NotAnswered` if it does not in time."""
    asked = {"folder": str(package.folder), "handler": package.handler, "event": event(package.app.adapter, path)}
    # -S: nothing but the package and the standard library can be imported; -B: nothing can be written where Lambda has the package.
    command = (sys.executable, "-I", "-S", "-B", str(HERE / "cold_start.py"))
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8", "AWS_LAMBDA_FUNCTION_NAME": package.app.framework, **variables}
    started = time.monotonic()
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked),
            cwd=package.folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotAnswered(f"{package.app.framework}: no answer to {path} within {patience:g} s") from error
    # An application may write to the standard output as well, before the last line.
    told = _json(done.stdout.rstrip().rpartition("\n")[2])
    if done.returncode or not isinstance(told, dict):
        raise NotAnswered(f"{package.app.framework} ended before it answered {path}. It wrote:\n{done.stderr[-2000:]}")
    return ColdStart(told["cpu_ms"], 1000 * (told["answered"] - started), told["status"], told["body"])


def event(adapter: str, path: str) -> dict[str, Any]:
    """What API Gateway makes of a GET: payload 2.0 of an HTTP API; Chalice deploys a REST API, whose payload is 1.0."""
    # The host is that of serving, as some applications answer no other.
    headers = {
        "accept": "*/*",
        "host": LOOPBACK,
        "user-agent": "rig",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    if adapter != "chalice":
        http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "rig"}
        return {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {"http": http, "routeKey": "$default", "stage": "$default"},
            "isBase64Encoded": False,
        }
    kind, _, item = path[1:].partition("/")
    resource = f"/{kind}/{{item_id}}" if item else path
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"item_id": item} if item else None,
        "stageVariables": None,
        "requestContext": {"resourcePath": resource, "httpMethod": "GET", "path": f"/api{path}", "stage": "api"},
        "body": None,
        "isBase64Encoded": False,
    }


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _files(app: App, environment: Path, adapters: Path) -> dict[str, Path]:
    """What to pack, by its name in the archive."""
    site = site_packages(environment)
    # A server that the framework brings can't be left out. Of Chalice not all is taken, and nothing that it requires.
    left = {app.server} - {app.framework} | {"chalice"}
    packed = files(adapters, [app.adapter]) if app.adapter in HANDLERS else {}
    packed |= files(site, [line for line in app.wanted if parsed(line)[0] not in left])
    if app.adapter == "chalice":
        packed |= {name: site / name for name in CHALICE}
    for path in app.folder.rglob("*"):
        name = path.relative_to(app.folder)
        if path.is_file() and path != app.requirements and not any(part.startswith((".", "__pycache__")) for part in name.parts):
            packed[name.as_posix()] = path
    return packed


class _Reader(SourceFileLoader):
    """Reads the bytecode that pip made, or compiles; what it compiles is not written beside the source, which is not ours."""

    def set_data(self, path: str, data: object, *, _mode: int = 0o666) -> None:
        """Writes nothing."""


def _compiled(path: Path) -> bytes | None:
    """A source as bytecode that is never compared with it, as times in an archive say nothing; none if it is no Python of this version."""
    try:
        code = _Reader(path.stem, str(path)).get_code(path.stem)
    except (SyntaxError, UnicodeDecodeError):
        return None
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(path.read_bytes()) + marshal.dumps(code)
