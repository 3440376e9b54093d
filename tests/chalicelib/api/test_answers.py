"""Real answers are what their models say: closed ones, so that a member that comes or goes is noticed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from chalicelib.api import answers
from chalicelib.api.application import application
from chalicelib.api.operations import JSON
from tests.tutorial import PLUGINS

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.api.operations import Operation
    from tests.chalicelib.api.conftest import Writer
    from tests.gateway import Answer, Gateway

OPERATIONS = application(lambda: None).operations
READ = [one for one in OPERATIONS if one.method == "GET" and hasattr(answers, one.answer)]


def holds(answer: Answer, model: str) -> None:
    getattr(answers, model).model_validate_json(answer.body)


@pytest.mark.parametrize("operation", READ, ids=lambda one: one.name)
def test_the_example_of_each_get_is_what_its_model_says(gateway: Gateway, operation: Operation) -> None:
    answer = gateway.request("GET", operation.example, headers={"Accept": JSON})
    assert answer.status == 200
    holds(answer, operation.answer)


@pytest.mark.parametrize(
    "question",
    [
        "include=metrics,sensitivity,explanation",
        "include=metrics,sensitivity,explanation&when_missing=ignore",
        "include=explanation&frameworks=flask",
        "include=metrics,sensitivity,explanation&gates=github_stars%3E%3D10000000",
        "include=metrics&gates=github_stars%3E%3D1000,no_such_metric%3C%3D1",
        "frameworks=litestar,flask&as_of=2018-05-31",
        "as_of=2016-01-01&when_missing=leave_out&include=metrics",
        "weights=jobs:1&opinions=false",
        "profile=microservice&emphasis=jobs:2&limit=1",
    ],
)
def test_a_scorecard_is_what_its_model_says_whatever_is_asked(gateway: Gateway, question: str) -> None:
    answer = gateway.get(f"/v1/scores?{question}")
    holds(answer, "Scorecard" if answer.status == 200 else "Problem")


def test_each_reason_for_not_being_ranked_has_a_form_of_its_own(gateway: Gateway) -> None:
    asked = (
        "frameworks=flask&gates=github_stars%3E%3D10000000",
        "frameworks=litestar&as_of=2018-05-31",
        "as_of=2016-01-01&when_missing=leave_out",
    )
    found = [answers.Scorecard.model_validate_json(gateway.get(f"/v1/scores?{one}").body).not_ranked[0] for one in asked]
    assert [type(one) for one in found] == [answers.LeftOutByGate, answers.LeftOutByRelease, answers.LeftOutForEvidence]


@pytest.mark.parametrize("address", ["/v1/scores?frameworks=", "/v1/frameworks/flaks", "/v1/frameworks?cursor=x", "/nowhere"])
def test_problems_are_what_their_model_says(gateway: Gateway, address: str) -> None:
    answer = gateway.get(address)
    assert answer.status >= 400
    holds(answer, "Problem")


def test_answers_to_writes_are_what_their_models_say(writer: Writer) -> None:
    by_name = {one.name: one for one in OPERATIONS}
    told = writer.send("POST", "/v1/observations", by_name["record_observations"].example_body)
    holds(told, "BatchOutcome")
    row = told.json()["outcomes"][0]["id"]
    withdrawn = writer.send("POST", f"/v1/frameworks/flask/observations/{row}/withdrawal", {"reason": "another repository"})
    assert withdrawn.status == 201
    holds(withdrawn, "Withdrawn")
    holds(writer.gateway.get("/v1/frameworks/flask/observations?metric=github_stars&limit=100"), "ObservationPage")
    put = writer.send("PUT", "/v1/profiles/ours", by_name["put_profile"].example_body, If_None_Match="*")
    assert put.status == 201
    holds(put, "Profile")
    holds(writer.gateway.get("/v1/profiles"), "ProfileList")
    holds(writer.gateway.get("/v1/scores?profile=ours"), "Scorecard")
    holds(writer.send("PUT", "/v1/frameworks/flask", by_name["put_framework"].example_body, If_Match="*"), "KnownFramework")
    holds(writer.send("DELETE", "/v1/frameworks/flask", If_Match="*"), "Deleted")
    holds(writer.send("POST", "/v1/observations", {"observations": [{}]}), "Problem")


def test_a_member_that_comes_or_goes_is_noticed(gateway: Gateway) -> None:
    method = gateway.get("/v1/methods/additive").json()
    for other in ({**method, "more": 1}, {name: value for name, value in method.items() if name != "title"}, {**method, "title": None}):
        with pytest.raises(ValidationError):
            answers.Method.model_validate_json(json.dumps(other))


def test_what_is_absent_is_not_null(gateway: Gateway) -> None:
    card = gateway.get("/v1/scores?frameworks=flask").json()
    with pytest.raises(ValidationError):
        answers.Scorecard.model_validate_json(json.dumps({**card, "explanation": None}))


def test_every_answer_that_an_operation_names_has_a_model() -> None:
    assert {one.answer for one in OPERATIONS if JSON in one.formats} - {"OpenAPI"} <= set(vars(answers))


def test_every_single_thing_that_is_listed_is_what_its_model_says(gateway: Gateway) -> None:
    for listed, member, model in (
        ("criteria", "criterion", "Criterion"),
        ("metrics", "metric", "Metric"),
        ("profiles", "profile", "Profile"),
        ("methods", "method", "Method"),
        ("plugins", "plugin", "Plugin"),
        ("frameworks", "framework", "KnownFramework"),
    ):
        for one in gateway.get(f"/v1/{listed}").json()[listed]:
            holds(gateway.get(f"/v1/{listed}/{one[member]}"), model)


def test_a_whole_history_is_what_its_model_says(gateway: Gateway) -> None:
    address, members = "/v1/frameworks/flask/observations?limit=100", set()
    while address:
        page = gateway.get(address)
        holds(page, "ObservationPage")
        members |= {name for row in page.json()["observations"] for name in row}
        following = page.json()["links"]["next"]
        address = f"/v1/frameworks/flask/{following}" if following else ""
    assert "derived_from" in members


def test_a_scorecard_by_another_method_is_what_its_model_says(gateway_with_plugins: Callable[..., Gateway]) -> None:
    own = gateway_with_plugins("weakest_link", PLUGINS["weakest_link"])
    answer = own.get("/v1/scores?method=weakest_link&include=metrics")
    assert answer.json()["method"] == "weakest_link"
    holds(answer, "Scorecard")
    holds(own.get("/v1/methods"), "MethodList")


def test_a_plugin_that_is_at_fault_is_shown_as_its_model_says(gateway_with_plugins: Callable[..., Gateway]) -> None:
    own = gateway_with_plugins("broken", "raise OSError('no')")
    health, listed = own.get("/health"), own.get("/v1/plugins")
    assert health.json()["status"] == "degraded"
    holds(health, "Health")
    holds(listed, "PluginList")
    assert any(one["faults"] for one in listed.json()["plugins"])


def test_what_is_asked_by_body_is_answered_as_by_address(gateway: Gateway) -> None:
    holds(gateway.post("/v1/scores", {"include": ["metrics", "sensitivity", "explanation"], "weights": {"jobs": 1}}), "Scorecard")
    holds(gateway.post("/v1/scores", {"frameworks": ["flaks"], "limit": 0}), "Problem")


def test_rows_that_are_refused_and_new_entries_are_what_their_models_say(writer: Writer) -> None:
    row = next(one for one in OPERATIONS if one.name == "record_observations").example_body["observations"][0]
    refused = writer.send("POST", "/v1/observations", {"observations": [row, {**row, "framework": "flaks"}]})
    assert refused.status == 207
    holds(refused, "BatchOutcome")
    made = writer.send("PUT", "/v1/frameworks/bottle", {"name": "Bottle"}, If_None_Match="*")
    assert (made.status, made.json()["first_release"]) == (201, None)
    holds(made, "KnownFramework")
    holds(writer.gateway.get("/v1/scores?frameworks=bottle,flask&include=metrics,explanation"), "Scorecard")
    for answer, status in (
        (writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask"}), 428),
        (writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask"}, If_Match='"other"'), 412),
        (writer.send("PUT", "/v1/profiles/career", {"summary": "s", "weights": {"jobs": 1}, "reasons": {"jobs": "r"}}, If_Match="*"), 409),
        (writer.gateway.request("PUT", "/v1/frameworks/flask", body="{}"), 401),
    ):
        assert answer.status == status, answer.body
        holds(answer, "Problem")
