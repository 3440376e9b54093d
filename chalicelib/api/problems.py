"""Errors as RFC 9457 problems. One place decides which error becomes which status; nothing inside is ever shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from chalicelib.storage.frameworks import UnknownFramework
from chalicelib.storage.items import UnreadableItem
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases.faults import InputFault, InvalidRequest, NotFound
from frameworth.errors import FrameworthError

CONTENT_TYPE = "application/problem+json"
# After a throttled or unreachable table: long enough for a partition to catch its breath.
RETRY_AFTER_S = 2


class MalformedRequest(FrameworthError):
    """A request that can't be read at all: `status` 400, 413 or 415, a stable `code`, and what to send instead."""

    def __init__(self, code: str, detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.code, self.status = code, status
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error as a caller sees it. `code` is stable and meant for programs; `detail` is for people and says the way out."""

    status: HTTPStatus
    code: str
    detail: str
    errors: Sequence[InputFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str, request_id: str) -> str:
        """The problem as JSON."""
        members: dict[str, object] = {
            # No page stands behind a problem type yet; RFC 9457 has this value for that, and `code` tells problems apart.
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            members["errors"] = [
                {"pointer": fault.pointer, "code": fault.code, "message": fault.message, "fix": fault.fix} for fault in self.errors
            ]
        return json.dumps(members, ensure_ascii=False)


def problem_of(error: Exception) -> Problem:
    """The problem that stands for an error."""
    match error:
        case MalformedRequest():
            return Problem(error.status, error.code, str(error))
        case InvalidRequest():
            count = len(error.faults)
            detail = "one thing is wrong with this request" if count == 1 else f"{count} things are wrong with this request"
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, error.faults)
        case NotFound():
            return Problem(HTTPStatus.NOT_FOUND, f"unknown_{error.kind}", str(error))
        case UnknownFramework():
            return Problem(HTTPStatus.NOT_FOUND, "unknown_framework", str(error))
        case UnreadableItem():
            # No Retry-After: until somebody mends the table, or another version answers, to ask again does not help.
            return Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "storage_unreadable",
                "the table holds something that this version can't read; the log has it under this request_id",
            )
        case StorageUnavailable():
            return Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "storage_unavailable",
                "the table did not answer; try again in a moment",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        case _:
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "something broke here; the log has it under this request_id")


# What Chalice itself answers when no view is reached, by the status it answers with.
CHALICE_ANSWERS = {
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal_error", "something broke here; the log has it under this request_id"),
    HTTPStatus.BAD_REQUEST: ("bad_request", "the request can't be read"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "this address does not take this method; the Allow header names those it takes"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "unsupported_media_type",
        "send the body as application/json (curl: -H 'Content-Type: application/json')",
    ),
}


def problem_before_routes(status: int) -> Problem:
    """The problem for an answer that Chalice itself gave."""
    known = HTTPStatus(status)
    code, detail = CHALICE_ANSWERS[known]
    return Problem(known, code, detail)
