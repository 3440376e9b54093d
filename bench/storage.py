"""Calls and capacity of a score request: by how many frameworks it asks about, and by how long their histories are.

Run with `python -m bench.storage`. The engine is dynalite (`make dynalite`); it charges by DynamoDB's rules, and beside its figures stand
those reckoned here from the sizes of the items. Catalogue and figures are SYNTHETIC: made by a rule, for this benchmark only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil
from typing import Any

from bench.results import CanNotRun, Found, show
from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.settings import Settings
from chalicelib.storage import items
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.table import Table
from frameworth.catalogue import Catalogue
from frameworth.evidence import Basis, Observation, Source
from frameworth.register import Framework
from tests.chalicelib.storage.engines import dynalite, fresh_table, missing_for_dynalite
from tests.gateway import Answer, Gateway

SYNTHETIC = Source("Synthetic figures for benchmarks, observed by nobody", "https://synthetic.invalid/benchmark")
TODAY, EARLIER = date(2026, 11, 30), date(2026, 11, 1)

CATALOGUE_SIZES = (2, 16, 100, 1000)
HISTORY_LENGTHS = (1, 10, 100, 1000)
SAID = (
    "SYNTHETIC catalogue and figures, for this benchmark only. Units as dynalite says, which charges by DynamoDB's rules, and as reckoned "
    "from the sizes of items."
)
# So many metrics have a history in the second table: 1,000 observations of each are 12,000 rows a framework.
METRICS_WITH_HISTORY = 12


@dataclass
class Meter:
    """What passed through a client: calls by operation, and the capacity of each as the engine says and as reckoned."""

    calls: Counter[str] = field(default_factory=Counter)
    said: float = 0.0
    reckoned: float = 0.0

    def clear(self) -> None:
        """Begins anew."""
        self.calls.clear()
        self.said = self.reckoned = 0.0


def metered(client: Any) -> Meter:
    """Counts the calls of a client from now on, and has the engine say what each consumed."""
    meter = Meter()

    def ask(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> Mapping[str, Any]:
        context["params"] = params
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def count(parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        meter.calls[model.name] += 1
        consumed = parsed.get("ConsumedCapacity", [])
        meter.said += sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
        meter.reckoned += reckoned(model.name, context["params"], parsed)

    for operation in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"):
        client.meta.events.register_last(f"provide-client-params.dynamodb.{operation}", ask)
        client.meta.events.register_first(f"after-call.dynamodb.{operation}", count)
    return meter


def reckoned(operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Read units of a call: half a unit for each 4 kB begun, a whole one if it is consistent. Items of a Query are summed first.

    The rules: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html. Writes are left to the engine.
    """
    if operation == "BatchGetItem":
        ((table, asked),) = params["RequestItems"].items()
        found = answer["Responses"][table]
        missing = len(asked["Keys"]) - len(found)
        return (sum(map(blocks, map(size, found))) + missing) * unit(asked)
    if operation == "Query":
        return blocks(sum(map(size, answer["Items"]))) * unit(params)
    if operation == "GetItem":
        return blocks(size(answer["Item"]) if "Item" in answer else 0) * unit(params)
    return 0.0


def unit(asked: Mapping[str, Any]) -> float:
    """What each 4 kB cost."""
    return 1.0 if asked.get("ConsistentRead") else 0.5


def blocks(bytes_read: int) -> int:
    """Blocks of 4 kB that were begun; one even if nothing was found."""
    return max(1, ceil(bytes_read / 4096))


def size(item: Mapping[str, Mapping[str, str]]) -> int:
    """Bytes of an item as DynamoDB counts them, for texts and numbers: names and values, two digits a byte and one more."""
    return sum(
        len(name.encode()) + (len(value["S"].encode()) if "S" in value else (len(value["N"]) + 1) // 2 + 1) for name, value in item.items()
    )


def synthetic_framework(place: int) -> Framework:
    """A framework that does not exist."""
    return Framework(
        f"synthetic-{place:04d}",
        name=f"Synthetic {place}",
        package="",
        repository="",
        homepage="",
        licence="",
        first_release=date(2015, 1, 1),
        summary="Made by a rule, for benchmarks only",
    )


def synthetic_rows(framework: Framework, metrics: Iterable[tuple[str, str]], length: int) -> Iterator[Observation]:
    """`length` figures a metric, a day apart, the last on the eve of `TODAY`."""
    for name, metric_unit in metrics:
        for day in range(length):
            yield Observation(
                framework.id,
                name,
                value=float(day + 1),
                unit=metric_unit,
                observed_on=TODAY - timedelta(days=length - day),
                basis=Basis.MEASURED,
                source=SYNTHETIC,
                note="synthetic",
            )


def with_current_items(table: Table, catalogue: Catalogue, frameworks: int) -> None:
    """A catalogue with a figure of every metric, as current items alone: no question of today reads more."""
    table.put_new(items.source_item(SYNTHETIC))
    made = [synthetic_framework(place) for place in range(frameworks)]
    metrics = metrics_of(catalogue)
    table.batch_put(items.framework_item(framework) for framework in made)
    table.batch_put(
        items.current_item(framework, {row.metric: items.pack(row) for row in synthetic_rows(framework, metrics, 1)}, rev=len(metrics))
        for framework in made
    )


def metrics_of(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Every metric that a criterion reads, with its unit."""
    return [(name, metric.unit) for name, metric in sorted(catalogue.metrics.items())]


class Requests:
    """Score requests to a table through a gateway and a metered client."""

    def __init__(self, name: str, catalogue: Catalogue) -> None:
        client = dynalite()
        self.meter = metered(client)
        self._table = Table(client, name)
        self._catalogue = catalogue
        self.restart()

    def restart(self) -> None:
        """From now on a service answers that knows nothing yet. Without the figures that come with plugins: they are no reads."""
        service = replace(bootstrap.over(self._table, self._catalogue), today=lambda: TODAY, store=EvidenceStore(self._table))
        self._gateway = Gateway(application(lambda: service))

    def cost(self, body: Mapping[str, object]) -> Meter:
        """What one request costs."""
        self.meter.clear()
        answer: Answer = self._gateway.post("/v1/scores", {"profile": "balanced", **body})
        if answer.status != 200:
            raise RuntimeError(f"the request was not answered: {answer.body[:300]}")
        return Meter(Counter(self.meter.calls), self.meter.said, self.meter.reckoned)

    def cold_and_warm(self, what: str, body: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
        """A row for a service that knows nothing yet, and one for the same question asked again."""
        self.restart()
        for state in ("cold", "warm"):
            cost = self.cost(body)
            yield f"{what}, {state}", f"{cost.calls.total()}", f"{cost.said:,.1f}", f"{cost.reckoned:,.1f}", operations(cost)


COLUMNS = ("question", "calls", "read units", "reckoned", "operations")


def operations(cost: Meter) -> str:
    """The calls by operation."""
    return ", ".join(f"{count} {operation}" for operation, count in sorted(cost.calls.items()))


def found() -> list[Found]:
    """Three tables: questions by how many frameworks they ask about, and by length of history; appends by length of history.

    Raises `CanNotRun` if dynalite is not there.
    """
    if missing := missing_for_dynalite():
        raise CanNotRun(missing)
    catalogue = bootstrap.plugins(Settings.of({}))
    admin = dynalite()
    return [_by_catalogue(admin, catalogue), *_by_history(admin, catalogue)]


def _by_catalogue(admin: Any, catalogue: Catalogue) -> Found:
    rows: list[tuple[str, ...]] = []
    for size_of_catalogue in (CATALOGUE_SIZES[0], CATALOGUE_SIZES[-1]):
        with fresh_table(admin) as name:
            with_current_items(Table(admin, name), catalogue, size_of_catalogue)
            requests = Requests(name, catalogue)
            for asked in (one for one in CATALOGUE_SIZES if one <= size_of_catalogue):
                body = {"frameworks": [synthetic_framework(place).id for place in range(asked)]}
                rows += requests.cold_and_warm(f"{asked:,} of a catalogue of {size_of_catalogue:,}", body)
            if size_of_catalogue == CATALOGUE_SIZES[-1]:
                rows += requests.cold_and_warm(f"the whole catalogue of {size_of_catalogue:,}", {})
    return Found(
        "Calls and capacity by frameworks asked about, today",
        f"{SAID} Each current item holds {len(catalogue.metrics)} metrics.",
        COLUMNS,
        rows,
    )


def _by_history(admin: Any, catalogue: Catalogue) -> Iterator[Found]:
    asked: list[tuple[str, ...]] = []
    written: list[tuple[str, ...]] = []
    for length in HISTORY_LENGTHS:
        with fresh_table(admin) as name:
            frameworks = [synthetic_framework(place) for place in range(2)]
            store = EvidenceStore(Table(admin, name))
            for framework in frameworks:
                store.load(framework, synthetic_rows(framework, metrics_of(catalogue)[:METRICS_WITH_HISTORY], length))
            requests = Requests(name, catalogue)
            body: dict[str, object] = {"frameworks": [framework.id for framework in frameworks]}
            asked += requests.cold_and_warm(f"{length:,} observations, today", body)
            asked += requests.cold_and_warm(f"{length:,} observations, as of {EARLIER}", {**body, "as_of": EARLIER.isoformat()})
            for what, cost in appends(name, frameworks[0], catalogue):
                written.append((f"{length:,} observations, {what}", f"{cost.calls.total()}", f"{cost.said:,.1f}", operations(cost)))
    yield Found(
        "Calls and capacity by observations a metric",
        f"{SAID} Two frameworks, {METRICS_WITH_HISTORY} metrics.",
        COLUMNS,
        asked,
    )
    yield Found(
        "Calls and capacity of one append, by observations a metric",
        SAID,
        ("append", "calls", "write units", "operations"),
        written,
        notes=["An update that its condition refuses costs a write unit on AWS as well; no engine says so, and it is not counted here."],
    )


def appends(name: str, framework: Framework, catalogue: Catalogue) -> Iterator[tuple[str, Meter]]:
    """What a newer and an older row cost a store that knows the source."""
    client = dynalite()
    with closing(client):
        store = EvidenceStore(Table(client, name))
        (known,) = synthetic_rows(framework, metrics_of(catalogue)[:1], 1)
        store.append(known)
        meter = metered(client)
        for what, day in (("a newer row", TODAY), ("an older row", date(2010, 1, 1))):
            meter.clear()
            store.append(replace(known, observed_on=day))
            yield what, Meter(Counter(meter.calls), meter.said)


def main() -> None:
    """Prints the tables."""
    show(found())


if __name__ == "__main__":
    main()
