"""One scoring job, deployed in several ways: what `make package` makes of this project, and the peers of bench/peers/scoring_api.py.

The peers are told the shipped plugins as data, read the same items, and must rank and score as we do before anything is timed.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bench import cold
from chalicelib import bootstrap
from chalicelib.local import embedded_table
from chalicelib.settings import Settings
from chalicelib.storage import items, keys
from frameworth.catalogue import Catalogue
from frameworth.criteria import Metric
from frameworth.weighting import profile_weights
from tools import package

OURS = "Frameworth, as `make package` makes it"
PYMCDM = "FastAPI, Mangum, boto3, pymcdm"
KEPT = "FastAPI, Mangum, boto3, pymcdm; keeps decoded rows"
PLAIN = "FastAPI, Mangum, boto3; keeps decoded rows, sums in Python"
SHARED = ("scorecards.py", "scoring_api.py")
ENTRIES = {PYMCDM: "scoring", KEPT: "scoring_kept", PLAIN: "scoring_plain"}

ANSWERS = (
    "All answer rank, score and known share of each framework, value and known share of each criterion, and where `include` asks for "
    "metrics each figure with unit, day, basis and source. Ours answers more: bounds, confidence and points, a reason in words for each "
    "criterion, the verdict with what flips it and what it is without opinions, links, and which sources disagree; it writes a log line, "
    "and takes a day, gates and other methods as well. It keeps what it made of an item until the item's `rev` changes; so do two peers."
)


class DiffersFromOurs(RuntimeError):
    """A peer answers something else than we do, so its times would mean nothing."""


@dataclass(frozen=True)
class SideBySide:
    """The handlers by what they are called, ours first; the environment that all are started in; and what was found to be the same.

    `frameworks` are those of data/, `table` is what its calls are answered, `compared` how many numbers of each peer were as ours.
    """

    handlers: Mapping[str, cold.Deployed]
    environ: Mapping[str, str]
    frameworks: Sequence[str]
    criteria: Sequence[str]
    table: Mapping[str, Any]
    compared: int = 0


@cache
def side_by_side() -> SideBySide:
    """Packages ours, puts the peers together and compares their answers, once for a process. Raises `DiffersFromOurs`."""
    catalogue = bootstrap.shipped_plugins()
    service = bootstrap.compose(Settings.of({"FRAMEWORTH_STORE": "embedded"}), catalogue)
    frameworks = [one.id for one in service.registers.frameworks()]
    embedded = embedded_table()
    table = table_answers(embedded._client, embedded.name, frameworks)
    sides = SideBySide(*deployed(catalogue), frameworks, tuple(catalogue.criteria), table)
    with warm(sides) as (first, *peers):
        compared = {check_same(first, peer, frameworks, catalogue.profiles) for peer in peers}
    return replace(sides, compared=min(compared))


@dataclass(frozen=True)
class Ours:
    """What `make package` makes: the handler, the environment that the template gives it, and the function's memory in MB."""

    handler: cold.Deployed
    environ: Mapping[str, str]
    memory_mb: int


@cache
def ours() -> Ours:
    """Packages the project, once for a process; the folder goes when the process ends."""
    folder = _temporary_folder()
    package.package("dev", folder / "build")
    unpacked = cold.unpacked(folder / "build" / package.ZIP, folder / "ours")
    function = json.loads((folder / "build" / package.TEMPLATE).read_text(encoding="utf-8"))["Resources"]["APIHandler"]["Properties"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FRAMEWORTH_", "PYTHON"))}
    environ = {
        **kept,
        **{name: value for name, value in function["Environment"]["Variables"].items() if isinstance(value, str)},
        **cold.ACCESS,
        "FRAMEWORTH_TABLE": cold.TABLE,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
    }
    return Ours(cold.Deployed([unpacked], "app:app"), environ, function["MemorySize"])


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="frameworth-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def deployed(catalogue: Catalogue) -> tuple[dict[str, cold.Deployed], Mapping[str, str]]:
    """The handlers, all compiled, and the environment that the template gives ours, for the peers as well."""
    peers = write_peers(_temporary_folder() / "peers", catalogue)
    cold.compiled(peers)
    cold.compiled(cold.SITE)
    peer_cases = {name: cold.Deployed([peers, cold.SITE], f"{entry}:handler") for name, entry in ENTRIES.items()}
    return {OURS: ours().handler, **peer_cases}, ours().environ


def write_peers(folder: Path, catalogue: Catalogue) -> Path:
    """The peers in a folder, with the model beside them."""
    folder.mkdir(parents=True)
    for name in (*SHARED, *(f"{entry}.py" for entry in ENTRIES.values())):
        shutil.copy(cold.HERE / "peers" / name, folder)
    (folder / "model.json").write_text(json.dumps(model(catalogue), indent=1), encoding="utf-8")
    return folder


def model(catalogue: Catalogue) -> dict[str, Any]:
    """Criteria and profiles as data, which is all that a peer is told. Raises `ValueError` for what data can't tell."""
    judges = sorted(name for name, criterion in catalogue.criteria.items() if criterion.judge)
    gates = sorted(name for name, profile in catalogue.profiles.items() if profile.gates)
    if judges or gates or catalogue.figures:
        raise ValueError(f"the peers know no judges {judges}, no gates of profiles {gates}, no figures of plugins {[*catalogue.figures]}")
    return {
        "criteria": {
            name: [
                {"name": one.name, "weight": one.weight, "metrics": [_metric(metric) for metric in one.metrics]}
                for one in criterion.indicators
            ]
            for name, criterion in catalogue.criteria.items()
        },
        "profiles": {name: profile_weights(profile, catalogue.criteria) for name, profile in catalogue.profiles.items()},
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "unit": metric.unit,
        "prior": metric.prior,
        "since": metric.since and metric.since.isoformat(),
        "until": metric.until and metric.until.isoformat(),
        "value": metric.value.anchors,
    }


def table_answers(client: Any, table: str, frameworks: Iterable[str]) -> dict[str, Any]:
    """What a table answers to the two calls of a warm request: the frameworks' current items, and the register of sources."""
    wanted = [items.key(keys.framework(name), keys.CURRENT) for name in frameworks]
    found = client.batch_get_item(RequestItems={table: {"Keys": wanted}})["Responses"][table]
    sources = client.query(TableName=table, KeyConditionExpression="PK = :p", ExpressionAttributeValues={":p": items.text(keys.SOURCES)})[
        "Items"
    ]
    return {
        "BatchGetItem": {"Responses": {cold.TABLE: found}, "UnprocessedKeys": {}},
        "Query": {"Items": sources, "Count": len(sources), "ScannedCount": len(sources)},
    }


def event(body: Mapping[str, object]) -> dict[str, Any]:
    """The gateway's event for a question."""
    return {**cold.EVENT, "body": json.dumps(body)}


class Warm:
    """A handler in a process of its own, which answers from memory and stays warm between its turns."""

    def __init__(self, name: str, of: cold.Deployed, environ: Mapping[str, str], table: Mapping[str, Any]) -> None:
        self.name = name
        command = (sys.executable, "-I", "-S", "-B", str(cold.HERE / "warm_rounds.py"))
        self._process = subprocess.Popen(
            command, env=dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._send({"folders": [str(folder) for folder in of.folders], "handler": of.handler, "table": table})

    def turn(self, bodies: Sequence[Mapping[str, object]], over: str = "client") -> dict[str, Any]:
        """Answers these questions; tells `cpu_ms` of one on average, and `bytes` and `body` of the last answer."""
        self._send({"over": over, "events": [event(body) for body in bodies]})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended: {self._process.communicate()[1].strip()[-2000:]}")
        told: dict[str, Any] = json.loads(line)
        if told["status"] != 200:
            raise RuntimeError(f"{self.name} answered {told['status']}: {told['body'][:300]}")
        return {**told, "cpu_ms": told["cpu_ms"] / len(bodies)}

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()

    def _send(self, what: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(f"{self.name} ended: {self._process.communicate()[1].strip()[-2000:]}") from None


@contextmanager
def warm(sides: SideBySide) -> Iterator[list[Warm]]:
    """All handlers, warm, each in its process; ours is the first."""
    started: list[Warm] = []
    try:
        for name, of in sides.handlers.items():
            started.append(Warm(name, of, sides.environ, sides.table))
        yield started
    finally:
        for one in started:
            one.end()


def check_same(mine: Warm, peer: Warm, frameworks: Sequence[str], profiles: Iterable[str]) -> int:
    """Asks both about all frameworks by each profile; says how many numbers were compared. Raises `DiffersFromOurs` at the first other."""
    compared = 0
    for profile in profiles:
        question = {"frameworks": list(frameworks), "profile": profile, "include": ["metrics"]}
        expected, found = (comparable(json.loads(one.turn([question])["body"])) for one in (mine, peer))
        compared += len(expected)
        if expected != found:
            apart = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
            shown = "; ".join(f"{name}: ours {expected.get(name)!r}, theirs {found.get(name)!r}" for name in apart[:5])
            raise DiffersFromOurs(f"{peer.name} answers otherwise by profile {profile!r} in {len(apart)} places: {shown}")
    return compared


def same(sides: SideBySide) -> str:
    """A sentence on what was compared before anything was timed."""
    return (
        f"Before, {sides.compared:,} values of each peer's answers about {len(sides.frameworks)} frameworks by every profile were as ours."
    )


def comparable(answer: Mapping[str, Any]) -> dict[str, object]:
    """What two answers must have in common, by where it stands."""
    found: dict[str, object] = {f"weight of {name}": weight for name, weight in answer["weights"].items()}
    for place, row in enumerate((*answer["ranking"], *answer["not_ranked"]), 1):
        name = row["framework"]
        found[f"place of {name}"] = (place, row.get("rank", row.get("reason")))
        found |= {f"{what} of {name}": row[what] for what in ("score", "known")}
        for criterion in row["criteria"]:
            at = f"{criterion['criterion']} of {name}"
            found |= {f"{what} of {at}": criterion[what] for what in ("score", "known")}
            for figure in criterion.get("indicators", criterion.get("figures", [])):
                if figure["value"] is not None:
                    parts = ("metric", "value", "unit", "score", "observed_on", "basis", "source")
                    found |= {f"{what} of {figure['indicator']}, {at}": figure[what] for what in parts}
    return found
