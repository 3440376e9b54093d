"""Calls to the one table: conditions, pages, batches, and one kind of error for whoever calls.

Batches are retried until everything is done or the attempts are used up; never silently fewer. boto3's own retries come first.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

from botocore.exceptions import BotoCoreError, ChecksumError, ClientError

from chalicelib.storage import calls
from chalicelib.storage.items import Item, key, text
from chalicelib.storage.keys import INDEX_KEY, INDEX_SORT, Key
from frameworth.errors import FrameworthError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The most keys that one BatchGetItem takes, and the most items that one BatchWriteItem takes.
MOST_KEYS = 100
MOST_ITEMS = 25
ATTEMPTS = 6
_FIRST_PAUSE_S = 0.05

_T = TypeVar("_T")


class StorageUnavailable(FrameworthError):
    """The table could not be reached or did not finish: try again later. `operation` says what failed; the cause is chained."""

    def __init__(self, operation: str, why: str) -> None:
        self.operation, self.why = operation, why
        super().__init__(f"DynamoDB {operation} failed: {why}")


class Table:
    """One DynamoDB table. Safe to share between threads: a boto3 client is."""

    def __init__(self, client: DynamoDBClient, name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = name
        self._client: Any = client
        self._sleep = sleep
        # Registered once for a client, however many tables share it.
        events = self._client.meta.events
        events.register("after-call.dynamodb", _refuse_a_wrong_body, unique_id="frameworth-body")
        for operation in ("GetItem", "BatchGetItem", "Query"):
            events.register(f"before-parse.dynamodb.{operation}", _take_as_it_is, unique_id=f"frameworth-{operation}")

    def get(self, partition: str, sort: str, *, consistent: bool = False) -> Item | None:
        """One item, or None."""
        answer = self._call("get_item", Key=key(partition, sort), ConsistentRead=consistent)
        item: Item | None = answer.get("Item")
        return item

    def put(self, item: Item) -> None:
        """Writes an item whatever stood there."""
        self._call("put_item", Item=item)

    def put_new(self, item: Item) -> bool:
        """Writes an item unless one with its key is there; says whether it was written."""
        return self.put_if(item, ConditionExpression="attribute_not_exists(PK)") is None

    def put_if(self, item: Item, **condition: Any) -> Item | None:
        """Writes an item on a condition; None if it held, else the item that stands there (empty if there is none)."""
        stood_there = self._unless_refused("put_item", Item=item, **condition)
        # The very same item stands there if the answer to our write was lost and boto3 sent it again.
        return None if stood_there == item else stood_there

    def delete(self, partition: str, sort: str) -> None:
        """Deletes an item if it is there."""
        self._call("delete_item", Key=key(partition, sort))

    def delete_if(self, partition: str, sort: str, **condition: Any) -> Item | None:
        """Deletes an item on a condition; None if it held, else the item as it stands (empty if there is none)."""
        return self._unless_refused("delete_item", Key=key(partition, sort), **condition)

    def update(self, partition: str, sort: str, **expression: Any) -> Item | None:
        """Updates an item; None if its condition held, else the item as it stands (empty if there is none)."""
        return self._unless_refused("update_item", Key=key(partition, sort), **expression)

    def query(
        self,
        partition: str,
        *,
        first: str,
        last: str,
        limit: int | None = None,
        page: int | None = None,
        descending: bool = False,
        consistent: bool = False,
    ) -> Iterator[Item]:
        """The items of a partition whose sort keys lie in `first`..`last` (inclusive), in order, at most `limit`.

        They are read as they are asked for, `page` at a time (None is 1 MB).
        """
        yield from self._pages(
            limit,
            page,
            **({"ScanIndexForward": False} if descending else {}),
            KeyConditionExpression="PK = :p AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={":p": text(partition), ":first": text(first), ":last": text(last)},
            ConsistentRead=consistent,
        )

    def query_index(self, index: str, value: str, *, after: str = "", page: int | None = None) -> Iterator[Item]:
        """The items that an index holds under one value, in the order of its sort key, from behind `after` on.

        They are read as they are asked for, `page` at a time (None is 1 MB).
        """
        yield from self._pages(
            None,
            page,
            IndexName=index,
            KeyConditionExpression=f"#k = :v{' AND #s > :after' if after else ''}",
            ExpressionAttributeNames={"#k": INDEX_KEY, **({"#s": INDEX_SORT} if after else {})},
            ExpressionAttributeValues={":v": text(value), **({":after": text(after)} if after else {})},
        )

    def batch_get(self, wanted: Sequence[Key], *, consistent: bool = False) -> list[Item]:
        """The items with these keys, in no order; keys without an item are absent."""
        found: list[Item] = []
        for some in _chunks(wanted, MOST_KEYS):
            request = {"Keys": [key(*one) for one in some], "ConsistentRead": consistent}
            for answer in self._until_processed("batch_get_item", "UnprocessedKeys", request):
                found += answer["Responses"].get(self.name, [])
        return found

    def batch_put(self, items: Iterable[Item], progress: Callable[[int], None] = lambda written: None) -> None:
        """Writes all items; two with one key must not be among them. `progress` hears how many were written."""
        for some in _chunks(items, MOST_ITEMS):
            for _answer in self._until_processed("batch_write_item", "UnprocessedItems", [{"PutRequest": {"Item": item}} for item in some]):
                pass
            progress(len(some))

    def batch_delete(self, unwanted: Iterable[Key], progress: Callable[[int], None] = lambda deleted: None) -> None:
        """Deletes all items with these keys, no key twice, whether or not they are there. `progress` hears how many were deleted."""
        for some in _chunks(unwanted, MOST_ITEMS):
            requests = [{"DeleteRequest": {"Key": key(*one)}} for one in some]
            for _answer in self._until_processed("batch_write_item", "UnprocessedItems", requests):
                pass
            progress(len(some))

    def pause(self, attempt: int) -> None:
        """Waits before an attempt (1 is the first repeat). Full jitter: who was turned away together does not come back together."""
        self._sleep(random.uniform(0, _FIRST_PAUSE_S * 2 ** (attempt - 1)))

    def _until_processed(self, operation: str, left_over: str, request: object) -> Iterator[Mapping[str, Any]]:
        """The answers to one batch, asked again for what was left over; raises when the attempts are used up before it is done."""
        pending: Mapping[str, Any] = {self.name: request}
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(attempt)
            answer = self._call(operation, RequestItems=pending)
            yield answer
            pending = answer.get(left_over) or {}
            if not pending:
                return
        raise StorageUnavailable(operation, f"a part of the batch was left unprocessed {ATTEMPTS} times")

    def _pages(self, limit: int | None, page: int | None, **request: Any) -> Iterator[Item]:
        left = limit
        while True:
            most = min((one for one in (left, page) if one is not None), default=None)
            answer = self._call("query", **request, **({} if most is None else {"Limit": most}))
            yield from answer["Items"]
            if left is not None:
                left -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer or left == 0:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _unless_refused(self, operation: str, **request: Any) -> Item | None:
        """None if a conditional write was done, else the item that refused it."""
        try:
            self._call(operation, **request, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ClientError as error:
            item: Item = error.response.get("Item", {})  # type: ignore[assignment]  # botocore's types leave this member out
            return item
        return None

    def _call(self, operation: str, **request: Any) -> Any:
        """One call; every failure but a refused condition becomes `StorageUnavailable`."""
        calls.one_more()
        if not operation.startswith("batch_"):
            request["TableName"] = self.name
        try:
            return getattr(self._client, operation)(**request)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == "ConditionalCheckFailedException":
                raise
            raise StorageUnavailable(operation, code or "unknown error") from error
        except BotoCoreError as error:
            raise StorageUnavailable(operation, type(error).__name__) from error


def _take_as_it_is(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Spares botocore's parser what was read, which it would walk through attribute by attribute, to make the very same of it.

    For texts and numbers an answer is what its JSON is. That was two thirds of the CPU of a warm request (`python -m bench.growth`). What
    is no success, no JSON object, or holds bytes is left to the parser.
    """
    body = response_dict["body"]
    # Inside a text the quotes would be escaped, so this is the name of a type, or of an attribute that is parsed in vain.
    if response_dict["status_code"] != HTTPStatus.OK or b'"B":' in body or b'"BS":' in body:
        return
    try:
        answer = json.loads(body)
    except ValueError:
        return
    if isinstance(answer, dict):
        response_dict["body"] = b"{}"
        customized_response_dict.update(answer)


class NotFromDynamoDB(BotoCoreError):
    """Something on the way answered in DynamoDB's place, with a success that is no JSON object."""

    fmt = "the answer is no JSON object"


def _refuse_a_wrong_body(http_response: Any, **_: Any) -> None:
    """Raises for bodies that botocore hands out as a success: a wrong checksum once its attempts or its retry quota are used up, and a
    page of a proxy, which it parses into an answer without items.

    `MaxAttemptsReached` tells nothing here: botocore sets it on every answer to the last attempt, sound ones too.
    """
    body: bytes = http_response.content
    expected, actual = http_response.headers.get("x-amz-crc32"), crc32(body)
    if expected is not None and int(expected) != actual:
        raise ChecksumError(checksum_type="crc32", expected_checksum=expected, actual_checksum=str(actual))
    if http_response.status_code < HTTPStatus.MULTIPLE_CHOICES and not body.startswith(b"{"):
        raise NotFromDynamoDB


def _chunks(things: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Lists of up to `size` things, in order (itertools.batched is there from Python 3.12 on)."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk
