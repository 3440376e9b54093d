"""Answers: what is known now, and what was known on a day."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.table import Table
from frameworth.evidence import Basis, Evidence, Observation
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, Seeded, everything
from tests.chalicelib.storage.samples import DAYS, HISTORY, LAB, PRESS, a_framework, a_row

ALPHA = a_framework("alpha")
REAL_DAYS = [
    date(2015, 1, 1),
    date(2018, 5, 28),
    date(2019, 12, 31),
    date(2021, 7, 1),
    date(2024, 1, 1),
    date(2026, 6, 30),
    date(2026, 11, 22),
    date(2026, 11, 29),
]


def expected(rows: tuple[Observation, ...], day: date, opinions: bool = True) -> dict[str, Evidence]:
    return {"alpha": Evidence.of("alpha", rows, as_of=day, opinions=opinions, released=ALPHA.first_release)}


@pytest.fixture(scope="module")
def real_client(connect: Connect) -> Any:
    return connect()


@pytest.fixture(scope="module")
def real_store(seeded: Seeded, real_client: Any) -> EvidenceStore:
    """A store over the real data that stays warm from test to test."""
    return EvidenceStore(Table(real_client, seeded.table))


class TestAnswers:
    @pytest.mark.parametrize("opinions", [True, False], ids=["all", "no-opinions"])
    @pytest.mark.parametrize("day", DAYS, ids=str)
    def test_are_those_of_the_rows_up_to_the_day(self, day: date, opinions: bool, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        assert store.evidence(["alpha"], as_of=day, opinions=opinions) == expected(HISTORY, day, opinions)

    def test_before_the_first_observation_are_without_figures(self, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        found = store.evidence(["alpha"], as_of=date(2017, 12, 31))["alpha"]
        assert found.figures == {}
        assert found.released == ALPHA.first_release

    def test_on_the_day_itself_include_its_figures(self, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        assert "stars" in store.evidence(["alpha"], as_of=date(2018, 1, 1))["alpha"].figures

    def test_leave_out_what_the_catalogue_does_not_hold(self, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        assert list(store.evidence(["nobody", "alpha", "no-one"], as_of=DAYS[-1])) == ["alpha"]
        assert store.known(["nobody", "alpha"]) == {"alpha"}

    def test_come_in_the_order_of_the_question(self, store: EvidenceStore) -> None:
        wanted = ["gamma", "alpha", "delta", "beta"]
        for framework in sorted(wanted):
            store.load(a_framework(framework), ())
        assert list(store.evidence(wanted, as_of=DAYS[-1])) == wanted

    def test_about_nothing_cost_no_call(self, client: Any, store: EvidenceStore) -> None:
        made = faults.requests_of(client)
        assert store.evidence([], as_of=DAYS[-1]) == {}
        assert made == []

    def test_without_opinions_show_the_older_figure_behind_one(self, store: EvidenceStore) -> None:
        store.load(ALPHA, (a_row("ease", 4, "2018-05-28"), a_row("ease", 2, "2019-05-28", basis="opinion")))
        for day in (DAYS[-1], date(2019, 5, 28)):
            figure = store.evidence(["alpha"], as_of=day, opinions=False)["alpha"].figures["ease"]
            assert (figure.value, figure.basis) == (4, Basis.MEASURED)

    def test_without_opinions_have_no_figure_where_there_was_nothing_else(self, store: EvidenceStore) -> None:
        store.load(ALPHA, (a_row("ease", 2, "2019-05-28", basis="opinion"),))
        assert store.evidence(["alpha"], as_of=DAYS[-1], opinions=False)["alpha"].figures == {}

    def test_for_a_past_day_stand_whatever_is_observed_later(self, store: EvidenceStore) -> None:
        rows = sorted(HISTORY, key=lambda row: row.precedence)
        store.load(ALPHA, ())
        answers: dict[date, dict[str, Evidence]] = {}
        for row in rows:
            store.append(row)
            answers = {day: answer for day, answer in answers.items() if day < row.observed_on}
            for day, answer in answers.items():
                assert store.evidence(["alpha"], as_of=day) == answer
            answers[row.observed_on] = store.evidence(["alpha"], as_of=row.observed_on)
        eve = rows[-1].observed_on - timedelta(days=1)
        answer = store.evidence(["alpha"], as_of=eve)
        for metric in ("stars", "speed", "brand_new"):
            store.append(a_row(metric, 1e6, "2020-01-02"))
        assert store.evidence(["alpha"], as_of=eve) == answer

    def test_for_a_past_day_take_in_what_was_observed_by_then_and_arrives_late(self, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        day = date(2019, 12, 31)
        assert store.evidence(["alpha"], as_of=day) == expected(HISTORY, day)
        late = a_row("stars", 175, "2019-11-01")
        store.append(late)
        assert store.evidence(["alpha"], as_of=day) == expected((*HISTORY, late), day)

    def test_see_what_another_process_appended(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY)
        other = EvidenceStore(table)
        rows = HISTORY
        for row in (a_row("stars", 300, "2021-01-01", source=PRESS), a_row("stars", 1, "2017-01-01"), a_row("speed", 9, "2019-07-01")):
            for day in DAYS:
                assert store.evidence(["alpha"], as_of=day) == expected(rows, day)
            other.append(row)
            rows = (*rows, row)
        for day in DAYS:
            assert store.evidence(["alpha"], as_of=day) == expected(rows, day)

    def test_reads_that_lag_behind_do_not_freeze_an_old_history(self, table: Table, connect: Connect, store: EvidenceStore) -> None:
        """The history is read consistently: what raised `rev` must not be missed under that `rev` for good."""
        store.load(ALPHA, HISTORY)
        late = a_row("stars", 175, "2019-11-01")
        store.append(late)
        client = connect()
        faults.lag_behind(client, lambda item: item["SK"]["S"] == keys.observation(late)[1])
        day = date(2019, 12, 31)
        assert EvidenceStore(Table(client, table.name)).evidence(["alpha"], as_of=day) == expected((*HISTORY, late), day)

    @pytest.mark.parametrize("day", [DAYS[-1], date(2018, 12, 31)], ids=["now", "earlier"])
    @pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
    def test_reads_that_lag_behind_do_not_miss_a_new_source(
        self, warm: bool, day: date, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        store.load(ALPHA, (a_row("stars", 1, "2017-01-01"),))
        client = connect()
        reader = EvidenceStore(Table(client, table.name))
        if warm:
            reader.evidence(["alpha"], as_of=day)
        row = a_row("stars", 100, "2018-01-01", source=PRESS)
        store.append(row)
        store.append(a_row("speed", 100, "2020-01-01"))
        faults.lag_behind(client, lambda item: item["SK"]["S"] == PRESS.id)
        assert reader.evidence(["alpha"], as_of=day)["alpha"].figures["stars"] == row.figure

    def test_more_frameworks_than_a_batch_takes_are_all_there(self, table: Table, client: Any, store: EvidenceStore) -> None:
        wanted = [f"f{place}" for place in range(130)]
        table.batch_put(items.current_item(a_framework(framework), {}, 0) for framework in wanted)
        made = faults.requests_of(client)
        assert list(store.evidence(wanted, as_of=DAYS[-1])) == wanted
        assert [request.operation for request in made] == ["BatchGetItem", "BatchGetItem"]

    def test_partial_batches_lose_no_framework(self, table: Table, connect: Connect, store: EvidenceStore) -> None:
        wanted = [f"f{place}" for place in range(30)]
        for framework in wanted:
            store.load(a_framework(framework), (a_row("stars", 1, "2020-01-01", framework=framework),))
        client = connect()
        faults.read_partly(client, 7)
        reader = EvidenceStore(Table(client, table.name, sleep=lambda seconds: None))
        assert list(reader.evidence(wanted, as_of=DAYS[-1])) == wanted


class TestCost:
    """On the real data: what a process pays for that has seen all of it once."""

    @pytest.mark.parametrize("opinions", [True, False], ids=["all", "no-opinions"])
    @pytest.mark.parametrize("day", [date(2026, 11, 22), date(2018, 5, 31)], ids=["now", "2018"])
    def test_sixteen_frameworks_take_one_call(
        self, day: date, opinions: bool, seeded: Seeded, real_client: Any, real_store: EvidenceStore
    ) -> None:
        wanted = [framework.id for framework in seeded.seed.frameworks]
        cold = real_store.evidence(wanted, as_of=day, opinions=opinions)
        made = faults.requests_of(real_client)
        assert real_store.evidence(wanted, as_of=day, opinions=opinions) == cold
        assert len(cold) == 16
        assert [request.operation for request in made] == ["BatchGetItem"]

    def test_any_other_day_takes_one_call_once_the_histories_are_read(
        self, seeded: Seeded, real_client: Any, real_store: EvidenceStore
    ) -> None:
        wanted = [framework.id for framework in seeded.seed.frameworks]
        real_store.evidence(wanted, as_of=REAL_DAYS[0])
        made = faults.requests_of(real_client)
        for day in REAL_DAYS:
            real_store.evidence(wanted, as_of=day)
        assert [request.operation for request in made] == ["BatchGetItem"] * len(REAL_DAYS)

    def test_a_cold_answer_about_now_reads_no_history(self, seeded: Seeded, connect: Connect) -> None:
        client = connect()
        made = faults.requests_of(client)
        EvidenceStore(Table(client, seeded.table)).evidence(["django", "flask"], as_of=REAL_DAYS[-1])
        queried = [request.params["ExpressionAttributeValues"][":p"]["S"] for request in made if request.operation == "Query"]
        assert made[0].operation == "BatchGetItem"
        assert queried == [keys.SOURCES]

    def test_only_the_framework_that_changed_is_read_again(self, client: Any, store: EvidenceStore) -> None:
        for framework in ("alpha", "beta", "gamma"):
            store.load(a_framework(framework), tuple(replace(row, framework=framework) for row in HISTORY))
        wanted = ["alpha", "beta", "gamma"]
        store.evidence(wanted, as_of=DAYS[1])
        store.append(a_row("stars", 1, "2017-01-01", framework="beta"))
        made = faults.requests_of(client)
        store.evidence(wanted, as_of=DAYS[1])
        queried = [request.params["ExpressionAttributeValues"][":p"]["S"] for request in made if request.operation == "Query"]
        assert queried == ["F#beta"]


class TestTheRealData:
    @pytest.mark.parametrize("opinions", [True, False], ids=["all", "no-opinions"])
    @pytest.mark.parametrize("day", REAL_DAYS, ids=str)
    def test_is_answered_as_its_rows_say(self, day: date, opinions: bool, seeded: Seeded, real_store: EvidenceStore) -> None:
        wanted = [framework.id for framework in seeded.seed.frameworks]
        assert real_store.evidence(wanted, as_of=day, opinions=opinions) == {
            framework.id: Evidence.of(
                framework.id, seeded.seed.observations[framework.id], as_of=day, opinions=opinions, released=framework.first_release
            )
            for framework in seeded.seed.frameworks
        }

    def test_is_kept_row_by_row(self, seeded: Seeded, real_store: EvidenceStore) -> None:
        for framework in seeded.seed.frameworks:
            rows, *_ = real_store.page(framework.id, metric=None, since=None, until=None, after="", limit=10_000)
            assert sorted(row.id for row in rows) == sorted(row.id for row in seeded.seed.observations[framework.id])

    def test_gives_current_items_that_are_a_fraction_of_what_an_item_may_hold(self, seeded: Seeded, real_client: Any) -> None:
        wanted = [(keys.framework(framework.id), keys.CURRENT) for framework in seeded.seed.frameworks]
        current = Table(real_client, seeded.table).batch_get(wanted)
        sizes = [sum(len(name) + len(next(iter(value.values()))) for name, value in item.items()) for item in current]
        assert len(sizes) == 16
        assert max(sizes) < 20_000  # DynamoDB takes 400 kB


class TestFiguresOfPlugins:
    PLUGIN: Mapping[str, tuple[Observation, ...]] = {
        "alpha": (
            a_row("stars", 999, "2021-01-01", source=PRESS),  # newer than what is stored
            a_row("speed", 0.5, "2018-07-01"),  # between two that are stored
            a_row("ease", 5, "2020-03-03", basis="opinion"),
            a_row("made_up", 1, "2019-03-03"),  # stored by nobody
            a_row("stars", 7, "2016-01-01"),  # before all that is stored
        ),
        "nobody": (a_row("stars", 1, "2020-01-01", framework="nobody"),),
    }

    @pytest.fixture
    def merging(self, table: Table, store: EvidenceStore) -> EvidenceStore:
        store.load(ALPHA, HISTORY)
        return EvidenceStore(table, self.PLUGIN)

    @pytest.mark.parametrize("opinions", [True, False], ids=["all", "no-opinions"])
    @pytest.mark.parametrize("day", [*DAYS, date(2016, 1, 1), date(2018, 7, 1), date(2020, 6, 1), date(2021, 1, 1)], ids=str)
    def test_count_as_if_they_were_stored(self, day: date, opinions: bool, merging: EvidenceStore) -> None:
        everything_known = (*HISTORY, *self.PLUGIN["alpha"])
        assert merging.evidence(["alpha"], as_of=day, opinions=opinions) == expected(everything_known, day, opinions)

    def test_that_are_opinions_do_not_count_where_none_are_wanted_and_none_are_stored(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, HISTORY[:1])
        view = a_row("stars", 5, "2020-03-03", basis="opinion")
        merging = EvidenceStore(table, {"alpha": (view,)})
        assert merging.evidence(["alpha"], as_of=DAYS[-1])["alpha"].figures["stars"] == view.figure
        assert merging.evidence(["alpha"], as_of=DAYS[-1], opinions=False) == expected(HISTORY[:1], DAYS[-1])

    def test_do_not_make_a_framework_known(self, merging: EvidenceStore) -> None:
        assert merging.evidence(["nobody"], as_of=DAYS[-1]) == {}
        assert merging.known(["nobody"]) == set()

    def test_are_part_of_the_history(self, merging: EvidenceStore) -> None:
        rows, *_ = merging.page("alpha", metric=None, since=None, until=None, after="", limit=1000)
        assert {row.id for row in rows} == {row.id for row in (*HISTORY, *self.PLUGIN["alpha"])}

    def test_are_never_written(self, table: Table, client: Any, merging: EvidenceStore) -> None:
        before = everything(client, table.name)
        for day in DAYS:
            merging.evidence(["alpha"], as_of=day)
        merging.page("alpha", metric=None, since=None, until=None, after="", limit=1000)
        assert everything(client, table.name) == before
        merging.append(a_row("stars", 400, "2020-05-05"))
        written = [sort for partition, sort in everything(client, table.name) if partition == "F#alpha" and sort.startswith("O#")]
        assert len(written) == len(HISTORY) + 1
        assert not {row.id for row in self.PLUGIN["alpha"]} & {sort.split("#")[-1] for sort in written}

    def test_give_way_to_what_is_observed_later(self, merging: EvidenceStore) -> None:
        newer = a_row("stars", 1000, "2021-01-02")
        merging.append(newer)
        assert merging.evidence(["alpha"], as_of=DAYS[-1])["alpha"].figures["stars"] == newer.figure

    def test_of_the_same_day_are_decided_by_revision_then_id_as_stored_ones_are(self, table: Table, store: EvidenceStore) -> None:
        store.load(ALPHA, ())
        chance = random.Random(7)
        for place in range(20):
            metric = f"m{place}"
            stored, offered = (
                a_row(metric, value, "2020-01-01", revision=chance.choice((0, 1)), source=source)
                for value, source in ((1, LAB), (2, PRESS))
            )
            store.append(stored)
            merging = EvidenceStore(table, {"alpha": (offered,)})
            winner = max(stored, offered, key=lambda row: row.precedence)
            assert merging.evidence(["alpha"], as_of=DAYS[-1])["alpha"].figures[metric] == winner.figure
