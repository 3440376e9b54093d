"""Outlook: an answer with all that is needed to weigh it again, so that whoever looks can move a weight and see what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.use_cases.question import NamedProfile, Question, find_profile
from chalicelib.use_cases.score import Answer, ask
from chalicelib.use_cases.service import Service
from frameworth.criteria import Criterion
from frameworth.evidence import Evidence
from frameworth.findings import Columns, Finding, Outcome
from frameworth.judgements import Judged, Judgements
from frameworth.profiles import Gate, Profile
from frameworth.rank import ranked
from frameworth.score import has_enough, score, weighed
from frameworth.scorecard import Ranked, Scorecard
from frameworth.weighting import profile_weights

# As many frameworks as a page can hold that people read; of more the best are shown.
MOST_SHOWN = 40
# The oldest charts of the comparison of 2018 are of this year, and few figures are older.
FIRST_YEAR = 2015


@dataclass(frozen=True, slots=True)
class Outlook:
    """An answer and what other weights would make of it.

    `changed` is the profile whose weights were changed, if the question gives weights of its own in its place. `judged` holds every
    framework that is shown, those that a requirement keeps out as well; `alone` the same by figures alone, empty where no opinion counts.
    `profiles` are those to choose from and `cards` what each says of the same candidates. `years` holds, by the last day of each year that
    was over, what was found out about frameworks released by then.
    """

    answer: Answer
    changed: NamedProfile | None
    judged: Mapping[str, Judged]
    alone: Mapping[str, Judged]
    profiles: Mapping[str, Profile]
    cards: Mapping[str, Scorecard]
    years: Mapping[date, Mapping[str, Judged]]

    @property
    def is_changed(self) -> bool:
        """Whether the weights are those of a profile, changed."""
        return self.changed is not None or bool(self.answer.question.emphasis)

    @property
    def others(self) -> int:
        """How many candidates are not shown."""
        return self.answer.total - len(self.judged)

    def ranking_on(self, day: date) -> tuple[Ranked, ...]:
        """How those who were released by then ranked, at the weights that were asked for; requirements are not looked at."""
        answer = self.answer
        rows = (
            weighed(framework, one.findings, answer.scorecard.weights, answer.question.when_missing, one.columns)
            for framework, one in self.years[day].items()
        )
        return ranked([row for row in rows if has_enough(row.known)])

    @property
    def asked_gates(self) -> tuple[Gate, ...]:
        """Requirements of the question itself, whatever the profile."""
        return _own_gates(self.answer.question, self.changed)


def look(question: Question, service: Service, changed: NamedProfile | None = None) -> Outlook:
    """All of it. Raises what `ask` raises."""
    answer = ask(question, service)
    card = answer.scorecard
    order = [*(one.row.framework for one in card.ranking), *(one.framework for one in card.not_ranked)][:MOST_SHOWN]
    shown = sorted((one for one in answer.evidence if one.framework in set(order)), key=lambda one: one.framework)
    asked_by = changed or (find_profile(answer.profile, service) if answer.profile else None)
    stored = {asked_by.label: asked_by.profile} if asked_by and asked_by.stored else {}
    profiles = {**service.catalogue.profiles, **stored}
    own_gates = _own_gates(question, changed)
    once = _Once(_judgements(service))
    return Outlook(
        answer,
        changed,
        judged=_judged(shown, answer, service, once, opinions=question.opinions),
        alone=_judged(shown, answer, service, once, opinions=False) if answer.figures_alone else {},
        profiles=profiles,
        cards={name: _card(profile, own_gates, answer, service, once) for name, profile in profiles.items()},
        years=_years(shown, answer, service),
    )


def _own_gates(question: Question, changed: NamedProfile | None) -> tuple[Gate, ...]:
    of_profile = changed.profile.gates if changed else ()
    return tuple(gate for gate in question.gates if gate not in of_profile)


class _Once(Judgements):
    """What was found out about the candidates of one answer, which is the same for every profile: so judges are asked once for all."""

    def __init__(self, judgements: Judgements) -> None:
        super().__init__()
        self._judgements = judgements
        self._found: dict[bool, list[Judged]] = {}

    def of(self, candidates: Iterable[Evidence], criteria: Mapping[str, Criterion], *, opinions: bool, **how: Any) -> list[Judged]:
        if opinions not in self._found:
            self._found[opinions] = self._judgements.of(candidates, criteria, opinions=opinions, **how)
        return self._found[opinions]


def _judgements(service: Service) -> Judgements:
    # What an observer was told of is in its hands, so it is not used again.
    return Judgements() if service.catalogue.observers else service.judgements


def _judged(shown: Sequence[Evidence], answer: Answer, service: Service, once: Judgements, *, opinions: bool) -> dict[str, Judged]:
    found = once.of(
        answer.evidence,
        service.catalogue.criteria,
        as_of=answer.scorecard.as_of,
        opinions=opinions,
        when_missing=answer.question.when_missing,
        clock=service.clock,
    )
    by_framework = {one.evidence.framework: one for one in found}
    return {one.framework: by_framework[one.framework] for one in shown}


def _card(profile: Profile, gates: Sequence[Gate], answer: Answer, service: Service, once: Judgements) -> Scorecard:
    """What a profile says of the same candidates, asked in the same way."""
    catalogue, question = service.catalogue, answer.question
    return score(
        answer.evidence,
        catalogue.criteria,
        profile_weights(profile, catalogue.criteria),
        as_of=answer.scorecard.as_of,
        opinions=question.opinions,
        when_missing=question.when_missing,
        gates=(*profile.gates, *gates),
        method=answer.scorecard.method,
        clock=service.clock,
        judgements=once,
    )


def _years(shown: Sequence[Evidence], answer: Answer, service: Service) -> dict[date, dict[str, Judged]]:
    """From the newest year to the oldest, so that a judge that breaks is not asked again for every year before."""
    as_of, question = answer.scorecard.as_of, answer.question
    days = [date(year, 12, 31) for year in range(FIRST_YEAR, as_of.year) if date(year, 12, 31) < as_of]
    then = service.store.earlier([one.framework for one in shown], days, opinions=question.opinions)
    criteria, judgements = service.catalogue.criteria, _judgements(service)
    years: dict[date, dict[str, Judged]] = {}
    broken: set[str] = set()
    for day in reversed(days):
        released = [one for one in then[day].values() if not one.released or one.released <= day]
        asked = {name: criterion for name, criterion in criteria.items() if name not in broken} if broken else criteria
        found = judgements.of(
            released, asked, as_of=day, opinions=question.opinions, when_missing=question.when_missing, clock=service.clock
        )
        years[day] = {one.evidence.framework: _whole(one, criteria) for one in found}
        broken |= {name for one in found for name, finding in one.findings.items() if finding.outcome is Outcome.FAILED}
    return dict(reversed(years.items()))


def _whole(judged: Judged, criteria: Mapping[str, Criterion]) -> Judged:
    """With a stand-in for each criterion that was not asked any more."""
    if len(judged.findings) == len(criteria):
        return judged
    findings = {name: judged.findings.get(name) or Finding.failed("its judge broke for a later year") for name in criteria}
    return Judged(judged.evidence, findings, Columns.of(findings.values()))
