"""What the clients of `bench.load` ask for: kinds of requests, each with its share of all and a rule that makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from chalicelib import data_folder
from chalicelib.bootstrap import shipped_plugins
from chalicelib.local import DATA

_CATALOGUE = shipped_plugins()
_CRITERIA, _PROFILES = sorted(_CATALOGUE.criteria), sorted(_CATALOGUE.profiles)
_FRAMEWORKS = sorted(one.id for one in data_folder.read(DATA).frameworks)
_EARLIER = ("2018-05-31", "2026-11-22")


@dataclass(frozen=True)
class Ask:
    """A request."""

    method: str
    address: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of request; shares are parts of 100."""

    share: int
    make: Callable[[Random], Ask]


def _weights(random: Random) -> dict[str, float]:
    return {name: random.randint(1, 9) for name in random.sample(_CRITERIA, random.randint(2, len(_CRITERIA)))}


def _scores_by_body(random: Random, frameworks: int) -> Ask:
    weighed = {"weights": _weights(random)} if random.random() < 0.5 else {"profile": random.choice(_PROFILES)}
    return Ask("POST", "/v1/scores", {"frameworks": random.sample(_FRAMEWORKS, frameworks), **weighed})


def _scores_by_address(random: Random) -> Ask:
    named = ",".join(random.sample(_FRAMEWORKS, random.randint(2, 4)))
    day = random.choice(("", *(f"&as_of={day}" for day in _EARLIER)))
    return Ask("GET", f"/v1/scores?frameworks={named}&profile={random.choice(_PROFILES)}{day}")


MIX: Mapping[str, Kind] = {
    "POST scores of 2": Kind(35, lambda random: _scores_by_body(random, 2)),
    "POST scores of 16": Kind(15, lambda random: _scores_by_body(random, len(_FRAMEWORKS))),
    "GET scores of 2 to 4": Kind(20, _scores_by_address),
    "GET a framework": Kind(12, lambda random: Ask("GET", f"/v1/frameworks/{random.choice(_FRAMEWORKS)}")),
    "GET the catalogue": Kind(10, lambda random: Ask("GET", "/v1/frameworks?limit=16")),
    "GET a criterion": Kind(8, lambda random: Ask("GET", f"/v1/criteria/{random.choice(_CRITERIA)}")),
}
