"""The badge: a small picture for a README of one's own, of how a framework scores for a kind of project.

Whoever shows one can't mend it when a name is misspelt, so a name that there is not gives a grey badge that says so, not an error.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.operations import JSON, SVG, Parameter, format_parameter
from chalicelib.api.received import name_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.use_cases.faults import InputFault, InvalidRequest
from chalicelib.use_cases.look_up import names_of
from chalicelib.use_cases.question import DEFAULT_PROFILE, Question, find_profile
from chalicelib.use_cases.score import ask
from chalicelib.use_cases.service import Service
from frameworth.names import shortened
from frameworth.scorecard import Ranked, Scorecard
from frameworth.shown import shown_score, whole_points

if TYPE_CHECKING:
    from chalicelib.api.formats.badge import Badge

FORMATS = {"svg": SVG, "shields": JSON}
# Of any length: what there is not gives a badge that says so.
_FRAMEWORK = Parameter(
    "framework", about="Id of a framework; of one that there is not the badge is grey.", schema={"type": "string"}, place="path"
)
_PROFILE = Parameter("profile", about="A kind of project, as in /v1/profiles.", schema={"type": "string", "default": DEFAULT_PROFILE})
_DAY = Parameter("as_of", about="What could be known on this day; left out, today (UTC).", schema={"type": "string", "format": "date"})
_PARAMETERS = (_PROFILE, _DAY, format_parameter(FORMATS))


def routes(service: Callable[[], Service]) -> Routes:
    """`GET /badge/{framework}`."""
    badges = Routes(__name__, service)

    @badges.reads(
        "/badge/{framework}",
        answer="ShieldsBadge",
        formats=(SVG, JSON),
        format_names=FORMATS,
        parameters=(_FRAMEWORK, *_PARAMETERS),
        problems=(HTTPStatus.UNPROCESSABLE_ENTITY,),
        example="/badge/flask?profile=microservice",
    )
    def show_badge(request: Request, framework: str) -> Reply:
        """A badge: how a framework scores for a kind of project, its rank in the whole catalogue, and of when its newest figure is.

        A framework or profile that there is not gives a grey badge that says so. `shields` is what an endpoint badge of shields.io takes.
        """
        faults: list[InputFault] = []
        given = requests.parameters(request, [one.name for one in _PARAMETERS], faults, FORMATS)
        day = requests.date_parameter("as_of", given.get("as_of"), faults)
        if faults:
            raise InvalidRequest(faults)
        made = badge(name_typed(framework), Question(profile=given.get("profile", DEFAULT_PROFILE), as_of=day), service())
        return Reply(made.shields(), written={SVG: made.svg})

    return badges


def badge(framework: str, question: Question, service: Service) -> Badge:
    """What is to be said of a framework. Raises `InvalidRequest` for a day that is yet to come."""
    from chalicelib.api.formats.badge import UNKNOWN, Badge

    found = find_profile(question.profile or DEFAULT_PROFILE, service)
    if found is None:
        told = f"no profile is called {shortened(question.profile or DEFAULT_PROFILE)}"
        return Badge("Frameworth", "unknown profile", told, UNKNOWN)
    label, name = found.profile.title, names_of(service).get(framework)
    if name is None:
        return Badge(label, "unknown framework", f"no framework is called {shortened(framework)}", UNKNOWN)
    card = ask(question, service).scorecard
    ranked = next((one for one in card.ranking if one.row.framework == framework), None)
    if ranked is None:
        return Badge(label, "not ranked", f"{name} is not ranked for {label}, by figures up to {card.as_of}", UNKNOWN)
    return _of(name, label, ranked, card)


def _of(name: str, label: str, ranked: Ranked, card: Scorecard) -> Badge:
    from chalicelib.api.formats.badge import Badge

    days = [reading.figure.observed_on for finding in ranked.row.findings.values() for reading in finding.readings if reading.figure]
    score, of = shown_score(ranked.row.score), len(card.ranking)
    month = f"{max(days):%Y-%m}"
    return Badge(
        f"{name} · {label}",
        f"{whole_points(score)} of 100 · #{ranked.rank} of {of} · {month}",
        f"{name} for {label}: {score} of 100, rank {ranked.rank} of {of}, by figures up to {month}",
    )
