"""What a request says beside its body: headers, query parameters, and the address as it was typed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Request

# What a caller may call a request: it goes into logs and answers, so it is short and plain.
_REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)


def header(request: Request, name: str) -> str | None:
    """A header by its lower-case name, or None."""
    value = request.headers.get(name)
    return None if value is None else str(value)


def query_parameters(request: Request) -> dict[str, list[str]]:
    """All values of each query parameter."""
    parameters = request.query_params
    return {name: [str(value) for value in parameters.getlist(name)] for name in parameters} if parameters else {}


def name_typed(path_parameter: str) -> str:
    """A name from the path; the gateway hands it over as it was typed, escapes included."""
    return unquote(path_parameter)


def request_id(request: Request | None) -> str:
    """What a request is called: as its caller says in X-Request-Id, else as the gateway does."""
    if request is None:  # an event that is no request
        return str(uuid.uuid4())
    called = header(request, "x-request-id") or ""
    return called if _REQUEST_ID.fullmatch(called) else gateway_id(request)


def gateway_id(request: Request) -> str:
    """The gateway's name for a request."""
    return str(_context(request)["requestId"])


def path_typed(request: Request | None) -> str:
    """The path as the caller typed it, stage included; `request.path` is the route's pattern."""
    return str(_context(request).get("path") or (request.path if request else "")).partition("?")[0]


def prefix_of(request: Request | None) -> str:
    """What stands in the path before our own addresses: the stage, or what a domain of one's own is mapped to. Empty, or begins with /."""
    if request is None:
        return ""
    own = len(request.path.strip("/").split("/")) if request.path.strip("/") else 0
    typed = path_typed(request).strip("/").split("/") if path_typed(request).strip("/") else []
    before = typed[: len(typed) - own]
    return f"/{'/'.join(before)}" if before else ""


def _context(request: Request | None) -> Mapping[str, Any]:
    return (request.context if request else None) or {}
