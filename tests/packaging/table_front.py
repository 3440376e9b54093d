"""Stands before a DynamoDB endpoint, and passes on what comes, throttles it as DynamoDB does, or takes it and never answers.

Run as `python -m tests.packaging.table_front ADDRESS` it prints its own address, and takes modes from the standard input, one a line,
each of which it prints when it has it.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from urllib.parse import urlsplit
from zlib import crc32

_END = b"\r\n\r\n"


class Mode(StrEnum):
    """What becomes of a call."""

    PASS = "pass"  # no password
    THROTTLE = "throttle"
    HANG = "hang"


class TableFront:
    """A server in a thread of its own, at `address`, whose `mode` may be changed at any time.

    It counts `calls`, and hangs from the one after `most` on, whatever the mode. `held` is set as soon as a call is not answered.
    """

    def __init__(self, behind: str) -> None:
        parts = urlsplit(behind)
        self._behind = (parts.hostname, parts.port)
        self.mode = Mode.PASS
        self.calls = 0
        self.most = math.inf
        self.held = threading.Event()
        self.address = ""
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> TableFront:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        self._started.set()
        async with server:
            await self._ending.wait()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        upstream: list[asyncio.StreamWriter] = []
        try:
            # Whoever called may be gone at any time.
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                await self._calls(reader, writer, upstream)
        finally:
            for one in (writer, *upstream):
                one.close()
            self._open.discard(task)

    async def _calls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: list[asyncio.StreamWriter]) -> None:
        answers: asyncio.StreamReader | None = None
        while True:
            call = await _message(reader)
            self.calls += 1
            if self.mode is Mode.HANG or self.calls > self.most:
                self.held.set()
                await reader.read()
                return
            if self.mode is Mode.THROTTLE:
                writer.write(_THROTTLED)
            else:
                # Who is behind ends a connection that was not used for a while.
                if answers is None or answers.at_eof():
                    answers, to = await asyncio.open_connection(*self._behind)
                    upstream.append(to)
                upstream[-1].write(call)
                writer.write(await _message(answers))
            await writer.drain()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One message of HTTP, whose head tells how long it is."""
    head = await reader.readuntil(_END)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head


def _throttled() -> bytes:
    body = json.dumps(
        {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "put in by a test"}
    ).encode()
    head = (
        "HTTP/1.1 400 Bad Request",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body)}",
        f"x-amz-crc32: {crc32(body)}",
        "x-amzn-RequestId: 00000000-0000-4000-8000-000000000000",
    )
    return "\r\n".join(head).encode() + _END + body


_THROTTLED = _throttled()


def main(behind: str) -> None:
    """Serves until the standard input ends."""
    with TableFront(behind) as front:
        print(front.address, flush=True)  # noqa: T201  # whoever started it reads this
        for line in sys.stdin:
            front.mode = Mode(line.strip())
            print(front.mode, flush=True)  # noqa: T201  # likewise


if __name__ == "__main__":
    main(sys.argv[1])
