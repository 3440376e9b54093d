"""Faults and counters put into a boto3 client with botocore's own event hooks; the code under test is left as it is."""

from __future__ import annotations

import io
import json
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import Random
from threading import Thread
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


def answer_instead(
    client: Any, status: int, body: Mapping[str, Any] | str, *, times: int | None = None, checksum: int | None = None
) -> None:
    """The next `times` requests (None is all) are answered so, and don't reach the engine. `checksum` None is the right one.

    A body that is text is what something between us and DynamoDB says: it comes without a checksum.
    """
    left = _countdown(times)
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {} if isinstance(body, str) else {"x-amz-crc32": str(crc32(content) if checksum is None else checksum)}

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        if not next(left):
            return None
        # botocore asks every hook before it takes the first answer, and moto is a hook: from this address it keeps away.
        request.url = "http://answered.invalid/"
        return AWSResponse(request.url, status, dict(headers), _Body(content))

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


def lose_answers(client: Any, chance: Random, share: float) -> None:
    """A share of the answers is lost after the engine has done what was asked: half of these botocore asks again, half it gives up."""

    def lose(attempts: int, **_: Any) -> int | None:
        return 0 if attempts == 1 and chance.random() < share / 2 else None

    def give_up(**_: Any) -> None:
        if chance.random() < share / 2:
            raise ReadTimeoutError(endpoint_url="the engine")

    client.meta.events.register_first("needs-retry.dynamodb.*", lose)
    client.meta.events.register_first("after-call.dynamodb", give_up)


def at_once(client: Any) -> None:
    """botocore tries again as often as it would, without waiting in between."""

    def again(attempts: int, response: Any, caught_exception: Any, **_: Any) -> int | None:
        most = client.meta.config.retries["total_max_attempts"]
        failed = caught_exception is not None or response[0].status_code >= 400
        return 0 if failed and attempts < most else None

    client.meta.events.register_first("needs-retry.dynamodb.*", again)


@contextmanager
def broken_endpoint(*, answers: bool) -> Iterator[str]:
    """The address of something on this machine that takes connections and resets each (`answers`), or never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def serve() -> None:
            # Ends when the server is closed.
            with suppress(OSError):
                while True:
                    one, _ = server.accept()
                    kept.append(one)
                    if answers:
                        one.recv(1)
                        # To linger for no time is to reset.
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        one.close()

        serving = Thread(target=serve, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        serving.join(5)
        for one in kept:
            one.close()


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

    def first(params: Mapping[str, Any], **_: Any) -> None:
        act(params)

    client.meta.events.register_last(f"provide-client-params.dynamodb.{operation}", first)


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
