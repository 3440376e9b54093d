"""Servers over a real socket: `chalice local` and the stand-in for the gateway, each in a thread of this process, over an application."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from chalice.config import Config
from chalice.local import create_local_server

from tests.gateway import STAGE, Answer, Gateway

if TYPE_CHECKING:
    from chalice.app import Chalice


class Caller:
    """Asks a server; has the face of `Gateway`, so that a test can ask either."""

    def __init__(self, port: int, prefix: str = "") -> None:
        self.port, self.prefix = port, prefix

    @property
    def base(self) -> str:
        """The address before all paths."""
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def get(self, address: str, **headers: str) -> Answer:
        """A GET request."""
        return self.request("GET", address, headers=headers)

    def request(
        self,
        method: str,
        address: str,
        *,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    ) -> Answer:
        """Any request."""
        pairs = list((headers.items() if isinstance(headers, Mapping) else headers) or ())
        sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, f"{self.prefix}{address}", skip_accept_encoding=True)
            for name, value in pairs:
                connection.putheader(name, value.encode("utf-8"))
            if sent is not None:
                connection.putheader("Content-Length", str(len(sent)))
            connection.endheaders(sent)
            answer = connection.getresponse()
            raw = answer.read()
            return Answer(answer.status, dict(answer.getheaders()), raw.decode("utf-8", "replace"), raw)
        finally:
            connection.close()


@contextmanager
def chalice_local(app: Chalice) -> Iterator[Caller]:
    """`chalice local` over an application."""
    disk = {"app_name": "frameworth", "lambda_timeout": 28, "lambda_memory_size": 1024}
    config = Config(chalice_stage="local", function_name="api_handler", user_provided_params={}, config_from_disk=disk)
    server = create_local_server(app, config, "127.0.0.1", 0).server
    server.RequestHandlerClass.func.log_message = lambda *_: None
    with _running(server):
        yield Caller(server.server_address[1])


@contextmanager
def gateway_server(gateway: Gateway) -> Iterator[Caller]:
    """The stand-in behind a socket; its addresses begin with the stage."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            stage, _, rest = self.path.removeprefix("/").partition("/")
            found = gateway.request(self.command, f"/{rest}", body=body, headers=self.headers.items())
            if stage.partition("?")[0] != STAGE:
                found = Answer(403, {"Content-Type": "application/json"}, "", b'{"message":"Forbidden"}')
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.raw)))
            self.end_headers()
            self.wfile.write(found.raw)

        def log_message(self, *_: Any) -> None:
            pass

        def __getattr__(self, name: str) -> Any:
            # `http.server` looks for a method of its own for each of HTTP; the gateway answers them all.
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield Caller(server.server_address[1], f"/{STAGE}")


@contextmanager
def _running(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
