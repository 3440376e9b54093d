"""Writes docs/choices.md: `make choices`. What can be computed is; the rest is written by hand in docs/choices/.

`docs/choices/page.md` is the page with places to fill: `{{criteria}}` and its like stand for a whole part, and
`{{rank career tornado = 4}}` for a figure that a sentence rests on. The number after `=` is the one that its author saw. When another
one is computed, nothing is written until somebody has read the sentence again: mend it, or run `make choices REREAD=1` to take
the new numbers over. `docs/choices/doubts.md` says of each metric how firm it is and what it may get wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from chalicelib.settings import PROJECT
from frameworth.evidence import Evidence
from frameworth.explain import number
from frameworth.scorecard import Row
from frameworth.shown import shown_score
from frameworth.weighting import profile_weights
from tools.choice_parts import (
    THEN,
    TODAY,
    World,
    constant,
    constants_part,
    criteria_part,
    criterion_scores_part,
    doubts,
    half_lives_part,
    profiles_part,
    ranking_part,
    reading_2018_part,
    unread_part,
)

PAGE = PROJECT / "docs" / "choices.md"
WRITTEN = PROJECT / "docs" / "choices"

_PLACE = re.compile(r"\{\{([a-z0-9_]+)((?: [\w.-]+)*)(?: = ([^}]*))?\}\}")


class Reread(Exception):
    """Sentences rest on numbers that are no longer so; each is named with both."""

    def __init__(self, moved: list[str]) -> None:
        self.moved = moved
        super().__init__("read these sentences again, then run `make choices REREAD=1`:\n  " + "\n  ".join(moved))


class Numbers:
    """The numbers that sentences may rest on, by the word that asks for them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def rank(self, profile: str, framework: str) -> str:
        """Place today."""
        found = (one.rank for one in self._world.card(profile, TODAY).ranking if one.row.framework == framework)
        return str(next(found, "not ranked"))

    def score(self, profile: str, framework: str) -> str:
        """Score today."""
        return str(shown_score(self._world.rows(TODAY, profile=profile)[framework].score))

    def known(self, profile: str, framework: str) -> str:
        """Percent of the weight known today."""
        return f"{100 * self._world.rows(TODAY, profile=profile)[framework].known:.0f}"

    def value(self, name: str, framework: str) -> str:
        """Score today of a criterion, or of an indicator given as `criterion.indicator`."""
        return self._value(name, self._world.rows(TODAY)[framework])

    def value2018(self, name: str, framework: str) -> str:
        """The same in May 2018."""
        return self._value(name, self._world.rows(THEN)[framework])

    def figure(self, metric: str, framework: str) -> str:
        """The figure of a metric today."""
        return self._figure(metric, framework, TODAY)

    def figure2018(self, metric: str, framework: str) -> str:
        """The figure of a metric in May 2018."""
        return self._figure(metric, framework, THEN)

    def year(self, metric: str, framework: str) -> str:
        """The year of the figure that counts today."""
        return str(self._evidence(framework, TODAY).figures[metric].observed_on.year)

    def weight(self, profile: str, criterion: str) -> str:
        """A weight in percent."""
        return f"{100 * profile_weights(self._world.catalogue.profiles[profile], self._world.catalogue.criteria)[criterion]:.0f}"

    def count(self, metric: str) -> str:
        """How many frameworks have a figure today."""
        return str(self._world.figures(metric, TODAY))

    def constant(self, path: str) -> str:
        """A constant of the code."""
        value = constant(path)
        assert isinstance(value, int | float)
        return number(value)

    def worth(self, metric: str, figure: str) -> str:
        """What a figure of a metric is worth, in points of 100."""
        return f"{100 * self._world.catalogue.metrics[metric].value(float(figure)):.0f}"

    def _value(self, name: str, row: Row) -> str:
        criterion, _, indicator = name.partition(".")
        finding = row.findings[criterion]
        value = next(one.value for one in finding.readings if one.indicator.name == indicator) if indicator else finding.value
        return str(shown_score(value))

    def _figure(self, metric: str, framework: str, day: date) -> str:
        return number(float(f"{self._evidence(framework, day).figures[metric].value:.4g}"))

    def _evidence(self, framework: str, day: date) -> Evidence:
        return next(one for one in self._world.evidence(day) if one.framework == framework)


def page(world: World, written: Path = WRITTEN) -> str:
    """The whole page. Raises `Reread` if a sentence rests on a number that is no longer so."""
    told = doubts((written / "doubts.md").read_text(encoding="utf-8"))
    parts: Mapping[str, Callable[[], str]] = {
        "constants": constants_part,
        "half_lives": lambda: half_lives_part(world),
        "criteria": lambda: criteria_part(world, told),
        "profiles": lambda: profiles_part(world),
        "ranking": lambda: ranking_part(world),
        "criterion_scores": lambda: criterion_scores_part(world),
        "unread": lambda: unread_part(world),
        "reading_2018": lambda: reading_2018_part(world),
    }
    numbers = Numbers(world)
    moved: list[str] = []

    def filled(place: re.Match[str]) -> str:
        word, arguments, seen = place[1], place[2].split(), place[3]
        if seen is None:
            return parts[word]()
        now: str = getattr(numbers, word)(*arguments)
        if now != seen:
            moved.append(f"{word} {' '.join(arguments)}: was {seen}, is {now}")
        return now

    text = _PLACE.sub(filled, (written / "page.md").read_text(encoding="utf-8"))
    if moved:
        raise Reread(moved)
    return text


def reread(world: World, written: Path = WRITTEN) -> None:
    """Takes the numbers that are computed now over into the hand-written page."""
    numbers = Numbers(world)

    def renewed(place: re.Match[str]) -> str:
        if place[3] is None:
            return place[0]
        return f"{{{{{place[1]}{place[2]} = {getattr(numbers, place[1])(*place[2].split())}}}}}"

    source = written / "page.md"
    source.write_text(_PLACE.sub(renewed, source.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    found = World()
    if sys.argv[1:] == ["--reread"]:
        reread(found)
    try:
        PAGE.write_text(page(found), encoding="utf-8")
    except Reread as error:
        sys.exit(str(error))
