"""Lambda functions as the deployment's template defines them, run by Lambda's own runtime (awslambdaric) in a process of their own.

What Lambda does to a process is done: it is killed when an invocation takes longer than the template allows, a new one is started for
the invocation after, and at the end it gets SIGTERM. Memory is measured, not limited.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.settings import PROJECT
from tests.gateway_events import REGION
from tests.packaging.runtime_api import Invocation, Outcome, RuntimeApi

RUNTIME = PROJECT / ".venv" / "lambda"
_START = Path(__file__).resolve().with_name("start_runtime.py")
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the time of an init, and of a shutdown.
_INIT_S = 10.0
_SHUTDOWN_S = 2.0
_EXITED = "Runtime.ExitError"


def missing_for_lambda(folder: Path = RUNTIME) -> str:
    """What Lambda's runtime lacks to run here and what to do about it; empty if it lacks nothing."""
    if sys.platform != "linux":
        return "Lambda's runtime for Python runs on Linux only"
    if not (folder / "awslambdaric" / "__main__.py").is_file():
        return f"awslambdaric is not in {folder}; run `make lambda`"
    return ""


# In CI nothing is skipped: what is missing there fails, as `Environment` says.
on_lambda = pytest.mark.skipif(bool(missing_for_lambda()) and os.environ.get("CI") != "true", reason=missing_for_lambda())


class FunctionFailed(Exception):
    """An invocation failed, as the message of Lambda says; `outcome` is all that it says."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"{outcome.failure}: {json.loads(outcome.payload).get('errorMessage', '')}")


@dataclass(frozen=True)
class Function:
    """What the template says of a function, whose table has a name now. `time_s` is what an invocation may take."""

    name: str
    handler: str
    runtime: str
    time_s: float
    memory_mb: int
    variables: Mapping[str, str]

    @classmethod
    def of(cls, template: Mapping[str, Any], name: str, table: str) -> Function:
        """The function of that name in a template."""
        properties = template["Resources"][name]["Properties"]
        known = {"Ref": "Table"}
        variables = {key: table if value == known else value for key, value in properties["Environment"]["Variables"].items()}
        if others := {key: value for key, value in variables.items() if not isinstance(value, str)}:
            raise ValueError(f"variables of {name} that only a deployment could tell: {others}")
        return cls(name, properties["Handler"], properties["Runtime"], properties["Timeout"], properties["MemorySize"], variables)


class Environment:
    """One execution environment: a process of Lambda's runtime with a package unzipped in `code`, and the API that it asks.

    `elsewhere` has the variables that say where AWS is. Raises RuntimeError if the runtime is not there.
    """

    def __init__(self, function: Function, code: Path, elsewhere: Mapping[str, str]) -> None:
        if missing := missing_for_lambda():
            raise RuntimeError(missing)
        self._function = function
        self._api = RuntimeApi(function.name)
        self._one_at_a_time = threading.Lock()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        # Nothing of this process's own: what Lambda sets, what the template sets, and where AWS is.
        variables = {**_set_by_lambda(function, code, self._api.address), **function.variables, **elsewhere}
        command = (sys.executable, "-I", "-S", "-B", str(_START), str(RUNTIME), function.handler)
        self._process = subprocess.Popen(command, cwd=code, env=variables, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self._threads = [
            threading.Thread(target=self._api.serve_forever, kwargs={"poll_interval": 0.01}),
            threading.Thread(target=self._watch),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What the process has written so far."""
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode()

    def peak_mb(self) -> float:
        """The most memory that the process had so far, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6

    def invoke(self, event: bytes) -> Outcome | None:
        """What the function makes of an event; None if the process ended, by itself, before it took it.

        Whoever comes meanwhile waits. A process that takes too long is killed.
        """
        with self._one_at_a_time:
            invocation = Invocation(event, self._function.time_s)
            self._api.give(invocation)
            if not invocation.taken.wait(_INIT_S):
                self._kill(f"the init took over {_INIT_S:.2f} seconds")
            elif not invocation.done.wait(self._function.time_s):
                self._kill(f"RequestId: {invocation.id} Error: Task timed out after {self._function.time_s:.2f} seconds")
            invocation.done.wait()
            ended_before = not invocation.handed and self._process.poll() is not None
            assert invocation.outcome is not None
            return None if ended_before and invocation.outcome.failure == _EXITED else invocation.outcome

    def stop(self) -> int:
        """Ends the process by SIGTERM and, if that is not enough, SIGKILL; returns its exit status.

        So does Lambda where an extension is registered; elsewhere it sends SIGKILL at once.
        """
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_SHUTDOWN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._process.wait()

    def close(self) -> None:
        """Ends what is left of it."""
        self._process.kill()
        self._process.wait()
        self._api.shutdown()
        for thread in self._threads:
            thread.join()
        self._api.server_close()
        self._log.close()

    def _kill(self, why: str) -> None:
        self._api.over(Outcome.failed("Sandbox.Timedout", why))
        self._process.kill()
        self._process.wait()

    def _watch(self) -> None:
        status = self._process.wait()
        how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        self._api.over(Outcome.failed(_EXITED, f"Runtime exited with error: {how}"))


class Lambda:
    """A function that is called like one of this process. Its environment is started when it is needed, and anew if it has ended."""

    def __init__(self, function: Function, code: Path, elsewhere: Mapping[str, str]) -> None:
        self.function = function
        self._code, self._elsewhere = code, elsewhere
        self._started: list[Environment] = []

    @property
    def environment(self) -> Environment:
        """The environment that was started last."""
        if not self._started:
            self._started.append(Environment(self.function, self._code, self._elsewhere))
        return self._started[-1]

    def __call__(self, event: Any, _context: object = None) -> Any:
        """What the function returns. Raises `FunctionFailed`."""
        outcome = self.invoke(json.dumps(event, ensure_ascii=False).encode())
        if outcome.failure:
            raise FunctionFailed(outcome)
        return json.loads(outcome.payload)

    def invoke(self, event: bytes) -> Outcome:
        """What the function answers, or how it failed."""
        for _ in range(2):
            if self._started and not self._started[-1].is_alive:
                self._started.append(Environment(self.function, self._code, self._elsewhere))
            if outcome := self.environment.invoke(event):
                return outcome
        return Outcome.failed(_EXITED, "Runtime exited in its init, twice")

    def close(self) -> None:
        """Ends what is left of it."""
        for one in self._started:
            one.close()


def _set_by_lambda(function: Function, code: Path, api: str) -> dict[str, str]:
    """The variables of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, without those of credentials."""
    return {
        "_HANDLER": function.handler,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime()) + "0" * 32,
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_REGION": REGION,
        "LAMBDA_RUNTIME_DIR": str(RUNTIME),
        "LAMBDA_TASK_ROOT": str(code),
        "LANG": "en_US.UTF-8",
        "PATH": os.defpath,
        "TZ": ":UTC",
    }
