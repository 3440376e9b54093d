"""What there is: frameworks, criteria, metrics, profiles, plugins, health."""

from __future__ import annotations

from urllib.parse import urljoin

import boto3
import pytest
from botocore.config import Config

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.storage.table import Table
from tests.gateway import Gateway


def test_the_catalogue_lists_sixteen_frameworks(gateway):
    frameworks = gateway.get("/v1/frameworks").json()["frameworks"]
    assert len(frameworks) == 16
    assert frameworks == sorted(frameworks, key=lambda one: one["framework"])
    assert {"framework", "name", "package", "repository", "homepage", "licence", "first_release", "status", "summary"} == set(frameworks[0])


def test_a_framework_shows_its_textual_facts_and_every_current_figure(gateway):
    flask = gateway.get("/v1/frameworks/flask").json()
    assert {fact["metric"] for fact in flask["facts"]} >= {"latest_version", "requires_python", "git_first_commit"}
    figures = {one["metric"]: one for one in flask["figures"]}
    assert figures["github_stars"]["source"]["url"].startswith("https://")
    assert "docs_pages" in figures  # which no criterion reads


def test_a_history_can_be_walked_in_pages_without_repeats_or_gaps(gateway):
    whole = gateway.get("/v1/frameworks/flask/observations?limit=100&metric=github_stars").json()
    assert whole["next_cursor"] is None
    walked, address = [], "observations?limit=20&metric=github_stars"
    while address:
        page = gateway.get(f"/v1/frameworks/flask/{address}").json()
        walked += page["observations"]
        address = page["links"]["next"]
    assert walked == whole["observations"]
    assert len({row["id"] for row in walked}) == len(walked) > 40


@pytest.mark.parametrize(
    "path", ["/v1/frameworks", "/v1/frameworks/", "/v1/frameworks/flask/observations", "/v1/frameworks/flask/observations/"]
)
def test_the_next_page_is_found_from_the_address_of_this_one_whether_or_not_a_slash_ends_it(gateway, path):
    first = gateway.get(f"{path}?limit=2")
    following = urljoin(f"http://host{path}", first.json()["links"]["next"]).removeprefix("http://host")
    assert gateway.get(following).status == 200
    assert f"<{first.json()['links']['next']}>" in first.headers["Link"]


def test_a_history_can_be_narrowed_to_a_metric_and_a_time(gateway):
    page = gateway.get("/v1/frameworks/django/observations?metric=github_stars&since=2021-07-01&until=2021-07-01").json()
    assert [(row["observed_on"], row["value"], row["revision"]) for row in page["observations"]] == [
        ("2021-07-01", 58251, 101),
        ("2021-07-01", 58237, 102),  # the daily list, which is read on its day, counts
    ]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("metric=nope", "/metric"),
        ("since=20210701", "/since"),
        ("until=2021-02-30", "/until"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=²", "/limit"),
        ("metrics=github_stars", "/metrics"),
        ("limit=1&limit=2", "/limit"),
        ("since=2021-01-02&until=2021-01-01", "/since"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_place(gateway, query, pointer):
    answer = gateway.get(f"/v1/frameworks/flask/observations?{query}")
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_cursor_that_was_changed_or_is_of_another_listing_is_refused(gateway):
    history = "/v1/frameworks/flask/observations"
    cursor = gateway.get(f"{history}?limit=1").json()["next_cursor"]
    changed = f"{'A' if cursor[0] != 'A' else 'B'}{cursor[1:]}"
    for address in (
        *(f"{history}?cursor={one}" for one in ("x", "", "é", "Zm9v", changed, f"{cursor}A", f"{cursor}==", "A" * 5_000)),
        f"/v1/frameworks/django/observations?cursor={cursor}",
        f"{history}?metric=github_stars&cursor={cursor}",
        f"/v1/frameworks?cursor={cursor}",
    ):
        answer = gateway.get(address)
        assert (answer.status, answer.json()["code"]) == (400, "invalid_cursor"), address
    # Only what a page holds may change from one page to the next.
    assert gateway.get(f"{history}?limit=2&cursor={cursor}").status == 200


@pytest.mark.parametrize(
    "name", ["flaskk", "META", "CUR", "F%23flask", "..", "%2e%2e%2fx", "%00", "x" * 2_000, "flask%0a", "Flask", "%FF", "ﬂask"]
)
@pytest.mark.parametrize("suffix", ["", "/observations"])
def test_a_name_that_no_framework_has_is_not_found(gateway, name, suffix):
    answer = gateway.get(f"/v1/frameworks/{name}{suffix}")
    assert (answer.status, answer.json()["code"]) == (404, "unknown_framework")
    assert len(answer.body) < 5_000


def test_what_is_not_found_is_answered_with_the_nearest_known(gateway):
    assert "did you mean flask?" in gateway.get("/v1/frameworks/flaskk").json()["detail"]
    assert "did you mean jobs?" in gateway.get("/v1/criteria/jbos").json()["detail"]
    assert "did you mean career?" in gateway.get("/v1/profiles/carreer").json()["detail"]


def test_criteria_show_their_question_indicators_and_anchors(gateway):
    criteria = {one["criterion"]: one for one in gateway.get("/v1/criteria").json()["criteria"]}
    assert set(criteria) == {"cloud_native", "community", "ease_of_use", "jobs", "large_applications", "performance", "popularity"}
    assert gateway.get("/v1/criteria/jobs").json() == criteria["jobs"]
    footprint = criteria["cloud_native"]["indicators"][0]["metrics"][0]
    assert footprint["value"] == {"form": "ratio", "baseline": 10000000, "worst": 25}
    assert (footprint["prior"], footprint["half_life_years"], footprint["since"]) == (0.5, 5.0, "2026-11-29")


def test_every_known_metric_is_listed_with_who_reads_it(gateway):
    metrics = {one["metric"]: one for one in gateway.get("/v1/metrics").json()["metrics"]}
    assert len(metrics) == 177 + 7 + 5  # the register, the multiples of medians, and what derived.csv makes
    assert metrics["install_size_bytes"]["read_by"] == ["cloud_native"]
    assert (metrics["docs_pages"]["read_by"], metrics["docs_pages"]["definition"]) == ([], None)
    for name in ("install_size_bytes", "docs_pages"):
        assert gateway.get(f"/v1/metrics/{name}").json() == metrics[name]


@pytest.mark.parametrize(("address", "near"), [("/v1/metrics/github_star", "github_stars"), ("/v1/plugins/job", "jobs")])
def test_a_name_that_is_not_there_is_not_found_and_the_nearest_is_named(gateway, address, near):
    answer = gateway.get(address)
    assert answer.status == 404
    assert near in answer.json()["detail"]


def test_profiles_give_a_reason_for_each_weight(gateway):
    profiles = gateway.get("/v1/profiles").json()["profiles"]
    assert [one["profile"] for one in profiles] == [
        "balanced",
        "career",
        "enterprise",
        "freelance",
        "learning",
        "microservice",
        "small_site",
    ]
    for profile in profiles:
        assert set(profile["reasons"]) == set(profile["weights"])
        assert gateway.get(f"/v1/profiles/{profile['profile']}").json() == profile


def test_plugins_are_listed_with_what_they_offer(gateway):
    plugins = {one["plugin"]: one for one in gateway.get("/v1/plugins").json()["plugins"]}
    assert plugins["jobs"]["criteria"] == ["jobs"]
    assert plugins["profiles"]["profiles"] == ["balanced", "career", "enterprise", "freelance", "learning", "microservice", "small_site"]
    assert all(one["origin"] == "shipped" and not one["faults"] for one in plugins.values())
    assert gateway.get("/v1/plugins/jobs").json() == plugins["jobs"]


def test_a_misspelt_filter_does_not_pass_for_an_answer(gateway):
    for address in (
        "/v1/frameworks?q=flask",
        "/v1/criteria?x=1",
        "/v1/metrics?metric=jobs",
        "/v1/profiles?a=b",
        "/v1/plugins?a=b",
        "/v1/metrics/jobs?a=b",
        "/v1/plugins/jobs?a=b",
    ):
        assert gateway.get(address).status == 422


def test_health_is_ok_while_everything_works(gateway):
    answer = gateway.get("/health")
    assert (answer.status, answer.json()["status"], answer.json()["table"]) == (200, "ok", "reachable")


def unreachable_client():
    """A DynamoDB client whose endpoint nobody answers."""
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    known = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client("dynamodb", endpoint_url="http://127.0.0.1:1", config=quick, **known)


def test_without_a_table_every_route_that_needs_it_says_try_again(service):
    gateway = Gateway(application(lambda: bootstrap.over(Table(unreachable_client(), "gone"), service.catalogue)))
    for address in ("/v1/scores", "/v1/scores?frameworks=flask", "/v1/frameworks", "/v1/frameworks/flask", "/v1/metrics", "/"):
        answer = gateway.get(address)
        assert (answer.status, answer.json()["code"]) == (503, "storage_unavailable")
        assert answer.headers["Retry-After"] == "2"
        assert "127.0.0.1:1" not in answer.body
    assert gateway.get("/v1/criteria").status == 200
    health = gateway.get("/health")
    assert (health.status, health.json()["status"]) == (503, "unavailable")


def test_a_fault_of_our_own_is_a_problem_without_a_trace(service, caplog):
    def broken():
        raise RuntimeError("the secret of the house")

    answer = Gateway(application(broken)).get("/v1/criteria")
    assert (answer.status, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.body
    assert "the secret of the house" in caplog.text


def test_head_answers_as_get_does_without_the_body(gateway):
    for operation in gateway.app.operations:
        if operation.method == "GET":
            got, asked = gateway.get(operation.example), gateway.request("HEAD", operation.example)
            assert (asked.status, asked.body, asked.headers["ETag"]) == (got.status, "", got.headers["ETag"]), operation
            assert asked.headers["Content-Type"] == got.headers["Content-Type"]


def test_pages_of_others_may_read_and_are_shown_what_they_need(gateway):
    for operation in gateway.app.operations:
        if operation.method == "GET":
            assert gateway.get(operation.example).headers["Access-Control-Allow-Origin"] == "*", operation
    allowed = gateway.request("OPTIONS", "/v1/scores")
    assert (allowed.status, allowed.headers["Access-Control-Allow-Methods"]) == (200, "GET,HEAD,POST,OPTIONS")
    assert "ETag" in allowed.headers["Access-Control-Expose-Headers"]
