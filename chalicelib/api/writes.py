"""The routes that write: observations and their withdrawal, frameworks, profiles. Each needs a token with the scope that it names.

What becomes of such a request is imported with the first: most processes only read, and are to start quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.access import Caller
from chalicelib.api.catalogue import FRAMEWORK
from chalicelib.api.offers import name_of
from chalicelib.api.operations import Parameter
from chalicelib.api.received import name_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.use_cases.service import Service

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
        from chalicelib.api import recording

        requests.no_parameters(request)
        return recording.record(request, caller, service())

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
        from chalicelib.api import recording

        requests.no_parameters(request)
        return recording.withdraw(request, caller, name_typed(framework), name_typed(id), service())

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
            "name": "Masonite",
            "package": "masonite",
            "repository": "https://github.com/MasoniteFramework/masonite",
        },
    )
    def put_framework(request: Request, caller: Caller, framework: str) -> Reply:
        """Enters a framework, or replaces the entry of one; its history stays."""
        from chalicelib.api import entries

        requests.no_parameters(request)
        return entries.put_framework(request, caller, name_typed(framework), service())

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
        from chalicelib.api import entries

        requests.no_parameters(request)
        return entries.delete_framework(request, name_typed(framework), service())

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
        from chalicelib.api import entries

        requests.no_parameters(request)
        return entries.put_profile(request, caller, name_typed(name), service())

    return writes
