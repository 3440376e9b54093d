"""Every `code` that a problem can have: its status, what it means, who answers it, and at which operations.

/openapi.json and /docs are made of this table; a test finds the codes in the code and in the gateway's template, so that none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from http import HTTPStatus
from types import MappingProxyType

from chalicelib.api.operations import Operation

SERVICE, GATEWAY, BOTH = "service", "gateway", "service or gateway"

Where = Callable[[Operation], bool]


def everywhere(_: Operation) -> bool:
    """At each operation."""
    return True


def nowhere(_: Operation) -> bool:
    """At no operation that is described: at other addresses, or by other methods."""
    return False


def _takes_body(operation: Operation) -> bool:
    return bool(operation.body)


def _is_paged(operation: Operation) -> bool:
    return any(one.name == "cursor" for one in operation.parameters)


def _needs_token(operation: Operation) -> bool:
    return bool(operation.scope)


def _is_conditional(operation: Operation) -> bool:
    return operation.conditional


def _is_repeatable(operation: Operation) -> bool:
    return operation.repeatable


def _writes_by_name(operation: Operation) -> bool:
    return _needs_token(operation) and "{" in operation.path


def _names(part: str) -> Where:
    return lambda operation: part in operation.path


def _is(*names: str) -> Where:
    return lambda operation: operation.name in names


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code: the `meaning` of it for people, and `where` it can occur."""

    code: str
    status: HTTPStatus
    _: KW_ONLY
    meaning: str
    where: Where
    source: str = SERVICE


_STATUS = HTTPStatus
CODES = (
    ProblemCode(
        "bad_request", _STATUS.BAD_REQUEST, meaning="The request can't be read, for a reason that has no code of its own.", where=nowhere
    ),
    ProblemCode("empty_body", _STATUS.BAD_REQUEST, meaning="The body is empty; a JSON object belongs there.", where=_takes_body),
    ProblemCode(
        "invalid_body",
        _STATUS.BAD_REQUEST,
        meaning="The body can't be read as the text that it is said to be.",
        where=_takes_body,
    ),
    ProblemCode(
        "not_utf8",
        _STATUS.BAD_REQUEST,
        meaning="The body is not UTF-8, or begins with a byte order mark, or holds U+FFFD, which the gateway puts where it was no UTF-8.",
        where=_takes_body,
    ),
    ProblemCode(
        "not_json",
        _STATUS.BAD_REQUEST,
        meaning="The body is no JSON; or, where there is none, the address holds text that is no Unicode.",
        where=lambda operation: _takes_body(operation) or operation.name in ("score_by_address", "show_ranking", "show_comparison"),
    ),
    ProblemCode("not_an_object", _STATUS.BAD_REQUEST, meaning="The body is JSON, but no object.", where=_takes_body),
    ProblemCode("duplicate_name", _STATUS.BAD_REQUEST, meaning="A name stands twice in one object of the body.", where=_takes_body),
    ProblemCode(
        "invalid_cursor",
        _STATUS.BAD_REQUEST,
        meaning="The cursor was not given out here, or for a listing with other filters.",
        where=_is_paged,
    ),
    ProblemCode("invalid_condition", _STATUS.BAD_REQUEST, meaning="When writing, If-None-Match takes * alone.", where=_is_conditional),
    ProblemCode(
        "invalid_idempotency_key",
        _STATUS.BAD_REQUEST,
        meaning="An Idempotency-Key is 1 to 255 printable characters of ASCII.",
        where=_is_repeatable,
    ),
    ProblemCode(
        "refused_by_gateway",
        _STATUS.BAD_REQUEST,
        meaning="The gateway refused the request before the service saw it, with a status of its own from 400 to 499.",
        where=nowhere,
        source=GATEWAY,
    ),
    ProblemCode(
        "unauthorized",
        _STATUS.UNAUTHORIZED,
        meaning="No token was sent; this needs one.",
        where=_needs_token,
        source=GATEWAY,
    ),
    ProblemCode(
        "access_denied",
        _STATUS.FORBIDDEN,
        meaning="The token is none of ours, or is revoked or expired.",
        where=_needs_token,
        source=GATEWAY,
    ),
    ProblemCode(
        "missing_scope", _STATUS.FORBIDDEN, meaning="The token is valid, but without the scope that this needs.", where=_needs_token
    ),
    ProblemCode(
        "not_found",
        _STATUS.NOT_FOUND,
        meaning="Nothing is at this address, or it does not take this method.",
        where=nowhere,
        source=GATEWAY,
    ),
    ProblemCode(
        "unknown_framework",
        _STATUS.NOT_FOUND,
        meaning="The catalogue holds no such framework; the nearest names are given.",
        where=_names("{framework}"),
    ),
    ProblemCode(
        "unknown_observation",
        _STATUS.NOT_FOUND,
        meaning="The framework's history holds no figure with this id.",
        where=_is("withdraw_observation"),
    ),
    ProblemCode("unknown_criterion", _STATUS.NOT_FOUND, meaning="There is no such criterion.", where=_is("show_criterion")),
    ProblemCode("unknown_metric", _STATUS.NOT_FOUND, meaning="There is no such metric.", where=_is("show_metric")),
    ProblemCode(
        "unknown_profile", _STATUS.NOT_FOUND, meaning="There is no such profile, or no such version of it.", where=_is("show_profile")
    ),
    ProblemCode("unknown_method", _STATUS.NOT_FOUND, meaning="There is no such method.", where=_is("show_method")),
    ProblemCode("unknown_plugin", _STATUS.NOT_FOUND, meaning="There is no such plugin.", where=_is("show_plugin")),
    ProblemCode(
        "method_not_allowed",
        _STATUS.METHOD_NOT_ALLOWED,
        meaning="The address does not take this method; only where there is no gateway in front, such as with `make run`.",
        where=nowhere,
    ),
    ProblemCode("name_taken", _STATUS.CONFLICT, meaning="A plugin's profile has this name; choose another.", where=_is("put_profile")),
    ProblemCode(
        "being_deleted",
        _STATUS.CONFLICT,
        meaning="The framework is being deleted; when that is through, it can be entered anew.",
        where=_is("put_framework", "withdraw_observation"),
    ),
    ProblemCode(
        "still_running",
        _STATUS.CONFLICT,
        meaning="The request with this Idempotency-Key is being carried out; send it again after Retry-After.",
        where=_is_repeatable,
    ),
    ProblemCode(
        "already_there",
        _STATUS.PRECONDITION_FAILED,
        meaning="If-None-Match: * was sent, but it is there already.",
        where=_is_conditional,
    ),
    ProblemCode(
        "changed_meanwhile",
        _STATUS.PRECONDITION_FAILED,
        meaning="It is not, or no longer, what If-Match names; read it again, then decide.",
        where=_is_conditional,
    ),
    ProblemCode(
        "body_too_large",
        _STATUS.REQUEST_ENTITY_TOO_LARGE,
        meaning="The body has more than 1 MB, or 5 MB for observations; the gateway itself takes at most 10 MB.",
        where=_takes_body,
        source=BOTH,
    ),
    ProblemCode(
        "address_too_long",
        _STATUS.REQUEST_URI_TOO_LONG,
        meaning="The address of a write has more than 1,500 bytes. Where the gateway says so itself, the code is `refused_by_gateway`.",
        where=_writes_by_name,
    ),
    ProblemCode(
        "unsupported_media_type", _STATUS.UNSUPPORTED_MEDIA_TYPE, meaning="The body is not sent as application/json.", where=_takes_body
    ),
    ProblemCode(
        "unsupported_content_encoding",
        _STATUS.UNSUPPORTED_MEDIA_TYPE,
        meaning="The body is not packed as Content-Encoding says, or otherwise than by gzip.",
        where=_takes_body,
        source=BOTH,
    ),
    ProblemCode(
        "invalid_request",
        _STATUS.UNPROCESSABLE_ENTITY,
        meaning="Something in the request is wrong; `errors` names everything at once, each with its place and its fix.",
        where=everywhere,
    ),
    ProblemCode(
        "answer_too_large",
        _STATUS.UNPROCESSABLE_ENTITY,
        meaning="The answer is larger than the gateway lets through, 6 MB; ask for less of it.",
        where=_is("score_by_address", "score_by_body", "show_ranking", "show_comparison"),
    ),
    ProblemCode(
        "idempotency_key_reused",
        _STATUS.UNPROCESSABLE_ENTITY,
        meaning="This Idempotency-Key came with another body before.",
        where=_is_repeatable,
    ),
    ProblemCode(
        "condition_required",
        _STATUS.PRECONDITION_REQUIRED,
        meaning="Say what this is to replace: If-Match with an ETag, or If-None-Match: * for something new.",
        where=_is_conditional,
    ),
    ProblemCode(
        "too_many_requests",
        _STATUS.TOO_MANY_REQUESTS,
        meaning="Too many requests at once; send it again after Retry-After.",
        where=everywhere,
        source=GATEWAY,
    ),
    ProblemCode(
        "internal_error",
        _STATUS.INTERNAL_SERVER_ERROR,
        meaning="Something broke here; the log has it under the request_id.",
        where=everywhere,
    ),
    ProblemCode(
        "gateway_error",
        _STATUS.BAD_GATEWAY,
        meaning="The gateway got no answer from the service that it could hand on; send it again after Retry-After.",
        where=everywhere,
        source=GATEWAY,
    ),
    ProblemCode(
        "token_not_checked",
        _STATUS.SERVICE_UNAVAILABLE,
        meaning="Whether the token is good could not be told; send it again after Retry-After.",
        where=_needs_token,
        source=GATEWAY,
    ),
    ProblemCode(
        "storage_unavailable",
        _STATUS.SERVICE_UNAVAILABLE,
        meaning="The table did not answer; send it again after Retry-After.",
        where=everywhere,
    ),
    ProblemCode(
        "storage_unreadable",
        _STATUS.SERVICE_UNAVAILABLE,
        meaning="The table holds something that this version can't read; to ask again does not help.",
        where=everywhere,
    ),
    ProblemCode(
        "no_answer",
        _STATUS.GATEWAY_TIMEOUT,
        meaning="The gateway could not reach the service; send it again after Retry-After.",
        where=everywhere,
        source=GATEWAY,
    ),
    ProblemCode(
        "no_answer_in_time",
        _STATUS.GATEWAY_TIMEOUT,
        meaning="The service did not answer within 29 seconds; ask for less, or again after Retry-After.",
        where=everywhere,
        source=GATEWAY,
    ),
)

# What any operation can answer, whatever it says of itself; what comes with a token, and with an Idempotency-Key.
_COMMON = frozenset(
    {_STATUS.INTERNAL_SERVER_ERROR, _STATUS.BAD_GATEWAY, _STATUS.SERVICE_UNAVAILABLE, _STATUS.TOO_MANY_REQUESTS, _STATUS.GATEWAY_TIMEOUT}
)
_OF_TOKENS = frozenset({_STATUS.UNAUTHORIZED, _STATUS.FORBIDDEN})
_OF_KEYS = frozenset({_STATUS.BAD_REQUEST, _STATUS.CONFLICT, _STATUS.UNPROCESSABLE_ENTITY})


def problems_of(operation: Operation) -> Mapping[HTTPStatus, Collection[ProblemCode]]:
    """The statuses of failure that an operation can answer with, in order, and the codes of each."""
    statuses = {
        *operation.problems,
        *_COMMON,
        *(_OF_TOKENS if operation.scope else ()),
        *(_OF_KEYS if operation.repeatable else ()),
        *((_STATUS.REQUEST_URI_TOO_LONG,) if _writes_by_name(operation) else ()),
    }
    return MappingProxyType(
        {status: [one for one in CODES if one.status == status and one.where(operation)] for status in sorted(statuses)}
    )
