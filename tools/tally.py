"""Counts of what the model foretold: over all recorded decisions that count, over parts of them, and beside trivial rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib import data_folder
from chalicelib.bootstrap import shipped_plugins
from tools.chances import chance, favourite, interval, newest
from tools.decisions import Model, Outcome, read

ROOT = Path(__file__).resolve().parent.parent
DECISIONS = ROOT / "data" / "decisions.json"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some decisions were foretold, beside what the trivial rules get from the same ones."""

    name: str
    hits: int
    of: int
    top_two: int
    chance: float
    favourite: float
    newest: float

    @property
    def span(self) -> str:
        """The exact 95 % interval of the share of hits."""
        if not self.of:
            return "–"
        low, high = interval(self.hits, self.of)
        return f"{100 * low:.0f}–{100 * high:.0f} %"

    @property
    def cells(self) -> tuple[str, ...]:
        """A row for a table."""
        rules = (f"{share:.1f}".removesuffix(".0") for share in (self.chance, self.favourite, self.newest))
        return (self.name, str(self.of), str(self.hits), self.span, *rules)


HEAD = ("decisions", "number", "chosen is first", "95 % interval", "chance", "FastAPI, Django, Flask", "newest")


@dataclass(frozen=True, slots=True)
class Check:
    """All records with the model's order of their options, and the part of them that counts."""

    model: Model
    outcomes: tuple[Outcome, ...]

    @property
    def counted(self) -> list[Outcome]:
        """The decisions of the main figure: two options or more, not made for reasons outside any evidence."""
        return [one for one in self.outcomes if not one.decision.external and len(one.decision.options) > 1]

    def tally(self, name: str, outcomes: Sequence[Outcome]) -> Tally:
        """Counts some decisions."""
        decisions = [one.decision for one in outcomes]
        return Tally(
            name,
            hits=sum(one.hit for one in outcomes),
            of=len(outcomes),
            top_two=sum(one.place <= 2 for one in outcomes),
            chance=math.fsum(map(chance, decisions)),
            favourite=math.fsum(map(favourite, decisions)),
            newest=math.fsum(newest(one, self.model.released) for one in decisions),
        )

    def split(self, by: Callable[[Outcome], str]) -> list[Tally]:
        """The counted decisions, apart by what `by` calls them."""
        names = sorted({by(one) for one in self.counted})
        return [self.tally(name, [one for one in self.counted if by(one) == name]) for name in names]

    def by_project(self) -> tuple[float, int]:
        """Hits and number when a project counts once: each of its n records counts 1/n."""
        size = Counter(one.decision.group for one in self.counted)
        return math.fsum(one.hit / size[one.decision.group] for one in self.counted), len(size)


def check(path: Path = DECISIONS) -> Check:
    """The recorded decisions scored with the shipped plugins and data."""
    catalogue = shipped_plugins()
    model = Model(catalogue, data_folder.read(ROOT / "data"))
    return Check(model, tuple(model.outcome(decision) for decision in read(path)))


def tallies(found: Check) -> list[Tally]:
    """The main figure and every split of it."""
    counted = found.counted
    second = [
        one if one.decision.profile_sure else found.model.outcome(one.decision, profile=one.decision.profile_second) for one in counted
    ]
    return [
        found.tally("**all that count**", counted),
        found.tally("without those that kept what they had", [one for one in counted if not one.decision.kept]),
        *found.split(lambda one: "profile sure" if one.decision.profile_sure else "profile unsure"),
        found.tally("all, second profile where unsure", second),
        *found.split(lambda one: f"confidence of the record {one.decision.confidence}"),
        *found.split(lambda one: f"profile {one.decision.profile}"),
        *found.split(lambda one: "an option with too little evidence" if one.affected else "enough evidence on every option"),
    ]


def apart(found: Check) -> list[Tally]:
    """What does not belong to the main figure, or says something else."""
    kept = [one for one in found.counted if one.decision.kept]
    external = [one for one in found.outcomes if one.decision.external and len(one.decision.options) > 1]
    return [found.tally("kept what they had (counted above)", kept), found.tally("made for outside reasons (not counted)", external)]


def bookkeeping(found: Check) -> list[Outcome]:
    """The counted decisions with the team's own reasons as weights."""
    return [found.model.outcome(one.decision, weights=one.decision.importance) for one in found.counted if one.decision.importance]
