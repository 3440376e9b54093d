"""A DynamoDB table in memory that can only be read, for benchmarks: it answers what `chalicelib.storage.table` asks, and meters it.

Three clients lead to it. `metered_client` has each call counted. `client` hands out what it was answered before, so that only this
project's work is timed; `wire_client` is botocore's own, whose requests are answered with the bytes that DynamoDB would send.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSResponse
from botocore.session import Session

from bench.storage import reckoned, size
from chalicelib.storage import keys
from chalicelib.storage.items import Item

TABLE = "memory"
# A page of a Query ends at so many bytes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
_PAGE_BYTES = 1_000_000


@dataclass
class Read:
    """What was read: calls by operation, capacity units as reckoned from the sizes of items, and bytes of items."""

    calls: Counter[str] = field(default_factory=Counter)
    units: float = 0.0
    bytes: int = 0


class Memory:
    """The table, with these items in it."""

    def __init__(self, found: Iterable[Item]) -> None:
        self._read = Read()
        self._items: dict[tuple[str, str], Item] = {}
        by_partition: dict[str, list[str]] = defaultdict(list)
        by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for item in found:
            partition, sort = item["PK"]["S"], item["SK"]["S"]
            self._items[partition, sort] = item
            by_partition[partition].append(sort)
            if keys.INDEX_KEY in item:
                by_kind[item[keys.INDEX_KEY]["S"]].append((item[keys.INDEX_SORT]["S"], partition))
        self._sorts = {partition: sorted(sorts) for partition, sorts in by_partition.items()}
        self._kinds = {kind: sorted(ids) for kind, ids in by_kind.items()}

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """What DynamoDB would answer to one call. Raises `KeyError` for an operation that reads nothing."""
        made = {"GetItem": self._get, "BatchGetItem": self._batch_get, "Query": self._query}[operation](request)
        self._read.calls[operation] += 1
        self._read.units += reckoned(operation, request, made)
        self._read.bytes += sum(map(size, self._in(made)))
        return made

    def taken(self) -> Read:
        """What was read since this was asked last."""
        taken, self._read = self._read, Read()
        return taken

    @staticmethod
    def _in(made: Mapping[str, Any]) -> list[Item]:
        one = [made["Item"]] if "Item" in made else []
        return [*one, *made.get("Items", []), *(item for some in made.get("Responses", {}).values() for item in some)]

    def _get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        found = self._items.get(_key(request["Key"]))
        return {} if found is None else {"Item": found}

    def _batch_get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        ((table, asked),) = request["RequestItems"].items()
        found = (self._items.get(_key(one)) for one in asked["Keys"])
        return {"Responses": {table: [item for item in found if item is not None]}, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
        if "IndexName" in request:
            listed = self._kinds.get(values[":v"], [])
            wanted = [(partition, keys.META) for _, partition in listed[bisect_right(listed, (values.get(":after", ""), keys.LAST)) :]]
        else:
            sorts = self._sorts.get(values[":p"], [])
            first, last = bisect_left(sorts, values[":first"]), bisect_right(sorts, values[":last"])
            wanted = [(values[":p"], sort) for sort in sorts[first:last]]
        if not request.get("ScanIndexForward", True):
            wanted.reverse()
        if start := request.get("ExclusiveStartKey"):
            wanted = wanted[wanted.index(_key(start)) + 1 :]
        return self._page(wanted, request.get("Limit"))

    def _page(self, wanted: list[tuple[str, str]], limit: int | None) -> dict[str, Any]:
        page: list[Item] = []
        left = _PAGE_BYTES
        for key in wanted[:limit]:
            page.append(self._items[key])
            left -= size(page[-1])
            if left <= 0:
                break
        made: dict[str, Any] = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
        if len(page) < len(wanted) or (limit is not None and len(page) == limit):
            made["LastEvaluatedKey"] = {name: page[-1][name] for name in ("PK", "SK")}
        return made


def _key(given: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    return given["PK"]["S"], given["SK"]["S"]


class _Client:
    """Has a client's form: an operation is a method."""

    def __init__(self, answer: Callable[[str, Mapping[str, Any]], Any]) -> None:
        self._answer = answer
        self.meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = "".join(part.title() for part in method.split("_"))
        return lambda **request: self._answer(operation, request)


def metered_client(memory: Memory) -> Any:
    """A client each of whose calls the memory counts."""
    return _Client(memory.answer)


def client(memory: Memory) -> Any:
    """A client that hands out items as quickly as can be: the same request is answered by the same object."""
    return _Client(_remembered(memory.answer))


def wire_client(memory: Memory) -> Any:
    """A client of botocore as the service makes it, whose requests end in this memory as bytes and come back as bytes."""
    made = Session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url="http://memory.invalid",
        aws_access_key_id="memory",
        aws_secret_access_key="memory",  # noqa: S106  # signs, and nobody looks at it
    )

    def answer(operation: str, body: str) -> bytes:
        return json.dumps(memory.answer(operation, json.loads(body))).encode()

    remembered = _remembered(answer)

    def send(request: Any, **_: Any) -> Any:
        body = remembered(request.headers["X-Amz-Target"].decode().partition(".")[2], request.body)
        headers: Any = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(crc32(body))}
        response: Any = AWSResponse(request.url, 200, headers, None)
        response._content = body
        return response

    # First, so that nothing else that this process may have registered takes the request.
    events: Any = made.meta.events
    events.register_first("before-send.dynamodb.*", send)
    return made


def _remembered(answer: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """The same, which works an answer out once for each request."""
    kept: dict[tuple[str, str], Any] = {}

    def remembered(operation: str, request: Any) -> Any:
        asked = operation, request if isinstance(request, str) else repr(request)
        if asked not in kept:
            kept[asked] = answer(operation, request)
        return kept[asked]

    return remembered
