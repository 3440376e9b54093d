"""The stand-in of Lambda does to a process what Lambda does: shown by a small function, and by calls such as its runtime makes."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway import MOST_RESULT_BYTES
from tests.packaging.functions import RUNTIME, Function, FunctionFailed, Lambda, missing_for_lambda, on_lambda
from tests.packaging.runtime_api import Invocation, Outcome, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL = """
import os, sys, time

BEGUN = time.monotonic()

def does(event, context):
    match event:
        case {"say": count}: return "x" * count
        case {"wait": seconds}: time.sleep(seconds)
        case {"exit": status}: os._exit(status)
        case {"raise": words}: raise ValueError(words)
        case {"import": name}: __import__(name)
    return {
        "begun": BEGUN,
        "left_ms": context.get_remaining_time_in_millis(),
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "mine": os.environ["MINE"],
        "region": os.environ["AWS_REGION"],
        "path": sys.path,
        "home": os.environ.get("HOME"),
    }
"""
FUNCTION = Function("Small", "small.does", "python3.11", time_s=5, memory_mb=128, variables={"MINE": "as the template says"})
RESULT = b'"done"'


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("small")
    (made / "small.py").write_text(SMALL, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def small(code: Path) -> Iterator[Lambda]:
    made = Lambda(FUNCTION, code, {})
    yield made
    made.close()


def failed(small: Lambda, event: Any) -> FunctionFailed:
    with pytest.raises(FunctionFailed) as found:
        small(event)
    return found.value


# --- The process


@on_lambda
def test_a_function_is_told_what_the_template_says_and_nothing_of_the_process_that_tests_it(small: Lambda, code: Path) -> None:
    told = small({})
    assert (told["name"], told["memory"], told["mine"], told["region"]) == ("Small", "128", "as the template says", "us-east-1")
    assert 4_000 < told["left_ms"] <= 5_000
    assert told["home"] is None
    assert (told["path"][0], told["path"][-1]) == (str(code), str(RUNTIME))
    assert not [one for one in told["path"] if "-packages" in one]
    assert failed(small, {"import": "pytest"}).outcome.failure == "Unhandled"


@on_lambda
def test_a_process_answers_one_invocation_after_the_other(small: Lambda) -> None:
    begun = small({})["begun"]
    seen: list[float] = []
    threads = [threading.Thread(target=lambda: seen.append(small({"wait": 0.05})["begun"])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [begun] * 4


@on_lambda
def test_what_a_function_raises_is_told_and_the_process_lives_on(small: Lambda) -> None:
    begun = small({})["begun"]
    error = failed(small, {"raise": "no such thing"})
    assert json.loads(error.outcome.payload)["errorType"] == "ValueError"
    assert "no such thing" in str(error)
    assert small({})["begun"] == begun


@on_lambda
def test_a_process_that_exits_has_failed_and_a_new_one_answers(small: Lambda) -> None:
    begun = small({})["begun"]
    assert str(failed(small, {"exit": 3})) == "Runtime.ExitError: Runtime exited with error: exit status 3"
    assert small({})["begun"] > begun


@on_lambda
def test_a_process_that_takes_too_long_is_killed_and_a_new_one_answers(code: Path) -> None:
    hasty = Lambda(replace(FUNCTION, time_s=0.3), code, {})
    begun = hasty({})["begun"]
    assert str(failed(hasty, {"wait": 5})).endswith("Task timed out after 0.30 seconds")
    assert not hasty.environment.is_alive
    assert hasty({})["begun"] > begun
    hasty.close()


@on_lambda
def test_a_process_that_exits_in_its_init_has_failed(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text("raise SystemExit(4)", encoding="utf-8")
    wrong = Lambda(FUNCTION, tmp_path, {})
    assert failed(wrong, {}).outcome.failure == "Runtime.ExitError"
    wrong.close()


@on_lambda
def test_an_answer_may_have_6_mb_and_no_byte_more(small: Lambda) -> None:
    quotes = 2
    assert len(small({"say": MOST_RESULT_BYTES - quotes})) == MOST_RESULT_BYTES - quotes
    assert failed(small, {"say": MOST_RESULT_BYTES - quotes + 1}).outcome.failure == "Function.ResponseSizeTooLarge"
    assert small({})["name"] == "Small"


@on_lambda
@pytest.mark.parametrize(
    ("handler", "failure"), [("nowhere.does", "Runtime.ImportModuleError"), ("small.nothing", "Runtime.HandlerNotFound")]
)
def test_a_handler_that_is_not_there_is_an_error_of_the_init(handler: str, failure: str, code: Path) -> None:
    wrong = Lambda(replace(FUNCTION, handler=handler), code, {})
    assert failed(wrong, {}).outcome.failure == failure
    wrong.close()


def test_a_machine_without_the_runtime_is_told_what_to_do(tmp_path: Path) -> None:
    assert "`make lambda`" in missing_for_lambda(tmp_path) or "Linux" in missing_for_lambda(tmp_path)


def test_a_function_whose_variables_only_a_deployment_knows_is_refused() -> None:
    properties = {
        "Handler": "app.app",
        "Runtime": "python3.11",
        "Timeout": 1,
        "MemorySize": 128,
        "Environment": {"Variables": {"TABLE": {"Ref": "Table"}, "OTHER": {"Ref": "Other"}}},
    }
    with pytest.raises(ValueError, match="OTHER"):
        Function.of({"Resources": {"One": {"Properties": properties}}}, "One", "a-table")


# --- The API


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    made = RuntimeApi("small")
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def asked(api: RuntimeApi, method: str, path: str, body: bytes | None = None) -> tuple[int, Any, http.client.HTTPMessage]:
    with closing(http.client.HTTPConnection(api.address, timeout=10)) as connection:
        connection.request(method, f"/2018-06-01/runtime/{path}", body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers


def test_the_next_invocation_comes_with_its_id_and_its_deadline_and_is_answered_once(api: RuntimeApi) -> None:
    invocation = Invocation(b'{"a": 1}', time_s=5)
    api.give(invocation)
    status, event, headers = asked(api, "GET", "invocation/next")
    assert (status, event, headers["Lambda-Runtime-Aws-Request-Id"]) == (HTTPStatus.OK, {"a": 1}, invocation.id)
    assert headers["Lambda-Runtime-Invoked-Function-Arn"].endswith(":function:small")
    assert int(headers["Lambda-Runtime-Deadline-Ms"]) > 0
    assert asked(api, "POST", f"invocation/{invocation.id}/response", RESULT)[0] == HTTPStatus.ACCEPTED
    assert invocation.outcome == Outcome(RESULT)
    assert asked(api, "POST", f"invocation/{invocation.id}/response", RESULT)[0] == HTTPStatus.BAD_REQUEST


def test_whoever_has_not_answered_gets_no_other_invocation(api: RuntimeApi) -> None:
    api.give(Invocation(b"{}", time_s=5))
    asked(api, "GET", "invocation/next")
    status, said, _ = asked(api, "GET", "invocation/next")
    assert (status, said["errorType"]) == (HTTPStatus.FORBIDDEN, "InvalidStateTransition")


def test_an_answer_to_another_invocation_is_refused(api: RuntimeApi) -> None:
    api.give(Invocation(b"{}", time_s=5))
    asked(api, "GET", "invocation/next")
    status, said, _ = asked(api, "POST", "invocation/another/response", RESULT)
    assert (status, said["errorType"]) == (HTTPStatus.BAD_REQUEST, "InvalidRequestID")


def test_an_answer_that_is_too_large_is_refused_and_is_the_failure_of_the_function(api: RuntimeApi) -> None:
    invocation = Invocation(b"{}", time_s=5)
    api.give(invocation)
    asked(api, "GET", "invocation/next")
    status, said, _ = asked(api, "POST", f"invocation/{invocation.id}/response", b"x" * (MOST_RESULT_BYTES + 1))
    assert (status, said["errorType"]) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge")
    assert invocation.outcome is not None
    assert invocation.outcome.failure == "Function.ResponseSizeTooLarge"


def test_after_an_error_of_the_init_every_invocation_ends_with_it(api: RuntimeApi) -> None:
    assert asked(api, "POST", "init/error", b'{"errorType": "Misconfigured"}')[0] == HTTPStatus.ACCEPTED
    invocation = Invocation(b"{}", time_s=5)
    api.give(invocation)
    assert invocation.outcome == Outcome(b'{"errorType": "Misconfigured"}', "Unhandled")
