"""`method=` and `/v1/methods`: other ways to add up, offered by plugins, and what becomes of one that breaks."""

from __future__ import annotations

import json

import pytest

from tests.tutorial import PLUGINS

PRODUCT = """
from math import prod

from frameworth import Method, hookimpl

@hookimpl
def frameworth_methods():
    yield Method(
        "product",
        aggregate=lambda values, weights: [prod(value**weight for value, weight in zip(row, weights)) for row in values],
        summary="The weighted product.",
    )
    yield Method(
        "relative",
        aggregate=lambda values, weights: [sum(row) / max(map(sum, values)) for row in values],
        summary="A part of the best.",
        depends_on_candidates=True,
    )
"""
BROKEN = """
from frameworth import Method, hookimpl

def aggregate(values, weights):
    {}

@hookimpl
def frameworth_methods():
    yield Method("broken", aggregate=aggregate, summary="Breaks.")
"""
PAIR = "frameworks=flask,django&profile=microservice&as_of=2018-05-31"


@pytest.fixture
def more(gateway_with_plugins):
    """A gateway to a service with methods of a plugin beside the additive one."""
    return gateway_with_plugins("product", PRODUCT, "weakest_link", PLUGINS["weakest_link"])


def criteria_of(answer):
    return {
        row["framework"]: {one["criterion"]: (one["score"] / 100, one["weight"]) for one in row["criteria"]} for row in answer["ranking"]
    }


def test_methods_are_listed_and_shown(more):
    listed = more.get("/v1/methods").json()["methods"]
    assert [one["method"] for one in listed] == ["additive", "product", "relative", "weakest_link"]
    assert (
        more.get("/v1/methods/product").json()
        == listed[1]
        == {
            "method": "product",
            "title": "Product",
            "summary": "The weighted product.",
            "depends_on_candidates": False,
            "plugin": "product",
        }
    )


def test_an_unknown_method_is_not_found_and_the_nearest_is_named(more):
    answer = more.get("/v1/methods/prodct")
    assert answer.status == 404
    assert "product" in answer.body


@pytest.mark.parametrize("as_body", [False, True])
def test_a_question_by_another_method_is_answered_by_it(more, as_body):
    question = {"frameworks": ["flask", "django"], "profile": "microservice", "as_of": "2018-05-31", "method": "weakest_link"}
    answer = (more.post("/v1/scores", question) if as_body else more.get(f"/v1/scores?{PAIR}&method=weakest_link")).json()
    assert answer["method"] == "weakest_link"
    weakest = {name: min(score for score, weight in row.values() if weight > 0) for name, row in criteria_of(answer).items()}
    assert {row["framework"]: row["score"] for row in answer["ranking"]} == pytest.approx(
        {name: 100 * one for name, one in weakest.items()}
    )
    assert answer["verdict"]["because"].endswith("scores highest by the method weakest link.")


def test_points_and_flips_are_left_out_where_scores_do_not_add_up(more):
    answer = more.get(f"/v1/scores?{PAIR}&method=product").json()
    assert {one["points"] for row in answer["ranking"] for one in row["criteria"]} == {None}
    assert answer["verdict"]["flips_if"] is None
    additive = more.get(f"/v1/scores?{PAIR}").json()
    assert None not in {one["points"] for row in additive["ranking"] for one in row["criteria"]}


def test_a_method_that_depends_on_the_candidates_promises_no_bounds(more):
    answer = more.get(f"/v1/scores?{PAIR}&method=relative").json()
    assert {(row["low"], row["high"]) for row in answer["ranking"]} == {(0, 100)}
    assert answer["ranking"][0]["score"] == 100


def test_links_and_the_receipt_ask_by_the_same_method(more):
    answer = more.get(f"/v1/scores?{PAIR}&method=product").json()
    assert all("method=product" in link for name, link in answer["links"].items() if "scores" in link), answer["links"]
    assert "product" in answer["made_with"]["plugins"]
    # The default needs no naming.
    assert "method=" not in json.dumps(more.get(f"/v1/scores?{PAIR}").json()["links"])


def test_the_page_of_a_question_by_another_method_answers(more):
    assert more.get(f"/?{PAIR}&method=product").status == 200


@pytest.mark.parametrize(
    ("more_of_it", "code", "pointer"),
    [
        ("method=prodct", "unknown_method", "/method"),
        ("method=product&when_missing=ignore", "method_and_when_missing", "/when_missing"),
        ("method=product&include=sensitivity", "method_and_include", "/include"),
        ("method=product&include=explanation", "method_and_include", "/include"),
        ("method=A%23b", "unknown_method", "/method"),
    ],
)
def test_what_goes_with_no_method_or_not_with_this_one_is_refused(more, more_of_it, code, pointer):
    answer = more.get(f"/v1/scores?{PAIR}&{more_of_it}")
    assert answer.status == 422
    [error] = answer.json()["errors"]
    assert error["code"] == code
    assert error["pointer"].startswith(pointer) or error.get("parameter") == pointer[1:]
    assert error["fix"]


def test_gaps_may_share_their_weight_by_the_additive_method(more):
    assert more.get(f"/v1/scores?{PAIR}&method=additive&when_missing=ignore").status == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise ValueError('out of ink')", "ValueError: out of ink (broken.py, line 5)"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return [float('nan')] * len(values)", "gave nan"),
        ("return [2.0] * len(values)", "gave 2.0"),
        ("return []", "gave 0 scores for 2 frameworks"),
        ("return values", "which is no number in 0..1"),
    ],
)
def test_a_method_that_breaks_is_refused_by_name_and_told_of_in_health(gateway_with_plugins, gateway, body, says):
    broken = gateway_with_plugins("broken", BROKEN.format(body))
    answer = broken.get(f"/v1/scores?{PAIR}&method=broken")
    assert answer.status == 422
    [error] = answer.json()["errors"]
    assert error["code"] == "method_failed"
    assert says in error["message"]
    assert "additive" in error["fix"]
    health = broken.get("/health")
    assert (health.status, health.json()["status"]) == (200, "degraded")
    [fault] = health.json()["plugin_faults"]
    assert (fault["plugin"], fault["stage"]) == ("broken", "aggregate")
    assert says in fault["error"]
    [plugin] = [one for one in broken.get("/v1/plugins").json()["plugins"] if one["plugin"] == "broken"]
    assert [one["stage"] for one in plugin["faults"]] == ["aggregate"]
    # Whoever does not ask for it does not notice.
    assert broken.get(f"/v1/scores?{PAIR}").json()["ranking"] == gateway.get(f"/v1/scores?{PAIR}").json()["ranking"]


@pytest.mark.parametrize(
    ("off", "address", "reason"),
    [
        ("methods", "/v1/scores", "additive"),
        ("methods", "/", "additive"),
        ("profiles", "/v1/scores", "balanced"),
        ("profiles", "/", "balanced"),
    ],
)
def test_a_question_that_needs_what_is_switched_off_is_refused_in_words(gateway_with_plugins, off, address, reason):
    gateway = gateway_with_plugins(disabled=[off])
    answer = gateway.get(address)
    assert answer.status == 422
    assert reason in answer.body
    for other in ("/health", "/v1/methods", "/v1/profiles", "/v1/plugins", "/v1/criteria"):
        assert gateway.get(other).status == 200
