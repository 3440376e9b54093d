"""The log line of a request."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.application import application
from tests.chalicelib.api.conftest import Writer
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.use_cases.service import Service


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The facts of each request that was logged since it was asked last."""
    told: list[dict[str, Any]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(json.loads(json.dumps(record.facts)))  # type: ignore[attr-defined]

    log, ear = logging.getLogger("chalicelib.requests"), Ear()
    before = log.level
    log.addHandler(ear)
    log.setLevel(logging.INFO)

    def take() -> list[dict[str, Any]]:
        taken, told[:] = told[:], []
        return taken

    yield take
    log.removeHandler(ear)
    log.setLevel(before)


def test_each_request_has_one_line_with_what_it_was_and_cost(gateway: Gateway, lines: Any) -> None:
    gateway.get("/v1/scores?frameworks=flask,django")
    lines()
    answer = gateway.get("/v1/scores?frameworks=flask,django&profile=microservice")
    (line,) = lines()
    assert (line["route"], line["status"], line["storage_calls"]) == ("GET /v1/scores", 200, 1)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert 0 < line["milliseconds"] < 60_000
    assert 0 < line["known"] <= 1
    assert (line["client_error"], line["server_error"]) == (0, 0)


def test_a_named_few_cost_one_call_even_when_no_list_is_in_memory(own: Gateway, lines: Any) -> None:
    question = "/v1/scores?frameworks=flask,django"
    own.get(question)
    own.get(question)
    own.get(f"{question}&format=markdown")
    _, by_json, by_markdown = lines()
    # A report calls frameworks by their names, for which the list is read.
    assert (by_json["storage_calls"], by_markdown["storage_calls"]) == (1, 2)


@pytest.mark.parametrize(
    ("method", "address", "route", "status"),
    [
        ("GET", "/v1/frameworks/nope", "GET /v1/frameworks/{framework}", 404),
        ("GET", "/v1/scores?profile=nope", "GET /v1/scores", 422),
        ("HEAD", "/v1/criteria", "HEAD /v1/criteria", 200),
        ("GET", "/", "GET /", 200),
    ],
)
def test_the_route_is_told_by_its_pattern_whatever_the_answer(
    gateway: Gateway, lines: Any, method: str, address: str, route: str, status: int
) -> None:
    gateway.request(method, address)
    (line,) = lines()
    assert (line["route"], line["status"], line["client_error"]) == (route, status, int(status >= 400))


def test_what_breaks_is_told_as_an_error_of_the_server(service: Service, lines: Any) -> None:
    def broken() -> Service:
        raise RuntimeError("s3cret")

    answer = Gateway(application(broken)).get("/v1/criteria")
    assert answer.status == 500
    (line,) = lines()
    assert (line["status"], line["server_error"], line["client_error"]) == (500, 1, 0)
    assert "s3cret" not in answer.body + json.dumps(line)


def test_the_name_that_a_caller_gives_is_echoed_and_logged_beside_the_gateways(gateway: Gateway, lines: Any) -> None:
    answer = gateway.get("/v1/criteria/nope", **{"X-Request-Id": "job-7:a/b"})
    (line,) = lines()
    assert answer.headers["X-Request-Id"] == line["request_id"] == answer.json()["request_id"] == "job-7:a/b"
    assert re.fullmatch(r"[0-9a-f-]{36}", line["gateway_request_id"])


@pytest.mark.parametrize("name", ["", "two words", "a\nb", "x" * 129, '{"a":1}', "é"])
def test_a_name_that_would_spoil_the_log_is_not_taken(gateway: Gateway, lines: Any, name: str) -> None:
    answer = gateway.get("/v1/criteria", **{"X-Request-Id": name})
    (line,) = lines()
    assert answer.headers["X-Request-Id"] == line["request_id"] != name


def test_a_line_is_a_document_of_the_embedded_metric_format(gateway: Gateway, lines: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    gateway.get("/v1/scores?frameworks=flask,django")
    gateway.get("/v1/criteria")
    with_scores, without = lines()
    for line in (with_scores, without):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert isinstance(line["_aws"]["Timestamp"], int)
        assert directive["Namespace"] == "Frameworth"
        # Each value of a dimension would be a metric of its own, paid for each month.
        assert directive["Dimensions"] == [[]]
        for metric in directive["Metrics"]:
            assert isinstance(line[metric["Name"]], int | float)
    assert [metric["Name"] for metric in with_scores["_aws"]["CloudWatchMetrics"][0]["Metrics"]][-1] == "known"
    assert "known" not in without


def test_a_token_is_told_by_its_id_and_nothing_of_a_body_is_told(writer: Writer, own_service: Service, lines: Any) -> None:
    body = {"name": "Bottle of secrets", "summary": "hush"}
    assert writer.send("PUT", "/v1/frameworks/bottle", body, If_None_Match="*", Idempotency_Key="k3y").status == 201
    (line,) = lines()
    assert line["token"] == own_service.tokens.all()[0].id
    text = json.dumps(line)
    assert not [word for word in (writer.token, writer.token.rpartition("_")[2], "secrets", "hush", "k3y") if word in text]


def test_what_one_request_cost_is_not_counted_for_the_next(gateway: Gateway, lines: Any) -> None:
    gateway.get("/v1/scores?frameworks=flask,django")
    gateway.get("/v1/criteria")
    first, second = lines()
    assert (first["storage_calls"] > 0, second["storage_calls"]) == (True, 0)
