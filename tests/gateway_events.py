"""The event that API Gateway makes of a request: REST API, Lambda proxy, DG set-up-lambda-proxy-integrations."""

from __future__ import annotations

import base64
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.gateway_answers import Refused, is_binary, values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.gateway_answers import Headers

STAGE = "api"
API = "frameworth0"
ACCOUNT = "123456789012"
REGION = "us-east-1"
DOMAIN = f"{API}.execute-api.{REGION}.amazonaws.com"
REQUEST_ID = "00000000-0000-4000-8000-000000000000"
# DG api-gateway-execution-service-limits-table: 10 MB of payload. That a compressed one counts as it unfolds is assumed.
MOST_BODY_BYTES = 10_485_760

_IDENTITY = [
    "accessKey",
    "accountId",
    "apiKey",
    "apiKeyId",
    "caller",
    "clientCert",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
]
# What the gateway adds, or puts in place of what the caller sent.
_ADDED = {"Host": DOMAIN, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https"}


def read(body: bytes, headers: Headers) -> bytes:
    """The body, unpacked as DG api-gateway-make-request-with-compressed-payload says: 415 if its coding is unknown or not what it is in.

    The guide says nothing of Content-Encoding itself: it is handed on as typed (assumed).
    """
    if len(body) > MOST_BODY_BYTES:
        raise _too_large("body", len(body))
    coding = ", ".join(values(headers, "content-encoding")).lower() or "identity"
    if coding == "identity":
        return body
    unpacking = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}.get(coding)
    if unpacking is None:
        raise Refused("UNSUPPORTED_MEDIA_TYPE", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"content coding {coding}")
    unpacker = zlib.decompressobj(unpacking)
    try:
        unpacked = unpacker.decompress(body, MOST_BODY_BYTES + 1)
    except zlib.error as error:
        raise Refused("UNSUPPORTED_MEDIA_TYPE", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body is no {coding}") from error
    if len(unpacked) > MOST_BODY_BYTES:
        raise _too_large("unpacked body", len(unpacked))
    if not unpacker.eof:
        raise Refused("UNSUPPORTED_MEDIA_TYPE", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body is {coding} cut short")
    return unpacked


def _too_large(what: str, size: int) -> Refused:
    return Refused("REQUEST_TOO_LARGE", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{what} of {size:,} bytes or more")


def context(method: str, path: str, resource: str, headers: Headers) -> dict[str, Any]:
    """The requestContext. Its ids and times are always the same, so that answers are."""
    agent = values(headers, "user-agent")
    return {
        "resourceId": "r00000",
        "resourcePath": resource,
        "httpMethod": method,
        "extendedRequestId": "AAAAAAAAAAAAAAA=",
        "requestTime": "23/Nov/2026:12:00:00 +0000",
        "requestTimeEpoch": 1_795_435_200_000,
        "path": f"/{STAGE}{path}",
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": STAGE,
        "domainPrefix": API,
        "domainName": DOMAIN,
        "deploymentId": "d00000",
        "requestId": REQUEST_ID,
        "apiId": API,
        "identity": {**dict.fromkeys(_IDENTITY), "sourceIp": "127.0.0.1", "userAgent": agent[-1] if agent else None},
    }


def event(
    method: str,
    path: str,
    query: str,
    *,
    resource: str,
    parameters: Mapping[str, str],
    headers: Headers,
    body: bytes,
    binary_types: Collection[str],
) -> dict[str, Any]:
    """The event. Path and path parameters come as typed, escapes included; query parameters decoded (DG known issues)."""
    # DG known issues: a semicolon splits the query string.
    pairs = parse_qsl(query.replace(";", "&"), keep_blank_values=True)
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    # Names stay as typed; those that differ in case only are different ones (DG known issues).
    sent = {name: [value] if isinstance(value, str) else list(value) for name, value in headers.items()}
    kept = {name: found for name, found in sent.items() if name.lower() not in {added.lower() for added in _ADDED}}
    all_headers = {**kept, **{name: [value] for name, value in _ADDED.items()}}
    binary = bool(body) and is_binary((values(headers, "content-type") or [""])[-1], binary_types)
    # Without a binary type the payload is text; that what is no UTF-8 is replaced is assumed, since JSON can't hold it.
    text = base64.b64encode(body).decode() if binary else body.decode(errors="replace")
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": {name: found[-1] for name, found in all_headers.items()},
        "multiValueHeaders": all_headers,
        "queryStringParameters": {name: found[-1] for name, found in several.items()} or None,
        "multiValueQueryStringParameters": several or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": context(method, path, resource, headers),
        "body": text or None,
        "isBase64Encoded": binary,
    }
