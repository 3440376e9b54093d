"""Routes whose views return values and raise errors: one wrapper turns both into responses.

Chalice's middleware never sees what a view raises, so the translation stands here, once, around every view.
"""

from __future__ import annotations

import functools
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Chalice, Request, Response

from chalicelib.api.problems import CHALICE_ANSWERS, CONTENT_TYPE, Problem, problem_before_routes, problem_of

JSON = "application/json"
HTML = "text/html; charset=utf-8"
# Not the name of the Chalice application: that logger hands nothing on.
_LOG = logging.getLogger("chalicelib")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: a body that is text, or a value that is written as JSON."""

    body: object
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


class Routes(Blueprint):
    """A blueprint whose views return a `Reply` and may raise anything."""

    def route(self, path: str, **options: Any) -> Callable[..., Any]:
        """Registers a view; what it raises becomes a problem."""
        register = super().route(path, **options)

        def decorate(view: Callable[..., Reply]) -> Callable[..., Response]:
            @functools.wraps(view)
            def answered(**path_parameters: str) -> Response:
                try:
                    return _response(view(**path_parameters))
                except Exception as error:  # the outermost rung: nothing a view raises may reach the gateway as a trace
                    problem = problem_of(error)
                    facts = {"code": problem.code, "request_id": request_id(self.current_request)}
                    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                        _LOG.error("request failed", extra=facts, exc_info=True)
                    elif problem.status > HTTPStatus.INTERNAL_SERVER_ERROR:
                        _LOG.warning("request not answered: %s", error, extra=facts)
                    return _problem_response(problem, self.current_request)

            registered: Callable[..., Response] = register(answered)
            return registered

        return decorate


class Application(Chalice):
    """The Chalice application, with problems in place of Chalice's own error bodies."""

    def __call__(self, event: Any, context: Any) -> Any:
        """Answers one API Gateway event (REST API, proxy form)."""
        answer = super().__call__(event, context)
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        if answer["statusCode"] in CHALICE_ANSWERS and headers.get("content-type") != CONTENT_TYPE:
            problem = problem_before_routes(answer["statusCode"])
            request = self.current_request
            answer["headers"] = {**answer["headers"], "Content-Type": CONTENT_TYPE}
            answer["body"] = problem.body(_path(request), request_id(request))
        return answer


def request_id(request: Request | None) -> str:
    """The gateway's id of a request, or one of our own where there is no gateway."""
    context: Mapping[str, Any] = (request.context if request else None) or {}
    return str(context.get("requestId") or uuid.uuid4())


def _response(reply: Reply) -> Response:
    if isinstance(reply.body, str):
        return Response(reply.body, dict(reply.headers), reply.status)
    return Response(
        json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")), {"Content-Type": JSON, **reply.headers}, reply.status
    )


def _problem_response(problem: Problem, request: Request) -> Response:
    headers: dict[str, str | list[str]] = {"Content-Type": CONTENT_TYPE, **problem.headers}
    return Response(problem.body(_path(request), request_id(request)), headers, problem.status)


def _path(request: Request | None) -> str:
    """The path as the caller typed it; `request.path` is the route's pattern."""
    context: Mapping[str, Any] = (request.context if request else None) or {}
    return str(context.get("path") or (request.path if request else ""))
