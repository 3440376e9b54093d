"""The routes that write: observations and their withdrawal, frameworks, profiles. Each needs a token with the scope that it names."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Request

from chalicelib.api import requests, shapes
from chalicelib.api.access import Caller
from chalicelib.api.bodies import MOST_BATCH_BYTES, form
from chalicelib.api.catalogue import FRAMEWORK
from chalicelib.api.conditions import demand_match, entity_tag
from chalicelib.api.offers import name_of
from chalicelib.api.operations import JSON, Parameter
from chalicelib.api.received import header, name_typed
from chalicelib.api.requests import gates_of
from chalicelib.api.routing import Reply, Routes, as_text
from chalicelib.storage.frameworks import NOTHING, BeingDeleted, UnknownFramework
from chalicelib.storage.keys import position
from chalicelib.use_cases import curate, look_up, observe
from chalicelib.use_cases.faults import InputFault, InvalidRequest, NotFound
from chalicelib.use_cases.observe import Draft, Outcome, Told
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue
from frameworth.names import is_name, is_slug
from frameworth.profiles import Profile, Weight
from frameworth.register import Framework

if TYPE_CHECKING:
    from chalicelib.api.write_forms import FrameworkForm, ObservationForm, ProfileForm

CATALOGUE, OBSERVATIONS = "write:catalogue", "write:observations"
_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_CONDITION = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
_OBSERVATION = Parameter(
    "id", about="Id of an observation, as in its framework's history.", schema={"type": "string", "maxLength": 64}, place="path"
)
_SOURCE = {"title": "GitHub", "url": "https://github.com/pallets/flask"}


def routes(service: Callable[[], Service], authorize: object) -> Routes:
    """The routes that write, behind an authorizer of Chalice."""
    writes = Routes(__name__, service, authorize)

    @writes.writes(
        "POST",
        "/v1/observations",
        scope=OBSERVATIONS,
        body="ObservationsForm",
        answer="BatchOutcome",
        statuses=(HTTPStatus.OK, HTTPStatus.MULTI_STATUS),
        problems=(*_BODY, HTTPStatus.CONFLICT),
        repeatable=True,
        example="/v1/observations",
        example_body={
            "observations": [
                {
                    "framework": "flask",
                    "metric": "github_stars",
                    "value": 70000,
                    "unit": "stars",
                    "observed_on": "2026-11-20",
                    "basis": "measured",
                    "source": _SOURCE,
                }
            ]
        },
    )
    def record_observations(request: Request, caller: Caller) -> Reply:
        """Records up to 500 figures, and says of each what became of it.

        Rows that can't go in, for want of such a framework or metric, say, are refused alone, and the answer is a 207; the others are
        recorded. A body of the wrong form is refused whole. To send it again records nothing twice.
        """
        requests.no_parameters(request)
        return _record(request, caller, service())

    @writes.writes(
        "POST",
        "/v1/frameworks/{framework}/observations/{id}/withdrawal",
        scope=OBSERVATIONS,
        body="WithdrawalForm",
        answer="Withdrawn",
        statuses=(HTTPStatus.OK, HTTPStatus.CREATED),
        parameters=(FRAMEWORK, _OBSERVATION),
        problems=(*_BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        repeatable=True,
        example_body={"reason": "stars of another repository"},
    )
    def withdraw_observation(request: Request, caller: Caller, framework: str, id: str) -> Reply:  # noqa: A002  # the name in the path
        """Takes a figure out of every score, for a reason that is shown beside it; the history keeps it.

        For a figure of a wrong metric, day or framework; a wrong number is corrected by a figure with a higher revision. What was derived
        from it goes with it. Withdrawn again, it keeps its first reason.
        """
        requests.no_parameters(request)
        return _withdraw(request, caller, name_typed(framework), name_typed(id), service())

    @writes.writes(
        "PUT",
        "/v1/frameworks/{framework}",
        scope=CATALOGUE,
        body="FrameworkForm",
        answer="KnownFramework",
        statuses=(HTTPStatus.OK, HTTPStatus.CREATED),
        parameters=(FRAMEWORK,),
        problems=(*_BODY, *_CONDITION, HTTPStatus.CONFLICT),
        conditional=True,
        example_body={
            "name": "Flask",
            "package": "flask",
            "repository": "https://github.com/pallets/flask",
            "homepage": "https://flask.palletsprojects.com/",
            "licence": "BSD-3-Clause",
            "first_release": "2010-04-16",
            "summary": "A microframework.",
        },
    )
    def put_framework(request: Request, caller: Caller, framework: str) -> Reply:
        """Enters a framework, or replaces the entry of one; its history stays."""
        requests.no_parameters(request)
        return _put_framework(request, caller, name_typed(framework), service())

    @writes.writes(
        "DELETE",
        "/v1/frameworks/{framework}",
        scope=CATALOGUE,
        answer="Deleted",
        parameters=(FRAMEWORK,),
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, *_CONDITION),
        conditional=True,
    )
    def delete_framework(request: Request, caller: Caller, framework: str) -> Reply:
        """Deletes a framework with its whole history.

        To keep the history, archive it: put its entry with the status `archived`. A deletion that is too long for one request is answered
        by a 503; sent again, it goes on.
        """
        requests.no_parameters(request)
        return _delete_framework(request, name_typed(framework), service())

    @writes.writes(
        "PUT",
        "/v1/profiles/{name}",
        scope=CATALOGUE,
        body="ProfileForm",
        answer="Profile",
        statuses=(HTTPStatus.OK, HTTPStatus.CREATED),
        parameters=(name_of("profile"),),
        problems=(*_BODY, *_CONDITION, HTTPStatus.CONFLICT),
        conditional=True,
        example_body={
            "summary": "What our shop builds.",
            "weights": {"ease_of_use": 3, "jobs": 1},
            "reasons": {"ease_of_use": "Few of us, and new people often.", "jobs": "We hire."},
        },
    )
    def put_profile(request: Request, caller: Caller, name: str) -> Reply:
        """Stores a profile; each change of it is a version of its own, which stays.

        Questions that name it are asked by its last version, or by the one they name: `ours@3`. Names of plugins' profiles are taken.
        """
        requests.no_parameters(request)
        return _put_profile(request, caller, name_typed(name), service())

    return writes


def _record(request: Request, caller: Caller, service: Service) -> Reply:
    from chalicelib.api.write_forms import ObservationsForm

    told = observe.record([_draft(one) for one in form(request, ObservationsForm, MOST_BATCH_BYTES).observations], service, caller.token)
    counts = {outcome.value: sum(one.outcome is outcome for one in told) for outcome in Outcome}
    status = HTTPStatus.MULTI_STATUS if counts[Outcome.REFUSED] else HTTPStatus.OK
    return Reply({**counts, "outcomes": [_outcome(one) for one in told]}, status)


def _draft(one: ObservationForm) -> Draft:
    observed_on: Any = one.observed_on  # AfterValidator has turned the text into a date
    return Draft(
        one.framework,
        one.metric,
        value=one.value,
        unit=one.unit,
        observed_on=observed_on,
        basis=one.basis,
        source_title=one.source.title,
        source_url=one.source.url,
        note=one.note,
        revision=one.revision,
    )


def _outcome(told: Told) -> dict[str, Any]:
    return {
        "outcome": told.outcome.value,
        "id": told.observation.id if told.observation else None,
        "standing": told.standing.value if told.standing else None,
        "hint": told.hint,
        "errors": [{"pointer": fault.pointer, "code": fault.code, "message": fault.message, "fix": fault.fix} for fault in told.faults],
    }


def _withdraw(request: Request, caller: Caller, framework: str, row_id: str, service: Service) -> Reply:
    from chalicelib.api.write_forms import WithdrawalForm

    reason = form(request, WithdrawalForm).reason
    try:
        done = observe.withdraw(framework, row_id, reason, service, caller.token)
    except UnknownFramework as error:
        raise NotFound("framework", framework, [one.id for one in service.registers.frameworks()]) from error
    except InvalidValue as error:
        raise InvalidRequest([InputFault("/reason", "invalid_value", str(error), error.fix or "see the message")]) from error
    shown, *derived = (
        shapes.observation(row, done.days.withdrawals.get(position(row)), done.days.recorded.get(row.id))
        for row in (done.row, *done.derived)
    )
    return Reply({"framework": framework, "observation": shown, "derived": derived}, HTTPStatus.CREATED if done.is_new else HTTPStatus.OK)


def _put_framework(request: Request, caller: Caller, framework: str, service: Service) -> Reply:
    from chalicelib.api.write_forms import FrameworkForm

    made = _framework(framework, form(request, FrameworkForm))
    stands = look_up.known_framework(framework, service)
    _demand_match(request, shapes.known_framework(stands) if stands else None)
    curate.put_framework(made, stands.version if stands else NOTHING, service, caller.token)
    return _representation(shapes.known_framework(look_up.framework(framework, service)), is_new=stands is None)


def _framework(framework: str, given: FrameworkForm) -> Framework:
    first_release: Any = given.first_release
    try:
        return Framework(
            framework,
            name=given.name,
            package=given.package,
            repository=given.repository,
            homepage=given.homepage,
            licence=given.licence,
            first_release=first_release,
            summary=given.summary,
            status=given.status,
        )
    except InvalidValue as error:
        place, code = ("", "invalid_value") if is_slug(framework) else ("/framework", "invalid_id")
        raise InvalidRequest([InputFault(place, code, str(error), error.fix or "see the message")]) from error


def _delete_framework(request: Request, framework: str, service: Service) -> Reply:
    try:
        stands = look_up.known_framework(framework, service)
    except BeingDeleted:
        # Whoever began it had what was there before their eyes; what is left is to be gone.
        return Reply({"framework": framework, "deleted_items": curate.delete_framework(framework, 0, service)})
    if stands is None:
        raise NotFound("framework", framework, [one.id for one in service.registers.frameworks()])
    _demand_match(request, shapes.known_framework(stands))
    return Reply({"framework": framework, "deleted_items": curate.delete_framework(framework, stands.version, service)})


def _put_profile(request: Request, caller: Caller, name: str, service: Service) -> Reply:
    from chalicelib.api.write_forms import ProfileForm

    profile = _profile(name, form(request, ProfileForm))
    stands = service.profiles.get(name)
    curate.check_profile(profile, service)
    _demand_match(request, shapes.stored_profile(stands) if stands else None)
    made = service.profiles.put(profile, after=stands.version if stands else 0, by=caller.token)
    return _representation(shapes.stored_profile(made), is_new=stands is None)


def _profile(name: str, given: ProfileForm) -> Profile:
    faults = [
        InputFault(f"/reasons/{one}", "missing", f"the weight of {one!r} has no reason", "say why it weighs what it does")
        for one in given.weights
        if one not in given.reasons
    ]
    faults += [
        InputFault(
            f"/reasons/{one}", "without_weight", f"there is a reason for {one!r}, but no weight", "give it a weight, or leave it out"
        )
        for one in given.reasons
        if one not in given.weights
    ]
    if faults:
        raise InvalidRequest(faults)
    try:
        return Profile(
            name,
            summary=given.summary,
            title=given.title,
            weights={one: Weight(value, given.reasons[one]) for one, value in given.weights.items()},
            gates=gates_of(given.gates),
        )
    except InvalidValue as error:
        place, code = ("", "invalid_value") if is_name(name) else ("/name", "invalid_name")
        raise InvalidRequest([InputFault(place, code, str(error), error.fix or "see the message")]) from error


def _demand_match(request: Request, shown: dict[str, Any] | None) -> None:
    """Holds a write to what GET showed its caller; `shown` is what it shows now, None if nothing is there."""
    tag = entity_tag(JSON, as_text(shown)) if shown is not None else None
    demand_match(header(request, "if-match") or "", header(request, "if-none-match") or "", tag)


def _representation(shown: dict[str, Any], *, is_new: bool) -> Reply:
    """What was written, as GET shows it, with its tag for the next write."""
    return Reply(shown, HTTPStatus.CREATED if is_new else HTTPStatus.OK, {"ETag": entity_tag(JSON, as_text(shown))})
