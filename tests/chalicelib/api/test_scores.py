"""`/v1/scores`: the answer to a question, and what happens to questions that have none."""

from __future__ import annotations

import json
from math import fsum

import pytest

from tests.gateway import Answer

SEVEN = ("cloud_native", "community", "ease_of_use", "jobs", "large_applications", "performance", "popularity")
ARTICLE = "frameworks=flask,django&as_of=2018-05-31"


def leaders(answer):
    """Which of two frameworks leads on each criterion."""
    rows = {row["framework"]: {one["criterion"]: one["score"] for one in row["criteria"]} for row in answer["ranking"]}
    return {criterion: max(rows, key=lambda framework: rows[framework][criterion]) for criterion in rows["flask"]}


def test_the_figures_and_opinions_of_2018_say_what_the_comparison_of_2018_said(gateway):
    answer = gateway.get(f"/v1/scores?{ARTICLE}").json()
    said = leaders(answer)
    assert {said[name] for name in ("cloud_native", "ease_of_use", "performance")} == {"flask"}
    assert {said[name] for name in ("community", "jobs", "large_applications")} == {"django"}
    popularity = [one["score"] for row in answer["ranking"] for one in row["criteria"] if one["criterion"] == "popularity"]
    assert abs(popularity[0] - popularity[1]) <= 12


@pytest.mark.parametrize(
    ("profile", "leader"),
    [
        ("learning", "flask"),
        ("small_site", "flask"),
        ("microservice", "flask"),
        ("freelance", "flask"),
        ("enterprise", "django"),
        ("career", "django"),
    ],
)
def test_each_kind_of_project_of_2018_has_its_leader(gateway, profile, leader):
    assert gateway.get(f"/v1/scores?{ARTICLE}&profile={profile}").json()["verdict"]["leader"] == leader


def test_every_figure_has_a_date_a_basis_and_a_source(gateway):
    answer = gateway.get(f"/v1/scores?{ARTICLE}&include=metrics").json()
    readings = [one for row in answer["ranking"] for criterion in row["criteria"] for one in criterion["indicators"]]
    assert len(readings) > 20
    for reading in readings:
        assert reading["observed_on"] <= "2018-05-31"
        assert reading["basis"] in ("measured", "reported", "opinion")
        assert reading["source"]["title"]
        assert reading["source"]["url"].startswith("http")


def test_a_figure_named_in_a_reason_has_its_date_and_source_there(gateway):
    reasons = [one["because"] for row in gateway.get(f"/v1/scores?{ARTICLE}").json()["ranking"] for one in row["criteria"]]
    assert any("294,455 bytes" in reason and "2018-05-31" in reason and "flask 1.0.2 wheel on PyPI" in reason for reason in reasons)


def test_a_derived_figure_names_what_it_was_made_from(gateway):
    answer = gateway.get(f"/v1/scores?{ARTICLE}&include=metrics").json()
    performance = next(one for one in answer["ranking"][0]["criteria"] if one["criterion"] == "performance")
    database = next(one for one in performance["indicators"] if one["indicator"] == "database")
    assert database["derived_from"] == ["flask/klen_orm_rps/2016-06-09", "median/klen_orm_rps/2016-06-09"]


def test_shown_points_add_up_to_the_shown_score_and_shown_scores_to_the_margin(gateway):
    for profile in ("balanced", "microservice", "learning", "career"):
        answer = gateway.get(f"/v1/scores?profile={profile}&limit=100").json()
        for row in answer["ranking"]:
            assert round(fsum(one["points"] for one in row["criteria"]), 6) == row["score"]
        assert answer["verdict"]["margin"] == round(answer["ranking"][0]["score"] - answer["ranking"][1]["score"], 6)


def test_today_every_framework_is_ranked_or_listed_with_what_is_missing(gateway):
    answer = gateway.get("/v1/scores?limit=100").json()
    assert answer["total"] == 16
    assert len(answer["ranking"]) + len(answer["not_ranked"]) == 16
    for left_out in answer["not_ranked"]:
        assert left_out["reason"] == "not_enough_evidence"
        assert left_out["missing"]


def test_before_the_first_observation_nobody_is_ranked(gateway):
    answer = gateway.get("/v1/scores?as_of=2015-01-01").json()
    assert answer["ranking"] == []
    verdict = answer["verdict"]
    assert (verdict["outcome"], verdict["leader"], verdict["margin"]) == ("not_enough_evidence", None, None)
    reasons = {one["framework"]: one["reason"] for one in answer["not_ranked"]}
    assert len(reasons) == 16
    assert reasons["flask"] == "not_enough_evidence"
    assert reasons["fastapi"] == "not_released"


def test_the_same_question_twice_gives_the_same_bytes(gateway):
    address = f"/v1/scores?{ARTICLE}&profile=microservice&include=metrics"
    assert gateway.get(address).body == gateway.get(address).body


def test_a_body_asks_what_an_address_asks(gateway):
    by_address = gateway.get(
        f"/v1/scores?{ARTICLE}&profile=career&emphasis=jobs:2,performance:0.5&opinions=false&when_missing=worst&limit=1&include=metrics"
    )
    body = {
        "frameworks": ["flask", "django"],
        "as_of": "2018-05-31",
        "profile": "career",
        "emphasis": {"jobs": 2, "performance": 0.5},
        "opinions": False,
        "when_missing": "worst",
        "limit": 1,
        "include": ["metrics"],
    }
    assert gateway.post("/v1/scores", body).body == by_address.body


def test_the_link_to_itself_leads_to_the_same_answer(gateway):
    body = {"frameworks": ["flask", "django"], "weights": {"jobs": 0.1, "performance": 3}, "as_of": "2020-01-01", "include": ["metrics"]}
    answer = gateway.post("/v1/scores", body)
    assert gateway.get(f"/v1/{answer.json()['links']['self']}").body == answer.body


def test_an_empty_object_asks_for_every_default(gateway):
    answer = gateway.post("/v1/scores", {}).json()
    assert (answer["profile"], answer["as_of"], answer["total"], len(answer["ranking"])) == ("balanced", "2026-11-30", 16, 10)


def test_weights_of_ones_own_are_complete_and_normalised(gateway):
    answer = gateway.get("/v1/scores?frameworks=flask,django&weights=jobs:3,performance:1").json()
    assert answer["profile"] is None
    assert {name: weight for name, weight in answer["weights"].items() if weight} == {"jobs": 0.75, "performance": 0.25}


def test_emphasis_multiplies_the_weights_of_a_profile(gateway):
    answer = gateway.get("/v1/scores?frameworks=flask,django&emphasis=jobs:6").json()
    assert answer["weights"]["jobs"] == pytest.approx(0.5)


def test_without_opinions_no_opinion_is_read(gateway):
    answer = gateway.get(f"/v1/scores?{ARTICLE}&opinions=false&include=metrics").json()
    readings = [one for row in answer["ranking"] for criterion in row["criteria"] for one in criterion["indicators"]]
    assert {one["basis"] for one in readings} == {"measured", "reported"}


def test_a_limit_cuts_the_ranking_and_nothing_else(gateway):
    whole, cut = (gateway.get(f"/v1/scores?limit={limit}").json() for limit in (100, 2))
    assert cut["ranking"] == whole["ranking"][:2]
    assert cut["total"] == 16
    assert cut["verdict"] == whole["verdict"]


def test_a_gate_leaves_out_and_shows_what_it_found(gateway):
    answer = gateway.post("/v1/scores", {"frameworks": ["flask", "fastapi"], "gates": [{"metric": "supports_asgi", "at_least": 1}]}).json()
    assert [row["framework"] for row in answer["ranking"]] == ["fastapi"]
    gate = answer["not_ranked"][0]["gate"]
    assert (gate["metric"], gate["required"], gate["found"], gate["observed_on"]) == ("supports_asgi", ">= 1", 0, "2026-11-22")


@pytest.mark.parametrize(("bound", "required"), [(12_345_678, "<= 12345678"), (0.00001, "<= 0.00001")])
def test_a_gate_keeps_every_digit_in_words_and_in_the_link(gateway, bound, required):
    body = {"frameworks": ["flask", "django"], "gates": [{"metric": "install_size_bytes", "at_most": bound}], "as_of": "2026-11-23"}
    answer = gateway.post("/v1/scores", {**body, "profile": "balanced"})
    assert answer.json()["not_ranked"][0]["gate"]["required"] == required
    assert gateway.get(f"/v1/{answer.json()['links']['self']}").body == answer.body


def test_a_reading_names_the_sources_that_disagree_with_it(gateway):
    answer = gateway.get("/v1/scores?limit=100&include=metrics,explanation").json()
    found = {
        (row["framework"], one["indicator"], other)
        for row in answer["ranking"]
        for criterion in row["criteria"]
        for one in criterion["indicators"]
        for other in one["disagrees"]
    }
    expected = {
        (framework, one["indicator"], one["other_metric"])
        for one in answer["explanation"]["disagreements"]
        for framework in {*one["apart"], *({one["leader"], one["leader_by_other"]} if one["leader"] != one["leader_by_other"] else ())}
    }
    assert found == expected != set()


def test_ignoring_gaps_is_labelled(gateway):
    assert "hiding" in gateway.get("/v1/scores?when_missing=ignore").json()["warnings"][0]


def test_emphasis_on_what_a_profile_does_not_weigh_is_mentioned(gateway_with_plugins):
    gateway = gateway_with_plugins("shade", CRITERION_WITHOUT_WEIGHT)
    assert "no effect" in gateway.get("/v1/scores?frameworks=flask,django&emphasis=shade:2").json()["warnings"][0]


CRITERION_WITHOUT_WEIGHT = """
from frameworth import Criterion, Finding, hookimpl

@hookimpl
def frameworth_criteria():
    yield Criterion("shade", question="?", judge=lambda evidence: Finding.scored(0.5, "always"))
"""


def problem(answer, status):
    """The problem of an answer, checked for the members that every problem has."""
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status
    assert found["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "detail", "instance", "code"} <= set(found)
    return found


MALFORMED = {
    "empty body": ("", 400, "empty_body"),
    "broken JSON": ('{"frameworks": [', 400, "not_json"),
    "trailing text": ("{} x", 400, "not_json"),
    "an array": ("[]", 400, "not_an_object"),
    "a number": ("1", 400, "not_an_object"),
    "NaN": ('{"weights": {"jobs": NaN}}', 400, "not_json"),
    "Infinity": ('{"weights": {"jobs": Infinity}}', 400, "not_json"),
    "a name twice": ('{"limit": 1, "limit": 2}', 400, "duplicate_name"),
    "a byte order mark": ("\ufeff{}", 400, "not_utf8"),
    "UTF-16 read as text": ("{\x00}\x00", 400, "not_utf8"),
    "half a surrogate pair": ("{\ud800}", 400, "not_utf8"),
    "half an escaped surrogate pair": ('{"profile": "\\ud800"}', 400, "not_json"),
    "brackets without end": ("[" * 999_999, 400, "not_json"),
    "objects without end": ('{"a":' * 150_000, 400, "not_json"),
    "5,000 digits": ('{"limit": ' + "9" * 5_000 + "}", 400, "not_json"),
    "more than 1 MB": ("[" * 1_000_001, 413, "body_too_large"),
}


@pytest.mark.parametrize(("body", "status", "code"), MALFORMED.values(), ids=MALFORMED)
def test_a_body_that_cant_be_read_is_refused(gateway, body, status, code):
    assert problem(gateway.post("/v1/scores", body), status)["code"] == code


WRONG = {
    "an empty list": ('{"frameworks": []}', "/frameworks"),
    "no list": ('{"frameworks": "flask"}', "/frameworks"),
    "a list of numbers": ('{"frameworks": [1]}', "/frameworks/0"),
    "ten thousand": (json.dumps({"frameworks": [f"f{n}" for n in range(10_000)]}), "/frameworks"),
    "an unknown framework": ('{"frameworks": ["flask", "flaks"]}', "/frameworks/1"),
    "a framework twice": ('{"frameworks": ["flask", "flask"]}', "/frameworks/1"),
    "a path": ('{"frameworks": ["../x"]}', "/frameworks/0"),
    "a key": ('{"frameworks": ["F#flask"]}', "/frameworks/0"),
    "a sort key": ('{"frameworks": ["META"]}', "/frameworks/0"),
    "a name of 2,000 bytes": (json.dumps({"frameworks": ["x" * 2_000]}), "/frameworks/0"),
    "a NUL": ('{"frameworks": ["fl\\u0000sk"]}', "/frameworks/0"),
    "a limit of 0": ('{"limit": 0}', "/limit"),
    "a limit of true": ('{"limit": true}', "/limit"),
    "a limit of 2.5": ('{"limit": 2.5}', "/limit"),
    "a limit as text": ('{"limit": "3"}', "/limit"),
    "a negative weight": ('{"weights": {"jobs": -1}}', "/weights/jobs"),
    "weights of zero": ('{"weights": {"jobs": 0}}', "/weights"),
    "no weights": ('{"weights": {}}', "/weights"),
    "1e400": ('{"weights": {"jobs": 1e400}}', "/weights/jobs"),
    "a weight of true": ('{"weights": {"jobs": true}}', "/weights/jobs"),
    "an unknown criterion": ('{"weights": {"jbos": 1}}', "/weights/jbos"),
    "weights and a profile": ('{"weights": {"jobs": 1}, "profile": "career"}', "/profile"),
    "an unknown profile": ('{"profile": "micro service"}', "/profile"),
    "emphasis that leaves nothing": (
        json.dumps({"emphasis": dict.fromkeys(SEVEN, 0)}),
        "/emphasis",
    ),
    "a date of digits": ('{"as_of": "20180531"}', "/as_of"),
    "a date as a number": ('{"as_of": 1527724800}', "/as_of"),
    "a time": ('{"as_of": "2018-05-31T00:00:00"}', "/as_of"),
    "no day of the calendar": ('{"as_of": "2018-02-30"}', "/as_of"),
    "the year 0": ('{"as_of": "0000-01-01"}', "/as_of"),
    "other digits": ('{"as_of": "２０１８-05-31"}', "/as_of"),
    "tomorrow": ('{"as_of": "2026-12-01"}', "/as_of"),
    "opinions as a number": ('{"opinions": 1}', "/opinions"),
    "another method for gaps": ('{"when_missing": "guess"}', "/when_missing"),
    "an unknown block": ('{"include": ["everything"]}', "/include/0"),
    "an unknown member": ('{"framework": ["flask"]}', "/framework"),
    "a gate on nothing known": ('{"gates": [{"metric": "supports_agsi", "at_least": 1}]}', "/gates/0/metric"),
    "a gate without a bound": ('{"gates": [{"metric": "supports_asgi"}]}', "/gates/0"),
}


@pytest.mark.parametrize(("body", "pointer"), WRONG.values(), ids=WRONG)
def test_a_wrong_question_is_refused_with_its_place_and_a_way_out(gateway, body, pointer):
    found = problem(gateway.post("/v1/scores", body), 422)
    assert pointer in [error["pointer"] for error in found["errors"]], found["errors"]
    assert all(error["fix"] and error["message"] and error["code"] for error in found["errors"])
    assert len(json.dumps(found)) < 2_000


def test_all_faults_of_a_question_are_named_at_once(gateway):
    body = {
        "frameworks": ["flaks", "django", "django"],
        "profile": "carreer",
        "emphasis": {"jbos": 2, "jobs": -1},
        "as_of": "2030-01-01",
        "limit": 0,
        "when": 1,
        "gates": [
            {"metric": "github_stars", "at_least": 1, "at_most": 2},
            {"metric": "github_star", "at_least": 1},
            {"metric": 1, "at_least": 1},
            {"metric": "", "at_least": 1},
            {"metric": "github_stars", "at_least": "1"},
        ],
    }
    found = problem(gateway.post("/v1/scores", body), 422)
    pointers = {error["pointer"] for error in found["errors"]}
    gates = {"/gates/0", "/gates/1/metric", "/gates/2/metric", "/gates/3", "/gates/4/at_least"}
    beside = {"/frameworks/0", "/frameworks/2", "/profile", "/emphasis/jobs", "/emphasis/jbos", "/as_of", "/limit", "/when"}
    assert pointers == gates | beside
    assert len(pointers) == len(found["errors"])


def test_faults_of_form_are_told_in_words_of_our_own(gateway):
    body = {
        "frameworks": [1],
        "weights": {"jobs": "3", "community": 1e7},
        "as_of": "2018",
        "opinions": 1,
        "limit": 1.5,
        "include": "metrics",
    }
    found = problem(gateway.post("/v1/scores", body), 422)
    assert {error["message"]: error["fix"] for error in found["errors"]} == {
        "frameworks[0] is no text": "give a text, in quotes",
        "jobs is no number": "give a number, without quotes",
        "community is more than 1,000,000": "give at most 1,000,000",
        "as_of is not of the form YYYY-MM-DD": "write YYYY-MM-DD",
        "opinions is neither true nor false": "give true or false",
        "limit is no whole number": "give a whole number, without quotes",
        "include is no list": "give a list, in square brackets",
    }


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        (
            "weights=jobs:abc,jbos:1&format=xml&gates=x,github_star>=1",
            ["/format", "/gates/0", "/weights/jobs", "/weights/jbos", "/gates/1/metric"],
        ),
        ("weights=jobs:abc", ["/weights/jobs"]),
        ("frameworks=flaks&include=all", ["/include/0", "/frameworks/0"]),
    ],
)
def test_all_faults_of_an_address_are_named_at_once(gateway, query, pointers):
    found = problem(gateway.get(f"/v1/scores?{query}"), 422)
    assert sorted(error["pointer"] for error in found["errors"]) == sorted(pointers)


def test_a_wrong_format_is_named_beside_what_is_wrong_in_a_body(gateway):
    found = problem(gateway.post("/v1/scores?format=xml", {"limit": 0}), 422)
    assert [error["pointer"] for error in found["errors"]] == ["/format", "/limit"]


def test_a_misspelt_member_is_answered_with_the_nearest_and_a_query_beside_a_body_is_refused(gateway):
    found = problem(gateway.post("/v1/scores", {"profil": "career"}), 422)
    assert found["errors"][0]["fix"] == "did you mean profile?"
    assert problem(gateway.request("POST", "/v1/scores?profile=career", body="{}", headers={}), 422)["errors"][0]["pointer"] == "/profile"


def test_an_unknown_name_is_answered_with_the_nearest_known(gateway):
    found = problem(gateway.get("/v1/scores?frameworks=flaks,djnago&profile=carreer"), 422)
    fixes = {error["pointer"]: error["fix"] for error in found["errors"]}
    assert "flask" in fixes["/frameworks/0"]
    assert "django" in fixes["/frameworks/1"]
    assert "career" in fixes["/profile"]


WRONG_ADDRESSES = {
    "an unknown parameter": ("framework=flask", "/framework"),
    "a parameter twice": ("profile=career&profile=learning", "/profile"),
    "an empty list": ("frameworks=", "/frameworks"),
    "an empty name": ("frameworks=flask,", "/frameworks/1"),
    "a limit that is no number": ("limit=ten", "/limit"),
    "a map that is none": ("weights=jobs", "/weights"),
    "a criterion twice": ("weights=jobs:1,jobs:2", "/weights"),
    "a weight that is no number": ("weights=jobs:1e5", "/weights/jobs"),
    "a truth that is none": ("opinions=yes", "/opinions"),
    "a gate that is none": ("gates=supports_asgi", "/gates/0"),
    "an escaped path": ("frameworks=..%2Fx", "/frameworks/0"),
    "an escaped key": ("frameworks=F%23flask", "/frameworks/0"),
}


@pytest.mark.parametrize(("query", "pointer"), WRONG_ADDRESSES.values(), ids=WRONG_ADDRESSES)
def test_a_wrong_address_is_refused_likewise(gateway, query, pointer):
    found = problem(gateway.get(f"/v1/scores?{query}"), 422)
    assert pointer in [error["pointer"] for error in found["errors"]], found["errors"]


def test_another_method_is_refused_by_the_gateway_and_where_there_is_none_by_the_service(gateway):
    assert gateway.request("DELETE", "/v1/scores").json()["code"] == "not_found"
    answer = gateway.app({**gateway.event("GET", "/v1/scores", "", None, {}), **with_method("DELETE", "/v1/scores")}, None)
    refused = Answer(answer["statusCode"], answer["headers"], answer["body"])  # what `chalice local` hands on
    assert problem(refused, 405)["code"] == "method_not_allowed"
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def with_method(method, path):
    return {"httpMethod": method, "requestContext": {"httpMethod": method, "resourcePath": path, "path": path}}


def test_another_content_type_is_a_problem_too(gateway):
    assert problem(gateway.post("/v1/scores", "{}", content_type="text/plain"), 415)["code"] == "unsupported_media_type"


def test_a_problem_names_the_path_that_was_asked(gateway):
    assert gateway.get("/v1/frameworks/nope").json()["instance"] == "/api/v1/frameworks/nope"
