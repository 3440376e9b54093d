"""Observers are told of a scorecard that they can't write to; what they raise is theirs alone."""

import pytest

from frameworth import score
from frameworth.observing import Observer, told_of
from tests.frameworth.builders import DAY, by_name, criterion, evidence

CRITERIA = by_name(criterion("speed"))


@pytest.fixture
def card():
    return score([evidence("alpha", speed=80), evidence("beta", speed=20)], CRITERIA, {"speed": 1}, as_of=DAY)


def test_an_observer_is_told_and_what_it_returns_is_ignored(card):
    heard = []
    assert told_of(Observer("diary", lambda scorecard: heard.append(scorecard) or 5), card) == ""
    assert heard == [card]


@pytest.mark.parametrize(
    "act",
    [
        lambda card: 1 / 0,
        lambda card: (_ for _ in ()).throw(SystemExit("bye")),
        lambda card: card.weights.clear(),
        lambda card: card.weights.__setitem__("speed", 5),
        lambda card: card.ranking.append(1),
        lambda card: setattr(card, "because", "I say so"),
        lambda card: setattr(card.ranking[0].row, "score", 0),
        lambda card: card.ranking[0].row.findings.clear(),
        lambda card: card.ranking[0].row.weights.update(speed=0),
    ],
)
def test_an_observer_that_breaks_or_writes_is_told_of_and_changes_nothing(card, act):
    before = repr(card)
    said = told_of(Observer("diary", act), card)
    assert "(test_observing.py, line " in said
    assert repr(card) == before
