"""Writes chalicelib/api/openapi.json, the description of the API, and docs/http_api.txt, what callers may rely on: `make openapi`.

The description is made of the routes, of the forms and answers, and of examples that the service itself answers. It lies beside the code
that serves it, so that the Lambda package has it. A test compares it with the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.api.application import application
from chalicelib.api.operations import HTML, JSON, Operation, Parameter
from chalicelib.api.problem_codes import ProblemCode, problems_of
from chalicelib.api.problems import CONTENT_TYPE
from chalicelib.api.reference import DESCRIPTION
from frameworth import __version__
from tools import promises
from tools.openapi_examples import Example, examples
from tools.openapi_parts import COMMON, COMPONENTS, INTRODUCTION, LINKS, TAGS, gateway_problems, models, tag_of

Json = dict[str, Any]


def document() -> Json:
    """The whole description."""
    answered, refused = examples()
    refused = {**gateway_problems(), **refused}
    # Asked for its routes alone, the application needs no service.
    operations = sorted(application(_no_service).operations, key=lambda one: [*TAGS].index(tag_of(one)))
    paths: Json = {}
    for one in operations:
        shown = _operation(one, answered[one.name], refused)
        paths.setdefault(one.path, {})[one.method.lower()] = shown
        if one.method == "GET":
            paths[one.path]["head"] = _head(one, shown)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Frameworth",
            "version": __version__,
            "summary": "Which web framework for this project?",
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # Whoever answers puts the stage here, or what a domain of one's own is mapped to: see chalicelib/api/reference.py.
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": models(operations),
            "responses": {
                name: _problem(HTTPStatus(status), _common_codes(HTTPStatus(status)), refused) for status, name in COMMON.items()
            },
            "examples": {code: {"value": value} for code, value in sorted(refused.items())},
            **COMPONENTS,
        },
    }


def text() -> str:
    """The description as it is committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _no_service() -> Any:
    raise AssertionError("routes are told of without a service")


def _operation(one: Operation, example: Example, refused: Mapping[str, Any]) -> Json:
    shown: Json = {"operationId": one.name, "tags": [tag_of(one)], "summary": one.summary}
    about = [one.about, *(["Lists in the example are cut to two entries."] if JSON in example.answers else [])]
    if one.scope:
        about.insert(1, f"Needs a token with the scope `{one.scope}`, or `admin`.")
    if any(about):
        shown["description"] = " ".join(sentence for sentence in about if sentence)
    shown["parameters"] = [*_parameters(one, example), *_headers_taken(one, example)]
    if one.body:
        body: Json = {"schema": _ref("schemas", one.body)}
        if one.example_body is not None:
            body["example"] = one.example_body
        shown["requestBody"] = {"required": True, "content": {JSON: body}}
    shown["responses"] = {str(int(status)): _success(one, status, example) for status in one.statuses}
    if one.method == "GET":
        shown["responses"]["304"] = {
            "description": "Not modified: the caller has this already, as If-None-Match says.",
            "headers": _headers("ETag", "Cache-Control", "X-Request-Id"),
        }
    for status, codes in problems_of(one).items():
        if status in one.statuses:
            # /health says so itself while it can; what keeps it from that is a problem.
            problem, own = _problem(status, codes, refused), shown["responses"][str(int(status))]
            shown["responses"][str(int(status))] = {**problem, "content": own["content"] | problem["content"]}
        elif status in COMMON and list(codes) == _common_codes(status):
            shown["responses"][str(int(status))] = _ref("responses", COMMON[status])
        else:
            shown["responses"][str(int(status))] = _problem(status, codes, refused)
    shown["responses"] = dict(sorted(shown["responses"].items()))
    if one.scope:
        shown["security"] = [{"token": [one.scope]}]
    return shown


def _head(one: Operation, shown: Json) -> Json:
    """HEAD is GET without what it would bring."""
    responses: Json = {}
    for status, response in shown["responses"].items():
        found = response if "description" in response else _problem(HTTPStatus(int(status)), _common_codes(HTTPStatus(int(status))), {})
        responses[status] = {name: value for name, value in found.items() if name not in ("content", "links")}
    parameters = [{name: value for name, value in parameter.items() if name != "example"} for parameter in shown["parameters"]]
    return {
        "operationId": f"head_{one.name}",
        "tags": shown["tags"],
        "summary": "The headers of the answer to GET, without its body.",
        "parameters": parameters,
        "responses": responses,
    }


def _parameters(one: Operation, example: Example) -> list[Json]:
    parts = urlsplit(example.address)
    given = dict(parse_qsl(parts.query))
    if example.address:
        pairs = zip(one.path.split("/"), parts.path.split("/"), strict=True)
        given |= {name.strip("{}"): value for name, value in pairs if name.startswith("{")}
    return [_parameter(parameter, given.get(parameter.name)) for parameter in one.parameters]


def _parameter(parameter: Parameter, given: str | None) -> Json:
    shown: Json = {"name": parameter.name, "in": parameter.place, "description": parameter.about, "schema": dict(parameter.schema)}
    if parameter.place == "path":
        shown["required"] = True
    kind = parameter.schema["type"]
    if kind == "array":
        shown |= {"style": "form", "explode": False}
    if parameter.style:
        shown |= {"style": parameter.style, "explode": True}
    if given is not None:
        shown["example"] = given.split(",") if kind == "array" else int(given) if kind == "integer" else given
    return shown


def _headers_taken(one: Operation, example: Example) -> list[Json]:
    taken = ["IfNoneMatch"] if one.method == "GET" else []
    if one.conditional:
        taken += ["IfMatch", *(["IfNew"] if one.method == "PUT" else [])]
    if one.repeatable:
        taken.append("IdempotencyKey")
    names = {name: COMPONENTS["parameters"][name]["name"] for name in taken}
    return [
        {**COMPONENTS["parameters"][name], "example": example.headers[header]} if header in example.headers else _ref("parameters", name)
        for name, header in names.items()
    ]


def _success(one: Operation, status: HTTPStatus, example: Example) -> Json:
    content: Json = {}
    for media_type in one.formats:
        schema = _ref("schemas", one.answer) if media_type == JSON and one.answer != "OpenAPI" else {"type": "string"}
        content[media_type] = {"schema": {"type": "object"} if one.answer == "OpenAPI" else schema}
        if status == example.status and media_type in example.answers:
            content[media_type]["example"] = example.answers[media_type]
    names = ["Cache-Control", "X-Request-Id"]
    if one.method == "GET" or (one.conditional and one.method == "PUT"):
        names.append("ETag")
    if len(one.formats) > 1:
        names.append("Vary")
    if any(parameter.name == "cursor" for parameter in one.parameters):
        names.append("Link")
    if one.repeatable:
        names.append("Idempotent-Replayed")
    if HTML in one.formats:
        names.append("Content-Security-Policy")
    made: Json = {"description": status.phrase + ".", "headers": _headers(*names), "content": content}
    if one.name in LINKS and status < HTTPStatus.BAD_REQUEST:
        made["links"] = LINKS[one.name]
    return made


def _problem(status: HTTPStatus, codes: Any, refused: Mapping[str, Any]) -> Json:
    names = [one.code for one in codes]
    means = " ".join(f"`{one.code}`{'' if one.source == 'service' else f' ({one.source})'}: {one.meaning}" for one in codes)
    headers = ["X-Request-Id", "Cache-Control", *(["Retry-After"] if _is_temporary(codes) else [])]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append("WWW-Authenticate")
    content: Json = {"schema": _ref("schemas", "Problem")}
    shown = {name: _ref("examples", name) for name in names if name in refused}
    if shown:
        content["examples"] = shown
    return {
        "description": f"{status.phrase}. {means}",
        "headers": _headers(*headers),
        "content": {CONTENT_TYPE: content},
        "x-problem-codes": names,
    }


def _is_temporary(codes: Any) -> bool:
    return any("Retry-After" in one.meaning for one in codes)


def _common_codes(status: HTTPStatus) -> list[ProblemCode]:
    """The codes of a status that each operation can answer with."""
    anything = Operation("GET", "/", name="", summary="")
    return list(problems_of(anything)[status])


def _headers(*names: str) -> Json:
    return {name: _ref("headers", name) for name in names}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


if __name__ == "__main__":
    made = text()
    DESCRIPTION.write_text(made, encoding="utf-8")
    print(promises.write(json.loads(made)))
