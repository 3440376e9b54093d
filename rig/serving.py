"""Starts a server on a port of its own, waits until it answers, and ends it with everything that it started."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import string
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"


class NotServed(RuntimeError):
    """A server ended or did not answer in time; the message has the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: its port on the loopback, and the id of the process, which leads a process group of its own.

    `seconds` is the time from its start to its first answer.
    """

    port: int
    process: int
    seconds: float


@contextmanager
def serving(
    command: Sequence[str],
    folder: Path,
    *,
    environment: Path | None = None,
    variables: Mapping[str, str] | None = None,
    path: str = "/json",
    patience: float = 30.0,
    hold: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[Served]:
    """Runs `command` in `folder` until the block ends; `$PORT` in it and the variable PORT are a free port.

    `environment` is a virtual environment whose programs come first. The block begins when `path` is answered with anything below 500;
    `NotServed` is raised if that takes more than `patience` seconds. `hold` is in force while it is started: one of those of
    `rig.cores`.
    """
    port = free_port()
    arguments = [string.Template(part).safe_substitute(PORT=port) for part in command]
    if environment is not None and (environment / "bin" / arguments[0]).exists():
        # Popen looks a program up in its own PATH, not in that of the process to be.
        arguments[0] = str(environment / "bin" / arguments[0])
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory(prefix="rig-home-") as home:
        everything = {**environ(environment, home), **(variables or {}), "PORT": str(port)}
        started = time.monotonic()
        with hold():
            process = subprocess.Popen(
                arguments, cwd=folder, env=everything, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        try:
            if not _answers(process, port, path, patience):
                log.seek(0)
                said = log.read().decode(errors="replace")[-2000:]
                raise NotServed(f"{' '.join(arguments)} did not answer {path} within {patience:g} s. It wrote:\n{said}")
            yield Served(port, process.pid, time.monotonic() - started)
        finally:
            end(process)


def environ(environment: Path | None, home: str) -> dict[str, str]:
    """The variables that a program of an environment gets: few, so that none of whoever starts it, such as FLASK_DEBUG, moves a figure."""
    path = os.environ.get("PATH", os.defpath)
    always = {"HOME": home, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PATH": path}
    return always if environment is None else always | {"PATH": f"{environment / 'bin'}{os.pathsep}{path}", "VIRTUAL_ENV": str(environment)}


def free_port() -> int:
    """A port of the loopback that nobody had a moment ago."""
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        port: int = one.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes], patience: float = 1.0) -> None:
    """Ends the group that `process` leads: asks it first, and kills what is still there after `patience` seconds."""
    # The group outlives its leader, so it is told even if the leader has ended.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(process: subprocess.Popen[bytes], port: int, path: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return True
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        # Short beside the quickest start, as the time to the first answer is one of the figures.
        time.sleep(0.002)
    return False
