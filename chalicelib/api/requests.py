"""Requests into questions: bodies and query strings, read strictly, every fault at once.

A query string is turned into the JSON that a body would have held and goes through the same model, so GET and POST can't differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalice.app import Request
from pydantic import ValidationError

from chalicelib.api.bodies import faults_of_form, json_object, raw_body
from chalicelib.api.forms import GateForm, ScoreForm
from chalicelib.api.negotiation import faults_of_format
from chalicelib.api.operations import FORMAT_NAMES
from chalicelib.api.problems import MalformedRequest
from chalicelib.api.received import query_parameters
from chalicelib.use_cases.faults import InputFault, InvalidRequest, did_you_mean, escaped
from chalicelib.use_cases.question import DEFAULT_METHOD, Question, faults_of
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue
from frameworth.judging import WhenMissing
from frameworth.names import nearest, shortened
from frameworth.profiles import Gate
from frameworth.rows import plain_date


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and which blocks the answer is to include."""

    question: Question
    include: frozenset[str]


def from_body(request: Request, service: Service) -> Asked:
    """The question in a JSON body. Raises `MalformedRequest` or `InvalidRequest`."""
    faults: list[InputFault] = []
    parameters(request, ("format",), faults)
    return _asked(json_object(raw_body(request), ScoreForm.model_fields), faults, service)


def from_query(request: Request, service: Service) -> Asked:
    """The question in a query string. Raises `InvalidRequest`."""
    faults: list[InputFault] = []
    return question_of(parameters(request, (*ScoreForm.model_fields, "format"), faults), faults, service)


def question_of(given: Mapping[str, str], faults: list[InputFault], service: Service) -> Asked:
    """The question that the texts of query parameters make. Raises `InvalidRequest` with `faults` and what else is wrong."""
    form = {name: _parsed(name, text, faults) for name, text in given.items() if name != "format"}
    return _asked(form, faults, service)


def parameters(
    request: Request,
    known: Sequence[str],
    faults: list[InputFault],
    formats: Mapping[str, str] = FORMAT_NAMES,
    repeated: Collection[str] = (),
) -> dict[str, str]:
    """The query parameters of these names, each given once; others go to `faults`: a misspelt filter must not pass for one.

    So does a `format` that is none. Lists that are `repeated`, as forms of HTML send them, are put together.
    """
    found: dict[str, str] = {}
    for name, values in query_parameters(request).items():
        if name not in known:
            near = did_you_mean(name, known) if nearest(name, known) else f"there are {', '.join(sorted(known))}"
            fix = near if known else "leave it out"
            faults.append(InputFault(f"/{escaped(name)}", "unknown_parameter", f"there is no parameter {shortened(name)} here", fix))
        elif len(values) > 1 and name not in repeated:
            faults.append(
                InputFault(f"/{name}", "duplicate", f"{name} is given {len(values)} times", "give it once, lists separated by commas")
            )
        else:
            found[name] = ",".join(values)
    if "format" in found:
        faults += faults_of_format(found["format"], [*formats.values()], formats)
    return found


def no_parameters(request: Request) -> None:
    """Refuses query parameters where there are none."""
    faults: list[InputFault] = []
    parameters(request, (), faults)
    if faults:
        raise InvalidRequest(faults)


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


def _asked(given: dict[str, Any], faults: list[InputFault], service: Service) -> Asked:
    """Validates a form. If anything is wrong, what is sound is still checked against the known names, so that all faults come at once."""
    try:
        form = ScoreForm.model_validate_json(json.dumps(given))
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False, include_input=False)):
            raise MalformedRequest("not_json", "the request holds text that is no Unicode") from error
        faults = faults + faults_of_form(error, ScoreForm)
        form = ScoreForm.model_validate_json(json.dumps(_without(faults, given)))
    gates, wrong_gates = gates_of(form.gates)
    question = _question(form, gates)
    faults = _beside(faults, [*wrong_gates, *_faults_of_include(form, service)])
    if not faults:
        return Asked(question, frozenset(form.include))
    stand_ins = tuple(f"/gates/{place}/" for place, gate in enumerate(gates) if gate is _NO_GATE)
    raise InvalidRequest(_beside(faults, [one for one in faults_of(question, service) if not one.pointer.startswith(stand_ins)]))


def _without(faults: Sequence[InputFault], given: Mapping[str, Any]) -> dict[str, Any]:
    """What of a question is of the right form: of a map what is sound in it, of gates what they are on, in their places."""
    sound = {name: value for name, value in given.items() if name in ScoreForm.model_fields}
    for fault in faults:
        member, *place = fault.pointer[1:].split("/")
        value = sound.get(member)
        if place and isinstance(value, dict):
            sound[member] = {name: one for name, one in value.items() if escaped(name) != place[0]}
        elif place and member == "gates" and isinstance(value, list):
            sound[member] = [{"metric": "", "at_least": 0} if str(at) == place[0] else one for at, one in enumerate(value)]
        else:
            sound.pop(member, None)
    return sound


def _beside(faults: list[InputFault], more: Sequence[InputFault]) -> list[InputFault]:
    """The faults, and with them those of `more` that lie elsewhere: one in the place of another may come of it."""
    places = [f"{fault.pointer}/" for fault in faults]
    elsewhere = (one for one in more if not any(f"{one.pointer}/".startswith(at) or at.startswith(f"{one.pointer}/") for at in places))
    return [*faults, *elsewhere]


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


# Stands in the place of a gate that is none, for the others are told apart by their places.
_NO_GATE = Gate("none", at_least=0)


def gates_of(forms: Sequence[GateForm]) -> tuple[tuple[Gate, ...], list[InputFault]]:
    """The gates in a body, each in its place, and what is wrong with those that are none."""
    faults: list[InputFault] = []
    gates: list[Gate] = []
    for place, gate in enumerate(forms):
        try:
            gates.append(Gate(gate.metric, at_least=gate.at_least, at_most=gate.at_most))
        except InvalidValue as error:
            gates.append(_NO_GATE)
            faults.append(
                InputFault(f"/gates/{place}", "invalid_gate", str(error), error.fix or "give a metric with either at_least or at_most")
            )
    return tuple(gates), faults


def _question(form: ScoreForm, gates: Sequence[Gate]) -> Question:
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


def date_parameter(name: str, text: str | None, faults: list[InputFault]) -> date | None:
    """A date from a query string, or None; a wrong one goes to `faults`."""
    if text is None:
        return None
    try:
        return plain_date(text)
    except ValueError as error:
        faults.append(InputFault(f"/{name}", "invalid_date", f"{name}: {error}", "write YYYY-MM-DD"))
        return None
