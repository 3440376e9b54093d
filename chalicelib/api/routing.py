"""Routes whose views return values and raise errors: one wrapper turns both into responses.

Chalice's middleware never sees what a view raises, so the translation stands here, once, around every view.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from chalice.app import Blueprint, CORSConfig, Request, Response
from pydantic_core import to_json

from chalicelib.api import access
from chalicelib.api.bodies import sent_bytes
from chalicelib.api.conditions import entity_tag, is_unchanged
from chalicelib.api.negotiation import chosen
from chalicelib.api.operations import HTML, JSON, Operation
from chalicelib.api.problems import CONTENT_TYPE, Problem, Refused, problem_of
from chalicelib.api.received import header, path_typed, prefix_of, query_parameters, request_id
from chalicelib.storage.idempotency import Begun, Finished
from chalicelib.use_cases.service import Service

# Not the name of the Chalice application: that logger hands nothing on.
_LOG = logging.getLogger("chalicelib")

# Lambda answers with at most 6 MB (6,291,556 bytes), its own JSON around ours included; what is over becomes an error of the gateway.
MOST_ANSWER_BYTES = 6_000_000
_MOST_KEY = 255

# Whoever keeps an answer asks again whether it still holds, which costs no more than a 304.
_READ = {"Cache-Control": "no-cache"}
_WRITTEN = {"Cache-Control": "no-store"}

# Pages of others may read what is open to everyone anyway; no cookie and no secret is ever looked at.
READING = CORSConfig(
    allow_headers=["If-None-Match", "X-Request-Id"],
    expose_headers=["ETag", "Link", "X-Request-Id", "Retry-After"],
    max_age=86_400,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: a body that is text, or a value that is written as JSON; `written` makes text of it in other formats."""

    body: object
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, Callable[[], str]] = field(default_factory=dict)


class Routes(Blueprint):
    """A blueprint whose views take the request, return a `Reply` and may raise anything. `operations` tells what they do."""

    def __init__(self, import_name: str, service: Callable[[], Service], authorize: object = None) -> None:
        super().__init__(import_name)
        self.service = service
        self.operations: list[Operation] = []
        self._authorize = authorize

    def reads(self, path: str, **about: Any) -> Callable[..., Any]:
        """Registers a view for GET, and for HEAD, whose answer is that of GET without its body."""
        return self._registered("GET", path, about, methods=["GET", "HEAD"], cors=READING)

    def asks(self, path: str, **about: Any) -> Callable[..., Any]:
        """Registers a view for a POST that writes nothing, open to everyone."""
        return self._registered("POST", path, about, methods=["POST"], content_types=[JSON], cors=READING)

    def writes(self, method: str, path: str, *, scope: str, **about: Any) -> Callable[..., Any]:
        """Registers a view that writes: it takes the caller as well, whose token must have the scope."""
        taken = {} if method == "DELETE" else {"content_types": [JSON]}
        return self._registered(method, path, {**about, "scope": scope}, methods=[method], authorizer=self._authorize, **taken)

    def _registered(self, method: str, path: str, about: dict[str, Any], **options: Any) -> Callable[..., Any]:
        register = self.route(path, **options)

        def decorate(view: Callable[..., Reply]) -> Callable[..., Reply]:
            summary, _, rest = cleandoc(view.__doc__ or "").partition("\n")
            operation = Operation(method, path, name=view.__name__, summary=summary, about=" ".join(rest.split()), **about)
            self.operations.append(operation)

            def answered(**path_parameters: str) -> Response:
                request = self.current_request
                try:
                    if operation.scope:
                        caller = access.admitted(request, operation.scope)
                        return self._once(operation, view, request, caller, path_parameters)
                    return _response(view(request, **path_parameters), operation, request)
                except Exception as error:  # the outermost rung: nothing a view raises may reach the gateway as a trace
                    return _refusal(operation, _logged(problem_of(error), error, request), request)

            # Chalice tells views of one blueprint apart by this name.
            answered.__name__ = view.__name__
            register(answered)
            return view

        return decorate

    def _once(
        self, operation: Operation, view: Callable[..., Reply], request: Request, caller: access.Caller, names: Mapping[str, str]
    ) -> Response:
        """Answers a request that writes; one that brings an Idempotency-Key is carried out once, and its first answer given again."""
        key = header(request, "idempotency-key")
        if not operation.repeatable or key is None:
            return _response(view(request, caller, **names), operation, request)
        if not (1 <= len(key) <= _MOST_KEY and key.isascii() and key.isprintable()):
            raise Refused(
                HTTPStatus.BAD_REQUEST, "invalid_idempotency_key", f"an Idempotency-Key is 1 to {_MOST_KEY} printable characters of ASCII"
            )
        route = f"{operation.method} {path_typed(request)}"
        begun = self.service().idempotency.begin(caller.token, route, key, sent_bytes(request))
        if isinstance(begun, Finished):
            return Response(begun.body, {**begun.headers, "Idempotent-Replayed": "true"}, begun.status)
        return self._first(begun, operation, view, request, caller, names)

    def _first(
        self,
        begun: Begun,
        operation: Operation,
        view: Callable[..., Reply],
        request: Request,
        caller: access.Caller,
        names: Mapping[str, str],
    ) -> Response:
        try:
            response = _response(view(request, caller, **names), operation, request)
        except Exception as error:  # likewise
            response = _problem_response(_logged(problem_of(error), error, request), request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # Nothing was done that must not be done twice, and whoever mends the request sends it with the key it has.
            begun.release()
        else:
            begun.finish(response.status_code, {name: str(value) for name, value in response.headers.items()}, str(response.body))
        return response


def _response(reply: Reply, operation: Operation, request: Request) -> Response:
    media_type, body = _rendered(reply, operation, request)
    headers: dict[str, Any] = {"Content-Type": _with_charset(media_type), **reply.headers}
    if len(operation.formats) > 1:
        headers["Vary"] = "Accept"
    if operation.method != "GET":
        return Response(body, {**_WRITTEN, **headers}, reply.status)
    tag = entity_tag(media_type, body)
    headers = {**_READ, "ETag": tag, **headers}
    if reply.status == HTTPStatus.OK and is_unchanged(header(request, "if-none-match") or "", tag):
        return Response("", headers, HTTPStatus.NOT_MODIFIED)
    return Response("" if request.method == "HEAD" else body, headers, reply.status)


def _rendered(reply: Reply, operation: Operation, request: Request) -> tuple[str, str]:
    """Media type and text of an answer."""
    media_type = operation.formats[0]
    if len(operation.formats) > 1:
        named = query_parameters(request).get("format", [None])[-1]
        media_type = chosen(named, header(request, "accept") or "", operation.formats, operation.format_names)
    if media_type in reply.written:
        body = reply.written[media_type]()
    else:
        body = reply.body if isinstance(reply.body, str) else as_text(reply.body)
    # A character takes twelve bytes at most as JSON within JSON; only what might be too much is counted.
    if len(body) > MOST_ANSWER_BYTES // 12 and len(json.dumps(body).encode()) > MOST_ANSWER_BYTES:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "answer_too_large",
            "the answer is larger than the gateway lets through, 6 MB; ask for less of it, with a lower limit or fewer blocks",
        )
    return media_type, body


def as_text(value: object) -> str:
    """A value as compact JSON; by pydantic's writer, which takes a third of the time that `json.dumps` does."""
    return to_json(value).decode()


def _with_charset(media_type: str) -> str:
    # JSON is UTF-8 by definition; text is what its charset says.
    return media_type if media_type == JSON or ";" in media_type else f"{media_type}; charset=utf-8"


def _logged(problem: Problem, error: Exception, request: Request) -> Problem:
    facts = {"code": problem.code, "request_id": request_id(request)}
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("request failed", extra={"facts": facts}, exc_info=error)
    elif problem.status > HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.warning("request not answered: %s", error, extra={"facts": facts})
    return problem


def _refusal(operation: Operation, problem: Problem, request: Request) -> Response:
    """A problem, as a page where one was asked for by somebody who would rather have that than JSON."""
    response = _problem_response(problem, request)
    if HTML not in operation.formats:
        return response
    response.headers["Vary"] = "Accept"
    if chosen(None, header(request, "accept") or "", (CONTENT_TYPE, HTML)) == HTML:
        # Only who sees one pays for it.
        from chalicelib.api.problem_page import page
        from chalicelib.api.style import page_headers, style_sheet

        style = style_sheet("base")
        response.headers.update({"Content-Type": _with_charset(HTML), **page_headers(style)})
        response.body = "" if request.method == "HEAD" else page(problem, request_id(request), prefix_of(request), style)
    return response


def _problem_response(problem: Problem, request: Request) -> Response:
    headers: dict[str, Any] = {"Content-Type": CONTENT_TYPE, **_WRITTEN, **problem.headers}
    body = problem.body(path_typed(request), request_id(request), prefix_of(request))
    return Response("" if request.method == "HEAD" else body, headers, problem.status)


def listed(routes: Sequence[Routes]) -> tuple[Operation, ...]:
    """The operations of all routes, in their order."""
    return tuple(operation for some in routes for operation in some.operations)
