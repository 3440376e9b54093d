"""Two loads of bounded length: as many requests as a server takes, and requests that come at a modest rate, ready or not."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from rig.client import Client, Request

Result = TypeVar("Result")


def saturate(port: int, requests: Sequence[Request], seconds: float, connections: int, heed: Callable[[int], None] | None = None) -> int:
    """Asks `requests` in turn on several connections at once, each as soon as it has its answer; returns how many were answered.

    `heed` is told after each answer how many there have been. Ends after `seconds` with the answers that are under way, so that all work
    begun is also counted. Raises `Failed`.
    """
    answers = itertools.count(1)

    async def one(client: Client, source: itertools.cycle[Request], deadline: float) -> None:
        while time.monotonic() < deadline:
            await client.ask(next(source))
            answered = next(answers)
            if heed is not None:
                heed(answered)

    async def all_() -> None:
        source = itertools.cycle(requests)
        deadline = time.monotonic() + seconds
        async with _client(port) as client:
            await _all([asyncio.create_task(one(client, source, deadline)) for _ in range(connections)])

    asyncio.run(all_())
    return next(answers) - 1


def pace(port: int, requests: Sequence[Request], seconds: float, rate: float, seed: str) -> list[float]:
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
        async with _client(port) as client:
            tasks = []
            for moment, request in zip(arrivals(seconds, rate, seed), itertools.cycle(requests), strict=False):
                await asyncio.sleep(max(0.0, started + moment - time.monotonic()))
                tasks.append(asyncio.create_task(one(client, request)))
            return sorted(await _all(tasks))

    return asyncio.run(all_())


def arrivals(seconds: float, rate: float, seed: str) -> list[float]:
    """`rate * seconds` moments within `seconds`, uniform at random, in order."""
    source = random.Random(seed)  # noqa: S311 - the same moments for every application
    return sorted(source.uniform(0, seconds) for _ in range(round(rate * seconds)))


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[Client]:
    client = Client(port)
    try:
        yield client
    finally:
        client.close()
        # What is closed is closed in the next turn of the loop, which may be about to end.
        await asyncio.sleep(0)


async def _all(tasks: Sequence[asyncio.Task[Result]]) -> list[Result]:
    """What all tasks gave; the first that fails ends the others, so that none is left with a connection."""
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
