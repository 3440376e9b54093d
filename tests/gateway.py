"""A stand-in for API Gateway in front of the application: REST API v1 proxy events, as Lambda gets them. Strict where the gateway is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalice.app import Chalice

STAGE = "api"


@dataclass(frozen=True)
class Answer:
    """What the gateway hands on to the caller."""

    status: int
    headers: Mapping[str, str]
    body: str

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Gateway:
    """Finds the route as API Gateway does, makes the event, and refuses what Lambda would refuse in an answer."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._routes = {pattern: re.compile(re.sub(r"\{\w+\}", r"([^/]+)", pattern)) for pattern in app.routes}

    def get(self, address: str, **headers: str) -> Answer:
        """A GET request."""
        return self.request("GET", address, headers=headers)

    def post(self, address: str, body: object, content_type: str = "application/json") -> Answer:
        """A POST request; a body that is no text is written as JSON."""
        text = body if isinstance(body, str) else json.dumps(body)
        return self.request("POST", address, body=text, headers={"Content-Type": content_type})

    def request(self, method: str, address: str, *, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Any request; unknown paths get the gateway's own 403."""
        parts = urlsplit(address)
        event = self.event(method, parts.path, parts.query, body, headers or {})
        if event is None:
            return Answer(403, {"Content-Type": "application/json"}, '{"message": "Missing Authentication Token"}')
        answer = json.loads(json.dumps(self._app(event, None)))
        assert set(answer) <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        assert isinstance(answer["body"], str)
        assert all(isinstance(value, str) for value in answer["headers"].values())
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def event(self, method: str, path: str, query: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any] | None:
        """The proxy event of a request, or None if no route fits."""
        fitting = [(pattern, match) for pattern, expression in self._routes.items() if (match := expression.fullmatch(path))]
        if not fitting:
            return None
        pattern, match = fitting[0]
        names = re.findall(r"\{(\w+)\}", pattern)
        pairs = parse_qsl(query, keep_blank_values=True)
        return {
            "resource": pattern,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": dict(pairs) or None,
            "multiValueQueryStringParameters": {name: [value for key, value in pairs if key == name] for name, _ in pairs} or None,
            "pathParameters": dict(zip(names, match.groups(), strict=True)) or None,
            "stageVariables": None,
            "requestContext": {
                "resourceId": "r",
                "resourcePath": pattern,
                "httpMethod": method,
                "path": f"/{STAGE}{path}",
                "stage": STAGE,
                "protocol": "HTTP/1.1",
                "requestId": "00000000-0000-4000-8000-000000000000",
                "identity": {"sourceIp": "127.0.0.1", "userAgent": "tests"},
                "apiId": "a",
                "accountId": "1",
            },
            "body": body,
            "isBase64Encoded": False,
        }
