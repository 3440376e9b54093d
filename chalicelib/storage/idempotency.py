"""Answers kept under an Idempotency-Key, so that a write which is sent again is carried out once.

A record is pending under a lease or done with its answer; it goes after a day. Rules:
- begin: nobody has the key, or its record has ended, or it is pending for the same body under a lease that has run out;
- finish, release: it is pending under the very lease that began it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.storage import items, keys
from chalicelib.storage.items import Item, number, text
from chalicelib.storage.table import Table
from frameworth.errors import FrameworthError

# Longer than Lambda lets a request run, 28 s: whoever holds a lease that has run out is gone.
LEASE_S = 30
LIFE_S = 24 * 60 * 60
# An item holds 400 kB; what is larger, packed, is not kept.
MOST_BYTES = 350_000
_PENDING, _DONE = "p", "d"
_RANDOM_DIGITS = 1_000_000


class KeyReused(FrameworthError):
    """An Idempotency-Key came with another body before."""

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key came with another body before; a new request needs a new key")


class StillRunning(FrameworthError):
    """The request with this Idempotency-Key is being carried out: ask again in `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int = 1) -> None:
        self.retry_after_s = retry_after_s
        super().__init__("the request with this Idempotency-Key is being carried out; send it again in a moment for its answer")


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer that a request with this key was given first."""

    status: int
    headers: Mapping[str, str]
    body: str


class Begun:
    """A request that is the first with its key, or takes over from one that broke off. Ends by `finish` or `release`."""

    def __init__(self, table: Table, record: Item) -> None:
        self._table = table
        self._record = record

    def finish(self, status: int, headers: Mapping[str, str], body: str) -> None:
        """Keeps the answer. Does nothing if somebody has taken over meanwhile, or if the answer is too long to be kept."""
        packed = zlib.compress(body.encode())
        if len(packed) > MOST_BYTES:
            return
        answer: Item = {"status": number(status), "headers": text(json.dumps(dict(headers))), "body": {"B": packed}}
        self._table.put_if({**self._record, **answer, "st": text(_DONE)}, **self._mine())

    def release(self) -> None:
        """Forgets the key, so that the same request may be tried again."""
        self._table.delete_if(self._record["PK"]["S"], "-", **self._mine())

    def _mine(self) -> dict[str, Any]:
        return {
            "ConditionExpression": "st = :p AND #lease = :mine",
            "ExpressionAttributeNames": {"#lease": "lease"},
            "ExpressionAttributeValues": {":p": text(_PENDING), ":mine": self._record["lease"]},
        }


class Idempotency:
    """The records of a table."""

    def __init__(self, table: Table, *, now: Callable[[], datetime], random: Callable[[int], int] = secrets.randbelow) -> None:
        self._table = table
        self._now = now
        self._random = random

    def begin(self, principal: str, route: str, key: str, body: bytes) -> Begun | Finished:
        """Begins a request, or gives the answer that it had. Raises `KeyReused` or `StillRunning`."""
        now = self._now().timestamp()
        record: Item = {
            **items.key(keys.answer(_digest(principal, route, key)), "-"),
            "schema": number(items.SCHEMA),
            "st": text(_PENDING),
            "h": text(hashlib.sha256(body).hexdigest()),
            "lease": number(self._lease(now + LEASE_S)),
            "ttl": number(int(now) + LIFE_S),
        }
        stands = self._table.put_if(
            record,
            ConditionExpression="attribute_not_exists(PK) OR #ttl < :now OR (st = :p AND #lease < :until AND h = :h)",
            ExpressionAttributeNames={"#ttl": "ttl", "#lease": "lease"},
            ExpressionAttributeValues={
                ":now": number(int(now)),
                ":p": text(_PENDING),
                ":until": number(int(now * 1_000_000) * _RANDOM_DIGITS),
                ":h": record["h"],
            },
        )
        if stands is None:
            return Begun(self._table, record)
        if stands.get("h") != record["h"]:
            raise KeyReused
        if stands.get("st") != text(_DONE):
            raise StillRunning
        return _finished(stands)

    def _lease(self, until: float) -> int:
        # The end of the lease in microseconds, and six digits by which its holder knows it.
        return int(until * 1_000_000) * _RANDOM_DIGITS + self._random(_RANDOM_DIGITS)


@items.reader
def _finished(item: Item) -> Finished:
    body = zlib.decompress(bytes(item["body"]["B"])).decode()
    return Finished(int(item["status"]["N"]), json.loads(item["headers"]["S"]), body)


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        # With its length, so that no two triples run together into the same bytes.
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()
