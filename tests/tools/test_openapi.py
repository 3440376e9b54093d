"""The description is valid, tells of every route and of nothing else, and its examples are what its schemas say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.api.application import application
from chalicelib.api.reference import DESCRIPTION
from tools.openapi import text
from tools.openapi_examples import MOST_ENTRIES, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.gateway import Gateway

COMMITTED = DESCRIPTION.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(COMMITTED)
APP = application(lambda: None)
DESCRIBED = {(path, method): one for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()}
PROBLEM = "application/problem+json"


def resolved(one: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in one:
        return one
    _, _, kind, name = one["$ref"].split("/")
    return DOCUMENT["components"][kind][name]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({"allOf": [schema], "components": DOCUMENT["components"]})


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is described, with where it is."""
    for (path, method), one in DESCRIBED.items():
        if "requestBody" in one:
            yield from ((f"{method} {path} takes {kind}", shown) for kind, shown in one["requestBody"]["content"].items())
        for status, response in one["responses"].items():
            found = resolved(response).get("content", {})
            yield from ((f"{method} {path} {status} {kind}", shown) for kind, shown in found.items())


def given_examples() -> list[tuple[str, dict[str, Any], Any]]:
    """Every example: where it is, its schema, and what it is."""
    found = [(place, shown["schema"], shown["example"]) for place, shown in contents() if "example" in shown]
    for place, shown in contents():
        found += [(f"{place} {name}", shown["schema"], resolved(one)["value"]) for name, one in shown.get("examples", {}).items()]
    for (path, method), one in DESCRIBED.items():
        parameters = [resolved(parameter) for parameter in one["parameters"]]
        found += [(f"{method} {path} {other['name']}", other["schema"], other["example"]) for other in parameters if "example" in other]
    return found


def test_the_committed_description_is_of_this_code() -> None:
    assert text() == COMMITTED, "the API changed: run `make openapi`, and read what differs"


def test_it_is_the_same_in_every_process(project: Any) -> None:
    code = "from tools.openapi import text; import sys; sys.stdout.buffer.write(text().encode())"
    environment = {**os.environ, "PYTHONHASHSEED": "42", "PYTHONDONTWRITEBYTECODE": "1", "TZ": "Pacific/Kiritimati"}
    done = subprocess.run([sys.executable, "-c", code], cwd=project, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == COMMITTED


def test_it_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_schema_is_valid_json_schema() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_each_route_is_described_and_nothing_else() -> None:
    routes = {(path, method.lower()) for path, methods in APP.routes.items() for method in methods}
    assert set(DESCRIBED) == routes


def test_each_operation_has_a_name_of_its_own() -> None:
    names = [one["operationId"] for one in DESCRIBED.values()]
    assert len(names) == len(set(names))
    assert {name.removeprefix("head_") for name in names} == {one.name for one in APP.operations}


def test_addresses_are_relative_to_where_the_description_is() -> None:
    assert DOCUMENT["servers"] == [{"url": "/"}]


@pytest.mark.parametrize(("place", "schema", "example"), given_examples(), ids=lambda one: one if isinstance(one, str) else "")
def test_each_example_is_what_its_schema_says(place: str, schema: dict[str, Any], example: object) -> None:
    assert [f"{place}: {error.message}" for error in validator(schema).iter_errors(example)] == []


def test_a_wrong_example_would_be_noticed() -> None:
    card = DESCRIBED["/v1/scores", "get"]["responses"]["200"]["content"]["application/json"]
    without = {name: value for name, value in card["example"].items() if name != "verdict"}
    for wrong in (without, {**card["example"], "total": "two"}, {**card["example"], "ranking": [{}]}):
        assert list(validator(card["schema"]).iter_errors(wrong))


def test_each_operation_that_answers_json_shows_an_answer() -> None:
    without = [
        one.name
        for one in APP.operations
        if one.formats[0] == "application/json" and one.answer != "OpenAPI"
        if not any("example" in shown for place, shown in contents() if place.startswith(f"{one.method.lower()} {one.path} 2"))
    ]
    assert without == []


def test_examples_are_what_the_service_answers(gateway: Gateway) -> None:
    # Those with a day in their address, or whose answer hangs on none.
    for name in ("score_by_address", "show_criterion", "list_methods", "show_plugin"):
        one = next(operation for operation in APP.operations if operation.name == name)
        shown = DESCRIBED[one.path, "get"]["responses"]["200"]["content"]["application/json"]["example"]
        assert shown == shortened(gateway.get(one.example).json())


def test_lists_in_examples_are_cut_everywhere() -> None:
    def longest(value: Any) -> int:
        within = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        return max([len(value) if isinstance(value, list) else 0, *(longest(one) for one in within)])

    assert max(longest(shown["example"]) for place, shown in contents() if " 2" in place and "example" in shown) == MOST_ENTRIES


def test_head_is_get_without_bodies() -> None:
    for (path, method), one in DESCRIBED.items():
        if method == "head":
            assert set(one["responses"]) == set(DESCRIBED[path, "get"]["responses"])
            assert not [status for status, response in one["responses"].items() if "content" in resolved(response)]


def test_what_is_not_modified_has_no_body() -> None:
    assert {method for (_, method), one in DESCRIBED.items() if "304" in one["responses"]} == {"get", "head"}
    assert not [one for one in DESCRIBED.values() if "content" in one["responses"].get("304", {})]


@pytest.mark.parametrize("operation", APP.operations, ids=lambda one: one.name)
def test_each_status_and_header_that_an_operation_has_is_told(operation: Any) -> None:
    one = DESCRIBED[operation.path, operation.method.lower()]
    statuses = {int(status) for status in one["responses"]}
    assert {*operation.statuses, *operation.problems, 429, 500, 503, 504} <= statuses
    assert not operation.scope or {401, 403} <= statuses
    assert not operation.repeatable or {409, 422} <= statuses
    assert one.get("security", []) == ([{"token": [operation.scope]}] if operation.scope else [])
    taken = {found["name"] for found in map(resolved, one["parameters"]) if found["in"] == "header"}
    assert ("If-Match" in taken) == operation.conditional
    assert ("Idempotency-Key" in taken) == operation.repeatable
    assert "If-None-Match" in taken or operation.method not in ("GET", "PUT")
    assert one.get("requestBody", {"required": False})["required"] == bool(operation.body)
    for status, response in one["responses"].items():
        content = resolved(response).get("content", {})
        # /health answers a 503 of its own while it can.
        if int(status) >= HTTPStatus.BAD_REQUEST and int(status) not in operation.statuses:
            assert set(content) == {PROBLEM}
        elif int(status) in operation.statuses:
            assert set(operation.formats) <= set(content)


REFUSALS = ("unknown_framework", "invalid_request", "not_json", "changed_meanwhile", "condition_required", "missing_scope")


@pytest.mark.parametrize("code", REFUSALS)
def test_refusals_are_shown_as_they_are_answered(code: str) -> None:
    shown = DOCUMENT["components"]["examples"][code]["value"]
    assert shown["code"] == code
    assert shown["title"] == HTTPStatus(shown["status"]).phrase
