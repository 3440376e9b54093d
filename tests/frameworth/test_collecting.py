"""Collectors: what they find is checked, and a run that breaks leaves nothing behind but its reason."""

import json
import math
from dataclasses import replace
from datetime import date

import pytest

from frameworth import Collector, Deadline, Framework, Observation, Source
from frameworth.collecting import MOST_COLLECTED, collected
from frameworth.errors import InvalidValue
from tests.frameworth.builders import DAY

ALPHA = Framework(
    "alpha", name="Alpha", package="alpha", repository="", homepage="", licence="MIT", first_release=date(2010, 1, 1), summary=""
)
SOURCE = Source("The index", "https://index.example/alpha")


class Web:
    """Stands for the web: pages by address."""

    def __init__(self, **pages):
        self.pages = pages

    def get(self, address):
        return self.pages[address.rpartition("/")[2]]


WEB = Web(alpha=json.dumps({"stars": 42}).encode())


def stars(value, framework="alpha", metric="stars", **more):
    return Observation(framework, metric, value=value, unit="stars", observed_on=DAY, basis="reported", source=SOURCE, **more)


def collector(collect, metrics=("stars",)):
    return Collector("index", metrics=metrics, collect=collect, provider="guess")


def run(collect, budget=None):
    return collected(collector(collect), ALPHA, WEB, budget or Deadline.never())


def test_a_collector_finds_figures_with_the_client_it_is_given():
    def collect(framework, client, budget):
        page = json.loads(client.get(f"https://index.example/{framework.package}"))
        yield stars(page["stars"])

    assert run(collect).observations == (stars(42),)


def test_a_collector_can_ask_how_much_time_is_left():
    heard = []
    run(lambda framework, client, budget: heard.append(budget.left) or [], Deadline.after(5, lambda: 0.0))
    assert heard == [5.0]


def endless(framework, client, budget):
    while True:
        yield stars(1)


BROKEN = {
    "raises": (lambda *_: 1 / 0, "ZeroDivisionError"),
    "raises half-way": (lambda *_: (stars(1 / place) for place in (1, 0)), "ZeroDivisionError"),
    "exits": (lambda *_: (_ for _ in ()).throw(SystemExit(3)), "SystemExit: 3"),
    "can't reach the page": (lambda framework, client, budget: [client.get("https://index.example/beta")], "KeyError"),
    "finds NaN": (lambda *_: [stars(math.nan)], "nan is not finite"),
    "finds infinity": (lambda *_: [stars(math.inf)], "inf is not finite"),
    "finds minus infinity": (lambda *_: [stars(-math.inf)], "-inf is not finite"),
    "finds what is out of range": (lambda *_: [stars(1e16)], "beyond"),
    "finds text": (lambda *_: [stars("42")], "'42' is not a number"),
    "finds no observation": (lambda *_: [42], "42, which is no Observation"),
    "finds nothing at all": (lambda *_: None, "TypeError"),
    "writes a novel": (lambda *_: [stars(1, note="x" * 10_000_000)], "has 10000000 characters"),
    "speaks of another framework": (lambda *_: [stars(1, framework="beta")], "was asked about alpha and speaks of beta"),
    "finds a metric it did not name": (lambda *_: [stars(1, metric="forks")], "'forks', which is not among its metrics"),
    "writes into its input": (lambda framework, client, budget: setattr(framework, "id", "beta"), "FrozenInstanceError"),
    "finds no end": (endless, f"more than {MOST_COLLECTED:,} figures"),
}


@pytest.mark.parametrize(("collect", "says"), BROKEN.values(), ids=BROKEN)
def test_a_collector_that_breaks_finds_nothing_and_is_named_with_its_provider(collect, says):
    result = run(collect)
    assert result.observations == ()
    assert result.fault.startswith("plugin guess failed: ")
    assert says in result.fault
    assert len(result.fault) < 500
    assert replace(ALPHA) == ALPHA


def test_a_collector_can_not_be_made_of_what_is_none():
    for wrong in ({"metrics": ()}, {"metrics": "stars"}, {"metrics": ["No Name"]}, {"collect": 5}, {"name": "No Name"}):
        fields = {"name": "index", "metrics": ["stars"], "collect": max, **wrong}
        with pytest.raises(InvalidValue):
            Collector(fields.pop("name"), **fields)
