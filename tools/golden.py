"""Golden scores: a fixed set of requests, each with its scores in a file of its own, one line for each framework.

The files hold what the service would answer, rounded as it shows it; they are computed without a table, so all of them take a second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib import bootstrap, data_folder
from chalicelib.settings import PROJECT
from frameworth.catalogue import Catalogue
from frameworth.evidence import Evidence
from frameworth.score import score
from frameworth.scorecard import Row, Scorecard
from frameworth.shown import shown_margin, shown_score, shown_share
from frameworth.weighting import profile_weights

GOLDEN = PROJECT / "tests" / "golden"

PROFILES = ("balanced", "career", "enterprise", "freelance", "learning", "microservice", "small_site")
THEN, NOW = date(2018, 5, 31), date(2026, 11, 29)
PAIRS_OF_NOW = (("fastapi", "flask"), ("fastapi", "django"), ("litestar", "fastapi"))
# The most that the service shows: the whole catalogue, however it grows.
LIMIT = 1000
# How many hexadecimal digits of a digest are enough to tell two sets of files apart.
DIGITS = 12

Golden = Mapping[str, str]
"""The text of each file, by its name without the ending."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question of the set; without `frameworks` it is the whole catalogue."""

    profile: str
    as_of: date
    frameworks: tuple[str, ...] = ()
    opinions: bool = True

    @property
    def name(self) -> str:
        """What its file is called."""
        return "-".join((self.profile, self.as_of.isoformat(), *self.frameworks, *(() if self.opinions else ("figures", "only"))))

    @property
    def address(self) -> str:
        """The same question to the service."""
        which = f"frameworks={','.join(self.frameworks)}" if self.frameworks else f"limit={LIMIT}"
        return f"/v1/scores?profile={self.profile}&as_of={self.as_of}&opinions={str(self.opinions).lower()}&{which}"


def requests() -> Iterator[Request]:
    """The whole set: the catalogue in every profile on two days, with and without opinions, and pairs that people ask for."""
    for profile in PROFILES:
        for day in (THEN, NOW):
            yield Request(profile, day)
            yield Request(profile, day, opinions=False)
            yield Request(profile, day, ("flask", "django"))
    for pair in PAIRS_OF_NOW:
        yield Request("microservice", NOW, pair)
        yield Request("enterprise", NOW, pair)


def present() -> dict[str, str]:
    """The set as the project makes it now: its own plugins and data, whatever the environment says."""
    return computed(bootstrap.shipped_plugins(), data_folder.read(PROJECT / "data"))


def computed(catalogue: Catalogue, seed: data_folder.Seed, asked: Iterable[Request] | None = None) -> dict[str, str]:
    """The files of some requests (all by default) as these plugins and figures make them."""
    released = {framework.id: framework.first_release for framework in seed.frameworks}

    @cache
    def evidence(framework: str, as_of: date, opinions: bool) -> Evidence:
        rows = (*seed.observations[framework], *catalogue.figures.get(framework, ()))
        return Evidence.of(framework, rows, as_of=as_of, opinions=opinions, released=released[framework])

    def scorecard(request: Request) -> Scorecard:
        profile = catalogue.profiles[request.profile]
        return score(
            [evidence(name, request.as_of, request.opinions) for name in request.frameworks or released],
            catalogue.criteria,
            profile_weights(profile, catalogue.criteria),
            as_of=request.as_of,
            opinions=request.opinions,
            gates=profile.gates,
        )

    return {request.name: text(request, scorecard(request)) for request in (requests() if asked is None else asked)}


def text(request: Request, card: Scorecard) -> str:
    """One file: the verdict and the weights, then one line for each framework in the order of the answer."""
    rows = [json.dumps(_line(ranked.rank, ranked.row.framework, ranked.row)) for ranked in card.ranking]
    rows += [json.dumps(_line(unranked.reason.value, unranked.framework, unranked.row)) for unranked in card.not_ranked]
    scores = [ranked.row.score for ranked in card.ranking[:2]]
    head = {
        "request": request.address,
        "outcome": card.verdict.value,
        "leader": card.leader.framework if card.leader else None,
        "margin": shown_margin(*scores) if len(scores) > 1 else None,
        "weights": {name: shown_share(weight) for name, weight in sorted(card.weights.items())},
    }
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    return "{\n" + ",\n".join(lines) + ',\n"rows": [\n' + ",\n".join(rows) + "\n]}\n"


def _line(rank: int | str, framework: str, row: Row | None) -> dict[str, Any]:
    """`rank` is the reason where there is none; `row` is None where nothing was scored."""
    if row is None:
        return {"rank": rank, "framework": framework}
    return {
        "rank": rank,
        "framework": framework,
        "score": shown_score(row.score),
        "known": shown_share(row.known),
        "low": shown_score(row.low),
        "high": shown_score(row.high),
        "criteria": {name: shown_score(found.value) if found.known > 0 else None for name, found in sorted(row.findings.items())},
    }


def committed(folder: Path) -> dict[str, str]:
    """The files in `folder`, line ends as everywhere else."""
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}


def write(folder: Path, golden: Golden) -> None:
    """Makes `folder` hold exactly these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in golden:
            path.unlink()
    for name, content in golden.items():
        (folder / f"{name}.json").write_text(content, encoding="utf-8", newline="\n")


def digest(golden: Golden) -> str:
    """A short name for the whole set."""
    whole = "".join(f"{name}\0{golden[name]}\0" for name in sorted(golden))
    return hashlib.sha256(whole.encode()).hexdigest()[:DIGITS]
