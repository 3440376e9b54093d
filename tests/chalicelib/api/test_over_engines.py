"""What the API promises of the table, seen through HTTP on both engines: one write for a key, whole pages, and 304 for one call."""

from __future__ import annotations

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.storage import items
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.storage.tokens import ADMIN
from chalicelib.use_cases.seed import seed
from tests.chalicelib.api.conftest import Writer, three
from tests.chalicelib.storage.engines import DEEP, ENGINES, fresh_table
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frameworth.catalogue import Catalogue
    from tests.gateway import Answer

CALLERS = 6
ROW = {
    "framework": "flask",
    "metric": "github_stars",
    "unit": "stars",
    "observed_on": "2026-11-22",
    "basis": "measured",
    "source": {"title": "GitHub", "url": "https://github.com/pallets/flask"},
}


@dataclass
class Calls:
    """What was asked of the engine: the name of each call, and its parameters."""

    made: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.made.append((model.name, params))

    def names(self) -> list[str]:
        """The names of the calls since this was asked last."""
        found, self.made = [name for name, _ in self.made], []
        return found

    def writes_of(self, text: str) -> int:
        """How many of the calls write, and hold a text."""
        return sum(not name.endswith(("Get", "GetItem", "Query")) and text in json.dumps(params, default=str) for name, params in self.made)


@dataclass
class World:
    """A table on one engine, with three frameworks, and Lambda instances over it."""

    name: str
    connect: Callable[[], Any]
    catalogue: Catalogue
    calls: Calls = field(default_factory=Calls)

    def __post_init__(self) -> None:
        self.table = Table(self.connect(), self.name)
        seed(three(), EvidenceStore(self.table), Registers(self.table))
        self.token, _ = bootstrap.over(self.table, self.catalogue).tokens.create([ADMIN], days=1)

    def instance(self) -> Writer:
        """Another instance, with a client and a memory of its own."""
        client = self.connect()
        client.meta.events.register("provide-client-params.dynamodb.*", self.calls)
        service = bootstrap.over(Table(client, self.name), self.catalogue)
        return Writer(Gateway(application(lambda: service)), self.token)


@pytest.fixture(params=ENGINES.values(), ids=ENGINES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with fresh_table(request.param()) as name:
        yield World(name, request.param, bootstrap.shipped_plugins())


class TestIdempotency:
    def test_of_six_who_send_a_key_at_once_one_writes_and_all_get_its_answer(self, world: World) -> None:
        callers = [world.instance() for _ in range(CALLERS)]
        for turn in range(100 if DEEP else 5):
            body = {"observations": [{**ROW, "value": 70_000 + turn}]}
            together = threading.Barrier(CALLERS)

            def send(caller: Writer, body: object = body, key: str = f"turn {turn}", together: threading.Barrier = together) -> Answer:
                together.wait()
                for _ in range(100):
                    answer = caller.send("POST", "/v1/observations", body, Idempotency_Key=key)
                    if answer.status != 409:
                        return answer
                    assert answer.json()["code"] == "still_running"
                    assert int(answer.headers["Retry-After"]) >= 1
                    time.sleep(0.01)
                raise AssertionError("still running")

            world.calls.names()
            with ThreadPoolExecutor(CALLERS) as pool:
                answers = list(pool.map(send, callers))
            assert {(one.status, one.body) for one in answers} == {(200, answers[0].body)}
            assert answers[0].json()["recorded"] == 1
            assert sorted(one.headers.get("Idempotent-Replayed", "") for one in answers) == ["", *["true"] * (CALLERS - 1)]
            # Those who were told to wait came again, and nobody wrote the row a second time.
            assert world.calls.writes_of(f'"O#github_stars#{ROW["observed_on"]}') == 1


class TestPages:
    COUNT = 2_000

    def test_a_catalogue_walked_while_it_changes_repeats_nothing_and_leaves_out_nothing_that_stayed(
        self, world: World, show: Callable[[str], None]
    ) -> None:
        chance = random.Random(6)
        stays = {f"f{place:04}" for place in range(0, 2 * self.COUNT, 2)}
        world.table.batch_put(items.framework_item(replace(three().frameworks[0], id=one)) for one in sorted(stays))
        walker, changer = world.instance(), world.instance()
        done, told = threading.Event(), {"entered": 0, "deleted": 0, "renamed": 0}

        def change() -> None:
            while not done.is_set():
                place = chance.randrange(self.COUNT)
                new, old = f"f{2 * place + 1:04}", f"f{2 * place:04}"
                if changer.send("PUT", f"/v1/frameworks/{new}", {"name": new}, If_None_Match="*").status == 201:
                    told["entered"] += 1
                elif changer.send("DELETE", f"/v1/frameworks/{new}", If_Match="*").status == 200:
                    told["deleted"] += 1
                told["renamed"] += changer.send("PUT", f"/v1/frameworks/{old}", {"name": "Renamed"}, If_Match="*").status == 200

        changing = threading.Thread(target=change)
        changing.start()
        try:
            found: list[str] = []
            address = "frameworks?limit=50"
            while address:
                page = walker.gateway.get(f"/v1/{address}").json()
                found += [one["framework"] for one in page["frameworks"]]
                # The very one that the next page begins after goes, or one that would have been on it.
                gone = chance.choice([found[-1], min(stays - {*found}, default="")])
                if gone in stays and changer.send("DELETE", f"/v1/frameworks/{gone}", If_Match="*").status == 200:
                    stays.discard(gone)
                    told["deleted"] += 1
                address = page["links"]["next"]
        finally:
            done.set()
            changing.join()
        assert len(found) == len(set(found))
        assert found == sorted(found)
        assert stays <= set(found)
        assert all(told.values()), told
        show(f"{len(found):,} frameworks walked by pages while others were {told}")


class TestUnchanged:
    @pytest.mark.parametrize("question", ["frameworks=flask,django", "", "frameworks=flask,django&include=metrics,sensitivity,explanation"])
    def test_who_asks_again_on_the_same_day_is_told_so_for_one_call_and_of_a_new_figure_at_once(self, world: World, question: str) -> None:
        caller = world.instance()
        first = caller.gateway.get(f"/v1/scores?{question}")
        world.calls.names()
        for _ in range(3):
            again = caller.gateway.get(f"/v1/scores?{question}", **{"If-None-Match": first.headers["ETag"]})
            assert (again.status, again.body) == (304, "")
            assert world.calls.names() == ["BatchGetItem"]
        # Another instance, which has nothing in its memory, gives the same tag.
        assert world.instance().gateway.get(f"/v1/scores?{question}", **{"If-None-Match": first.headers["ETag"]}).status == 304

        assert world.instance().send("POST", "/v1/observations", {"observations": [{**ROW, "value": 99_000}]}).json()["recorded"] == 1
        changed = caller.gateway.get(f"/v1/scores?{question}", **{"If-None-Match": first.headers["ETag"]})
        assert changed.status == 200
        assert changed.headers["ETag"] != first.headers["ETag"]
