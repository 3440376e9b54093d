"""Who may write: the authorizer that API Gateway asks, and the scope that a route asks for.

The gateway turns away whoever brings no token (401) or none that is valid (403); which scope a route needs only the route knows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalice.app import AuthRequest, AuthResponse, Request

from chalicelib.api.problems import Refused
from chalicelib.api.received import path_typed
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases.service import Service

_LOG = logging.getLogger("chalicelib")
_SCHEME = "bearer "
# The gateway asks about a token with the whole address as an ARN, for which it has room for 1,600 bytes.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MOST_PATH_BYTES = 1_500


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request with a token: the token's id."""

    token: str


def authorizer(service: Callable[[], Service]) -> Callable[[AuthRequest], AuthResponse]:
    """What the gateway asks for each request to a route that writes. It admits to all routes or to none."""

    def authorize(request: AuthRequest) -> AuthResponse:
        try:
            token = service().tokens.check(_token_of(request.token))
        except StorageUnavailable as error:
            # Whether the token is good can't be told. To deny would say that it is not, and to raise becomes a 500: the route says 503.
            _LOG.warning("token not checked: %s", error)
            return AuthResponse(routes=["*"], principal_id="unknown", context={"unchecked": "true"})
        if token is None:
            return AuthResponse(routes=[], principal_id="nobody")
        return AuthResponse(routes=["*"], principal_id=token.id, context={"scopes": " ".join(sorted(token.scopes))})

    return authorize


def admitted(request: Request, scope: str) -> Caller:
    """The caller, who may do what `scope` names. Raises `Refused` (403, or 414 as the gateway does) or `StorageUnavailable`."""
    if len(path_typed(request).encode()) > MOST_PATH_BYTES:
        most = f"{MOST_PATH_BYTES:,}"
        raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, "address_too_long", f"the address of a write has at most {most} bytes")
    found: Mapping[str, Any] = request.context.get("authorizer") or {}
    if found.get("unchecked"):
        raise StorageUnavailable("check token", "the table did not answer")
    scopes = str(found.get("scopes", "")).split()
    if scope not in scopes and "admin" not in scopes:
        has = f"this one has {', '.join(scopes)}" if scopes else "this one has none"
        raise Refused(HTTPStatus.FORBIDDEN, "missing_scope", f"this needs a token with the scope {scope}; {has}")
    return Caller(str(found["principalId"]))


def _token_of(header: str) -> str:
    """The token in `Authorization: Bearer TOKEN` (RFC 6750, 2.1); "" where another scheme is named, or none."""
    return header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else ""
