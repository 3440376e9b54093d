"""The application on a real socket: behind the stand-in of API Gateway, or by Chalice's own local server. All ends with the context."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalChalice, LocalDevServer

from tests.gateway import STAGE
from tests.gateway_answers import Answer, answer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalice.app import Chalice

    from tests.gateway import Gateway
    from tests.gateway_answers import Headers


class Caller:
    """Asks a server; has the face of `Gateway`, so that a test can ask either. `base` stands before all addresses."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._host, _, prefix = base.removeprefix("http://").partition("/")
        self._prefix = f"/{prefix}" if prefix else ""

    def get(self, address: str, **headers: str) -> Answer:
        """A GET request."""
        return self.request("GET", address, headers=headers)

    def request(self, method: str, address: str, *, body: str | bytes | None = None, headers: Headers | None = None) -> Answer:
        """Any request, as it is typed; a header may have several values."""
        sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        with closing(http.client.HTTPConnection(self._host, timeout=60)) as connection:
            connection.putrequest(method, f"{self._prefix}{address}", skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                for one in [value] if isinstance(value, str) else value:
                    connection.putheader(name, one.encode())
            if sent is not None:
                connection.putheader("Content-Length", str(len(sent)))
            connection.endheaders(sent)
            answer = connection.getresponse()
            return answer_of(answer.status, answer.getheaders(), answer.read())


class _Server(ThreadingHTTPServer):
    """Ends the connections that callers keep open, and waits for their threads, so that nothing is left when it is closed."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: Callable[..., Any]) -> None:
        self._open: set[socket.socket] = set()
        self._changing = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changing:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._changing:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        with self._changing:
            for request in self._open:
                try:
                    request.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # its caller was quicker
        super().server_close()


@contextmanager
def serve_gateway(gateway: Gateway) -> Iterator[Caller]:
    """Serves the stand-in at `http://127.0.0.1:PORT/api`, under which the application's own addresses are."""

    class Handler(_GatewayHandler):
        behind = gateway

    with _running(_Server(("127.0.0.1", 0), Handler)) as base:
        yield Caller(f"{base}/{STAGE}")


@contextmanager
def serve_local(app: Chalice) -> Iterator[Caller]:
    """Serves an application as `chalice local` does, at `http://127.0.0.1:PORT`.

    While it runs, `app.current_request` is one per thread, as `chalice local` makes it. That is done by a class of this application alone,
    since chalice.local.create_local_server changes one class for all applications of a process.
    """
    own = type(app)
    app.__class__ = type(own.__name__, (LocalChalice, own), {})
    try:
        local = LocalDevServer(app, Config.create(app_name=app.app_name), "127.0.0.1", 0, _LocalHandler, _Server)
        with _running(local.server) as base:
            yield Caller(base)
    finally:
        app.__class__ = own


@contextmanager
def _running(server: Any) -> Iterator[str]:
    with server:
        # Asked often whether to end, for tests start many.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _LocalHandler(ChaliceRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _GatewayHandler(BaseHTTPRequestHandler):
    """Hands requests to the stand-in as they were typed: any method, repeated headers, escapes in the path."""

    protocol_version = "HTTP/1.1"
    # Small answers are not held back to be sent with what comes next.
    disable_nagle_algorithm = True
    behind: Gateway

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _answer(self) -> None:
        body = self._body()
        path, mark, query = self.path.partition("?")
        if path != f"/{STAGE}" and not path.startswith(f"/{STAGE}/"):
            # There is no other stage; no GatewayResponses are asked, for they belong to a stage's API.
            refusal = json.dumps({"message": "Forbidden"}).encode()
            self._send(HTTPStatus.FORBIDDEN, (("Content-Type", "application/json"), ("x-amzn-ErrorType", "ForbiddenException")), refusal)
            return
        headers: dict[str, list[str]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name, []).append(value)
        address = (path.removeprefix(f"/{STAGE}") or "/") + mark + query
        answer: Answer = self.behind.request(self.command, address, body=body, headers=headers)
        self._send(answer.status, answer.fields, answer.content)

    def _send(self, status: int, fields: tuple[tuple[str, str], ...], content: bytes) -> None:
        self.send_response(status)
        bodiless = self.command == "HEAD" or status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        for name, value in fields:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)
