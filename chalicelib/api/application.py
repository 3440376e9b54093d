"""All routes, put into one Chalice application that logs each request and gives every error the same form."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from chalice.app import Chalice

from chalicelib.api import access, badges, catalogue, offers, pages, reference, request_log, scores, writes
from chalicelib.api.operations import Operation
from chalicelib.api.problems import CHALICE_ANSWERS, CONTENT_TYPE, problem_before_routes
from chalicelib.api.received import path_typed, prefix_of, request_id
from chalicelib.api.routing import listed
from chalicelib.storage.calls import counted
from chalicelib.use_cases.service import Service


class Application(Chalice):
    """The Chalice application, with problems in place of Chalice's own error bodies.

    `operations` tells what its routes do; `authorize` is the function that the gateway asks about tokens.
    """

    operations: tuple[Operation, ...] = ()
    authorize: Callable[[Any, Any], Any]

    def __call__(self, event: Any, context: Any) -> Any:
        """Answers one API Gateway event (REST API, proxy form)."""
        started = time.perf_counter()
        # `chalice local` gives a request no name; all that is said of one names it alike.
        context_of_request = event.get("requestContext") or {}
        event = {**event, "requestContext": {**context_of_request, "requestId": context_of_request.get("requestId") or str(uuid.uuid4())}}
        with counted() as calls, request_log.telling() as facts:
            answer = super().__call__(event, context)
            self._as_problem(answer)
            request = self.current_request
            answer["headers"] = {**answer["headers"], "X-Request-Id": request_id(request)}
            request_log.log(request, answer["statusCode"], 1000 * (time.perf_counter() - started), calls.made, facts)
        return answer

    def _as_problem(self, answer: dict[str, Any]) -> None:
        """Makes a problem of an error that Chalice answered before any view was reached."""
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        if answer["statusCode"] in CHALICE_ANSWERS and headers.get("content-type") != CONTENT_TYPE:
            request = self.current_request
            problem = problem_before_routes(answer["statusCode"])
            answer["headers"] = {**answer["headers"], "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
            answer["body"] = problem.body(path_typed(request), request_id(request), prefix_of(request))


def application(service: Callable[[], Service]) -> Application:
    """The application; `service` is asked on each request and may be made on the first."""
    app = Application(app_name="frameworth")
    # Without a life for its answers: a token that is revoked is refused by the very next request.
    app.authorize = authorize = app.authorizer(ttl_seconds=0)(access.authorizer(service))
    routes = (
        scores.routes(service),
        catalogue.routes(service),
        offers.routes(service),
        writes.routes(service, authorize),
        pages.routes(service),
        badges.routes(service),
        reference.routes(service),
    )
    for some in routes:
        app.register_blueprint(some)
    app.operations = listed(routes)
    return app
