"""Portray: everything that is known about one framework, and how it scores for each kind of project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.storage.items import Withdrawal
from chalicelib.use_cases import look_up
from chalicelib.use_cases.look_up import KnownFramework
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import Answer, ask
from chalicelib.use_cases.service import Service
from frameworth.evidence import Observation
from frameworth.scorecard import Ranked, Row, Scorecard, Unranked

# More than any framework of data/ has ten times over; of a longer history the newest metrics by name are left to /v1.
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Portrait:
    """One framework: its entry and facts, an answer by profile (over the whole catalogue, today), and its history.

    `history` holds by metric every observation, oldest first; `withdrawn` by id which of them count no longer. `is_whole` says whether that
    is all there is.
    """

    known: KnownFramework
    answers: Mapping[str, Answer]
    history: Mapping[str, Sequence[Observation]]
    withdrawn: Mapping[str, Withdrawal]
    is_whole: bool

    @property
    def row(self) -> Row | None:
        """The framework judged, by whatever profile: what a criterion says does not hang on weights. None if it is left out of all."""
        places = (placed(answer.scorecard, self.known.framework.id) for answer in self.answers.values())
        return next((place.row for place in places if place and place.row), None)

    def counting(self, metric: str) -> list[Observation]:
        """By day, oldest first, the observation of a metric that counts."""
        by_day: dict[object, Observation] = {}
        for one in self.history.get(metric, ()):
            if one.id not in self.withdrawn and (one.observed_on not in by_day or one.precedence > by_day[one.observed_on].precedence):
                by_day[one.observed_on] = one
        return sorted(by_day.values(), key=lambda one: one.observed_on)


def portray(framework: str, service: Service) -> Portrait:
    """All of it. Raises `NotFound`, or `StorageUnavailable`."""
    known = look_up.framework(framework, service)
    page = look_up.observations(framework, service, metric=None, since=None, until=None, after="", limit=MOST_ROWS)
    history: dict[str, list[Observation]] = {}
    for one in page.observations:
        history.setdefault(one.metric, []).append(one)
    answers = {name: ask(Question(profile=name), service) for name in service.catalogue.profiles}
    return Portrait(known, answers, history, page.withdrawals, not page.next_position)


def placed(card: Scorecard, framework: str) -> Ranked | Unranked | None:
    """Where a framework stands in a scorecard; None if it was not among the candidates."""
    ranked = next((one for one in card.ranking if one.row.framework == framework), None)
    return ranked or next((one for one in card.not_ranked if one.framework == framework), None)
