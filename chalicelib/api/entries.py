"""What becomes of a request to enter, change or delete a framework, or to store a profile: each says what it takes the place of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from chalice.app import Request

from chalicelib.api import shapes
from chalicelib.api.access import Caller
from chalicelib.api.bodies import form, sound
from chalicelib.api.conditions import demand_match, entity_tag
from chalicelib.api.operations import JSON
from chalicelib.api.received import header
from chalicelib.api.requests import gates_of
from chalicelib.api.routing import Reply, as_text
from chalicelib.storage.frameworks import NOTHING, BeingDeleted
from chalicelib.use_cases import curate, look_up
from chalicelib.use_cases.faults import InputFault, NotFound, escaped, faults_of_members
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue
from frameworth.names import checked_name, checked_slug, shortened
from frameworth.profiles import Profile, Weight
from frameworth.register import Framework


def put_framework(request: Request, caller: Caller, framework: str, service: Service) -> Reply:
    """Enters or replaces a framework."""
    from chalicelib.api.write_forms import FrameworkForm

    made = Framework(framework, **dict(form(request, FrameworkForm, partial(_faults_of_framework, framework))))
    stands = look_up.known_framework(framework, service)
    _demand_match(request, shapes.known_framework(stands) if stands else None)
    curate.put_framework(made, stands.version if stands else NOTHING, service, caller.token)
    return _representation(shapes.known_framework(look_up.framework(framework, service)), is_new=stands is None)


_TEXTS = ("name", "package", "repository", "homepage", "licence", "summary")
_A_FRAMEWORK: Mapping[str, Any] = {**dict.fromkeys(_TEXTS, ""), "name": "a", "first_release": None}


def _faults_of_framework(framework: str, given: Mapping[str, Any], wrong: Collection[str]) -> list[InputFault]:
    texts = {name: text for name, text in sound(given, wrong).items() if name in _TEXTS}
    made = partial(Framework, "a")
    return [
        *_faults_of_name(checked_slug, framework, "framework", "/framework", "invalid_id"),
        *faults_of_members(made, texts, _A_FRAMEWORK).values(),
    ]


def _faults_of_name(check: Callable[[object, str], str], name: str, what: str, pointer: str, code: str) -> list[InputFault]:
    """What is wrong with a name in the path."""
    try:
        check(name, what)
    except InvalidValue as error:
        return [InputFault(pointer, code, str(error), error.fix)]
    return []


def delete_framework(request: Request, framework: str, service: Service) -> Reply:
    """Deletes a framework, or goes on with it."""
    try:
        stands = look_up.known_framework(framework, service)
    except BeingDeleted:
        # Whoever began it had what was there before their eyes; what is left is to be gone.
        return Reply({"framework": framework, "deleted_items": curate.delete_framework(framework, 0, service)})
    if stands is None:
        raise NotFound("framework", framework, [one.id for one in service.registers.frameworks()])
    _demand_match(request, shapes.known_framework(stands), makes=False)
    return Reply({"framework": framework, "deleted_items": curate.delete_framework(framework, stands.version, service)})


def put_profile(request: Request, caller: Caller, name: str, service: Service) -> Reply:
    """Stores a version of a profile."""
    from chalicelib.api.write_forms import ProfileForm

    curate.check_name(name, service)
    given = form(request, ProfileForm, partial(_faults_of_profile, name, service))
    profile = Profile(
        name,
        summary=given.summary,
        title=given.title,
        weights={one: Weight(value, given.reasons[one]) for one, value in given.weights.items()},
        gates=gates_of(given.gates)[0],
    )
    stands = service.profiles.get(name)
    _demand_match(request, shapes.stored_profile(stands) if stands else None)
    made = service.profiles.put(profile, after=stands.version if stands else 0, by=caller.token)
    return _representation(shapes.stored_profile(made), is_new=stands is None)


_A_PROFILE: Mapping[str, Any] = {"summary": "a", "title": "", "weights": {"a": Weight(1, "a")}}


def _faults_of_profile(name: str, service: Service, given: Mapping[str, Any], wrong: Collection[str]) -> list[InputFault]:
    from chalicelib.api.forms import GateForm

    members = sound(given, wrong)
    texts = {one: text for one, text in members.items() if one in ("summary", "title")}
    weights, reasons = members.get("weights", {}), members.get("reasons", {})
    faults = [
        *_faults_of_name(checked_name, name, "profile", "/name", "invalid_name"),
        *faults_of_members(partial(Profile, "a"), texts, _A_PROFILE).values(),
    ]
    if weights and not any(weights.values()):
        faults.append(InputFault("/weights", "no_weight", "no criterion has a weight above 0", "keep one criterion above 0"))
    for one, because in reasons.items():
        faults += faults_of_members(Weight, {"because": because}, {"value": 1}, {"because": f"/reasons/{escaped(one)}"}).values()
    if "weights" in members and "reasons" in members:
        faults += _faults_of_pairs(weights, reasons)
    gates, wrong_gates = gates_of([GateForm.model_validate(gate) for gate in members.get("gates", ())])
    at_fault = {fault.pointer for fault in wrong_gates}
    metrics = {at: gate.metric for at, gate in enumerate(gates) if f"/gates/{at}" not in at_fault}
    return [*faults, *wrong_gates, *curate.faults_of_names(weights, metrics, service)]


def _faults_of_pairs(weights: Mapping[str, float], reasons: Mapping[str, str]) -> list[InputFault]:
    """Weights without a reason, and reasons without a weight."""
    faults = [
        InputFault(f"/reasons/{escaped(one)}", "missing", f"the weight of {shortened(one)} has no reason", "say why it weighs what it does")
        for one in weights
        if one not in reasons
    ]
    lone = [one for one in reasons if one not in weights]
    told = "there is a reason for {}, but no weight"
    return faults + [
        InputFault(f"/reasons/{escaped(one)}", "without_weight", told.format(shortened(one)), "give it a weight, or leave it out")
        for one in lone
    ]


def _demand_match(request: Request, shown: dict[str, Any] | None, *, makes: bool = True) -> None:
    """Holds a write to what GET showed its caller; `shown` is what it shows now, None if nothing is there."""
    tag = entity_tag(JSON, as_text(shown)) if shown is not None else None
    demand_match(header(request, "if-match") or "", header(request, "if-none-match") or "", tag, makes=makes)


def _representation(shown: dict[str, Any], *, is_new: bool) -> Reply:
    """What was written, as GET shows it, with its tag for the next write."""
    return Reply(shown, HTTPStatus.CREATED if is_new else HTTPStatus.OK, {"ETag": entity_tag(JSON, as_text(shown))})
