"""The page of one framework shows all that the API knows about it, and nothing but text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.formats.markup import seen
from tests.chalicelib.api.test_pages import Reader

if TYPE_CHECKING:
    from tests.chalicelib.api.conftest import Writer
    from tests.gateway import Gateway

HOSTILE = "<script>alert(1)</script> \"'& \u202e\u05d0 =1+1"
SOURCE = {"title": "GitHub", "url": "https://github.com/pallets/flask"}


@pytest.fixture(scope="module")
def body(gateway: Gateway) -> str:
    answer = gateway.get("/frameworks/flask")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.body


@pytest.fixture(scope="module")
def page(body: str) -> Reader:
    return Reader(body)


def history(gateway: Gateway, framework: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    address = f"/v1/frameworks/{framework}/observations"
    while address:
        answer = gateway.get(address).json()
        rows += answer["observations"]
        following = answer["links"]["next"]
        address = f"/v1/frameworks/{framework}/{following}" if following else ""
    return rows


def row(answer: dict[str, Any], framework: str) -> dict[str, Any]:
    return next(one for one in answer["ranking"] if one["framework"] == framework)


def test_it_scores_for_each_profile_as_the_ranking_says(gateway: Gateway, page: Reader) -> None:
    for profile in gateway.get("/v1/profiles").json()["profiles"]:
        answer = gateway.get(f"/v1/scores?profile={profile['profile']}&limit=16").json()
        found = row(answer, "flask")
        assert f"{profile['title']} {found['score']} {found['rank']} of {len(answer['ranking'])}" in page.text
        assert f"../?profile={profile['profile']}" in page.links


def test_it_says_how_far_behind_it_is_and_by_what(gateway: Gateway, page: Reader) -> None:
    answer = gateway.get("/v1/scores?profile=microservice&limit=16").json()
    first, own = answer["ranking"][0], row(answer, "flask")
    behind = {ahead["criterion"]: ahead["points"] - mine["points"] for ahead, mine in zip(first["criteria"], own["criteria"], strict=True)}
    most = max(behind, key=lambda name: behind[name])
    title = gateway.get(f"/v1/criteria/{most}").json()["title"].lower()
    told = re.search(rf"{round(first['score'] - own['score'], 1)} behind \w+ , most of all by {title} \(([0-9.]+)\)", page.text)
    assert told
    # Points are shown so that they add up, which moves one by a tenth.
    assert float(told[1]) == pytest.approx(behind[most], abs=0.11)


def test_every_figure_of_its_history_stands_there_with_its_source(gateway: Gateway, page: Reader) -> None:
    rows = history(gateway, "flask")
    assert len(rows) > 200
    assert {one["source"]["url"] for one in rows} <= set(page.links)
    assert sum(int(number.replace(",", "")) for number in re.findall(r"Every figure \(([0-9,]+)\)", page.text)) == len(rows)


def test_a_history_is_a_small_line_that_is_told_in_words(gateway: Gateway, body: str) -> None:
    stars = [one for one in history(gateway, "flask") if one["metric"] == "github_stars"]
    days = sorted({one["observed_on"] for one in stars})
    said = re.findall(r'aria-label="([0-9]+) figures, from ([^"]*) on ([-0-9]+) to ([^"]*) on ([-0-9]+)"', body)
    assert (str(len(days)), days[0], days[-1]) in [(count, first, last) for count, _, first, _, last in said]
    for points in re.findall(r'<polyline points="([^"]*)"', body):
        numbers = [tuple(map(float, point.split(","))) for point in points.split()]
        assert len(numbers) >= 3
        assert numbers == sorted(numbers, key=lambda point: point[0])
        assert all(0 <= x <= 120 and 0 <= y <= 24 for x, y in numbers)


def test_what_is_missing_is_named(gateway: Gateway) -> None:
    answer = gateway.get("/v1/scores?frameworks=blacksheep&profile=balanced&include=metrics").json()
    rows = answer["ranking"] + answer["not_ranked"]
    missing = [one for criterion in rows[0]["criteria"] for one in criterion["indicators"] if one["value"] is None]
    text = Reader(gateway.get("/frameworks/blacksheep").body).text
    assert missing
    assert text.count("no figure of") >= 1


def test_sources_that_disagree_are_named(gateway: Gateway) -> None:
    answer = gateway.get("/v1/scores?limit=16&include=metrics").json()
    doubted = {
        one["framework"]: indicator["disagrees"]
        for one in answer["ranking"]
        for criterion in one["criteria"]
        for indicator in criterion["indicators"]
        if indicator["disagrees"]
    }
    framework, others = next(iter(doubted.items()))
    titles = {one["metric"]: one["title"] for one in gateway.get("/v1/metrics").json()["metrics"]}
    text = Reader(gateway.get(f"/frameworks/{framework}").body).text
    assert "disagree" in text
    assert titles[others[0]] in text


def test_every_link_to_our_own_leads_somewhere(gateway: Gateway, page: Reader) -> None:
    own = {link.partition("#")[0] for link in page.links if link.startswith("../")}
    assert len(own) > 20
    for link in own:
        assert gateway.get(link[2:]).status == 200, link


def test_who_is_in_no_catalogue_is_not_found(gateway: Gateway) -> None:
    answer = gateway.get("/frameworks/flasc")
    assert (answer.status, answer.json()["code"]) == (404, "unknown_framework")


def test_a_withdrawn_figure_is_struck_out_with_its_reason(writer: Writer) -> None:
    stars = [one for one in history(writer.gateway, "flask") if one["metric"] == "pypi_releases"] or history(writer.gateway, "flask")
    address = f"/v1/frameworks/flask/observations/{stars[0]['id']}/withdrawal"
    assert writer.send("POST", address, {"reason": f"of a fork {HOSTILE}"}).status == 201
    body = writer.gateway.get("/frameworks/flask").body
    assert '<td class="withdrawn">' in body
    assert f"of a fork {seen(HOSTILE)}" in Reader(body).text


def test_a_hostile_name_and_note_are_text(writer: Writer) -> None:
    assert writer.send("PUT", "/v1/frameworks/hostile", {"name": HOSTILE, "summary": HOSTILE}, If_None_Match="*").status == 201
    figure = {"framework": "hostile", "metric": "github_stars", "value": 5, "unit": "stars", "observed_on": "2020-01-01"}
    rows = [{**figure, "basis": "measured", "source": {**SOURCE, "title": HOSTILE}, "note": HOSTILE}]
    assert writer.send("POST", "/v1/observations", {"observations": rows}).json()["outcomes"][0]["outcome"] == "recorded"
    page = Reader(writer.gateway.get("/frameworks/hostile").body)
    assert not page.tags & {"script", "img", "b"}
    assert page.text.count(seen(HOSTILE)) >= 4
    assert "\u202e" not in page.text


def test_an_archived_framework_has_its_page_too(writer: Writer) -> None:
    assert writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask", "status": "archived"}, If_Match="*").status == 200
    text = Reader(writer.gateway.get("/frameworks/flask").body).text
    assert "archived: it is scored only where it is named" in text
    assert "Every figure" in text


def test_a_framework_of_which_nothing_is_known_has_a_page(writer: Writer) -> None:
    assert writer.send("PUT", "/v1/frameworks/fresh", {"name": "Fresh"}, If_None_Match="*").status == 201
    assert "No figure." in Reader(writer.gateway.get("/frameworks/fresh").body).text
