"""The clients of `bench.load`, in a process of their own: each asks again as soon as it was answered, and notes what came when.

Run as `python -m bench.load_clients ADDRESS CLIENTS SEED`; ADDRESS is where functions are invoked. It says that it is ready, reads from the
standard input when to end (seconds since the epoch), and then prints what was noted, as JSON.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from bench.load_mix import MIX, Ask
from chalicelib.api.application import application
from tests.gateway import Gateway


@dataclass(frozen=True)
class Noted:
    """One request: which kind, when it began and ended (seconds since the epoch), what came. Status 0 is a function that failed."""

    kind: str
    began: float
    ended: float
    status: int
    retry_after: str


class Client(threading.Thread):
    """One caller, whose requests follow from its seed."""

    def __init__(self, address: str, until: float, random: Random, event: Callable[[Ask], bytes]) -> None:
        super().__init__()
        self.noted: list[Noted] = []
        self._address, self._until, self._random, self._event = address, until, random, event

    def run(self) -> None:
        """Asks until the time is over."""
        host, _, path = self._address.removeprefix("http://").partition("/")
        with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
            for kind, ask in _asks(self._random):
                event, began = self._event(ask), time.time()
                if began > self._until:
                    return
                connection.request("POST", f"/{path}", event)
                answer = connection.getresponse()
                said = json.loads(answer.read())
                failed = answer.getheader("X-Amz-Function-Error") is not None
                status, headers = (0, {}) if failed else (said["statusCode"], said["headers"])
                self.noted.append(Noted(kind, began, time.time(), status, headers.get("Retry-After", "")))


def _asks(random: Random) -> Iterator[tuple[str, Ask]]:
    while True:
        (kind,) = random.choices([*MIX], [one.share for one in MIX.values()])
        yield kind, MIX[kind].make(random)


def event_maker() -> Callable[[Ask], bytes]:
    """Makes the events that API Gateway would make."""
    gateway = Gateway(application(_nothing))

    def event(ask: Ask) -> bytes:
        path, _, query = ask.address.partition("?")
        body = None if ask.body is None else json.dumps(ask.body)
        headers = {"Accept": "application/json", **({} if body is None else {"Content-Type": "application/json"})}
        return json.dumps(gateway.event(ask.method, path, query, body, headers)).encode()

    return event


def _nothing() -> Any:
    raise NotImplementedError("only the routes are read")


def main(address: str, clients: int, seed: int) -> None:
    """Runs all clients, and prints what they noted."""
    event = event_maker()
    print("ready", flush=True)
    until = float(sys.stdin.readline())
    threads = [Client(address, until, Random(f"{seed} {number}"), event) for number in range(clients)]  # noqa: S311  # no secret
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump([asdict(one) for thread in threads for one in thread.noted], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
