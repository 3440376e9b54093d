"""Lambda's Runtime API, served on the loopback to one process of Lambda's runtime.

It keeps the rules that Lambda keeps: one invocation at a time, an answer only to the invocation that is running, and none over 6 MB.
What it says is what https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and the API of AWS's own emulator say
(aws/aws-lambda-runtime-interface-emulator, lambda/rapi). Nothing here starts or ends a process.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

from tests.gateway import MOST_RESULT_BYTES
from tests.gateway_events import ACCOUNT, REGION

_PREFIX = "/2018-06-01/runtime/"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to: the payload, and of a failure its kind, such as Sandbox.Timedout; "" if the function answered."""

    payload: bytes
    failure: str = ""

    @classmethod
    def failed(cls, failure: str, message: str) -> Outcome:
        """A failure that Lambda itself tells of."""
        return cls(json.dumps({"errorType": failure, "errorMessage": message}).encode(), failure)


@dataclass
class Invocation:
    """An event on its way to the process and back. `handed` says whether the process has it, `done` is set when there is an outcome.

    `taken` is set when either is so.
    """

    event: bytes
    time_s: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    handed: bool = False
    taken: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None

    def end(self, outcome: Outcome) -> None:
        """Sets the outcome, unless there is one: what came first counts."""
        if not self.done.is_set():
            self.outcome = outcome
            self.taken.set()
            self.done.set()


class RuntimeApi(ThreadingHTTPServer):
    """The API for one process, from its start to its end, at `address`."""

    daemon_threads = True

    def __init__(self, function: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
        self._waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self._changing = threading.Lock()
        self._current: Invocation | None = None
        self._why_over: Outcome | None = None

    def give(self, invocation: Invocation) -> None:
        """Has the process take an invocation as soon as it asks. Whoever gives waits for `done` before giving the next."""
        with self._changing:
            self._current = invocation
            if self._why_over:
                invocation.end(self._why_over)
        self._waiting.put(invocation)

    def over(self, why: Outcome) -> None:
        """No more is asked or answered: the current invocation ends, and whatever comes later, with the first reason that was given."""
        with self._changing:
            self._why_over = self._why_over or why
            if self._current:
                self._current.end(self._why_over)
        self._waiting.put(None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """That a process was ended while it asked is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def next(self) -> Invocation | None:
        """The next invocation, waited for; None when it is over. Raises `_Wrong` while another is unanswered."""
        with self._changing:
            if self._current and self._current.taken.is_set() and not self._current.done.is_set():
                raise _Wrong(HTTPStatus.FORBIDDEN, "InvalidStateTransition", "the invocation before has no answer yet")
        return self._waiting.get()

    def answer(self, invocation: str, outcome: Outcome) -> None:
        """Ends the invocation that is running. Raises `_Wrong` if it is another one, or if the answer is too large."""
        with self._changing:
            current = self._current
            if current is None or current.done.is_set() or current.id != invocation:
                raise _Wrong(HTTPStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
            if len(outcome.payload) <= MOST_RESULT_BYTES:
                current.end(outcome)
                return
            size = f"the payload is larger than {MOST_RESULT_BYTES:,} bytes"
            current.end(Outcome.failed("Function.ResponseSizeTooLarge", size))
        raise _Wrong(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "RequestEntityTooLarge",
            f"Exceeded maximum allowed payload size ({MOST_RESULT_BYTES} bytes).",
        )


class _Wrong(Exception):
    """The process asked for something that it may not ask for."""

    def __init__(self, status: HTTPStatus, kind: str, message: str) -> None:
        self.status, self.kind = status, kind
        super().__init__(message)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: RuntimeApi

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        if self.path != f"{_PREFIX}invocation/next":
            self._refuse(_Wrong(HTTPStatus.NOT_FOUND, "NotFound", f"nothing is at {self.path}"))
            return
        try:
            invocation = self.server.next()
        except _Wrong as wrong:
            self._refuse(wrong)
            return
        if invocation is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int(1000 * (time.time() + invocation.time_s))),
            "Lambda-Runtime-Invoked-Function-Arn": self.server.arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0",
        }
        invocation.handed = True
        invocation.taken.set()
        self._send(HTTPStatus.OK, invocation.event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        failure = self.headers.get(_ERROR_TYPE, "Unhandled")
        match self.path.removeprefix(_PREFIX).split("/"):
            case ["init", "error"]:
                self.server.over(Outcome(body, failure))
            case ["invocation", invocation, ("response" | "error") as what]:
                try:
                    self.server.answer(invocation, Outcome(body, failure if what == "error" else ""))
                except _Wrong as wrong:
                    self._refuse(wrong)
                    return
            case _:
                self._refuse(_Wrong(HTTPStatus.NOT_FOUND, "NotFound", f"nothing is at {self.path}"))
                return
        self._send(HTTPStatus.ACCEPTED, b'{"status":"OK"}')

    def _refuse(self, wrong: _Wrong) -> None:
        self._send(wrong.status, json.dumps({"errorType": wrong.kind, "errorMessage": str(wrong)}).encode())

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
