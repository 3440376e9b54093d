"""Faults and counters put into a boto3 client with botocore's own event hooks; the code under test is left as it is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError


@dataclass(frozen=True)
class Request:
    """One call as the code under test made it; retries by botocore are not calls."""

    operation: str
    params: Mapping[str, Any]


def requests_of(client: Any) -> list[Request]:
    """A list that grows with every call that the client is asked for from now on."""
    made: list[Request] = []

    def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        made.append(Request(model.name, params))

    client.meta.events.register_first("provide-client-params.dynamodb", note)
    return made


def attempts_of(client: Any) -> list[str]:
    """A list that grows with every request that is sent from now on, retries included."""
    made: list[str] = []
    client.meta.events.register_first("before-send.dynamodb.*", lambda request, **_: made.append(request.headers["X-Amz-Target"]))
    return made


def answer_instead(client: Any, status: int, body: Mapping[str, Any], *, times: int | None = None, checksum: int | None = None) -> None:
    """The next `times` requests (None is all) are answered so, and don't reach the engine. `checksum` None is the right one."""
    left = _countdown(times)
    content = json.dumps(body).encode()

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        if not next(left):
            return None
        # botocore asks every hook before it takes the first answer, and moto is a hook: from this address it keeps away.
        request.url = "http://answered.invalid/"
        headers = {"x-amz-crc32": str(crc32(content) if checksum is None else checksum)}
        return AWSResponse(request.url, status, headers, _Body(content))

    client.meta.events.register_first("before-send.dynamodb.*", answer)


def raise_instead(client: Any, error: Exception, *, times: int | None = None) -> None:
    """The next `times` requests (None is all) fail with `error` before they are sent."""
    left = _countdown(times)

    def fail(**_: Any) -> None:
        if next(left):
            raise error

    client.meta.events.register_first("before-send.dynamodb.*", fail)


def fail_call(client: Any, number: int, *, done: bool) -> None:
    """The call with this number (from 1) fails for good: before it is sent, or, if `done`, after the engine has done it."""

    def fail(**_: Any) -> None:
        nonlocal number
        number -= 1
        if number == 0:
            raise ReadTimeoutError(endpoint_url="the engine")

    client.meta.events.register_first(f"{'after' if done else 'before'}-call.dynamodb", fail)


def send_twice(client: Any, operation: str) -> None:
    """The answer to the first request of an operation is lost after the engine has done it, and botocore sends it again."""

    def again(attempts: int, **_: Any) -> int | None:
        return 0 if attempts == 1 else None

    client.meta.events.register_first(f"needs-retry.dynamodb.{operation}", again)


def read_partly(client: Any, most: int, *, times: int | None = None) -> None:
    """BatchGetItem really hands out `most` items a call, `times` times (None is always); the other keys come back as unprocessed."""
    left = _countdown(times)

    def hold_back(parsed: dict[str, Any], **_: Any) -> None:
        if not next(left):
            return
        for name, found in parsed["Responses"].items():
            parsed["Responses"][name], rest = found[:most], found[most:]
            if rest:
                parsed["UnprocessedKeys"] = {name: {"Keys": [{"PK": item["PK"], "SK": item["SK"]} for item in rest]}}

    client.meta.events.register_first("after-call.dynamodb.BatchGetItem", hold_back)


def write_partly(client: Any, most: int, *, times: int | None = None) -> None:
    """BatchWriteItem really writes `most` items a call, `times` times (None is always); the others come back as unprocessed."""
    left = _countdown(times)

    def shorten(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> Mapping[str, Any]:
        if not next(left):
            return params
        ((name, puts),) = params["RequestItems"].items()
        context["held back"] = {name: puts[most:]} if puts[most:] else {}
        return {**params, "RequestItems": {name: puts[:most]}}

    def hand_back(parsed: dict[str, Any], context: Mapping[str, Any], **_: Any) -> None:
        if context.get("held back"):
            parsed["UnprocessedItems"] = context["held back"]

    client.meta.events.register_last("provide-client-params.dynamodb.BatchWriteItem", shorten)
    client.meta.events.register_first("after-call.dynamodb.BatchWriteItem", hand_back)


def lag_behind(client: Any, is_unseen: Callable[[Mapping[str, Any]], bool]) -> None:
    """Reads that don't ask to be consistent are answered by a replica that has not seen some items yet."""

    def note(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        one = next(iter(params["RequestItems"].values())) if "RequestItems" in params else params
        context["consistent"] = one.get("ConsistentRead", False)

    def forget(parsed: dict[str, Any], context: Mapping[str, Any], **_: Any) -> None:
        if context["consistent"]:
            return
        for found in (parsed.get("Items", []), *parsed.get("Responses", {}).values()):
            found[:] = [item for item in found if not is_unseen(item)]

    for operation in ("Query", "BatchGetItem"):
        client.meta.events.register_last(f"provide-client-params.dynamodb.{operation}", note)
        client.meta.events.register_first(f"after-call.dynamodb.{operation}", forget)


def before(client: Any, operation: str, act: Callable[[Mapping[str, Any]], None]) -> None:
    """Does something in the moment before each call of an operation: what another process might do just then."""
    client.meta.events.register_last(f"provide-client-params.dynamodb.{operation}", lambda params, **_: act(params))


class _Body(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _countdown(times: int | None) -> Iterator[bool]:
    """True `times` times (None is for ever), then False."""
    while times is None or times > 0:
        yield True
        times = None if times is None else times - 1
    while True:
        yield False
