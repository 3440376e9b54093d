"""The address of the page: what /v1/scores takes, a profile whose weights were changed, and the frameworks to look at side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.asking import PARAMETERS
from chalicelib.api.forms import ScoreForm
from chalicelib.api.operations import Parameter
from chalicelib.api.scorecard import query_of
from chalicelib.use_cases.faults import InputFault, unknown
from chalicelib.use_cases.question import NamedProfile, Question, find_profile, names_of_profiles
from chalicelib.use_cases.service import Service

PAGE_PARAMETERS = (
    *PARAMETERS,
    Parameter(
        "weight",
        about="A weight of one's own for each criterion, as the page's form sends it: weight[jobs]=20&weight[performance]=5. With a "
        "profile, whose requirements stay, the page says that it was changed; left out, the weights are the profile's.",
        schema={"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
        style="deepObject",
    ),
    Parameter(
        "picks",
        about="A framework to show side by side with others, given once for each, or several separated by commas; left out, the three that "
        "lead.",
        schema={"type": "array", "items": {"type": "string", "maxLength": 63}},
        style="form",
    ),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the page is asked to show. `changed` is the profile whose weights were changed; its requirements are in the question."""

    question: Question
    changed: NamedProfile | None
    picks: Sequence[str] | None


def sight(request: Request, service: Service) -> Sight:
    """What an address asks for. Raises `InvalidRequest`."""
    faults: list[InputFault] = []
    of_criteria = {f"weight[{name}]": name for name in service.catalogue.criteria}
    given = requests.parameters(request, (*ScoreForm.model_fields, "format", "picks", *of_criteria), faults, repeated=("picks",))
    picks = given.pop("picks", None)
    if own := {of_criteria[name]: given.pop(name) for name in of_criteria if name in given}:
        if "weights" in given:
            faults.append(InputFault("/weights", "duplicate", "weights and weight[…] are both given", "give one of the two"))
        # A field that was emptied is a criterion that does not count.
        given["weights"] = ",".join(f"{name}:{number or 0}" for name, number in own.items())
    changed = None
    if "weights" in given and "profile" in given:
        name = given.pop("profile")
        changed = find_profile(name, service)
        if changed is None:
            faults.append(unknown("/profile", "profile", name, names_of_profiles(name, service)))
    question = requests.question_of(given, faults, service).question
    if changed:
        question = replace(
            question, gates=(*changed.profile.gates, *(gate for gate in question.gates if gate not in changed.profile.gates))
        )
    return Sight(question, changed, [one for one in picks.split(",") if one] if picks is not None else None)


def address_of(question: Question, profile: str | None, changed: NamedProfile | None, picks: Sequence[str] | None = None) -> str:
    """What `sight` reads, as a query string; a question without a day keeps being of the day on which it is opened."""
    if changed:
        question = replace(question, gates=[gate for gate in question.gates if gate not in changed.profile.gates])
    day = question.as_of.isoformat() if question.as_of else None
    query = query_of(question, changed.label if changed else profile, day)
    return f"{query}&picks={','.join(picks)}" if picks is not None else query
