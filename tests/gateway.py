"""A stand-in for API Gateway in front of a Chalice application: REST API, Lambda proxy, the GatewayResponses of our template.

It refuses what the gateway and Lambda refuse, so that a test fails where a deployment would. Left out, since AWS's documents do not say
what happens: more than 10,240 bytes of headers, too long an address, throttling and timeouts.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import ChaliceAuthorizer

from tests import gateway_events as events
from tests.gateway_answers import Answer, Refused, answer_of, handed_on, on_the_wire, own, values
from tests.gateway_authorizers import Authorizers
from tests.gateway_events import STAGE

if TYPE_CHECKING:
    from chalice.app import Chalice

    from tests.gateway_answers import Headers
    from tests.gateway_authorizers import Function

__all__ = ["STAGE", "Answer", "Gateway"]

# Lambda's quota is "6 MB": what Invoke refuses says 6,291,456 bytes of a request and 6,291,556 of an answer, as JSON
# (measured in https://zaccharles.medium.com/deep-dive-lambdas-request-payload-size-limit-2-2-6350c1ae5577).
MOST_EVENT_BYTES = 6_291_456
MOST_RESULT_BYTES = 6_291_556
# The runtime of Python 3.12 ended the escaping of what is not ASCII, which makes answers smaller.
_ESCAPED = sys.version_info < (3, 12)


class Gateway:
    """Finds the route as API Gateway does, asks its authorizer, calls the application, and hands its answer on.

    `function` and `authorize` are called in place of the application and its authorizer, where those run elsewhere.
    """

    def __init__(self, app: Chalice, function: Function | None = None, authorize: Function | None = None) -> None:
        self.app = app
        self._function = function or app
        self._authorizers = Authorizers(authorize)
        # Lambda gives a process one request at a time, and Chalice keeps the current one in the application.
        self._lock = threading.Lock()
        # What is written out comes before what has a parameter in the same place.
        self._patterns = sorted(app.routes, key=lambda pattern: [part.startswith("{") for part in pattern.split("/")])

    def get(self, address: str, **headers: str) -> Answer:
        """A GET request."""
        return self.request("GET", address, headers=headers)

    def post(self, address: str, body: object, content_type: str = "application/json") -> Answer:
        """A POST request; a body that is neither text nor bytes is written as JSON."""
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.request("POST", address, body=data, headers={"Content-Type": content_type})

    def request(self, method: str, address: str, *, body: str | bytes | None = None, headers: Headers | None = None) -> Answer:
        """Any request. The address has no stage; a header may have several values."""
        path, _, query = address.partition("#")[0].partition("?")
        headers = headers or {}
        try:
            answer = self._answered(method, path, query, body, headers)
        except Refused as refused:
            answer = own(refused, events.context(method, path, "", headers), headers)
        return on_the_wire(answer, method, ", ".join(values(headers, "accept-encoding")))

    def event(self, method: str, path: str, query: str, body: str | bytes | None, headers: Headers) -> dict[str, Any]:
        """The proxy event of a request. Raises `Refused` if no route fits, or if the body can't be taken."""
        found = self._found(path)
        if found is None:
            raise _not_found(headers)
        data = events.read(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body or b"", headers)
        resource, parameters = found
        types = self.app.api.binary_types
        return events.event(method, path, query, resource=resource, parameters=parameters, headers=headers, body=data, binary_types=types)

    def _found(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The resource and its parameters. One slash at the end does not count, as in chalice.local.RouteMatcher."""
        asked = path[:-1] if path.endswith("/") and path.strip("/") else path
        for pattern in self._patterns:
            expression = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(pattern))
            if match := re.fullmatch(expression, asked):
                return pattern, match.groupdict()
        return None

    def _answered(self, method: str, path: str, query: str, body: str | bytes | None, headers: Headers) -> Answer:
        event = self.event(method, path, query, body, headers)
        methods: dict[str, Any] = self.app.routes[event["resource"]]
        if method not in methods:
            return self._not_declared(method, methods, headers)
        context = event["requestContext"]
        authorizer = methods[method].authorizer
        if isinstance(authorizer, ChaliceAuthorizer):
            arn = f"arn:aws:execute-api:{events.REGION}:{events.ACCOUNT}:{events.API}/{STAGE}/{method}{path}"
            with self._lock:
                context["authorizer"] = self._authorizers.admitted(authorizer, arn, headers)
        result = self._invoked(event)
        accept = (values(headers, "accept") or [""])[0]
        return handed_on(result, context["requestId"], accept, self.app.api.binary_types)

    def _not_declared(self, method: str, methods: dict[str, Any], headers: Headers) -> Answer:
        """The preflight that Chalice packages as a mock integration (chalice.deploy.swagger), or a refusal: there is no 405."""
        shared = {name: entry.cors for name, entry in methods.items() if entry.cors is not None}
        if method == "OPTIONS" and shared:
            cors = next(iter(shared.values()))
            allowed = {"Access-Control-Allow-Methods": ",".join([*shared, "OPTIONS"]), **cors.get_access_control_headers()}
            return answer_of(HTTPStatus.OK, {"Content-Type": "application/json", **allowed}.items(), b"")
        raise _not_found(headers)

    def _invoked(self, event: dict[str, Any]) -> Any:
        """What the function returns, through JSON in both directions, with the limits of Lambda."""
        payload = json.dumps(event, ensure_ascii=False)
        if (size := len(payload.encode())) > MOST_EVENT_BYTES:
            # Lambda refuses, and the gateway tells the caller as if it had been too much for itself.
            raise Refused("REQUEST_TOO_LARGE", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"an event of {size:,} bytes")
        try:
            with self._lock:
                result = self._function(json.loads(payload), None)
            written = json.dumps(result, ensure_ascii=_ESCAPED).encode()
        except Exception as error:  # whatever a function raises is a 502 of the gateway, and its log says what it was
            raise Refused("API_CONFIGURATION_ERROR", HTTPStatus.BAD_GATEWAY, f"the function raised {error!r}") from error
        if len(written) > MOST_RESULT_BYTES:
            raise Refused("API_CONFIGURATION_ERROR", HTTPStatus.BAD_GATEWAY, f"a result of {len(written):,} bytes")
        return json.loads(written)


def _not_found(headers: Headers) -> Refused:
    if values(headers, "authorization"):
        # As chalice.local and many reports have it, the gateway takes any Authorization for a signature and finds it wanting;
        # that this is the kind of it is assumed.
        return Refused("INVALID_SIGNATURE", HTTPStatus.FORBIDDEN, "nothing there, and Authorization is no signature")
    return Refused("MISSING_AUTHENTICATION_TOKEN", HTTPStatus.FORBIDDEN, "no such address, or no such method there")
