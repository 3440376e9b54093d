"""The examples of /openapi.json: real answers, of an application over a table of its own, on the last day of which `data/` has a figure.

Time, ids and the table's secret are fixed, and no judge has a time limit, so that they are the same on every machine on every day. Lists
are cut to two entries, and text to its beginning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib import bootstrap, data_folder
from chalicelib.api.application import Application, application
from chalicelib.api.operations import HTML, JSON, Operation
from chalicelib.local import DATA, create_table, embedded_table
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.secret import Secret
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed

MOST_ENTRIES = 2
MOST_LINES = 12
_TABLE = "frameworth-examples"
_CALLER = {"principalId": "k3x7q2mavw", "scopes": "write:catalogue write:observations"}
_REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

# Where a write is sent, in an order in which each finds what it needs, and under which condition. {id} is what was recorded before.
WRITES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "record_observations": ("/v1/observations", {}),
    "put_framework": ("/v1/frameworks/masonite", {"If-None-Match": "*"}),
    "withdraw_observation": ("/v1/frameworks/flask/observations/{id}/withdrawal", {}),
    "put_profile": ("/v1/profiles/ours", {"If-None-Match": "*"}),
    "delete_framework": ("/v1/frameworks/masonite", {"If-Match": "*"}),
}
_FLASK = {"name": "Flask"}
# By code: requests that are refused.
REFUSED: Mapping[str, tuple[str, str, Mapping[str, str], object]] = {
    "invalid_cursor": ("GET", "/v1/frameworks?cursor=bm90LW91cnM", {}, None),
    "not_json": ("POST", "/v1/scores", {}, '{"frameworks": [flask]}'),
    "missing_scope": ("PUT", "/v1/frameworks/flask", {"scopes": "write:observations"}, _FLASK),
    "unknown_framework": ("GET", "/v1/frameworks/flaks", {}, None),
    "unknown_criterion": ("GET", "/v1/criteria/job", {}, None),
    "unknown_metric": ("GET", "/v1/metrics/github_star", {}, None),
    "unknown_profile": ("GET", "/v1/profiles/micro_service", {}, None),
    "unknown_method": ("GET", "/v1/methods/additiv", {}, None),
    "unknown_plugin": ("GET", "/v1/plugins/job", {}, None),
    "name_taken": ("PUT", "/v1/profiles/microservice", {}, {"summary": "Ours.", "weights": {"jobs": 1}, "reasons": {"jobs": "We hire."}}),
    "changed_meanwhile": ("PUT", "/v1/frameworks/flask", {"If-Match": '"an-older-tag"'}, _FLASK),
    "body_too_large": ("POST", "/v1/scores", {}, " " * 1_000_001),
    "unsupported_media_type": ("POST", "/v1/scores", {"Content-Type": "text/plain"}, {}),
    "invalid_request": ("GET", "/v1/scores?frameworks=flask,djnago&as_of=yesterday", {}, None),
    "condition_required": ("PUT", "/v1/frameworks/flask", {}, _FLASK),
}


@dataclass(frozen=True, slots=True)
class Example:
    """An answer to an operation's example: what was asked where, and what came, by media type."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answers: Mapping[str, Any] = field(default_factory=dict)


def examples() -> tuple[dict[str, Example], dict[str, Any]]:
    """The example of each operation by its name, and a problem by its code."""
    client = embedded_table()._client
    create_table(client, _TABLE)
    try:
        app = _application(Table(client, _TABLE))
        made = {one.name: _read(app, one) for one in app.operations if not one.scope}
        refused = {code: _answer(app, *request) for code, request in REFUSED.items()}
        by_name = {one.name: one for one in app.operations}
        recorded = ""
        for name, (address, headers) in WRITES.items():
            made[name] = _written(app, by_name[name], address.replace("{id}", recorded), headers)
            if name == "record_observations":
                recorded = made[name].answers[JSON]["outcomes"][0]["id"]
    finally:
        client.delete_table(TableName=_TABLE)
    for code, (_, body) in refused.items():
        assert json.loads(body)["code"] == code, body
    return made, {code: json.loads(body) for code, (_, body) in refused.items()}


def _application(table: Table) -> Application:
    found = data_folder.read(DATA)
    day = max(row.observed_on for rows in found.observations.values() for row in rows)
    noon = datetime.combine(day, time(12), UTC)
    catalogue = bootstrap.shipped_plugins()
    seed(found, EvidenceStore(table, now=lambda: noon), Registers(table))
    service = bootstrap.over(table, catalogue, now=lambda: noon)
    return application(lambda: replace(service, secret=Secret(table, random=bytes), clock=None))


def _read(app: Application, operation: Operation) -> Example:
    """An example of something that writes nothing, in each of its formats. Pages are too long for one, and the description for its own."""
    if not operation.example or operation.answer == "OpenAPI":
        return Example(operation.example)
    answers: dict[str, Any] = {}
    for media_type in operation.formats:
        if media_type != HTML:
            status, body = _answer(app, operation.method, operation.example, {"Accept": media_type}, operation.example_body)
            assert status == 200, body
            answers[media_type] = shortened(json.loads(body)) if media_type == JSON else _beginning(body)
    return Example(operation.example, answers=answers)


def _written(app: Application, operation: Operation, address: str, headers: Mapping[str, str]) -> Example:
    status, body = _answer(app, operation.method, address, headers, operation.example_body)
    assert status in operation.statuses, body
    return Example(address, headers, status, {JSON: shortened(json.loads(body))})


def shortened(value: Any) -> Any:
    """A value whose lists are cut."""
    if isinstance(value, list):
        return [shortened(one) for one in value[:MOST_ENTRIES]]
    return {name: shortened(one) for name, one in value.items()} if isinstance(value, dict) else value


def _beginning(text: str) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])]) + "\n"


def _answer(app: Application, method: str, address: str, headers: Mapping[str, str], body: object) -> tuple[int, str]:
    """Status and body of what the application answers to a request, as the gateway puts it to it, from a caller who is let in."""
    parts = urlsplit(address)
    pattern, names = next(
        (pattern, match.groupdict())
        for pattern in sorted(app.routes, key=lambda one: one.count("{"))
        if (match := re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern), parts.path))
    )
    event = {
        "headers": {"Content-Type": JSON, **headers},
        "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True) or None,
        "pathParameters": names or None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": pattern,
            "path": parts.path,
            "requestId": _REQUEST_ID,
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {**_CALLER, **({"scopes": headers["scopes"]} if "scopes" in headers else {})},
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = app(event, None)
    return answer["statusCode"], answer["body"]
