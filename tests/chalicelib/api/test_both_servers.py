"""What is malformed gets the same answer of the gateway and of `chalice local`: a problem whose status and code are described."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from chalicelib.api.access import MOST_PATH_BYTES
from chalicelib.api.application import application
from chalicelib.api.bodies import MOST_BATCH_BYTES, MOST_BYTES
from chalicelib.api.problem_codes import problems_of
from chalicelib.storage.tokens import ADMIN
from tests.gateway import MOST_EVENT_BYTES, Gateway
from tests.gateway_events import MOST_BODY_BYTES
from tests.servers import serve_local

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.api.operations import Operation
    from chalicelib.use_cases.service import Service
    from tests.gateway_answers import Answer

OPERATIONS = application(lambda: None).operations
WITH_BODY = [one for one in OPERATIONS if one.body]
# Whoever asks after the service's health may add to the address what they like, and is told.
READ = [one for one in OPERATIONS if one.method == "GET" and one.name != "health"]
# A badge of what there is not is a picture that says so.
WITH_NAMES = [one for one in OPERATIONS if "{" in one.path and one.name != "show_badge"]


class Both:
    """Two servers over one table, asked alike by somebody who may do everything."""

    def __init__(self, gateway: Gateway, local: Any, token: str) -> None:
        self._servers, self._token = (gateway, local), token

    def answered(self, address: str) -> list[str]:
        """What each answers to GET, with a 200."""
        answers = [server.request("GET", address) for server in self._servers]
        assert [answer.status for answer in answers] == [200] * len(answers), answers
        return [answer.body for answer in answers]

    def refused(self, operation: Operation, address: str, body: bytes | None = None, **headers: str) -> str:
        """The code of the problem that both answer with: one that the description has for the operation."""
        sent: Mapping[str, str] = {
            "Authorization": f"Bearer {self._token}",
            **({"Content-Type": "application/json"} if operation.body else {}),
            **({"If-Match": "*"} if operation.conditional else {}),
            **headers,
        }
        told = [_told(server.request(operation.method, address, body=body, headers=sent)) for server in self._servers]
        status, code = told[1]
        # The gateway has one body for whatever it refuses itself.
        assert told[0] == told[1] or told[0] == (told[1][0], "refused_by_gateway"), (operation.name, address[:200], told)
        assert code in {one.code for one in problems_of(operation).get(status, ())}, (operation.name, address[:200], status, code)
        return code


def _told(answer: Answer) -> tuple[int, str]:
    assert 400 <= answer.status < 500, answer
    found = answer.json()
    assert found.get("status", answer.status) == answer.status
    return answer.status, found["code"]


@pytest.fixture
def both(own_service: Service) -> Iterator[Both]:
    app = application(lambda: own_service)
    token, _ = own_service.tokens.create([ADMIN], days=1)
    with serve_local(app) as local:
        yield Both(Gateway(app), local, token)


def address_of(operation: Operation) -> str:
    return re.sub(r"\{\w+\}", "flask", operation.path)


BODIES = {
    "nothing": (b"", "empty_body"),
    "an array": (b'[{"frameworks": ["flask"]}]', "not_an_object"),
    "text": (b'"flask"', "not_an_object"),
    "null": (b"null", "not_an_object"),
    "UTF-16": ('{"limit": 1}'.encode("utf-16"), "not_utf8"),
    "UTF-16 without a mark": ('{"limit": 1}'.encode("utf-16-le"), "not_utf8"),
    "a byte order mark": (b'\xef\xbb\xbf{"limit": 1}', "not_utf8"),
    "bad UTF-8": (b'{"profile": "\xff\xfe"}', "not_utf8"),
    "the sign for what is no UTF-8": (b'{"profile": "\xef\xbf\xbd"}', "not_utf8"),
    "a surrogate as UTF-8": (b'{"profile": "\xed\xa0\x80"}', "not_utf8"),
    "text after it": (b'{"limit": 1} x', "not_json"),
    "a second object": (b'{"limit": 1}{"limit": 2}', "not_json"),
    "cut off": (b'{"frameworks": ["flask"', "not_json"),
    "NaN": (b'{"weights": {"jobs": NaN}}', "not_json"),
    "Infinity": (b'{"weights": {"jobs": -Infinity}}', "not_json"),
    "half a surrogate pair": (b'{"profile": "\\ud800"}', "not_json"),
    "5,000 digits": (b'{"limit": ' + b"9" * 5_000 + b"}", "not_json"),
    "depth 100,000": (b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, "not_json"),
    "lists to depth 100,000": (b'{"frameworks": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not_json"),
    "a name twice": (b'{"limit": 1, "limit": 2}', "duplicate_name"),
    "1e400": (b'{"weights": {"jobs": 1e400}, "observations": [], "reason": 1e400}', "invalid_request"),
    "a member too many": (b'{"no such member": 1}', "invalid_request"),
}


@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES)
def test_a_bad_body_is_refused_alike_by_every_route_that_takes_one(both: Both, body: bytes, code: str) -> None:
    assert {one.name: both.refused(one, address_of(one), body) for one in WITH_BODY} == {one.name: code for one in WITH_BODY}


@pytest.mark.parametrize(
    "length", [MOST_BATCH_BYTES + 1, MOST_EVENT_BYTES + 1, MOST_BODY_BYTES + 1], ids=["5 MB and 1", "6 MB and 1", "10 MB and 1"]
)
def test_a_body_that_is_too_large_is_refused_alike(both: Both, length: int) -> None:
    for one in WITH_BODY:
        assert both.refused(one, address_of(one), b'{"a": "' + b"x" * (length - 9) + b'"}') == "body_too_large"


def test_one_byte_more_than_a_question_may_have_is_too_many(both: Both) -> None:
    for one in WITH_BODY:
        if one.name != "record_observations":
            assert both.refused(one, address_of(one), b" " * (MOST_BYTES + 1)) == "body_too_large"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""])
def test_a_body_that_is_said_to_be_no_json_is_refused_alike(both: Both, content_type: str) -> None:
    for one in WITH_BODY:
        assert both.refused(one, address_of(one), b"{}", **{"Content-Type": content_type}) == "unsupported_media_type"


# As they are typed in an address, and as they are in JSON.
NAMES = {
    "#": ("%23", "#"),
    "a key": ("F%23flask", "F#flask"),
    "|": ("%7C", "|"),
    "a bare |": ("flask|django", "flask|django"),
    "/": ("flask%2Fdjango", "flask/django"),
    "/ alone": ("%2F", "/"),
    "a path upwards": ("..", ".."),
    "a path upwards, escaped": ("%2E%2E%2F%2E%2E", "../.."),
    "NUL": ("fl%00sk", "fl\x00sk"),
    "a line break": ("flask%0A", "flask\n"),
    "a lone surrogate": ("%ED%A0%80", None),
    "bytes that are no text": ("%FF", None),
    "the sign for what is no text": ("%EF%BF%BD", "\ufffd"),
    "half an escape": ("%", None),
    "escaped twice": ("%2566lask", "%66lask"),
    "2,000 bytes": ("x" * 2_000, "x" * 2_000),
    "META": ("META", "META"),
    "CUR": ("CUR", "CUR"),
    "capitals": ("Flask", "Flask"),
    "a letter that is not of ASCII": ("fl%C3%A4sk", "fläsk"),
}


@pytest.mark.parametrize("typed", [typed for typed, _ in NAMES.values()], ids=NAMES)
def test_a_bad_name_in_an_address_is_refused_alike(both: Both, typed: str) -> None:
    for one in WITH_NAMES:
        body = json.dumps(one.example_body).encode() if one.body else None
        for place in re.findall(r"\{\w+\}", one.path):
            address = re.sub(r"\{\w+\}", "flask", one.path.replace(place, typed))
            if one.scope and len(typed) > MOST_PATH_BYTES:
                expected = {"address_too_long"}
            elif one.name in ("put_framework", "put_profile"):
                expected = {"invalid_request"}
            else:
                expected = {f"unknown_{kind}" for kind in KINDS}
            assert both.refused(one, address, body) in expected, one.name


@pytest.mark.parametrize("typed", [typed for typed, _ in NAMES.values()], ids=NAMES)
def test_a_badge_of_a_bad_name_is_grey_alike(both: Both, typed: str) -> None:
    bodies = both.answered(f"/badge/{typed}")
    assert len(set(bodies)) == 1
    assert "unknown framework" in bodies[0]
    ElementTree.fromstring(bodies[0])


KINDS = ("framework", "observation", "criterion", "metric", "profile", "method", "plugin")


@pytest.mark.parametrize("name", [name for _, name in NAMES.values() if name], ids=[kind for kind, (_, name) in NAMES.items() if name])
def test_a_bad_name_in_a_body_is_refused_alike(both: Both, name: str) -> None:
    by_name = {one.name: one for one in OPERATIONS}
    asked = by_name["score_by_body"]
    for body in ({"frameworks": [name]}, {"profile": name}, {"weights": {name: 1}}, {"method": name}, {"gates": [{"metric": name}]}):
        assert both.refused(asked, "/v1/scores", json.dumps(body).encode()) == "invalid_request"


@pytest.mark.parametrize("typed", [typed for typed, _ in NAMES.values()], ids=NAMES)
def test_a_bad_name_in_a_query_is_refused_alike(both: Both, typed: str) -> None:
    by_name = {one.name: one for one in OPERATIONS}
    for parameter in ("frameworks", "profile", "weights", "emphasis", "method", "include", "gates"):
        found = both.refused(by_name["score_by_address"], f"/v1/scores?{parameter}={typed}")
        assert found in ("invalid_request", "not_json")


def test_a_parameter_that_is_given_twice_is_refused_alike(both: Both) -> None:
    for one in READ:
        # A list that is written by giving its parameter again says so by its style.
        once = [parameter.name for parameter in one.parameters if parameter.place == "query" and parameter.style != "form"]
        for name in once or ["format"]:
            assert both.refused(one, f"{one.example.partition('?')[0]}?{name}=1&{name}=1") == "invalid_request"


def test_a_parameter_that_there_is_not_is_refused_alike(both: Both) -> None:
    for one in READ:
        assert both.refused(one, f"{one.example.partition('?')[0]}?no_such_parameter=1") == "invalid_request"
