"""Errors as RFC 9457 problems. One place decides which error becomes which status; nothing inside is ever shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

from chalicelib.storage.frameworks import BeingDeleted, EntryChanged, UnknownFramework
from chalicelib.storage.idempotency import KeyReused, StillRunning
from chalicelib.storage.items import UnreadableItem
from chalicelib.storage.profiles import Outdated
from chalicelib.storage.recording import UnknownRow
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases.faults import InputFault, InvalidRequest, NameTaken, NotFound
from frameworth.errors import FrameworthError

CONTENT_TYPE = "application/problem+json"
# After a throttled or unreachable table: long enough for a partition to catch its breath.
RETRY_AFTER_S = 2
_NONE: Mapping[str, str] = MappingProxyType({})


class Refused(FrameworthError):
    """A request is turned away: with `status`, a stable `code`, what to do instead, and `headers` that tell programs so."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] = _NONE) -> None:
        self.status, self.code, self.headers = status, code, headers
        super().__init__(detail)


class MalformedRequest(Refused):
    """A request that can't be read at all."""

    def __init__(self, code: str, detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(status, code, detail)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error as a caller sees it. `code` is stable and meant for programs; `detail` is for people and says the way out."""

    status: HTTPStatus
    code: str
    detail: str
    errors: Sequence[InputFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str, request_id: str, prefix: str) -> str:
        """The problem as JSON. `prefix` is the part of `instance` before our own addresses: the stage, where there is one."""
        members: dict[str, object] = {
            "type": f"{prefix}/docs#{self.code}",
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
        case Refused():
            return Problem(error.status, error.code, str(error), headers=error.headers)
        case InvalidRequest():
            count = len(error.faults)
            detail = "one thing is wrong with this request" if count == 1 else f"{count} things are wrong with this request"
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, error.faults)
        case NotFound():
            return Problem(HTTPStatus.NOT_FOUND, f"unknown_{error.kind}", str(error))
        case UnknownFramework():
            return Problem(HTTPStatus.NOT_FOUND, "unknown_framework", str(error))
        case UnknownRow():
            return Problem(HTTPStatus.NOT_FOUND, "unknown_observation", str(error))
        case NameTaken():
            return Problem(HTTPStatus.CONFLICT, "name_taken", str(error))
        case BeingDeleted():
            return Problem(HTTPStatus.CONFLICT, "being_deleted", str(error))
        case EntryChanged() | Outdated():
            return Problem(HTTPStatus.PRECONDITION_FAILED, "changed_meanwhile", str(error))
        case KeyReused():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", str(error))
        case StillRunning():
            headers = {"Retry-After": str(error.retry_after_s)}
            return Problem(HTTPStatus.CONFLICT, "still_running", str(error), headers=headers)
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
