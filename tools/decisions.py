"""Recorded decisions of real teams, and how the model would have ranked their options on the day: what `tools.validate` counts.

Evidence is cut at the day of the decision and only the options that the record names are scored. Nothing here may change a weight or an
anchor: decisions check the model, they never fit it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.data_folder import Seed
from frameworth.catalogue import Catalogue
from frameworth.evidence import Evidence
from frameworth.rank import TIE
from frameworth.score import score
from frameworth.scorecard import Row
from frameworth.weighting import profile_weights


@dataclass(frozen=True, slots=True)
class Decision:
    """One record; `importance` is what the team itself gave as reasons (1 to 3 by criterion), written after the choice."""

    id: str
    title: str
    url: str
    decided_on: date
    options: tuple[str, ...]
    chosen: str
    profile: str
    profile_second: str
    profile_sure: bool
    importance: Mapping[str, float]
    external: bool
    kept: bool
    confidence: str
    group: str

    def __post_init__(self) -> None:
        if self.chosen not in self.options:
            raise ValueError(f"{self.id}: {self.chosen} was chosen but is not among its options")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Decision:
        """The decision that a record of the file describes."""
        return cls(
            record["id"],
            record["title"],
            record["url"],
            date.fromisoformat(record["decided_on"]),
            tuple(record["options"]),
            record["chosen"],
            record["profile"],
            record["profile_second"],
            record["profile_sure"],
            {given["criterion"]: given["importance"] for given in record["criteria"]},
            record["external"],
            record["move"] == "kept",
            record["confidence"],
            record["group"],
        )


@dataclass(frozen=True, slots=True)
class Place:
    """One option as the model ranks it: `ranked` is false where too little was known, and then it stands behind those that are ranked."""

    row: Row
    ranked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision and the model's order of its options, best first; `unreleased` were not out on the day and stand nowhere."""

    decision: Decision
    order: tuple[Place, ...]
    unreleased: tuple[str, ...] = ()

    @property
    def first(self) -> Place:
        """The option that the model puts first."""
        return self.order[0]

    @property
    def chosen(self) -> Place | None:
        """The option that the team took, or None if it was not out."""
        return next((place for place in self.order if place.row.framework == self.decision.chosen), None)

    @property
    def place(self) -> int:
        """Where the chosen option stands, from 1. A tie counts as its last place: a model that can't decide has not foretold anything."""
        if self.chosen is None:
            return len(self.decision.options)
        return sum(not before(self.chosen, other) for other in self.order)

    @property
    def hit(self) -> bool:
        """Whether the chosen option stands first, alone."""
        return self.place == 1

    @property
    def behind(self) -> float | None:
        """Points of 100 from the chosen option up to the first; 0 if it only stands behind for want of evidence, None if it was not out."""
        return None if self.chosen is None else max(0.0, 100 * (self.first.row.score - self.chosen.row.score))

    @property
    def affected(self) -> bool:
        """Whether an option had too little evidence to be ranked."""
        return not all(place.ranked for place in self.order)


def before(a: Place, b: Place) -> bool:
    """Whether `a` stands before `b`: ranked options first, then by points."""
    if a.ranked != b.ranked:
        return a.ranked
    return a.row.score - b.row.score > TIE


def read(path: Path) -> tuple[Decision, ...]:
    """The decisions in a file."""
    return tuple(Decision.of(record) for record in json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Model:
    """The plugins and the data that decisions are checked against."""

    catalogue: Catalogue
    seed: Seed

    @property
    def released(self) -> dict[str, date | None]:
        """The day of each framework's first release."""
        return {framework.id: framework.first_release for framework in self.seed.frameworks}

    def outcome(self, decision: Decision, *, profile: str = "", weights: Mapping[str, float] | None = None) -> Outcome:
        """How the model ranks a decision's options: with the weights of its profile, of another `profile`, or with `weights`."""
        released, criteria = self.released, self.catalogue.criteria
        card = score(
            [
                Evidence.of(option, self.seed.observations[option], as_of=decision.decided_on, released=released[option])
                for option in decision.options
            ],
            criteria,
            weights or profile_weights(self.catalogue.profiles[profile or decision.profile], criteria),
            as_of=decision.decided_on,
        )
        # `not_ranked` lists those with too little evidence by points; profiles of decisions have no gates.
        behind = [Place(unranked.row, ranked=False) for unranked in card.not_ranked if unranked.row]
        return Outcome(
            decision,
            (*(Place(ranked.row, ranked=True) for ranked in card.ranking), *behind),
            tuple(unranked.framework for unranked in card.not_ranked if not unranked.row),
        )
