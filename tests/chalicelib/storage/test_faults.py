"""Faults: one that passes is not noticed, one that stays is answered in time and without internals, and whatever failed can be repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.data_folder import Seed
from chalicelib.storage import items, keys
from chalicelib.storage.doctor import examine, repair
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import UnknownFramework, delete, set_status
from chalicelib.storage.keys import position
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases.seed import seed
from frameworth.evidence import Observation
from frameworth.register import MetricEntry
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import DEEP, Connect, Seeded, everything, fresh_table, on_swept_engines
from tests.chalicelib.storage.samples import DAYS, HISTORY, PRESS, a_framework, a_row
from tests.chalicelib.storage.states import RELEASED, assert_holds, kept, partition
from tests.gateway import Answer, Gateway

if TYPE_CHECKING:
    from chalicelib.use_cases.service import Service

# API Gateway gives up after this time (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
GATEWAY_GIVES_UP_S = 29.0
PROXY_PAGE = "<html><body><h1>503 Service Unavailable</h1>upstream 10.0.0.7:8000 of the house</body></html>"
AN_ERROR = "com.amazonaws.dynamodb.v20120810#"
ENGINE = "https://the-engine.invalid:8000/"

SCORES = "/v1/scores?frameworks=flask,django&profile=microservice"
SCORES_OF_ALL = "/v1/scores?profile=microservice&limit=16"
SCORES_OF_2018 = f"{SCORES}&as_of=2018-05-31"


def an_error(status: int, code: str) -> Callable[[Any, int | None], None]:
    body = {"__type": f"{AN_ERROR}{code}", "message": "a secret of the house"}
    return lambda client, times: faults.answer_instead(client, status, body, times=times)


def a_page(status: int) -> Callable[[Any, int | None], None]:
    return lambda client, times: faults.answer_instead(client, status, PROXY_PAGE, times=times)


def raising(error: Exception) -> Callable[[Any, int | None], None]:
    return lambda client, times: faults.raise_instead(client, error, times=times)


# Each as often as it is told, or for ever.
PASSING = {
    "throttled": an_error(400, "ProvisionedThroughputExceededException"),
    "throttled-as-an-account": an_error(400, "ThrottlingException"),
    "request-limit": an_error(400, "RequestLimitExceeded"),
    "server-error": an_error(500, "InternalServerError"),
    "html-503": a_page(503),
    "read-time-out": raising(ReadTimeoutError(endpoint_url=ENGINE)),
    "connect-time-out": raising(ConnectTimeoutError(endpoint_url=ENGINE)),
    "connection-reset": raising(ConnectionClosedError(endpoint_url=ENGINE)),
    "wrong-checksum": lambda client, times: faults.answer_instead(client, 200, {"Responses": {}}, checksum=1, times=times),
}
# Nobody tries these again.
STAYING = PASSING | {
    "html-200": a_page(200),
    "access-denied": an_error(400, "AccessDeniedException"),
    "answers-lost": lambda client, times: faults.lose_answers(client, Random(0), 2.0),
}


@pytest.fixture
def deployed(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client that a deployment makes, led to the engine; it tries again without waiting."""
    client = client_of_a_deployment(connect().meta.endpoint_url, monkeypatch)
    faults.at_once(client)
    return client


def client_of_a_deployment(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    for name, value in (("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "tests"), ("AWS_SECRET_ACCESS_KEY", "tests")):
        monkeypatch.setenv(name, value)
    return bootstrap.client()


def gateway_to(client: Any, name: str, service: Service) -> Gateway:
    """A service that knows nothing yet, behind a gateway; between the attempts at a batch nobody waits."""
    made = replace(bootstrap.over(Table(client, name, sleep=lambda seconds: None), service.catalogue), today=service.today)
    return Gateway(application(lambda: made))


def assert_says_try_again(answer: Answer, *secrets: str) -> None:
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert said["code"] == "storage_unavailable"
    for secret in ("secret", "house", "10.0.0.7", ":8000", "DynamoDB", "boto", "Exception", "Error", "Traceback", "html", *secrets):
        assert secret not in answer.body


class TestAFaultThatPasses:
    @pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
    @pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
    def test_is_not_noticed_by_who_asks(
        self, fault: Callable[[Any, int], None], times: int, deployed: Any, seeded: Seeded, service: Service
    ) -> None:
        fault(deployed, times)
        assert gateway_to(deployed, seeded.table, service).get(SCORES).status == 200

    @pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
    def test_is_not_noticed_by_who_appends(
        self, fault: Callable[[Any, int], None], table: Table, deployed: Any, store: EvidenceStore
    ) -> None:
        store.load(a_framework("alpha"), ())
        fault(deployed, 2)
        appending = EvidenceStore(Table(deployed, table.name))
        assert [appending.append(row) for row in HISTORY] == [True] * len(HISTORY)
        assert kept(table) == sorted(HISTORY, key=position)


class TestAFaultThatStays:
    @pytest.mark.parametrize("fault", STAYING.values(), ids=STAYING)
    def test_is_answered_with_try_again_in_time_and_without_internals(
        self, fault: Callable[[Any, None], None], deployed: Any, seeded: Seeded, service: Service
    ) -> None:
        gateway = gateway_to(deployed, seeded.table, service)
        fault(deployed, None)
        sent = faults.attempts_of(deployed)
        started = time.monotonic()
        for address in (SCORES, SCORES_OF_ALL, "/"):
            assert_says_try_again(gateway.get(address), seeded.table)
        health = gateway.get("/health")
        assert (health.status, health.json()["status"], health.json()["table"]) == (503, "unavailable", "unreachable")
        assert seeded.table not in health.body
        # Four requests, each ended by its first call; what that may take at worst is reckoned below.
        assert len(sent) <= 4 * 3
        assert time.monotonic() - started < 5

    @pytest.mark.parametrize("fault", STAYING.values(), ids=STAYING)
    def test_is_answered_so_as_well_by_a_service_that_was_warm(
        self, fault: Callable[[Any, None], None], deployed: Any, seeded: Seeded, service: Service
    ) -> None:
        gateway = gateway_to(deployed, seeded.table, service)
        assert gateway.get(SCORES).status == 200
        fault(deployed, None)
        assert_says_try_again(gateway.get(SCORES), seeded.table)

    def test_is_answered_so_for_an_earlier_day_as_well(self, deployed: Any, seeded: Seeded, service: Service) -> None:
        gateway = gateway_to(deployed, seeded.table, service)
        assert gateway.get(SCORES_OF_2018).status == 200
        STAYING["throttled"](deployed, None)
        assert_says_try_again(gateway.get(SCORES_OF_2018), seeded.table)

    def test_of_batches_that_are_never_read_is_answered_so_too(self, deployed: Any, seeded: Seeded, service: Service) -> None:
        faults.read_partly(deployed, 0)
        made = faults.requests_of(deployed)
        assert_says_try_again(gateway_to(deployed, seeded.table, service).get(SCORES), seeded.table)
        assert [request.operation for request in made] == ["BatchGetItem"] * 6

    def test_of_batches_that_are_read_in_parts_is_no_fault(self, deployed: Any, seeded: Seeded, service: Service) -> None:
        faults.read_partly(deployed, 4)
        answer = gateway_to(deployed, seeded.table, service).get(SCORES_OF_ALL).json()
        assert len(answer["ranking"]) + len(answer["not_ranked"]) == len(seeded.seed.frameworks)

    def test_of_batches_that_are_never_done_ends_a_load_and_shows_no_half_framework(
        self, table: Table, connect: Connect, store: EvidenceStore
    ) -> None:
        client = connect()
        faults.write_partly(client, 1)  # of the ten rows of HISTORY, in six attempts
        with pytest.raises(StorageUnavailable, match="unprocessed 6 times"):
            EvidenceStore(Table(client, table.name, sleep=lambda seconds: None)).load(a_framework("alpha"), HISTORY)
        assert store.known(["alpha"]) == set()

    def test_takes_less_than_the_gateway_waits_even_if_every_attempt_times_out(self, deployed: Any, service: Service) -> None:
        config = deployed.meta.config
        attempts = config.retries["total_max_attempts"]
        # botocore's standard mode waits up to 1 s, 2 s, 4 s … between attempts.
        waits = sum(2.0**place for place in range(attempts - 1))
        assert attempts * (config.connect_timeout + config.read_timeout) + waits <= GATEWAY_GIVES_UP_S / 2

    def test_of_connections_that_are_reset_is_answered_so_too(self, monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
        with faults.broken_endpoint(answers=True) as address:
            client = client_of_a_deployment(address, monkeypatch)
            faults.at_once(client)
            assert_says_try_again(gateway_to(client, "a-table", service).get(SCORES), "a-table", address)

    @pytest.mark.skipif(not DEEP, reason="waits for real time-outs; `make check-deep` runs it")
    def test_of_an_endpoint_that_never_says_a_word_is_answered_in_time(
        self, monkeypatch: pytest.MonkeyPatch, service: Service, show: Callable[[str], None]
    ) -> None:
        with faults.broken_endpoint(answers=False) as address:
            gateway = gateway_to(client_of_a_deployment(address, monkeypatch), "a-table", service)
            started = time.monotonic()
            assert_says_try_again(gateway.get(SCORES), "a-table", address)
            seconds = time.monotonic() - started
        show(f"an endpoint that never answers: 503 after {seconds:.1f} s, waits between attempts included")
        assert 6 <= seconds < GATEWAY_GIVES_UP_S / 2


@dataclass(frozen=True)
class UseCase:
    """Something that is done to a table, from which state, and which rows of `alpha` must be there afterwards; None is no framework.

    `spoil` is done to the table before, past all code.
    """

    before: tuple[Observation, ...] | None
    do: Callable[[Table], object]
    after: tuple[Observation, ...] | None
    withdrawn: tuple[Observation, ...] = ()
    released: date | None = RELEASED
    spoil: Callable[[Table], object] = lambda table: None


def appending(row: Observation) -> Callable[[Table], object]:
    return lambda table: EvidenceStore(table).append(row)


def loading(*rows: Observation, **named: Any) -> Callable[[Table], object]:
    return lambda table: EvidenceStore(table).load(a_framework("alpha", **named), rows)


def withdrawing(row: Observation) -> Callable[[Table], object]:
    return lambda table: EvidenceStore(table).withdraw("alpha", row.metric, row.observed_on, "a slip", row_id=row.id)


def withdrawing_with_what_was_derived(row: Observation) -> Callable[[Table], object]:
    def do(table: Table) -> None:
        withdrawing(row)(table)
        EvidenceStore(table).withdraw_derived(row, "a slip")

    return do


def putting(**named: Any) -> Callable[[Table], object]:
    return lambda table: EvidenceStore(table).put(a_framework("alpha", **named))


def deleting(table: Table) -> None:
    # The repeat finds nothing left to delete if only the last answer was lost.
    with suppress(UnknownFramework):
        delete(table, "alpha")


def forget_the_greatest(table: Table) -> None:
    """The current item as a step that was lost would leave it, and a marker that counts for nothing yet."""
    item = table.get("F#alpha", keys.CURRENT, consistent=True)
    assert item is not None
    table.put({**item, "m:stars": items.text(items.pack(HISTORY[0])), "released": items.text("2001-01-01")})
    table.put(items.withdrawal_item(HISTORY[6], "a slip", "2026-11-22T10:00:00+00:00"))


def seeding(table: Table) -> None:
    seed(SMALL, EvidenceStore(table), Registers(table))


SMALL = Seed(
    (a_framework("alpha"), a_framework("beta")),
    tuple(
        MetricEntry(name, title=name, unit="things", direction="higher", factor="popularity", description=name)
        for name in ("ease", "speed", "stars", "starship")
    ),
    {"alpha": HISTORY, "beta": tuple(replace(row, framework="beta") for row in HISTORY[:3])},
    {},
)
SOME = (HISTORY[0], HISTORY[3], HISTORY[5])
LONG = (*HISTORY, *(a_row("monthly", month, f"20{10 + month // 12}-{1 + month % 12:02d}-01") for month in range(45)))

USE_CASES = {
    "append-an-older-row": UseCase(SOME, appending(HISTORY[1]), (*SOME, HISTORY[1])),
    "append-a-newer-row": UseCase(SOME, appending(HISTORY[4]), (*SOME, HISTORY[4])),
    "append-a-first-row": UseCase(SOME, appending(HISTORY[9]), (*SOME, HISTORY[9])),
    "append-a-row-again": UseCase(SOME, appending(HISTORY[3]), SOME),
    "load": UseCase(None, loading(*LONG), LONG),
    "load-what-is-lacking": UseCase(HISTORY[:4], loading(*HISTORY), HISTORY),
    "load-again": UseCase(HISTORY, loading(*HISTORY), HISTORY),
    "withdraw-the-greatest": UseCase(HISTORY, withdrawing(HISTORY[4]), HISTORY, withdrawn=(HISTORY[4],)),
    "withdraw-an-older-row": UseCase(HISTORY, withdrawing(HISTORY[0]), HISTORY, withdrawn=(HISTORY[0],)),
    "withdraw-with-derived": UseCase(HISTORY, withdrawing_with_what_was_derived(HISTORY[2]), HISTORY, withdrawn=(HISTORY[2], HISTORY[6])),
    "put": UseCase(None, putting(), ()),
    "put-again-changed": UseCase(HISTORY, putting(first_release=date(2001, 2, 3)), HISTORY, released=date(2001, 2, 3)),
    "archive": UseCase(HISTORY, lambda table: set_status(table, "alpha", "archived"), HISTORY),
    "delete": UseCase(LONG, deleting, None),
    "doctor --repair": UseCase(HISTORY, repair, HISTORY, withdrawn=(HISTORY[6],), spoil=forget_the_greatest),
    "seed": UseCase(None, seeding, HISTORY),
    "seed-what-is-lacking": UseCase(HISTORY[:4], seeding, HISTORY),
}


def said(answer: Answer) -> tuple[int, str, str]:
    """An answer without the name of its request."""
    return answer.status, answer.headers["ETag"], answer.body


class TestEveryCallOfAUseCase:
    @on_swept_engines
    @pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
    @pytest.mark.parametrize("name", USE_CASES)
    def test_may_fail_and_the_repeat_ends_as_if_none_had(
        self, name: str, done: bool, admin: Any, connect: Connect, show: Callable[[str], None]
    ) -> None:
        case = USE_CASES[name]
        number = 0
        while True:
            number += 1
            with fresh_table(admin) as table_name:
                plain = Table(admin, table_name)
                if case.before is not None:
                    EvidenceStore(plain).load(a_framework("alpha"), case.before)
                case.spoil(plain)
                client = connect()
                made = faults.requests_of(client)
                faults.fail_call(client, number, done=done)
                try:
                    case.do(Table(client, table_name))
                except StorageUnavailable:
                    assert len(made) == number
                else:
                    assert len(made) == number - 1
                    break
                case.do(plain)
                if case.after is None:
                    assert partition(admin, plain) == []
                    assert examine(plain) == []
                else:
                    assert_holds(plain, case.after, withdrawn=case.withdrawn, released=case.released)
                if name == "archive":
                    assert [one.status for one in Registers(plain).frameworks()] == ["archived"]
                    assert EvidenceStore(plain).evidence(["alpha"], as_of=DAYS[-1])
                if case.do is seeding:
                    self.assert_seeded(plain)
        assert number > 2
        engine = connect.__name__  # type: ignore[attr-defined]
        show(f"{engine:8} {name:22} each of {number - 1:2} calls {'lost its answer' if done else 'was not sent':15}: lost 0, doubled 0")

    @staticmethod
    def assert_seeded(table: Table) -> None:
        registers = Registers(table)
        assert (registers.frameworks(), registers.metrics()) == (SMALL.frameworks, SMALL.metrics)
        assert kept(table, "beta") == sorted(SMALL.observations["beta"], key=position)

    @pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
    # All take the calls that two take, and one more; that is a third of the time, and in the deep run.
    @pytest.mark.parametrize(
        "address", [SCORES, SCORES_OF_2018, *([SCORES_OF_ALL] if DEEP else [])], ids=["two", "two-in-2018", *(["all"] if DEEP else [])]
    )
    def test_of_a_score_may_fail_and_the_next_answer_is_the_right_one(
        self, address: str, done: bool, admin: Any, connect: Connect, seeded: Seeded, service: Service, show: Callable[[str], None]
    ) -> None:
        right = gateway_to(admin, seeded.table, service).get(address)
        assert right.status == 200
        number = 0
        while True:
            number += 1
            client = connect()
            made = faults.requests_of(client)
            faults.fail_call(client, number, done=done)
            gateway = gateway_to(client, seeded.table, service)
            first = gateway.get(address)
            if len(made) < number:
                assert said(first) == said(right)
                break
            assert_says_try_again(first, seeded.table)
            assert said(gateway.get(address)) == said(right)
        assert number > 2
        what = address.partition("?")[2]
        engine = connect.__name__  # type: ignore[attr-defined]
        show(f"{engine:8} score {what}: each of {number - 1} calls {'lost its answer' if done else 'was not sent'}: 503, then right")

    @pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
    @pytest.mark.parametrize("number", range(1, 7))
    def test_of_an_append_to_an_unknown_framework_may_fail_and_the_repeat_leaves_no_row(
        self, number: int, done: bool, table: Table, connect: Connect, admin: Any, store: EvidenceStore
    ) -> None:
        client = connect()
        faults.fail_call(client, number, done=done)
        with pytest.raises((StorageUnavailable, UnknownFramework)):
            EvidenceStore(Table(client, table.name)).append(a_row("stars", 1, "2020-01-01", source=PRESS))
        with pytest.raises(UnknownFramework):
            store.append(a_row("stars", 1, "2020-01-01", source=PRESS))
        assert not [sort for partition, sort in everything(admin, table.name) if partition == "F#alpha"]
