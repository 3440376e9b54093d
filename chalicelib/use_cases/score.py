"""Score: a question in, a scorecard out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from chalicelib.use_cases.faults import InputFault, InvalidRequest, unknown
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue, Fault, Stage
from frameworth.disagreement import Disagreement, disagreements
from frameworth.errors import InvalidValue
from frameworth.findings import Outcome
from frameworth.judging import WhenMissing
from frameworth.names import is_slug, shortened
from frameworth.opinions import opinion_share, unsupported
from frameworth.profiles import Gate, Profile
from frameworth.score import score
from frameworth.scorecard import Row, Scorecard
from frameworth.weighting import normalised, profile_weights

DEFAULT_PROFILE = "balanced"
# How much of the ranking is shown when the whole catalogue was asked for.
CATALOGUE_LIMIT = 10


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
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A scorecard, with what was asked made explicit.

    `profile` is None if the caller gave weights; `limit` cuts only what is shown. `figures_alone` is the other reading, without opinions,
    where opinions were read.
    """

    question: Question
    profile: str | None
    scorecard: Scorecard
    limit: int
    total: int
    warnings: tuple[str, ...]
    figures_alone: Scorecard | None
    disagreements: tuple[Disagreement, ...]


def ask(question: Question, service: Service) -> Answer:
    """Answers a question. Raises `InvalidRequest` that names everything that is wrong with it, and `StorageUnavailable`."""
    faults = faults_of_names(question, service)
    as_of = question.as_of or service.today()
    names = list(question.frameworks) if question.frameworks is not None else [one.id for one in service.registers.frameworks()]
    sound = [name for name in dict.fromkeys(names) if is_slug(name)]
    evidence = service.store.evidence(sound, as_of=as_of, opinions=question.opinions)
    if question.frameworks is not None:
        faults += _unknown_frameworks(question.frameworks, evidence, service)
    if faults:
        raise InvalidRequest(faults)
    catalogue = service.catalogue
    if question.weights is not None:
        profile, weights = None, question.weights
    else:
        profile = catalogue.profiles[question.profile or DEFAULT_PROFILE]
        weights = profile_weights(profile, catalogue.criteria, question.emphasis)
    judge = partial(
        score,
        evidence.values(),
        catalogue.criteria,
        weights,
        as_of=as_of,
        when_missing=question.when_missing,
        gates=(*(profile.gates if profile else ()), *question.gates),
    )
    scorecard = judge(opinions=question.opinions)
    has_opinions = any(opinion_share(row) > 0 for row in rows_of(scorecard))
    return Answer(
        question,
        profile.name if profile else None,
        scorecard,
        limit=question.limit or (CATALOGUE_LIMIT if question.frameworks is None else max(1, len(names))),
        total=len(evidence),
        warnings=(*_warnings(question, profile, service), *_judge_warnings(scorecard, service), *_claims(scorecard, catalogue)),
        figures_alone=judge(opinions=False) if has_opinions else None,
        disagreements=disagreements(evidence.values(), catalogue.criteria, as_of, opinions=question.opinions),
    )


def rows_of(scorecard: Scorecard) -> list[Row]:
    """Every row that was judged, ranked or not, by framework."""
    rows = [ranked.row for ranked in scorecard.ranking] + [unranked.row for unranked in scorecard.not_ranked if unranked.row]
    return sorted(rows, key=lambda row: row.framework)


def faults_of(question: Question, service: Service) -> list[InputFault]:
    """Everything that is wrong with the names and numbers of a question, without answering it."""
    faults = faults_of_names(question, service)
    if question.frameworks is not None:
        sound = [name for name in dict.fromkeys(question.frameworks) if is_slug(name)]
        faults += _unknown_frameworks(question.frameworks, service.store.known(sound) if sound else (), service)
    return faults


def faults_of_names(question: Question, service: Service) -> list[InputFault]:
    """What is wrong with a question beside its frameworks."""
    catalogue = service.catalogue
    faults: list[InputFault] = []
    if question.weights is not None:
        for field_name, given in (("profile", question.profile is not None), ("emphasis", bool(question.emphasis))):
            if given:
                faults.append(
                    InputFault(f"/{field_name}", "weights_and_profile", f"weights and {field_name} are both given", "give one of the two")
                )
        if all(weight == 0 for weight in question.weights.values()):
            faults.append(InputFault("/weights", "no_weight", "no weight is above 0", "give at least one criterion a positive weight"))
    if question.profile is not None and question.profile not in catalogue.profiles:
        faults.append(unknown("/profile", "profile", question.profile, catalogue.profiles))
    for field_name, named in (("weights", question.weights or {}), ("emphasis", question.emphasis)):
        faults += [
            InputFault(
                f"/{field_name}/{_escaped(name)}", "invalid_number", f"{field_name} of {shortened(name)} is {number!r}", "use 0 or more"
            )
            for name, number in named.items()
            if not (math.isfinite(number) and number >= 0)
        ]
        faults += [
            unknown(f"/{field_name}/{_escaped(name)}", "criterion", name, catalogue.criteria)
            for name in named
            if name not in catalogue.criteria
        ]
    if question.as_of is not None and question.as_of > service.today():
        faults.append(
            InputFault(
                "/as_of",
                "in_the_future",
                f"{question.as_of} is after today, {service.today()} (UTC)",
                "name a day up to today, or leave it out",
            )
        )
    for place, gate in enumerate(question.gates):
        if gate.metric not in catalogue.metrics:
            registered = {metric.name for metric in service.registers.metrics()}
            if gate.metric not in registered:
                faults.append(unknown(f"/gates/{place}/metric", "metric", gate.metric, registered | set(catalogue.metrics)))
    if not faults and question.weights is None and question.emphasis:
        try:
            profile_weights(catalogue.profiles[question.profile or DEFAULT_PROFILE], catalogue.criteria, question.emphasis)
        except InvalidValue:
            faults.append(
                InputFault("/emphasis", "no_weight", "this emphasis leaves no weight above 0", "keep one criterion of the profile above 0")
            )
    if not faults and question.weights is not None:
        try:
            normalised(question.weights, catalogue.criteria)
        except InvalidValue as error:
            faults.append(InputFault("/weights", "no_weight", str(error), "use numbers of 0 or more, one above 0"))
    return faults


def _unknown_frameworks(
    asked: Sequence[str], known: Mapping[str, object] | set[str] | tuple[str, ...], service: Service
) -> list[InputFault]:
    faults: list[InputFault] = []
    if not asked:
        return [InputFault("/frameworks", "too_few", "no framework is named", "name one or more, or leave it out for the whole catalogue")]
    for place, name in enumerate(asked):
        pointer = f"/frameworks/{place}"
        if name in asked[:place]:
            faults.append(InputFault(pointer, "duplicate", f"{shortened(name)} is named twice", "name each framework once"))
        elif not is_slug(name):
            faults.append(
                InputFault(
                    pointer, "invalid_id", f"{shortened(name)} is no framework id", "use 1 to 63 of a-z, 0-9 and '-', such as 'django'"
                )
            )
        elif name not in known:
            faults.append(unknown(pointer, "framework", name, [one.id for one in service.registers.frameworks()]))
    return faults


def _warnings(question: Question, profile: Profile | None, service: Service) -> list[str]:
    """What a caller should know although the question was answered."""
    warnings: list[str] = []
    if profile is not None:
        criteria = service.catalogue.criteria
        bare = profile_weights(profile, criteria)
        warnings += [
            f"emphasis on {name!r} has no effect: profile {profile.name!r} gives it no weight; use weights instead"
            for name in question.emphasis
            if bare[name] == 0
        ]
        warnings += [
            f"profile {profile.name!r} weighs {name!r}, which no plugin offers here; the other weights share its part"
            for name in sorted(profile.weights)
            if name not in criteria
        ]
    if question.when_missing is WhenMissing.IGNORE:
        warnings.append("when_missing is 'ignore': gaps are left out of a score, which rewards a framework for hiding bad figures")
    return warnings


def _judge_warnings(scorecard: Scorecard, service: Service) -> list[str]:
    """Names every judge that broke, and remembers it for /health."""
    failed: dict[str, tuple[str, list[str]]] = {}
    for row in rows_of(scorecard):
        for name, finding in row.findings.items():
            if finding.outcome is Outcome.FAILED:
                failed.setdefault(name, (finding.because, []))[1].append(row.framework)
    for name, (because, _) in failed.items():
        service.judge_faults[name] = Fault(service.catalogue.criteria[name].provider, Stage.JUDGE, f"criterion {name!r}: {because}")
    return [
        f"criterion {name!r} counts as missing for {', '.join(frameworks)}: {because}" for name, (because, frameworks) in failed.items()
    ]


def _claims(scorecard: Scorecard, catalogue: Catalogue) -> list[str]:
    """Where opinions about the two first see more than their figures show."""
    if len(scorecard.ranking) < 2:
        return []
    claims: list[str] = []
    for one in unsupported(scorecard.ranking[0].row, scorecard.ranking[1].row):
        title = catalogue.criteria[one.criterion].title.lower()
        found = f"the figures bear out {100 * one.found:.0f}" if one.found > 0 else f"by the figures it is {-100 * one.found:.0f} behind"
        claims.append(f"opinions put {one.favourite} {100 * one.claimed:.0f} points ahead of {one.other} on {title}; {found}")
    return claims


def _escaped(name: str) -> str:
    """A name as a token of a JSON pointer (RFC 6901)."""
    return shortened(name)[1:-1].replace("~", "~0").replace("/", "~1")
