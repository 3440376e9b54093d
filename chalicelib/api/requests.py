"""Requests into questions: bodies and query strings, read strictly, every fault at once.

A query string is turned into the JSON that a body would have held and goes through the same model, so GET and POST can't differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from chalice.app import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chalicelib.api.problems import MalformedRequest
from chalicelib.use_cases.faults import InputFault, InvalidRequest, did_you_mean
from chalicelib.use_cases.question import DEFAULT_METHOD, Question, faults_of
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue
from frameworth.judging import WhenMissing
from frameworth.names import nearest, shortened
from frameworth.profiles import Gate
from frameworth.rows import plain_date

# 1 MB: a question about a thousand frameworks takes a tenth of it.
MOST_BODY_BYTES = 1_000_000
MOST_FRAMEWORKS = 1_000
MOST_CRITERIA = 200
MOST_GATES = 50

INCLUDES = ("metrics", "sensitivity", "explanation")

DateText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(plain_date)]
WeightNumber = Annotated[float, Field(ge=0, le=1e6)]
Name = Annotated[str, StringConstraints(max_length=2_000)]


class GateForm(BaseModel):
    """A hard requirement on a metric."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    metric: Name
    at_least: float | None = None
    at_most: float | None = None


class ScoreForm(BaseModel):
    """The body of `POST /v1/scores`; every member is optional."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    frameworks: Annotated[list[Name], Field(min_length=1, max_length=MOST_FRAMEWORKS)] | None = None
    profile: Name | None = None
    weights: Annotated[dict[Name, WeightNumber], Field(max_length=MOST_CRITERIA)] | None = None
    emphasis: Annotated[dict[Name, WeightNumber], Field(max_length=MOST_CRITERIA)] = {}
    as_of: DateText | None = None
    opinions: bool = True
    when_missing: Literal["neutral", "worst", "ignore", "leave_out"] = "neutral"
    gates: Annotated[list[GateForm], Field(max_length=MOST_GATES)] = []
    method: Name = DEFAULT_METHOD
    include: Annotated[list[Literal["metrics", "sensitivity", "explanation"]], Field(max_length=len(INCLUDES))] = []
    limit: Annotated[int, Field(ge=1, le=1_000)] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and which blocks the answer is to include."""

    question: Question
    include: frozenset[str]


def from_body(request: Request, service: Service) -> Asked:
    """The question in a JSON body. Raises `MalformedRequest` or `InvalidRequest`."""
    try:
        raw = bytes(request.raw_body)  # type: ignore[arg-type]  # Chalice says str | bytes and always gives bytes
    except (ValueError, UnicodeError) as error:  # base64 that is none, or half a surrogate pair
        raise MalformedRequest("invalid_body", "the body is not what its encoding says") from error
    if len(raw) > MOST_BODY_BYTES:
        raise MalformedRequest(
            "body_too_large", f"the body has {len(raw):,} bytes; {MOST_BODY_BYTES:,} is the most", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )
    _look_at(raw)
    return _asked(raw, [], service)


def from_query(request: Request, service: Service, *, also: frozenset[str] = frozenset()) -> Asked:
    """The question in a query string; `also` names parameters that are not part of it. Raises `InvalidRequest`."""
    parameters = query_parameters(request)
    faults: list[InputFault] = []
    form: dict[str, Any] = {}
    for name, values in parameters.items():
        if name in also:
            continue
        if name not in ScoreForm.model_fields:
            known = ScoreForm.model_fields
            near = nearest(name, known)
            faults.append(
                InputFault(
                    f"/{shortened(name)[1:-1]}",
                    "unknown_parameter",
                    f"there is no parameter {shortened(name)}",
                    did_you_mean(name, known) if near else f"there are {', '.join(sorted(known))}",
                )
            )
        elif len(values) > 1:
            faults.append(
                InputFault(f"/{name}", "duplicate", f"{name} is given {len(values)} times", "give it once, lists separated by commas")
            )
        else:
            form[name] = _parsed(name, values[0], faults)
    return _asked(json.dumps(form).encode(), faults, service)


def query_parameters(request: Request) -> dict[str, list[str]]:
    """All values of each query parameter."""
    parameters = request.query_params
    return {name: [str(value) for value in parameters.getlist(name)] for name in parameters} if parameters else {}


def no_parameters(request: Request) -> None:
    """Refuses query parameters where there are none: a misspelt filter must not pass for an answer."""
    given = query_parameters(request)
    if given:
        raise InvalidRequest(
            [
                InputFault(f"/{name[:60]}", "unknown_parameter", f"there is no parameter {name[:60]!r} here", "leave it out")
                for name in given
            ]
        )


def _parsed(name: str, text: str, faults: list[InputFault]) -> Any:
    """A parameter's text as the JSON value that a body would hold; what can't be parsed stays text, for the model to refuse."""
    match name:
        case "frameworks" | "include":
            return text.split(",") if text else []
        case "weights" | "emphasis":
            return _map(name, text, faults)
        case "gates":
            return [_gate(part, place, faults) for place, part in enumerate(text.split(","))] if text else []
        case "opinions":
            return {"true": True, "false": False}.get(text, text)
        case "limit":
            return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text
        case _:
            return text


def _map(name: str, text: str, faults: list[InputFault]) -> dict[str, Any]:
    """`jobs:2,performance:1` as a map."""
    found: dict[str, Any] = {}
    for part in text.split(",") if text else []:
        key, colon, value = part.partition(":")
        if not colon:
            faults.append(
                InputFault(
                    f"/{name}", "invalid_map", f"{shortened(part)} in {name} is no pair", "write name:number, such as jobs:2,performance:1"
                )
            )
        elif key in found:
            faults.append(InputFault(f"/{name}", "duplicate", f"{shortened(key)} stands twice in {name}", "name each criterion once"))
        else:
            found[key] = _number(value)
    return found


def _gate(part: str, place: int, faults: list[InputFault]) -> dict[str, Any]:
    """`supports_asgi>=1` or `install_size_bytes<=5000000` as a gate."""
    written = re.fullmatch(r"([^<>=]*)(>=|<=)(.*)", part)
    if not written:
        faults.append(
            InputFault(f"/gates/{place}", "invalid_gate", f"{shortened(part)} is no gate", "write metric>=number or metric<=number")
        )
        return {"metric": "", "at_least": 0}
    return {"metric": written[1], "at_least" if written[2] == ">=" else "at_most": _number(written[3])}


def _number(text: str) -> float | str:
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text) else text


def _look_at(raw: bytes) -> None:
    """Refuses what a JSON parser alone would let through or break on: other encodings, doubled names, NaN, endless nesting."""
    if not raw:
        raise MalformedRequest("empty_body", "the body is empty; send a JSON object, {} for every default")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("not_utf8", "the body is not UTF-8") from error
    if text.startswith("\ufeff") or "\x00" in text:
        raise MalformedRequest("not_utf8", "the body must be UTF-8 without a byte order mark and without NUL")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise MalformedRequest("duplicate_name", f"the name {shortened(twice)} stands twice in one object")
        return dict(pairs)

    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=_no_constant)
    except MalformedRequest:
        raise
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedRequest("not_json", f"the body is no JSON{where}") from error
    if not isinstance(value, dict):
        raise MalformedRequest("not_an_object", 'the body is JSON, but no object; send {"frameworks": ["flask", "django"]}, say')


def _no_constant(name: str) -> None:
    raise MalformedRequest("not_json", f"{name} is no JSON number")


def _asked(raw: bytes, faults: list[InputFault], service: Service) -> Asked:
    """Validates a form. If anything is wrong, what is sound is still checked against the known names, so that all faults come at once."""
    try:
        form = ScoreForm.model_validate_json(raw)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False, include_input=False)):
            raise MalformedRequest("not_json", "the request holds text that is no Unicode") from error
        faults = faults + _faults_of_form(error)
    else:
        faults = faults + _faults_of_include(form, service)
        if not faults:
            return Asked(_question(form), frozenset(form.include))
    sound = json.loads(raw, parse_constant=lambda name: None)
    wrong = {_member(fault) for fault in faults}
    rest = {name: value for name, value in sound.items() if name in ScoreForm.model_fields and name not in wrong}
    question = _question(ScoreForm.model_validate_json(json.dumps(rest)))
    raise InvalidRequest([*faults, *(fault for fault in faults_of(question, service) if _member(fault) not in wrong)])


def _faults_of_include(form: ScoreForm, service: Service) -> list[InputFault]:
    """Blocks that have a meaning only where points add up to scores."""
    method = service.catalogue.methods.get(form.method)
    if method is None or method.adds_up:
        return []
    return [
        InputFault(
            f"/include/{place}",
            "method_and_include",
            f"{block} is worked out for scores that add up, and those of method {form.method!r} do not",
            f"leave it out, or ask for method {DEFAULT_METHOD}",
        )
        for place, block in enumerate(form.include)
        if block in ("sensitivity", "explanation")
    ]


def _member(fault: InputFault) -> str:
    """The member of the request that a fault lies in."""
    return fault.pointer[1:].partition("/")[0]


def _question(form: ScoreForm) -> Question:
    faults: list[InputFault] = []
    gates: list[Gate] = []
    for place, gate in enumerate(form.gates):
        try:
            gates.append(Gate(gate.metric, at_least=gate.at_least, at_most=gate.at_most))
        except InvalidValue as error:
            faults.append(
                InputFault(f"/gates/{place}", "invalid_gate", str(error), error.fix or "give a metric with either at_least or at_most")
            )
    if faults:
        raise InvalidRequest(faults)
    as_of: Any = form.as_of  # AfterValidator has turned the text into a date
    return Question(
        frameworks=form.frameworks,
        profile=form.profile,
        weights=form.weights,
        emphasis=form.emphasis,
        as_of=as_of,
        opinions=form.opinions,
        when_missing=WhenMissing(form.when_missing),
        gates=gates,
        method=form.method,
        limit=form.limit,
    )


# What to do about each kind of fault that pydantic finds; {…} are the facts that it gives along.
_FIXES: Mapping[str, str] = {
    "extra_forbidden": "leave it out",
    "string_pattern_mismatch": "write YYYY-MM-DD",
    "value_error": "write YYYY-MM-DD",
    "too_short": "name one or more, or leave it out for the whole catalogue",
    "too_long": "give at most {max_length}",
    "string_too_long": "give at most {max_length} characters",
    "greater_than_equal": "give {ge} or more",
    "less_than_equal": "give at most {le}",
    "literal_error": "give {expected}",
    "finite_number": "give a finite number",
    "bool_type": "give true or false",
}
_FIXES_BY_SUFFIX = {"_type": "give a value of the right type", "_parsing": "give a value of the right type"}


def _faults_of_form(error: ValidationError) -> list[InputFault]:
    return [_fault(one) for one in error.errors(include_url=False, include_input=False)]


def _fault(one: Any) -> InputFault:
    kind: str = one["type"]
    # Union branches and "[key]" markers are pydantic's, not the caller's.
    pointer = "".join(f"/{shortened(str(part))[1:-1].replace('~', '~0').replace('/', '~1')}" for part in one["loc"] if part != "[key]")
    fix = _FIXES.get(kind) or next((text for suffix, text in _FIXES_BY_SUFFIX.items() if kind.endswith(suffix)), "see the message")
    name = str(one["loc"][0]) if one["loc"] else "the body"
    if kind == "extra_forbidden" and len(one["loc"]) == 1 and nearest(name, ScoreForm.model_fields):
        fix = did_you_mean(name, ScoreForm.model_fields)
    said = one["msg"].removeprefix("Value error, ")
    message = f"{shortened(name)[1:-1]}: {said[:1].lower()}{said[1:]}"
    return InputFault(pointer, kind, message, fix.format(**one.get("ctx", {})))


def date_parameter(name: str, text: str | None, faults: list[InputFault]) -> date | None:
    """A date from a query string, or None; a wrong one goes to `faults`."""
    if text is None:
        return None
    try:
        return plain_date(text)
    except ValueError as error:
        faults.append(InputFault(f"/{name}", "invalid_date", f"{name}: {error}", "write YYYY-MM-DD"))
        return None
