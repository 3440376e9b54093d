"""Bodies, read strictly: UTF-8, JSON as RFC 8259 has it, an object, no name twice, and every fault of its form at once.

A parser alone lets NaN, 1e400, other encodings and doubled names through, and breaks on endless nesting.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from chalicelib.api.problems import MalformedRequest
from chalicelib.api.received import header
from chalicelib.use_cases.faults import InputFault, InvalidRequest, did_you_mean, escaped
from frameworth.names import nearest, shortened

# 1 MB: a question about a thousand frameworks takes a tenth of it. 5 MB: five hundred observations with long notes take a third of it.
MOST_BYTES = 1_000_000
MOST_BATCH_BYTES = 5_000_000

_GZIP = b"\x1f\x8b"

_Form = TypeVar("_Form", bound=BaseModel)


def sent_bytes(request: Request) -> bytes:
    """The body as it was sent. Raises `MalformedRequest`."""
    try:
        return bytes(request.raw_body)  # type: ignore[arg-type]  # Chalice says str | bytes and always gives bytes
    except (ValueError, UnicodeError) as error:  # base64 that is none, or half a surrogate pair
        raise MalformedRequest("invalid_body", "the body is not what its encoding says") from error


def raw_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The bytes of a body, unpacked if it is packed by gzip. Raises `MalformedRequest`, also if there are more than `most`."""
    packing = (header(request, "content-encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise _not_packed_so()
    raw = sent_bytes(request)
    # The gateway unpacks a body before we see it, and `chalice local` does not; no JSON begins like gzip.
    if packing == "gzip" and raw.startswith(_GZIP):
        raw = _unpacked(raw, most)
    if len(raw) > most:
        raise MalformedRequest("body_too_large", f"the body has more than {most:,} bytes; send less", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return raw


def _unpacked(packed: bytes, most: int) -> bytes:
    """The body, or its beginning if it is longer than `most`: what is over is never unpacked."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        raw = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise _not_packed_so() from error
    if len(raw) <= most and (not unpacker.eof or unpacker.unused_data):
        raise _not_packed_so()
    return raw


def _not_packed_so() -> MalformedRequest:
    # The gateway says the same of what it can't unpack.
    return MalformedRequest(
        "unsupported_content_encoding",
        "the body is not packed as Content-Encoding says; pack it by gzip or send it as it is",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


def json_object(raw: bytes, members: Iterable[str]) -> dict[str, Any]:
    """The JSON object in a body that may have these members. Raises `MalformedRequest`."""
    if not raw:
        raise MalformedRequest("empty_body", "the body is empty; send a JSON object")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("not_utf8", "the body is not UTF-8") from error
    if text.startswith("\ufeff") or "\x00" in text:
        raise MalformedRequest("not_utf8", "the body must be UTF-8 without a byte order mark and without NUL")
    # The gateway puts this sign where bytes were no UTF-8, so that nothing else is left to tell by.
    if "\ufffd" in text:
        raise MalformedRequest("not_utf8", "the body is not UTF-8; if the sign U+FFFD itself is meant, write it as \\ufffd")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        # Half of a surrogate pair, written as an escape, is no text that could be stored or answered.
        json.dumps(value, ensure_ascii=False).encode()
    except MalformedRequest:
        raise
    except UnicodeEncodeError as error:
        raise MalformedRequest("not_json", "the body holds text that is no Unicode") from error
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedRequest("not_json", f"the body is no JSON{where}") from error
    if not isinstance(value, dict):
        raise MalformedRequest(
            "not_an_object", f"the body is JSON, but no object; send one, with the members that it takes: {', '.join(members)}"
        )
    return value


def form(
    request: Request,
    model: type[_Form],
    more: Callable[[Mapping[str, Any], Collection[str]], Iterable[InputFault]] = lambda given, wrong: (),
    *,
    most: int = MOST_BYTES,
) -> _Form:
    """The form in a JSON body. Raises `MalformedRequest`, or `InvalidRequest` with all that is wrong.

    `more` says what is wrong beyond the form. It gets the members that are known as they were sent, and the places of those faults that
    are told already, as pointers: what lies there or holds one of them may be anything.
    """
    raw = raw_body(request, most)
    given = json_object(raw, model.model_fields)
    made, faults = None, []
    try:
        made = model.model_validate_json(raw)
    except ValidationError as error:
        faults = faults_of_form(error, model)
    faults += more({name: value for name, value in given.items() if name in model.model_fields}, [fault.pointer for fault in faults])
    if made is None or faults:
        raise InvalidRequest(faults)
    return made


def sound(given: Mapping[str, Any], wrong: Collection[str]) -> dict[str, Any]:
    """The members in which nothing is wrong yet."""
    members = {pointer.split("/")[1] for pointer in wrong if pointer}
    return {name: value for name, value in given.items() if name not in members}


# What is wrong and what to do, for each kind of fault that pydantic finds; {…} are the facts that it gives along.
_WORDS: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": ("is not taken here", "leave it out"),
    "missing": ("is missing", "give it"),
    "string_pattern_mismatch": ("is not of the form YYYY-MM-DD", "write YYYY-MM-DD"),
    "too_short": ("has {actual_length} entries", "give {min_length} or more"),
    "too_long": ("has {actual_length} entries", "give at most {max_length}"),
    "string_too_short": ("is too short", "give {min_length} or more characters"),
    "string_too_long": ("is too long", "give at most {max_length} characters"),
    "greater_than_equal": ("is less than {ge:,.15g}", "give {ge:,.15g} or more"),
    "less_than_equal": ("is more than {le:,.15g}", "give at most {le:,.15g}"),
    "literal_error": ("is not among what is known", "give {expected}"),
    "finite_number": ("is not finite", "give a finite number"),
    "float_type": ("is no number", "give a number, without quotes"),
    "int_type": ("is no whole number", "give a whole number, without quotes"),
    "int_from_float": ("is no whole number", "give a whole number"),
    "string_type": ("is no text", "give a text, in quotes"),
    "bool_type": ("is neither true nor false", "give true or false"),
    "list_type": ("is no list", "give a list, in square brackets"),
    "dict_type": ("is no object", "give an object, in braces"),
    "model_type": ("is no object", "give an object, in braces"),
    "bare_row": ("is one row, and rows stand in observations", 'send {{"observations": [{{…}}]}}, also for one row'),
}


def faults_of_form(error: ValidationError, model: type[BaseModel], place: str = "") -> list[InputFault]:
    """What is wrong with a form; `place` is the pointer of the form itself."""
    return [_fault(one, model, place) for one in error.errors(include_url=False, include_input=False)]


def _fault(one: Any, model: type[BaseModel], place: str) -> InputFault:
    kind: str = one["type"]
    # Union branches and "[key]" markers are pydantic's, not the caller's.
    path = [str(part) for part in one["loc"] if part != "[key]"]
    said = one["msg"].removeprefix("Value error, ")
    fault, fix = _WORDS.get(kind, (f"{said[:1].lower()}{said[1:]}", "write YYYY-MM-DD" if kind == "value_error" else "see the message"))
    if kind == "extra_forbidden" and len(path) == 1 and nearest(path[0], model.model_fields):
        fix = did_you_mean(path[0], model.model_fields)
    facts = one.get("ctx", {})
    told = fault.format(**facts) if kind in _WORDS else fault
    # An entry of a list is called by the list and its place.
    called = f"{path[-2]}[{path[-1]}]" if path and isinstance(one["loc"][-1], int) else path[-1] if path else "the body"
    name = shortened(called)[1:-1]
    return InputFault(place + "".join(f"/{escaped(part)}" for part in path), kind, f"{name} {told}", fix.format(**facts))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedRequest("duplicate_name", f"the name {shortened(twice)} stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise MalformedRequest("not_json", f"{name} is no JSON number")
