"""What /openapi.json says beside the routes: its introduction, tags, headers, links, and the schemas of forms and answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from chalicelib.api import answers, forms, write_forms
from chalicelib.api.operations import Operation
from chalicelib.settings import PROJECT

Json = dict[str, Any]

INTRODUCTION = """\
Scores of Python web frameworks for a kind of project, from dated and sourced figures. Reading is open to everyone; writing needs a token.

Answers are JSON in UTF-8. Lists and scores also come as CSV or Markdown, by the Accept header or `format`. An answer may gain members, and
errors may gain codes; what stands in docs/http_api.txt of the source stays, or its end is told in the changelog.

Errors are problems (RFC 9457): `code` is for programs, `detail` for people, and `errors` names everything that is wrong with a request at
once. A header X-Request-Id of the caller's own names a request in the answer and in the log."""

TAGS: Mapping[str, str] = {
    "scores": "Questions, and the rankings that answer them.",
    "frameworks": "The catalogue.",
    "observations": "Figures, with their day and source.",
    "criteria": "What scores are made of.",
    "metrics": "What is observed.",
    "profiles": "Kinds of project.",
    "methods": "Ways to put the criteria together.",
    "plugins": "Where criteria, profiles and methods come from.",
    "service": "The page, the health of the service, and this description.",
}

# Failures that any operation can end in, and what they are called among the components.
COMMON: Mapping[int, str] = {
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "InternalError",
    HTTPStatus.BAD_GATEWAY: "NothingToHandOn",
    HTTPStatus.SERVICE_UNAVAILABLE: "Unavailable",
    HTTPStatus.GATEWAY_TIMEOUT: "NoAnswer",
}


def _taken(name: str, about: str, **schema: Any) -> Json:
    return {"name": name, "in": "header", "description": about, "schema": {"type": "string", **schema}}


def _given(about: str, **schema: Any) -> Json:
    return {"description": about, "schema": {"type": "string", **schema}}


COMPONENTS: Mapping[str, Json] = {
    "parameters": {
        "IfNoneMatch": _taken("If-None-Match", "ETags of what the caller has; if one is still right, the answer is a 304 without a body."),
        "IfMatch": _taken("If-Match", "The ETag that GET gave of what this is to replace, or * for whatever is there."),
        "IfNew": _taken("If-None-Match", "* alone: only if nothing is there yet.", enum=["*"]),
        "IdempotencyKey": _taken(
            "Idempotency-Key",
            "Any text of the caller's own. Sent again with the same key and body within a day, the request is not carried out again, and "
            "its first answer is given.",
            minLength=1,
            maxLength=255,
        ),
    },
    "headers": {
        "ETag": _given("The tag of this very answer, for If-None-Match and If-Match."),
        "Cache-Control": _given("no-cache for what may be kept and asked about again, no-store for what may not."),
        "Vary": _given("Accept, since the answer depends on it."),
        "Link": _given('Where the next page is, rel="next"; not on the last.'),
        "X-Request-Id": _given("What the request is called, also in the log: as the caller says, or else as the gateway does."),
        "Retry-After": {
            "description": "Seconds after which to ask again; only if that may help.",
            "schema": {"type": "integer", "minimum": 1},
        },
        "Idempotent-Replayed": _given("true if this is the answer of a request with the same Idempotency-Key before.", const="true"),
        "WWW-Authenticate": _given("Bearer."),
        "Content-Security-Policy": _given("Admits the page's own style and nothing else."),
    },
    "securitySchemes": {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that `python -m chalicelib token create` makes: `write:observations` admits to figures, "
            "`write:catalogue` to frameworks and profiles, `admin` to everything.",
        }
    },
}


def _link(operation: str, **parameters: str) -> Json:
    return {"operationId": operation, "parameters": parameters}


def _first(operation: str, members: str, member: str) -> Json:
    return {"first": _link(operation, name=f"$response.body#/{members}/0/{member}")}


_LEADER = {"leader": _link("show_framework", framework="$response.body#/verdict/leader")}
# By operation: where its answer leads.
LINKS: Mapping[str, Json] = {
    "score_by_address": _LEADER,
    "score_by_body": _LEADER,
    "list_frameworks": {
        "first": _link("show_framework", framework="$response.body#/frameworks/0/framework"),
        "next": _link("list_frameworks", cursor="$response.body#/next_cursor"),
    },
    "list_observations": {
        "next": _link("list_observations", framework="$request.path.framework", cursor="$response.body#/next_cursor"),
        "withdraw": _link("withdraw_observation", framework="$request.path.framework", id="$response.body#/observations/0/id"),
    },
    "show_framework": {"observations": _link("list_observations", framework="$request.path.framework")},
    "list_criteria": _first("show_criterion", "criteria", "criterion"),
    "list_metrics": _first("show_metric", "metrics", "metric"),
    "list_profiles": _first("show_profile", "profiles", "profile"),
    "list_methods": _first("show_method", "methods", "method"),
    "list_plugins": _first("show_plugin", "plugins", "plugin"),
    "record_observations": {
        "withdraw": _link("withdraw_observation", framework="$request.body#/observations/0/framework", id="$response.body#/outcomes/0/id")
    },
    "put_framework": {"show": _link("show_framework", framework="$request.path.framework")},
    "put_profile": {"show": _link("show_profile", name="$request.path.name")},
}


def tag_of(operation: Operation) -> str:
    """The resource that an operation is about."""
    parts = operation.path.split("/")
    if "observations" in parts:
        return "observations"
    return parts[2] if parts[1] == "v1" else "service"


class _Plain(GenerateJsonSchema):
    """Schemas without titles that only say the name of a member again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def models(operations: Iterable[Operation]) -> Json:
    """The schemas of the forms and answers that operations name, and of what these are made of."""
    bodies = {one.body for one in operations if one.body}
    named = {one.answer for one in operations if hasattr(answers, one.answer)} | {"Problem"}
    shown = {
        **_schemas([getattr(answers, name) for name in sorted(named)], "serialization"),
        **_schemas([getattr(write_forms, name, None) or getattr(forms, name) for name in sorted(bodies)], "validation"),
    }
    return dict(sorted(shown.items()))


def _schemas(wanted: list[type[BaseModel]], mode: JsonSchemaMode) -> Json:
    _, found = models_json_schema([(one, mode) for one in wanted], ref_template="#/components/schemas/{model}", schema_generator=_Plain)
    schemas: Json = found["$defs"]
    for schema in schemas.values():
        schema.pop("title", None)
        # An answer may gain members later; who reads it strictly would break by that.
        if mode == "serialization":
            schema.pop("additionalProperties", None)
    return schemas


def gateway_problems() -> Json:
    """What the gateway itself answers, by code, as the deployment's template has it."""
    template = json.loads((PROJECT / ".chalice" / "template.json").read_text(encoding="utf-8"))
    found: Json = {}
    for response in template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].values():
        body = response["ResponseTemplates"]["application/json"]
        for name, value in (("stage", "api"), ("path", "/api/v1/scores"), ("requestId", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")):
            body = body.replace(f"$context.{name}", value)
        problem = json.loads(body)
        found[problem["code"]] = problem
    return found
