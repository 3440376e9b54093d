"""The deployed functions, run by Lambda's own runtime: every route, and what Lambda does to a process."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.storage import metrics_of, synthetic_framework, synthetic_rows
from chalicelib import bootstrap, data_folder
from chalicelib.api.application import application
from chalicelib.api.operations import JSON, Operation
from chalicelib.api.routing import MOST_ANSWER_BYTES
from chalicelib.local import DATA, create_table
from chalicelib.storage import doctor, items
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.secret import Secret
from chalicelib.storage.table import Table
from chalicelib.storage.tokens import ADMIN
from chalicelib.use_cases.seed import seed
from frameworth.evidence import MOST_TITLE, Observation, Source
from tests.chalicelib.storage.engines import everything
from tests.checkouts import alone
from tests.conftest import TODAY
from tests.gateway import MOST_RESULT_BYTES, Answer, Gateway
from tests.packaging.functions import Function, FunctionFailed, Lambda, on_lambda
from tests.packaging.table_front import Mode, TableFront
from tools.openapi_examples import WRITES

if TYPE_CHECKING:
    from tests.packaging.conftest import Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone, on_lambda]

ACCESS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests"}
# The routes and what they do; it answers nothing itself.
ROUTES = application(lambda: pytest.fail("the application of this process was asked"))
READS = [(one, media_type) for one in ROUTES.operations if not one.scope for media_type in one.formats]
ROWS = {
    "observations": [
        {
            "framework": "flask",
            "metric": "github_stars",
            "value": 70_000 + day,
            "unit": "stars",
            "observed_on": f"2026-11-0{day}",
            "basis": "measured",
            "source": {"title": "GitHub", "url": "https://github.com/pallets/flask"},
        }
        for day in (1, 2, 3)
    ]
}
SCORES = "/v1/scores?frameworks=flask,django"
# So many frameworks with long titles make more than gets through.
LONG = 100
# What says when an item was written, in other forms than as an instant.
TIMES = ("body", "lease", "ttl")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00")

Deploy = Callable[..., "Deployed"]
Seed = Callable[[str], Table]
# An answer, and the seconds after which it came.
Late = Future[tuple[Answer, float]]


@dataclass(frozen=True)
class Deployed:
    """What is deployed over a table: the function that answers, the one that looks at tokens, and a gateway to both."""

    table: Table
    api: Lambda
    authorize: Lambda

    @property
    def gateway(self) -> Gateway:
        return Gateway(ROUTES, self.api, self.authorize)


@dataclass(frozen=True)
class Sender:
    """Sends requests to a gateway, with a token if there is one; `If_Match=` is the header If-Match."""

    gateway: Gateway
    token: str = ""

    def __call__(self, method: str, address: str, body: object = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        named |= {"Content-Type": JSON} if body is not None else {}
        return self.gateway.request(method, address, body=None if body is None else json.dumps(body), headers=named)


@pytest.fixture(scope="module")
def deploy(package: Package, endpoint: str) -> Iterator[Deploy]:
    """Starts the functions of the package over a table.

    `at` and `authorizer_at` say where the two find DynamoDB, `code` is another unzipped package, `changed` what the template does not say.
    """
    started: list[Lambda] = []

    def start(
        table: Table, *, at: str = endpoint, authorizer_at: str = endpoint, code: Path = package.unzipped, **changed: Any
    ) -> Deployed:
        api, authorize = (Function.of(package.template, name, table.name) for name in ("APIHandler", "Authorize"))
        for function, address in ((replace(api, **changed), at), (authorize, authorizer_at)):
            started.append(Lambda(function, code, {**ACCESS, "AWS_ENDPOINT_URL_DYNAMODB": address}))
        return Deployed(table, *started[-2:])

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def history(client: Any) -> Table:
    """A table with all that is known of two frameworks, to which nothing is written."""
    return _seeded(client, "frameworth-runtime", lambda row: True)


@pytest.fixture(scope="module")
def short(client: Any) -> Table:
    """A table with what was observed of two frameworks this year, to be copied; it has a token and a secret."""
    made = _seeded(client, "frameworth-runtime-short", lambda row: row.observed_on.year == TODAY.year)
    Secret(made).value()
    return made


@pytest.fixture(scope="module")
def token(short: Table) -> str:
    return bootstrap.over(short, bootstrap.shipped_plugins()).tokens.create([ADMIN], days=1)[0]


@pytest.fixture
def copied(client: Any, short: Table, token: str) -> Seed:
    """Makes a table that holds the same as `short`, and so takes the same token."""

    def copy(name: str) -> Table:
        create_table(client, name)
        made = Table(client, name)
        made.batch_put(everything(client, short.name).values())
        return made

    return copy


@pytest.fixture(scope="module")
def deployed(deploy: Deploy, history: Table) -> Deployed:
    return deploy(history)


@pytest.fixture(scope="module")
def waiting() -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for what takes seconds, while other tests run."""
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture(scope="module")
def hanging() -> Iterator[str]:
    """The address of a table that takes every call and answers none."""
    with TableFront("http://127.0.0.1:9") as front:
        front.mode = Mode.HANG
        yield front.address


@pytest.fixture(scope="module", autouse=True)
def hung(deploy: Deploy, history: Table, hanging: str, waiting: ThreadPoolExecutor) -> Late:
    """What the function answers over such a table."""
    made = deploy(history, at=hanging)
    return waiting.submit(_timed, lambda: Sender(made.gateway)("GET", SCORES))


@pytest.fixture(scope="module", autouse=True)
def hung_authorizer(deploy: Deploy, short: Table, token: str, hanging: str, waiting: ThreadPoolExecutor) -> Late:
    """What a route that writes answers, whose authorizer looks for tokens in such a table."""
    made = deploy(short, authorizer_at=hanging)
    return waiting.submit(_timed, lambda: Sender(made.gateway, token)("POST", "/v1/observations", ROWS))


@pytest.fixture
def whole(client: Any, copied: Seed, token: str) -> dict[Any, str]:
    """What a table holds after a write that nobody broke off."""
    table = copied("frameworth-runtime-whole")
    assert Sender(inside(table), token)("POST", "/v1/observations", ROWS).status == HTTPStatus.OK
    found = _without_times(client, table)
    client.delete_table(TableName=table.name)
    return found


def _timed(asked: Callable[[], Answer]) -> tuple[Answer, float]:
    started = time.monotonic()
    return asked(), time.monotonic() - started


def inside(table: Table) -> Gateway:
    """The application in this process over a table."""
    service = bootstrap.over(table, bootstrap.shipped_plugins())
    return Gateway(application(lambda: service))


# --- Every route


def test_what_is_deployed_has_the_routes_of_the_application(package: Package) -> None:
    paths = package.template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    by_function = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method, one in methods.items()
        if one["x-amazon-apigateway-integration"]["type"] == "aws_proxy"
    }
    described = {(one.method, one.path) for one in ROUTES.operations}
    assert by_function == described | {("HEAD", path) for method, path in described if method == "GET"}


@pytest.mark.parametrize(("operation", "media_type"), READS, ids=[f"{one.name}-{media_type}" for one, media_type in READS])
def test_what_is_open_is_answered_byte_for_byte_as_in_process(
    operation: Operation, media_type: str, deployed: Deployed, history: Table
) -> None:
    there, here = Sender(deployed.gateway), Sender(inside(history))
    for method in ("GET", "HEAD") if operation.method == "GET" else (operation.method,):
        asked = (method, operation.example, operation.example_body)
        answer = there(*asked, Accept=media_type, Accept_Encoding="gzip")
        assert answer.status == HTTPStatus.OK, answer.body
        assert answer == here(*asked, Accept=media_type, Accept_Encoding="gzip")
    if operation.method == "GET":
        again = there("GET", operation.example, Accept=media_type, If_None_Match=answer.headers["ETag"])
        assert (again.status, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_every_write_is_answered_as_in_process_and_leaves_the_same(deploy: Deploy, copied: Seed, client: Any, token: str) -> None:
    tables = [copied("frameworth-runtime-there"), copied("frameworth-runtime-here")]
    senders = [Sender(deploy(tables[0]).gateway, token), Sender(inside(tables[1]), token)]
    by_name = {one.name: one for one in ROUTES.operations}
    assert set(WRITES) == {one.name for one in ROUTES.operations if one.scope}
    recorded = ""
    for name, (address, headers) in WRITES.items():
        operation, place = by_name[name], address.replace("{id}", recorded)
        key = {"Idempotency-Key": name} if operation.repeatable else {}
        # Sent again under the same key, it is carried out once.
        for _ in range(2 if key else 1):
            answers = [ask(operation.method, place, operation.example_body, **headers, **key) for ask in senders]
            assert answers[0].status in operation.statuses, answers[0].body
            assert _without_instants(answers[0]) == _without_instants(answers[1])
        if name == "record_observations":
            recorded = answers[0].json()["outcomes"][0]["id"]
    assert _without_times(client, tables[0]) == _without_times(client, tables[1])


def test_a_request_that_is_wrong_is_answered_as_in_process(deployed: Deployed, history: Table) -> None:
    there, here = Sender(deployed.gateway), Sender(inside(history))
    for asked in (
        ("GET", "/v1/scores?frameworks=flaskk&as_of=yesterday"),
        ("POST", "/v1/scores", [1, "…", None]),
        ("GET", "/v1/frameworks/%F0%9F%90%8D"),
        ("GET", "/v1/frameworks?cursor=bm90LW91cnM"),
    ):
        answer = there(*asked)
        assert answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY), answer.body
        assert answer == here(*asked)


def test_each_request_leaves_one_line_in_the_log(deployed: Deployed) -> None:
    before = len(deployed.api.environment.log.splitlines())
    Sender(deployed.gateway)("GET", "/v1/criteria/jobs", X_Request_Id="of-the-caller")
    (line,) = deployed.api.environment.log.splitlines()[before:]
    told = json.loads(line)
    assert (told["event"], told["request_id"], told["status"]) == ("request", "of-the-caller", 200)


# --- Tokens


def test_the_authorizer_admits_a_token_and_refuses_others_and_none(deploy: Deploy, copied: Seed, token: str) -> None:
    table = copied("frameworth-runtime-tokens")
    tokens = bootstrap.over(table, bootstrap.shipped_plugins()).tokens
    narrow, kept = tokens.create(["write:catalogue"], days=1)
    gateway = deploy(table).gateway

    def code(token: str) -> tuple[int, str]:
        answer = Sender(gateway, token)("POST", "/v1/observations", ROWS)
        return answer.status, answer.json().get("code", "")

    assert code(token) == (HTTPStatus.OK, "")
    assert code("") == (HTTPStatus.UNAUTHORIZED, "unauthorized")
    assert code(f"{token}x") == (HTTPStatus.FORBIDDEN, "access_denied")
    assert code(narrow) == (HTTPStatus.FORBIDDEN, "missing_scope")
    tokens.revoke(kept.id)
    assert code(narrow) == (HTTPStatus.FORBIDDEN, "access_denied")


# --- Sizes


def test_the_largest_answer_gets_through_and_a_larger_one_is_refused_in_words(deploy: Deploy, client: Any) -> None:
    create_table(client, "frameworth-runtime-long")
    table = _with_long_titles(Table(client, "frameworth-runtime-long"))
    there, here = deploy(table), Sender(inside(table))

    def address(frameworks: int) -> str:
        return f"/v1/scores?include=metrics&limit={frameworks}"

    most = bisect_left(range(LONG), 1, key=lambda count: here("GET", address(count + 1)).status != HTTPStatus.OK)
    assert 0 < most < LONG
    path, _, query = address(most).partition("?")
    outcome = there.api.invoke(json.dumps(there.gateway.event("GET", path, query, None, {})).encode())
    body = json.loads(outcome.payload)["body"]
    assert body == here("GET", address(most)).body
    # The service counts as Lambda's runtime writes up to Python 3.11; later ones write less for the same.
    assert 0.9 * MOST_ANSWER_BYTES < len(json.dumps(body)) <= MOST_ANSWER_BYTES
    assert len(outcome.payload) <= MOST_RESULT_BYTES
    too_much = Sender(there.gateway)("GET", address(most + 1))
    assert (too_much.status, too_much.json()["code"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "answer_too_large")
    assert there.api.environment.peak_mb() < there.api.function.memory_mb


# --- Time


def test_a_table_that_never_answers_is_answered_503_before_lambda_ends_it(
    hung: Late, deployed: Deployed, show: Callable[[str], None]
) -> None:
    answer, seconds = hung.result()
    assert (answer.status, answer.json()["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert seconds < deployed.api.function.time_s
    show(f"a table that never answers: 503 after {seconds:.1f} s of the {deployed.api.function.time_s} s that Lambda gives")


def test_an_authorizer_whose_table_never_answers_has_the_route_answer_503(
    hung_authorizer: Late, deployed: Deployed, show: Callable[[str], None]
) -> None:
    answer, seconds = hung_authorizer.result()
    assert (answer.status, answer.json()["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable")
    assert seconds < deployed.authorize.function.time_s
    show(f"an authorizer whose table never answers: 503 after {seconds:.1f} s of the {deployed.authorize.function.time_s} s it has")


def test_a_process_that_lambda_ends_for_its_time_is_a_problem_of_the_gateway_and_the_next_one_answers(
    deploy: Deploy, history: Table, endpoint: str
) -> None:
    with TableFront(endpoint) as front:
        made = deploy(history, at=front.address, time_s=3)
        ask = Sender(made.gateway)
        assert ask("GET", SCORES).status == HTTPStatus.OK
        first = made.api.environment
        front.mode = Mode.HANG
        answer = ask("GET", SCORES)
        assert (answer.status, answer.json()["code"]) == (HTTPStatus.BAD_GATEWAY, "gateway_error")
        assert answer.headers["Retry-After"]
        assert not first.is_alive
        front.mode = Mode.PASS
        assert ask("GET", SCORES).status == HTTPStatus.OK
        assert made.api.environment is not first


# --- The end of a process


def test_a_process_that_waits_ends_at_once_and_without_a_word(deploy: Deploy, history: Table) -> None:
    environment = deploy(history).api.environment
    assert json.loads(environment.invoke(b"{}").payload)["statusCode"] == HTTPStatus.INTERNAL_SERVER_ERROR
    before, started = environment.log, time.monotonic()
    assert environment.stop() == -signal.SIGTERM
    assert time.monotonic() - started < 1
    assert environment.log == before


# Of the thirteen calls that it takes: before anything is written, on the way, and with everything written but not told.
@pytest.mark.parametrize("call", [6, 9, 12])
def test_a_write_that_is_broken_off_leaves_nothing_half_and_is_made_good_when_sent_again(
    call: int, deploy: Deploy, copied: Seed, client: Any, token: str, endpoint: str, whole: dict[Any, str]
) -> None:
    table = copied(f"frameworth-runtime-broken-{call}")
    with TableFront(endpoint) as front, ThreadPoolExecutor() as pool:
        front.most = call
        made = deploy(table, at=front.address)
        send = Sender(made.gateway, token)
        answer = pool.submit(send, "POST", "/v1/observations", ROWS)
        assert front.held.wait(10)
        assert made.api.environment.stop() == -signal.SIGTERM
        assert answer.result().status == HTTPStatus.BAD_GATEWAY
        front.most = math.inf
        for address in (SCORES, "/v1/frameworks/flask", "/v1/frameworks/flask/observations"):
            assert send("GET", address).status == HTTPStatus.OK
        assert send("POST", "/v1/observations", ROWS).status == HTTPStatus.OK
    assert doctor.examine(table) == []
    assert _without_times(client, table) == whole


# --- The start of a process


def test_a_setting_that_can_not_be_read_is_an_error_of_the_init_that_names_it(deploy: Deploy, history: Table) -> None:
    made = deploy(history, variables={"FRAMEWORTH_TABLE": history.name, "FRAMEWORTH_STORE": "dynamo"})
    with pytest.raises(FunctionFailed, match="FRAMEWORTH_STORE is 'dynamo'") as failed:
        made.api({})
    assert failed.value.outcome.failure == "Misconfigured"
    assert "FRAMEWORTH_STORE is 'dynamo'" in made.api.environment.log
    assert Sender(made.gateway)("GET", "/health").status == HTTPStatus.BAD_GATEWAY


def test_without_a_table_what_needs_none_is_answered_and_the_log_says_what_to_set(deploy: Deploy, history: Table) -> None:
    made = deploy(history, variables={})
    ask = Sender(made.gateway)
    answer = ask("GET", SCORES)
    assert (answer.status, answer.json()["code"]) == (HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error")
    assert "set FRAMEWORTH_TABLE" in made.api.environment.log
    assert ask("GET", "/docs").status == HTTPStatus.OK


def test_a_shipped_plugin_that_is_broken_is_an_error_of_the_init_and_one_dropped_in_is_left_out(
    package: Package, deploy: Deploy, history: Table, tmp_path: Path
) -> None:
    broken = _with_plugin(package.unzipped, tmp_path / "shipped", "jobs")
    with pytest.raises(FunctionFailed, match="jobs") as failed:
        deploy(history, code=broken).api({})
    assert failed.value.outcome.failure == "PluginFailed"

    made = deploy(history, code=_with_plugin(package.unzipped, tmp_path / "dropped", "ours"))
    assert Sender(made.gateway)("GET", SCORES).status == HTTPStatus.OK
    assert "plugin ours failed" in made.api.environment.log


def _with_plugin(package: Path, folder: Path, name: str) -> Path:
    """A package in which a plugin can't be read as Python."""
    shutil.copytree(package, folder, copy_function=os.link)
    source = folder / "plugins" / f"{name}.py"
    for path in (source, *(source.parent / "__pycache__").glob(f"{name}.*")):
        path.unlink(missing_ok=True)
    source.write_text("def (", encoding="utf-8")
    return folder


def _seeded(client: Any, name: str, wanted: Callable[[Observation], bool]) -> Table:
    create_table(client, name)
    table, found = Table(client, name), data_folder.read(DATA)
    few = tuple(one for one in found.frameworks if one.id in ("flask", "django"))
    rows = {one.id: tuple(row for row in found.observations[one.id] if wanted(row)) for one in few}
    seed(replace(found, frameworks=few, observations=rows), EvidenceStore(table), Registers(table))
    return table


def _with_long_titles(table: Table) -> Table:
    """So many frameworks that do not exist, each figure of which has the longest title, in characters that JSON writes as twelve."""
    catalogue = bootstrap.shipped_plugins()
    source = Source("\N{SNAKE}" * MOST_TITLE, "https://synthetic.invalid/long")
    frameworks = [synthetic_framework(place) for place in range(LONG)]
    table.put_new(items.source_item(source))
    table.batch_put(items.framework_item(framework) for framework in frameworks)
    for framework in frameworks:
        rows = synthetic_rows(framework, metrics_of(catalogue), 1)
        packed = {row.metric: items.pack(replace(row, source=source)) for row in rows}
        table.put(items.current_item(framework, packed, rev=len(packed)))
    return table


def _without_instants(answer: Answer) -> tuple[int, dict[str, str], str]:
    """An answer of which only the instants in its body are left out, and what is reckoned from its body."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("ETag", "Content-Length")}
    return answer.status, headers, _INSTANT.sub("…", answer.body)


def _without_times(client: Any, table: Table) -> dict[Any, str]:
    """All items of a table, without what only says when they were written; answers that were kept hold such, packed."""
    return {
        key: _INSTANT.sub("…", json.dumps({name: value for name, value in item.items() if name not in TIMES}, default=repr))
        for key, item in everything(client, table.name).items()
    }
