"""The server that `/remote` of every application asks: answers a number after a fixed delay.

`python -m rig.remote --port 9000 --delay 0.05` runs it, with the delay in seconds.

It counts: each answer is one more than the last, from whoever asked. So one who asks before and after knows whether an application asked.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig.cores import client_core
from rig.serving import LOOPBACK, serving

PATH = "/delay"


@contextmanager
def remote(delay: float) -> Iterator[str]:
    """Runs the server in a process of its own, which takes no time from the one that measures; gives its address, without a path."""
    command = (sys.executable, "-m", "rig.remote", "--port", "$PORT", "--delay", str(delay))
    with serving(command, Path(__file__).resolve().parent.parent, path="/", hold=client_core) as served:
        yield f"http://{LOOPBACK}:{served.port}"


async def serve(port: int, delay: float) -> None:
    """Serves until it is cancelled; `delay` is in seconds and holds for `/delay` alone."""
    values = itertools.count(1)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                found = head.split(b" ", 2)[1].partition(b"?")[0] == PATH.encode()
                if found:
                    await asyncio.sleep(delay)
                body = json.dumps({"value": next(values)} if found else {}).encode()
                status = b"200 OK" if found else b"404 Not Found"
                writer.write(b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has what it wanted
        finally:
            writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, port, backlog=1024)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(prog="python -m rig.remote", description="Answer a number after a fixed delay.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, required=True, help="in seconds")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.delay))


if __name__ == "__main__":
    main()
