"""A client of HTTP/1.1 for loads: one request at a time on a connection, which stays open where the server lets it.

httpx takes many times as much of a core for a request as the quicker applications do for an answer, so the load would measure the
client. This one reads only what it needs to: the status, and where an answer ends.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass

from rig.serving import LOOPBACK

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Failed(RuntimeError):
    """A request was not answered as it should be; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and the status that must come back."""

    method: str
    path: str
    content: object = None
    status: int = 200

    def encoded(self, port: int) -> bytes:
        """The bytes to send; a content is sent as JSON."""
        body = b"" if self.content is None else json.dumps(self.content).encode()
        head = [f"{self.method} {self.path} HTTP/1.1", f"Host: {LOOPBACK}:{port}", "Accept: */*"]
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*head, "", ""]).encode() + body


class Connection(asyncio.Protocol):
    """One connection; `open` says whether it can take another request."""

    def __init__(self) -> None:
        self.open = True
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._answer: asyncio.Future[int] | None = None

    @classmethod
    async def to(cls, port: int) -> Connection:
        """A new connection to a port of the loopback; raises `OSError`."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, LOOPBACK, port)
        return connection

    async def ask(self, request: bytes) -> int:
        """Sends a request, waits for the whole answer, and returns its status; raises `ConnectionError`."""
        if self._transport is None or not self.open:
            raise ConnectionResetError("closed before it was asked")
        self._received = b""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Closes it; a request under way fails."""
        self.open = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps what is written to."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Ends the answer where it is whole."""
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        length = _LENGTH.search(head)
        whole = len(body) >= int(length[1]) if length else bool(_CHUNKED.search(head)) and body.endswith(b"0\r\n\r\n")
        if whole:
            if _CLOSES.search(head) or head.startswith(b"HTTP/1.0"):
                self.close()
            self._end(head)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer of no told length ends here; any other is broken off."""
        self.open = False
        head, blank, _ = self._received.partition(b"\r\n\r\n")
        if blank and exc is None and not _LENGTH.search(head) and not _CHUNKED.search(head):
            self._end(head)
        elif self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("closed before the answer was whole"))

    def _end(self, head: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))


class Client:
    """Asks one server; connections that it keeps open are taken again."""

    def __init__(self, port: int, patience: float = 10.0) -> None:
        self._port = port
        self._patience = patience
        self._idle: list[Connection] = []

    async def ask(self, request: Request) -> None:
        """One request; raises `Failed` if it is not answered with its status within `patience` seconds."""
        what = f"{request.method} {request.path}"
        try:
            async with asyncio.timeout(self._patience):
                status = await self._asked(request.encoded(self._port))
        except TimeoutError as error:
            raise Failed(f"{what}: no answer within {self._patience:g} s") from error
        except OSError as error:
            raise Failed(f"{what}: no answer ({error})") from error
        if status != request.status:
            raise Failed(f"{what}: answered {status} instead of {request.status}")

    async def _asked(self, request: bytes) -> int:
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                try:
                    return await self._on(connection, request)
                except ConnectionError:
                    # The server closed it in the same moment, as it may at any time between two requests.
                    continue
        return await self._on(await Connection.to(self._port), request)

    async def _on(self, connection: Connection, request: bytes) -> int:
        try:
            status = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        if connection.open:
            self._idle.append(connection)
        return status

    def close(self) -> None:
        """Closes the connections that are left."""
        while self._idle:
            self._idle.pop().close()
