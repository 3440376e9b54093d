"""Two loads of bounded length: as many requests as a server takes, and requests that come at a modest rate, ready or not."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from contextlib import closing

from rig.client import Client, Request

CONNECTIONS = 16


def saturate(port: int, requests: Sequence[Request], seconds: float, connections: int = CONNECTIONS) -> int:
    """Asks `requests` in turn on several connections at once, each as soon as it has its answer; returns how many were answered.

    Ends after `seconds` with the answers that are under way, so that all work begun is also counted. Raises `Failed`.
    """

    async def one(client: Client, source: itertools.cycle[Request], deadline: float) -> int:
        count = 0
        while time.monotonic() < deadline:
            await client.ask(next(source))
            count += 1
        return count

    async def all_() -> int:
        source = itertools.cycle(requests)
        deadline = time.monotonic() + seconds
        with closing(Client(port)) as client:
            return sum(await asyncio.gather(*(one(client, source, deadline) for _ in range(connections))))

    return asyncio.run(all_())


def pace(port: int, requests: Sequence[Request], seconds: float, rate: float, seed: int) -> list[float]:
    """Asks `requests` in turn at `rate` a second on average and returns how long each answer took, in seconds, the shortest first.

    The moments are drawn at random as of callers who don't know of each other, the same for the same `seed`; none waits for an answer to
    another, so a server that falls behind is seen to. Raises `Failed`.
    """

    async def one(client: Client, request: Request) -> float:
        started = time.perf_counter()
        await client.ask(request)
        return time.perf_counter() - started

    async def all_() -> list[float]:
        started = time.monotonic()
        with closing(Client(port)) as client:
            tasks = []
            for moment, request in zip(arrivals(seconds, rate, seed), itertools.cycle(requests), strict=False):
                await asyncio.sleep(max(0.0, started + moment - time.monotonic()))
                tasks.append(asyncio.create_task(one(client, request)))
            return sorted(await asyncio.gather(*tasks))

    return asyncio.run(all_())


def arrivals(seconds: float, rate: float, seed: int) -> list[float]:
    """`rate * seconds` moments within `seconds`, uniform at random, in order."""
    source = random.Random(seed)  # noqa: S311 - the same moments for every application
    return sorted(source.uniform(0, seconds) for _ in range(round(rate * seconds)))
