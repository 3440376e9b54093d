"""A question, and everything that is wrong with it at once."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chalicelib.storage.profiles import StoredProfile
from chalicelib.use_cases.faults import InputFault, escaped, unknown
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue
from frameworth.errors import InvalidValue
from frameworth.judging import WhenMissing
from frameworth.names import is_name, is_slug, nearest, shortened
from frameworth.profiles import Gate, Profile
from frameworth.weighting import normalised, profile_weights

DEFAULT_PROFILE = "balanced"
DEFAULT_METHOD = "additive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a caller asks. `frameworks` None is the whole catalogue, `as_of` None is today, `limit` None the default."""

    frameworks: Sequence[str] | None = None
    profile: str | None = None
    weights: Mapping[str, float] | None = None
    emphasis: Mapping[str, float] = field(default_factory=dict)
    as_of: date | None = None
    opinions: bool = True
    when_missing: WhenMissing = WhenMissing.NEUTRAL
    gates: Sequence[Gate] = ()
    method: str = DEFAULT_METHOD
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class NamedProfile:
    """A profile and what it is called in questions: its name, and with that the version of one that is stored, such as `ours@3`."""

    label: str
    profile: Profile
    stored: StoredProfile | None = None


def find_profile(name: str, service: Service) -> NamedProfile | None:
    """The profile of a plugin, or else one that is stored, in its last version unless the name says which."""
    offered = service.catalogue.profiles.get(name)
    if offered is not None:
        return NamedProfile(name, offered)
    bare, at, version = name.partition("@")
    if not is_name(bare) or (at and not (version.isascii() and version.isdigit() and 1 <= len(version) <= 6)):
        return None
    stored = service.profiles.get(bare, int(version) if at else None)
    return NamedProfile(f"{bare}@{stored.version}", stored.profile, stored) if stored else None


def names_of_profiles(asked: str, service: Service) -> list[str]:
    """The names by which profiles can be asked for; with its last version where another version of a stored one was asked for."""
    stored = service.profiles.all()
    versions = [f"{one.profile.name}@{one.version}" for one in stored if asked.startswith(f"{one.profile.name}@")]
    return [*service.catalogue.profiles, *(one.profile.name for one in stored), *versions]


def profile_of(question: Question, service: Service) -> NamedProfile | None:
    """The profile that a question is asked by; None if it gives weights, or if there is none of this name."""
    if question.weights is not None and question.profile is None:
        return None
    return find_profile(question.profile or DEFAULT_PROFILE, service)


def faults_of(question: Question, service: Service) -> list[InputFault]:
    """Everything that is wrong with the names and numbers of a question, without answering it."""
    faults = faults_beside_frameworks(question, profile_of(question, service), service)
    if question.frameworks is not None:
        sound = [name for name in dict.fromkeys(question.frameworks) if is_slug(name)]
        faults += faults_of_frameworks(question.frameworks, service.store.known(sound) if sound else (), service)
    return faults


def faults_beside_frameworks(question: Question, profile: NamedProfile | None, service: Service) -> list[InputFault]:
    """What is wrong with a question that is asked by this profile, beside its frameworks, which only a look at the table can tell."""
    faults = [*_faults_of_weights(question, service.catalogue), *_faults_of_gates(question, service)]
    name = question.profile or (DEFAULT_PROFILE if question.weights is None else None)
    if name is not None and profile is None:
        faults.append(unknown("/profile", "profile", name, names_of_profiles(name, service)))
    faults += _faults_of_method(question, service.catalogue)
    if question.as_of is not None and question.as_of > service.today():
        told = f"{question.as_of} is after today, {service.today()} (UTC)"
        faults.append(InputFault("/as_of", "in_the_future", told, "name a day up to today, or leave it out"))
    # What is left of the weights can be summed up only once each of them is sound.
    return faults or _faults_of_sums(question, profile, service.catalogue)


def faults_of_frameworks(asked: Sequence[str], known: Container[str], service: Service) -> list[InputFault]:
    """What is wrong with the frameworks of a question; `known` are those of them that the catalogue holds."""
    if not asked:
        return [InputFault("/frameworks", "too_few", "no framework is named", "name one or more, or leave it out for the whole catalogue")]
    faults: list[InputFault] = []
    for place, name in enumerate(asked):
        pointer = f"/frameworks/{place}"
        if name in asked[:place]:
            faults.append(InputFault(pointer, "duplicate", f"{shortened(name)} is named twice", "name each framework once"))
        elif not is_slug(name):
            near = nearest(name.strip(), (one.id for one in service.registers.frameworks()))
            fix = f"did you mean {' or '.join(near)}?" if near else "use 1 to 63 of a-z, 0-9 and '-', such as 'django'"
            faults.append(InputFault(pointer, "invalid_id", f"{shortened(name)} is no framework id", fix))
        elif name not in known:
            faults.append(unknown(pointer, "framework", name, [one.id for one in service.registers.frameworks()]))
    return faults


def _faults_of_weights(question: Question, catalogue: Catalogue) -> list[InputFault]:
    faults: list[InputFault] = []
    if question.weights is not None:
        both = [name for name, given in (("profile", question.profile is not None), ("emphasis", bool(question.emphasis))) if given]
        faults += [
            InputFault(f"/{name}", "weights_and_profile", f"weights and {name} are both given", "give one of the two") for name in both
        ]
    for member, named in (("weights", question.weights or {}), ("emphasis", question.emphasis)):
        for name, number in named.items():
            pointer = f"/{member}/{escaped(name)}"
            if not (math.isfinite(number) and number >= 0):
                faults.append(InputFault(pointer, "invalid_number", f"{member} of {shortened(name)} is {number!r}", "use 0 or more"))
            if name not in catalogue.criteria:
                faults.append(unknown(pointer, "criterion", name, catalogue.criteria))
    return faults


def _faults_of_sums(question: Question, profile: NamedProfile | None, catalogue: Catalogue) -> list[InputFault]:
    """Whether any weight above 0 is left, by weights alone or by a profile with its emphasis."""
    member = "emphasis" if question.weights is None else "weights"
    try:
        if question.weights is not None:
            normalised(question.weights, catalogue.criteria)
        elif profile is not None:
            profile_weights(profile.profile, catalogue.criteria, question.emphasis)
    except InvalidValue:
        return [InputFault(f"/{member}", "no_weight", f"these {member} leave no weight above 0", "keep one criterion above 0")]
    return []


def _faults_of_method(question: Question, catalogue: Catalogue) -> list[InputFault]:
    if question.method not in catalogue.methods:
        return [unknown("/method", "method", question.method, catalogue.methods)]
    if question.when_missing is WhenMissing.IGNORE and not catalogue.methods[question.method].adds_up:
        message = f"when_missing 'ignore' gives each framework weights of its own, which method {question.method!r} can't take"
        return [InputFault("/when_missing", "method_and_when_missing", message, "leave one of the two out")]
    return []


def _faults_of_gates(question: Question, service: Service) -> list[InputFault]:
    strange = [(place, gate.metric) for place, gate in enumerate(question.gates) if gate.metric not in service.catalogue.metrics]
    if not strange:
        return []
    known = {metric.name for metric in service.registers.metrics()} | set(service.catalogue.metrics)
    return [unknown(f"/gates/{place}/metric", "metric", name, known) for place, name in strange if name not in known]
