"""The functions of `bench.load` behind the address at which Lambda's are invoked: two processes, each with one invocation at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue

from tests.packaging.functions import Function, Lambda


class _Invoker(ThreadingHTTPServer):
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, as far as it is needed. Who comes when all are busy waits."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, functions: Sequence[Lambda]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.idle: SimpleQueue[Lambda] = SimpleQueue()
        for function in functions:
            self.idle.put(function)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Invoker

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        """An invocation."""
        event = self.rfile.read(int(self.headers["Content-Length"]))
        function = self.server.idle.get()
        try:
            outcome = function.invoke(event)
        finally:
            self.server.idle.put(function)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(outcome.payload)))
        if outcome.failure:
            self.send_header("X-Amz-Function-Error", outcome.failure)
        self.end_headers()
        self.wfile.write(outcome.payload)


@contextmanager
def invoked(function: Function, code: Path, elsewhere: Mapping[str, str], processes: int) -> Iterator[tuple[str, Sequence[Lambda]]]:
    """The address at which a function is invoked, and what it runs in."""
    functions = [Lambda(function, code, elsewhere) for _ in range(processes)]
    server = _Invoker(functions)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/2015-03-31/functions/{function.name}/invocations", functions
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for one in functions:
            one.close()
