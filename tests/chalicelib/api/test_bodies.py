"""Bodies that are packed, on both servers: the gateway unpacks them before the service sees them, `chalice local` does not."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import pytest

from chalicelib.api.application import application
from chalicelib.api.bodies import MOST_BYTES
from tests.gateway import Gateway
from tests.servers import serve_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.use_cases.service import Service
    from tests.gateway import Answer
    from tests.servers import Caller

QUESTION = json.dumps({"frameworks": ["flask", "django"]}).encode()


@pytest.fixture(params=["gateway", "local"])
def server(request: pytest.FixtureRequest, service: Service) -> Iterator[Gateway | Caller]:
    app = application(lambda: service)
    if request.param == "gateway":
        yield Gateway(app)
    else:
        with serve_local(app) as caller:
            yield caller


def sent(server: Gateway | Caller, body: bytes, coding: str) -> Answer:
    return server.request("POST", "/v1/scores", body=body, headers={"Content-Type": "application/json", "Content-Encoding": coding})


def test_a_body_packed_by_gzip_is_answered_as_the_same_one_plain(server: Gateway | Caller) -> None:
    packed, plain = sent(server, gzip.compress(QUESTION), "gzip"), sent(server, QUESTION, "identity")
    assert packed.status == 200
    assert packed.body == plain.body


def test_a_body_that_is_too_long_when_it_is_unpacked_is_refused(server: Gateway | Caller) -> None:
    bomb = gzip.compress(b"[" * (50 * MOST_BYTES))
    assert len(bomb) < MOST_BYTES / 10
    assert (answer := sent(server, bomb, "gzip")).status == 413, answer.body
    assert answer.json()["code"] == "body_too_large"


def test_one_byte_too_many_is_too_many(server: Gateway | Caller) -> None:
    filled = QUESTION + b" " * (MOST_BYTES - len(QUESTION))
    assert sent(server, gzip.compress(filled), "gzip").status == 200
    assert sent(server, gzip.compress(filled + b" "), "gzip").status == 413


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip", "nonsense"])
def test_another_packing_is_refused(server: Gateway | Caller, coding: str) -> None:
    answer = sent(server, zlib.compress(QUESTION), coding)
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_content_encoding")


def test_a_packed_body_that_is_damaged_is_none_of_that_packing(server: Gateway | Caller) -> None:
    packed = gzip.compress(QUESTION)
    for damaged in (packed[:-12], packed[:12] + b"\xff" * 20):
        answer = sent(server, damaged, "gzip")
        assert (answer.status, answer.json()["code"]) == (415, "unsupported_content_encoding")
