"""Offers made again from their parts: equal, of the library's own classes, and out of their maker's hands."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from frameworth import Criterion, Finding, Gate, Indicator, Method, Metric, Observation, Profile, Source, Weight, levels, linear
from frameworth.errors import InvalidValue
from frameworth.remake import remade
from frameworth.values import ValueFunction
from tests.frameworth.builders import DAY

METRIC = Metric("speed", unit="points", value=linear(0, 100), since=date(2018, 1, 1))
CRITERION = Criterion("pace", question="How fast?", indicators=[Indicator("speed", [METRIC])], weight_in={"career": 2})


def judge(evidence):
    return Finding.inconclusive()


OFFERS = [
    CRITERION,
    Criterion("own", question="Is it?", judge=judge),
    Profile("work", summary="Work.", weights={"pace": Weight(1, "because")}, gates=[Gate("speed", at_least=1)]),
    Method("last", aggregate=max, summary="Nothing."),
    Observation(
        "alpha", "speed", value=1, unit="points", observed_on=DAY, basis="opinion", source=Source("A page", "https://example.org/")
    ),
]


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: type(offer).__name__)
def test_a_sound_offer_comes_out_equal_and_new(offer):
    assert remade(offer) == offer
    assert remade(offer) is not offer


def test_what_its_maker_does_to_an_offer_afterwards_changes_nothing():
    metric = replace(METRIC)
    offer = Criterion("pace", question="How fast?", indicators=[Indicator("speed", [metric])])
    kept = remade(offer)
    object.__setattr__(metric, "value", levels({0: 0, 1: 1}))
    assert kept.metrics[0].value == METRIC.value


def test_an_offer_that_was_changed_past_its_checks_is_refused():
    offer = replace(CRITERION)
    object.__setattr__(offer, "name", "No Name")
    with pytest.raises(InvalidValue, match="'No Name' is no name"):
        remade(offer)


@dataclass(frozen=True, slots=True)
class Mine(ValueFunction):
    """A value function of a plugin's own making."""

    def _unclamped(self, figure):
        return 1 / 0

    def inverse(self, value):
        return 1 / 0

    @property
    def anchors(self):
        return 1 / 0


class Text(str):
    """Text that does something when it is used."""

    __slots__ = ()


@pytest.mark.parametrize(
    "offer",
    [
        Criterion("pace", question="How fast?", indicators=[Indicator("speed", [Metric("speed", unit="points", value=Mine())])]),
        Criterion("pace", question=Text("How fast?"), judge=judge),
        Criterion(Text("pace"), question="How fast?", judge=judge),
    ],
    ids=["a value function", "a text", "a name"],
)
def test_a_part_of_a_class_of_its_own_is_refused(offer):
    with pytest.raises(InvalidValue, match="not one of frameworth's"):
        remade(offer)
