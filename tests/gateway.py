"""A stand-in for API Gateway (REST API, Lambda proxy) in front of the application. It does what the gateway does where that shows:

a stage before each path, events with every field of version 1, its own answers (those of the template) for what has no route or no token,
the authorizer and its policy, limits of 10 MB and 6 MB, JSON between itself and Lambda, base64 only for an Accept header that begins with a
binary type, and gzip. `chalice local` does little of that.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import uuid
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalice.app import Chalice

STAGE = "api"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MOST_BODY_BYTES = 10 * 1024 * 1024
# What Lambda takes and gives at once, the JSON around a body included.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_LAMBDA_BYTES = 6 * 1024 * 1024
_ARN = f"arn:aws:execute-api:eu-central-1:123456789012:api1234567/{STAGE}"
_CHALICE = Path(__file__).resolve().parent.parent / ".chalice"
# What the gateway says where the template is silent.
_PLAIN = {"UNAUTHORIZED": 401, "ACCESS_DENIED": 403, "MISSING_AUTHENTICATION_TOKEN": 403, "REQUEST_TOO_LARGE": 413, "DEFAULT_4XX": 400}


@dataclass(frozen=True)
class Answer:
    """What the gateway hands on to the caller; `raw` is what goes over the wire, packed if the caller takes that."""

    status: int
    headers: Mapping[str, str]
    body: str
    raw: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Gateway:
    """Finds the route as API Gateway does, makes the event, and refuses what Lambda would refuse in an answer."""

    def __init__(self, app: Chalice) -> None:
        self.app = app
        self._routes = {pattern: re.compile(re.sub(r"\{\w+\}", r"([^/]+)", pattern)) for pattern in app.routes}
        # Each instance of a Lambda function answers one request at a time.
        self._lambda = threading.Lock()

    def get(self, address: str, **headers: str) -> Answer:
        """A GET request."""
        return self.request("GET", address, headers=headers)

    def post(self, address: str, body: object, content_type: str = "application/json") -> Answer:
        """A POST request; a body that is no text is written as JSON."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.request("POST", address, body=text, headers={"Content-Type": content_type})

    def request(
        self,
        method: str,
        address: str,
        *,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    ) -> Answer:
        """Any request. `headers` may be pairs, so that one can come twice; `address` begins behind the stage."""
        pairs = list((headers if not hasattr(headers, "items") else headers.items()) or ())  # type: ignore[union-attr]
        parts = urlsplit(address)
        sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        answer = self._answered(method, parts.path, parts.query, sent, pairs)
        return _packed(answer, _first(pairs, "accept-encoding"), without_body=method == "HEAD")

    def _answered(self, method: str, path: str, query: str, body: bytes | None, headers: list[tuple[str, str]]) -> Answer:
        own = {"path": f"/{STAGE}{path}", "requestId": str(uuid.uuid4()), "stage": STAGE}
        if body is not None and len(body) > MOST_BODY_BYTES:
            return said("REQUEST_TOO_LARGE", own)
        # Unpacked before anything else is done with it, whether or not answers are packed.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
        if body and (_first(headers, "content-encoding") or "").lower() == "gzip":
            unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                body = unpacker.decompress(body, MOST_BODY_BYTES + 1)
            except zlib.error:
                return said("DEFAULT_4XX", own, status=400)
            if len(body) > MOST_BODY_BYTES:
                return said("REQUEST_TOO_LARGE", own)
        pattern, names = self._route(path)
        entry = self.app.routes.get(pattern, {}).get(method)
        if entry is None:
            return self._preflight(pattern) if method == "OPTIONS" and pattern else said("MISSING_AUTHENTICATION_TOKEN", own)
        event = _event(method, pattern, path, query, names, headers, own)
        if entry.authorizer is not None:
            refused = self._refused(entry.authorizer, event)
            if refused:
                return said(refused, own)
        event |= self._with_body(body, headers)
        if len(json.dumps(event).encode()) > MOST_LAMBDA_BYTES:
            return said("REQUEST_TOO_LARGE", own)
        return self._invoked(event, _first(headers, "accept") or "", own)

    def event(self, method: str, path: str, query: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
        """The proxy event of a request to a route that there is."""
        pattern, names = self._route(path)
        own = {"path": f"/{STAGE}{path}", "requestId": str(uuid.uuid4()), "stage": STAGE}
        pairs = list(headers.items())
        return _event(method, pattern, path, query, names, pairs, own) | self._with_body(body.encode() if body else None, pairs)

    def _with_body(self, body: bytes | None, headers: list[tuple[str, str]]) -> dict[str, Any]:
        if body is None:
            return {}
        if (_first(headers, "content-type") or "").partition(";")[0].strip().lower() in self.app.api.binary_types:
            return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        # Bytes that are no UTF-8 do not survive in an event.
        return {"body": body.decode("utf-8", "replace")}

    def _route(self, path: str) -> tuple[str, dict[str, str]]:
        """The pattern that fits, one without names before one with, and what stands for its names: as it was typed, escapes included."""
        fitting = [(pattern, match) for pattern, expression in self._routes.items() if (match := expression.fullmatch(path))]
        if not fitting:
            return "", {}
        pattern, match = min(fitting, key=lambda one: one[0].count("{"))
        return pattern, dict(zip(re.findall(r"\{(\w+)\}", pattern), match.groups(), strict=True))

    def _preflight(self, pattern: str) -> Answer:
        """What the mock integration answers that Chalice packages for a route with CORS."""
        with_cors = {method: entry for method, entry in self.app.routes[pattern].items() if entry.cors is not None}
        if not with_cors:
            return said("MISSING_AUTHENTICATION_TOKEN", {"path": f"/{STAGE}{pattern}", "requestId": str(uuid.uuid4()), "stage": STAGE})
        cors = next(iter(with_cors.values())).cors
        return Answer(200, {"Access-Control-Allow-Methods": ",".join([*with_cors, "OPTIONS"]), **cors.get_access_control_headers()}, "")

    def _refused(self, authorizer: Any, event: dict[str, Any]) -> str:
        """Asks the authorizer; the kind of the gateway's answer if it does not admit, else its context goes into the event."""
        token = next((value for name, value in (event["headers"] or {}).items() if name.lower() == "authorization"), "")
        if not token:
            return "UNAUTHORIZED"
        arn = f"{_ARN}/{event['httpMethod']}{event['path']}"
        try:
            with self._lambda:
                answer = json.loads(json.dumps(authorizer({"type": "TOKEN", "authorizationToken": token, "methodArn": arn}, None)))
            context = answer.get("context") or {}
            assert all(isinstance(value, str | int | float | bool) for value in context.values())
            allowed = _allows(answer["policyDocument"], arn)
        except Exception:  # noqa: BLE001  # whatever an authorizer raises is a failure of the authorizer
            return "AUTHORIZER_FAILURE"
        if not allowed:
            return "ACCESS_DENIED"
        event["requestContext"]["authorizer"] = {
            **{name: str(value) for name, value in context.items()},
            "principalId": answer["principalId"],
        }
        return ""

    def _invoked(self, event: dict[str, Any], accept: str, own: dict[str, str]) -> Answer:
        with self._lambda:
            payload = json.dumps(self.app(json.loads(json.dumps(event)), None))
        if len(payload.encode()) > MOST_LAMBDA_BYTES:
            return said("INTEGRATION_FAILURE", own)
        answer = json.loads(payload)
        assert set(answer) <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        assert isinstance(answer["statusCode"], int)
        assert isinstance(answer["body"], str)
        assert all(isinstance(value, str) for value in answer["headers"].values())
        body = answer["body"]
        if answer.get("isBase64Encoded") and accept.partition(",")[0].partition(";")[0].strip() in self.app.api.binary_types:
            body = base64.b64decode(body).decode("latin-1")
        return Answer(answer["statusCode"], answer["headers"], body)


def said(kind: str, own: Mapping[str, str], *, status: int | None = None) -> Answer:
    """An answer of the gateway itself, by the template's GatewayResponses."""
    responses = _responses()
    default = "DEFAULT_5XX" if kind in ("AUTHORIZER_FAILURE", "INTEGRATION_FAILURE") else "DEFAULT_4XX"
    response = responses.get(kind) or responses[default]
    (template,) = response["ResponseTemplates"].values()
    body = template
    for name, value in own.items():
        body = body.replace(f"$context.{name}", value)
    headers = {name: value.strip("'") for name, value in response["ResponseParameters"]["Headers"].items()}
    status = status or response.get("StatusCode") or _PLAIN.get(kind, 500)
    return Answer(status, {"x-amzn-RequestId": own["requestId"], **headers}, body)


@cache
def _responses() -> dict[str, Any]:
    template = json.loads((_CHALICE / "template.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    return found


@cache
def _least_packed_bytes() -> int:
    return int(json.loads((_CHALICE / "config.json").read_text(encoding="utf-8"))["minimum_compression_size"])


def _packed(answer: Answer, accept_encoding: str | None, *, without_body: bool) -> Answer:
    body = b"" if without_body else answer.body.encode("utf-8", "surrogatepass")
    if accept_encoding and "gzip" in accept_encoding and len(body) >= _least_packed_bytes():
        return Answer(answer.status, {**answer.headers, "Content-Encoding": "gzip"}, answer.body, gzip.compress(body, mtime=0))
    return Answer(answer.status, answer.headers, "" if without_body else answer.body, body)


def _allows(policy: Mapping[str, Any], arn: str) -> bool:
    """Whether an IAM policy allows to invoke an address: one statement that allows it, and none that denies it."""
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        for resource in statement["Resource"]
        if re.fullmatch(re.escape(resource).replace(r"\*", ".*").replace(r"\?", "."), arn)
    }
    return effects == {"Allow"}


def _first(headers: Iterable[tuple[str, str]], wanted: str) -> str | None:
    return next((value for name, value in headers if name.lower() == wanted), None)


def _event(
    method: str, pattern: str, path: str, query: str, names: Mapping[str, str], headers: list[tuple[str, str]], own: Mapping[str, str]
) -> dict[str, Any]:
    """The proxy event of a request, without its body."""
    pairs = parse_qsl(query, keep_blank_values=True)
    identity = dict.fromkeys(
        (
            "cognitoIdentityPoolId",
            "accountId",
            "cognitoIdentityId",
            "caller",
            "principalOrgId",
            "accessKey",
            "cognitoAuthenticationType",
            "cognitoAuthenticationProvider",
            "userArn",
            "user",
        )
    )
    return {
        "resource": pattern,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers) or None,
        "multiValueHeaders": {name: [value for other, value in headers if other == name] for name, _ in headers} or None,
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {name: [value for other, value in pairs if other == name] for name, _ in pairs} or None,
        "pathParameters": dict(names) or None,
        "stageVariables": None,
        "requestContext": {
            **own,
            "resourceId": "r1e2s3",
            "resourcePath": pattern,
            "operationName": None,
            "httpMethod": method,
            "extendedRequestId": "JJbxmplHoAMF5hw=",
            "requestTime": "26/Nov/2026:12:00:00 +0000",
            "requestTimeEpoch": 1795694400000,
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "domainPrefix": "api1234567",
            "domainName": "api1234567.execute-api.eu-central-1.amazonaws.com",
            "deploymentId": "d1e2p3",
            "apiId": "api1234567",
            "identity": {**identity, "sourceIp": "127.0.0.1", "userAgent": _first(headers, "user-agent")},
        },
        "body": None,
        "isBase64Encoded": False,
    }
