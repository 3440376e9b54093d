"""Score: a question in, a scorecard out."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from chalicelib.use_cases.faults import InputFault, InvalidRequest
from chalicelib.use_cases.question import Question, faults_beside_frameworks, faults_of_frameworks, profile_of
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue, Fault, Stage
from frameworth.errors import MethodFailed
from frameworth.evidence import Evidence
from frameworth.findings import Outcome
from frameworth.judging import WhenMissing
from frameworth.names import is_slug
from frameworth.observing import told_of
from frameworth.opinions import unsupported
from frameworth.profiles import Gate, Profile
from frameworth.score import score
from frameworth.scorecard import Row, Scorecard
from frameworth.weighting import profile_weights

# How much of the ranking is shown when the whole catalogue was asked for.
CATALOGUE_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """A scorecard, with what was asked made explicit.

    `evidence` is what was scored. `profile` is what the profile `asked_by` is called, both None if the caller gave weights. `limit` cuts
    only what is shown. `figures_alone` is the other reading, without opinions, where opinions were read.
    """

    question: Question
    profile: str | None
    scorecard: Scorecard
    limit: int
    total: int
    warnings: tuple[str, ...]
    figures_alone: Scorecard | None
    evidence: tuple[Evidence, ...]
    asked_by: Profile | None


def ask(question: Question, service: Service) -> Answer:
    """Answers a question. Raises `InvalidRequest` that names everything that is wrong with it, and `StorageUnavailable`."""
    found = profile_of(question, service)
    faults = faults_beside_frameworks(question, found, service)
    as_of = question.as_of or service.today()
    names = list(question.frameworks) if question.frameworks is not None else [one.id for one in service.registers.frameworks()]
    sound = [name for name in dict.fromkeys(names) if is_slug(name)]
    evidence = service.store.evidence(sound, as_of=as_of, opinions=question.opinions)
    archived = service.store.archived(evidence)
    if question.frameworks is not None:
        faults += faults_of_frameworks(question.frameworks, evidence, service)
    else:
        evidence = {name: known for name, known in evidence.items() if name not in archived}
    if faults:
        raise InvalidRequest(faults)
    catalogue = service.catalogue
    profile = found.profile if found else None
    weights = profile_weights(profile, catalogue.criteria, question.emphasis) if profile else question.weights or {}
    gates = (*(profile.gates if profile else ()), *question.gates)
    scorecard, figures_alone = _both_readings(question, tuple(evidence.values()), weights, gates, as_of, service)
    _tell_observers(scorecard, service)
    return Answer(
        question,
        found.label if found else None,
        scorecard,
        limit=question.limit or (CATALOGUE_LIMIT if question.frameworks is None else max(1, len(names))),
        total=len(evidence),
        warnings=(
            *_warnings(question, profile, service),
            *_archived(evidence, archived),
            *_judge_warnings(scorecard, service),
            *_claims(scorecard, catalogue),
        ),
        figures_alone=figures_alone,
        evidence=tuple(evidence.values()),
        asked_by=profile,
    )


def _both_readings(
    question: Question, evidence: Sequence[Evidence], weights: Mapping[str, float], gates: Sequence[Gate], as_of: date, service: Service
) -> tuple[Scorecard, Scorecard | None]:
    """The scorecard, and that by figures alone where opinions were read."""
    judge = partial(
        score,
        evidence,
        service.catalogue.criteria,
        weights,
        as_of=as_of,
        when_missing=question.when_missing,
        gates=gates,
        method=service.catalogue.methods[question.method],
        clock=service.clock,
        # What an observer was told of is in its hands, so it is not used again.
        judgements=None if service.catalogue.observers else service.judgements,
    )
    try:
        scorecard = judge(opinions=question.opinions)
        has_opinions = any(row.opinion_share > 0 for row in rows_of(scorecard))
        return scorecard, judge(opinions=False) if has_opinions else None
    except MethodFailed as error:
        raise InvalidRequest([_method_fault(error, service)]) from error


def _method_fault(error: MethodFailed, service: Service) -> InputFault:
    """A method that broke leaves nothing to answer; another one can be asked for."""
    service.remember(Fault(error.provider, Stage.AGGREGATE, f"method {error.method!r}: {error.fault}"), error.method)
    others = ", ".join(name for name in service.catalogue.methods if name != error.method)
    return InputFault("/method", "method_failed", str(error), f"ask for another method: {others}")


def _tell_observers(scorecard: Scorecard, service: Service) -> None:
    for observer in service.catalogue.observers:
        fault = told_of(observer, scorecard)
        service.trace(observer.provider, "frameworth_scored", fault or "told")
        if fault:
            service.remember(Fault(observer.provider, Stage.OBSERVE, f"frameworth_scored: {fault}"), "frameworth_scored")


def rows_of(scorecard: Scorecard) -> list[Row]:
    """Every row that was judged, ranked or not, by framework."""
    rows = [ranked.row for ranked in scorecard.ranking] + [unranked.row for unranked in scorecard.not_ranked if unranked.row]
    return sorted(rows, key=lambda row: row.framework)


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


def _archived(asked: Collection[str], archived: Container[str]) -> list[str]:
    """Names the frameworks that are scored because they were named, although the catalogue no longer recommends them."""
    return [
        f"framework {name!r} is archived: it is scored because it was named, and left out of the whole catalogue"
        for name in asked
        if name in archived
    ]


def _judge_warnings(scorecard: Scorecard, service: Service) -> list[str]:
    """Names every judge that broke, and remembers it for /health."""
    failed: dict[str, tuple[str, list[str]]] = {}
    for row in rows_of(scorecard):
        for name, finding in row.findings.items():
            if finding.outcome is Outcome.FAILED:
                failed.setdefault(name, (finding.because, []))[1].append(row.framework)
    for name, (because, _) in failed.items():
        service.remember(Fault(service.catalogue.criteria[name].provider, Stage.JUDGE, f"criterion {name!r}: {because}"), name)
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
