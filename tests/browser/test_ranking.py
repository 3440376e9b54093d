"""The page weighs as the API does, whatever is moved, and says the same with and without its script."""

from __future__ import annotations

import json
import random
import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import in_browser, photograph, unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.gateway import Gateway

pytestmark = in_browser

PAIR = "frameworks=flask,django&as_of=2018-05-31"
PROFILES = ("balanced", "career", "enterprise", "freelance", "learning", "microservice", "small_site")


def move(page: Page, points: dict[str, float]) -> None:
    """Puts sliders to these points, as a hand does, and waits until that is drawn."""
    page.evaluate(
        """points => new Promise(done => {
            for (const [name, value] of Object.entries(points)) {
                const slider = document.getElementsByName(`weight[${name}]`)[0];
                slider.value = value;
                slider.dispatchEvent(new Event('input', {bubbles: true}));
            }
            requestAnimationFrame(() => requestAnimationFrame(done));
        })""",
        points,
    )


def asked_of_the_api(page: Page) -> str:
    """The question that the page says it answers."""
    return re.sub(r"^\./v1/scores|&include=metrics$", "", page.locator("#as-json").get_attribute("href") or "")


def rows(page: Page) -> list[list[str]]:
    """Rank, id, score and bounds of each row."""
    found: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll('#rows li:not([hidden])')].map(row => [
            row.querySelector('.rank').textContent, row.dataset.id,
            row.querySelector('b').textContent, row.querySelector('.small').textContent])"""
    )
    return found


def rows_of_the_api(answer: dict[str, Any]) -> list[list[str]]:
    whole = [(one, *(int(one[bound] + 0.5) for bound in ("low", "high"))) for one in answer["ranking"]]
    return [
        [
            str(one["rank"]),
            one["framework"],
            f"{one['score']:.1f}",
            f"{low}–{high} possible, {int(100 * one['known'] + 0.5)} % known",
        ]
        for one, low, high in whole
    ]


def test_scores_and_ranks_are_those_of_the_api_under_200_weightings(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/")
    criteria = [one["criterion"] for one in gateway.get("/v1/criteria").json()["criteria"]]
    chance = random.Random(8)
    for _ in range(200):
        # Some weigh nothing, so that evidence runs short.
        move(page, {name: chance.choice((0, chance.uniform(0, 100), chance.uniform(0, 5))) for name in criteria})
        asked = asked_of_the_api(page)
        answer = gateway.get(f"/v1/scores{asked}&limit=40").json()
        for shown, true in zip(rows(page), rows_of_the_api(answer), strict=True):
            assert shown[:3] == true[:3], asked
            # Bounds are sums of rounded parts; they may be off by one where they lie between two points.
            assert abs(int(shown[3].split("–")[0]) - int(true[3].split("–")[0])) <= 1
        not_ranked = page.locator("#unranked li").all_inner_texts()
        assert len(not_ranked) == len(answer["not_ranked"])


def test_verdicts_are_the_same_with_and_without_the_script(open_page: Callable[..., Page], gateway: Gateway) -> None:
    for about in ("", f"{PAIR}&", "opinions=false&", "as_of=2019-12-31&"):
        page = open_page(f"/?{about}profile=balanced")
        for profile in PROFILES:
            page.locator(f"#profiles label:has([value={profile}])").click()
            plain = gateway.get(f"/?{about}profile={profile}").body
            for part in ("verdict-title", "headline", "numbers", "why", "alone"):
                written = re.search(rf'id="{part}">([^<]*)<', plain)
                assert written
                assert page.locator(f"#{part}").inner_text() == unescape(written[1]), (about, profile)


def leaders(gateway: Gateway, weights: dict[str, float], criterion: str, weight: float) -> str:
    """Who leads, by asking the API, if a criterion has this weight and the others keep their proportions."""
    others = sum(share for name, share in weights.items() if name != criterion)
    asked = {name: weight if name == criterion else share / others * (1 - weight) for name, share in weights.items()}
    answer = gateway.post("/v1/scores", {"weights": asked, "limit": 1}).json()
    return str(answer["verdict"]["leader"])


def test_strips_are_what_the_api_says_at_each_weight(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/?profile=microservice")
    unfold(page, "#change")
    names = {one["name"]: one["framework"] for one in gateway.get("/v1/frameworks").json()["frameworks"]}
    titles = {one["title"]: one["criterion"] for one in gateway.get("/v1/criteria").json()["criteria"]}
    # Weights that are no profile's, under which several lead.
    move(page, {"popularity": 3, "jobs": 1, "performance": 40, "community": 22})
    weights = {
        name: float(points) for name, points in (one.split(":") for one in parse_qs(asked_of_the_api(page)[1:])["weights"][0].split(","))
    }
    changes = 0
    for line in page.locator("#strips-table tr").all_inner_texts():
        title, _, told = line.split("\t")
        parts = [(start or end, end, name) for start, end, name in re.findall(r"(?:(\d+)–|at )(\d+) % ([^;]+)", told)]
        assert (parts[0][0], parts[-1][1]) == ("0", "100")
        assert all(before[1] == after[0] for before, after in pairwise(parts))
        changes += len(parts) - 1
        for percent in range(0, 101, 2):
            around = {names[name] for start, end, name in parts if int(start) <= percent <= int(end)}
            assert leaders(gateway, weights, titles[title], percent / 100) in around, (title, percent, told)
    assert changes >= 5


def test_a_link_brings_back_weights_picks_and_date(open_page: Callable[..., Page]) -> None:
    page = open_page("/?as_of=2024-12-31&profile=enterprise")
    move(page, {"jobs": 61, "ease_of_use": 7})
    page.get_by_label("Compare Flask").check()
    page.get_by_label("Compare Django").uncheck()
    page.wait_for_url("**picks=*flask*")
    again = open_page(page.url.partition("/api")[2])
    assert again.locator("#verdict-title").inner_text() == "Enterprise, changed, as of 2024-12-31"
    assert rows(again) == rows(page)
    for one in (page, again):
        assert one.locator("#side thead th:visible").all_inner_texts()[1:] == one.locator("#rows li:has(:checked) a").all_inner_texts()
    assert "Flask" in again.locator("#side thead th:visible").all_inner_texts()
    plain = open_page(page.url.partition("/api")[2], script=False)
    assert plain.locator("#verdict-title").inner_text() == "Enterprise, changed, as of 2024-12-31"
    assert [row[:3] for row in rows_without_script(plain)] == [row[:3] for row in rows(page)]


def rows_without_script(page: Page) -> list[list[str]]:
    found = []
    for row in page.locator("#rows li:not([hidden])").all():
        parts = [row.locator(part).inner_text() for part in (".rank", "b")]
        found.append([parts[0], row.get_attribute("data-id") or "", parts[1]])
    return found


def test_the_pair_of_2018_is_side_by_side_whatever_was_looked_at_before(open_page: Callable[..., Page]) -> None:
    page = open_page("/?picks=bottle")
    page.get_by_role("link", name="May 2018, Django and Flask").click()
    assert sorted(page.locator("#side thead th:visible").all_inner_texts()[1:]) == ["Django", "Flask"]


def test_one_criterion_has_to_count_and_that_is_said(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/")
    move(page, {one["criterion"]: 0 for one in gateway.get("/v1/criteria").json()["criteria"]})
    assert "One criterion has to count" in page.locator("#hint").inner_text()
    assert gateway.get(f"/v1/scores{asked_of_the_api(page)}").status == 200


def test_odd_weights_of_an_address_are_kept_in_links_that_are_understood(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/?weights=jobs:1,performance:800,community:0.333")
    asked = asked_of_the_api(page)
    assert rows(page) == rows_of_the_api(gateway.get(f"/v1/scores{asked}&limit=40").json())
    page.get_by_label("Compare Flask").check()
    page.wait_for_url("**picks=*flask*")
    assert gateway.get(page.url.partition("/api")[2]).status == 200


def test_keys_alone_choose_a_project_move_a_weight_and_pick(open_page: Callable[..., Page]) -> None:
    page = open_page("/")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"no {selector} within 60 tabs")

    tab_to("#profiles input")
    page.keyboard.press("ArrowRight")
    assert page.locator("#verdict-title").inner_text().startswith("Career, as of")
    tab_to("#view input")
    page.keyboard.press("ArrowRight")
    assert page.locator("#view :checked").get_attribute("value") == "aligned"
    tab_to("#rows input:not(:checked)")
    before = page.locator("#side thead th:visible").count()
    page.keyboard.press("Space")
    assert page.locator("#side thead th:visible").count() == before + 1
    tab_to("#weights input")
    said = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#verdict-title")).to_contain_text("Career, changed")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") != said
    expect(page.get_by_role("status")).to_contain_text("Career, changed: ")
    tab_to("#reset")
    page.keyboard.press("Enter")
    assert page.locator("#verdict-title").inner_text().startswith("Career, as of")
    assert page.evaluate("document.activeElement.value") == "career"


def test_without_a_script_weights_are_sent_by_the_form(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/?profile=enterprise&opinions=false", script=False)
    page.get_by_label("Jobs", exact=True).fill("80")
    page.get_by_label("Compare Flask").check()
    page.get_by_role("button", name="Weigh anew").click()
    assert page.locator("#verdict-title").inner_text().startswith("Enterprise, changed, as of")
    asked = parse_qs(urlsplit(page.url).query)
    weights = {name[7:-1]: float(values[0]) for name, values in asked.items() if name.startswith("weight[")}
    assert weights["jobs"] == 80
    answer = gateway.post("/v1/scores", {"weights": weights, "opinions": False, "limit": 40}).json()
    assert [row[:3] for row in rows_without_script(page)] == [row[:3] for row in rows_of_the_api(answer)]
    assert "Flask" in page.locator("#side thead th:visible").all_inner_texts()
    photograph(page, "without-script", 1240, "light")


def test_where_the_address_lacks_its_last_slash_links_lead_where_they_should(open_page: Callable[..., Page]) -> None:
    page = open_page("")
    assert urlsplit(page.url).path == "/api/"
    page.get_by_role("link", name="Flask", exact=True).first.click()
    assert urlsplit(page.url).path == "/api/frameworks/flask"


def test_pictures_to_take_away_say_what_the_page_says(open_page: Callable[..., Page]) -> None:
    page = open_page("/?profile=learning")
    for button, name in (("#ranking-svg", "ranking"), ("#strips-svg", "strips")):
        with page.expect_download() as waited:
            page.locator(button).click()
        taken = waited.value
        assert taken.suggested_filename == f"frameworth-{name}-2026-11-30.svg"
        drawn = taken.path().read_text(encoding="utf-8")
        texts = [one.text or "" for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
        assert any(text.startswith("Learning: ") for text in texts)
        for said in (page.locator("#headline").inner_text(), page.locator("#rows a").first.inner_text()):
            assert any(said in text for text in texts)
        for kind in {*re.findall(r'class="(\w+)" x=', drawn)} - {"mark"}:
            assert re.search(rf"\.{kind}( rect)?\{{fill:(#|url)", drawn), kind
        assert "http:" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_history_ranks_each_year_as_the_api_does(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page("/?profile=enterprise")
    unfold(page, "#since")
    years = page.locator("#since thead th").all_inner_texts()[1:]
    table = {cells[0]: cells[1:] for cells in (line.split("\t") for line in page.locator("#history-table tr").all_inner_texts())}
    names = {one["framework"]: one["name"] for one in gateway.get("/v1/frameworks").json()["frameworks"]}
    assert years[-1] == "2026"
    for place, year in enumerate(years[:-1]):
        answer = gateway.get(f"/v1/scores?profile=enterprise&as_of={year}-12-31&limit=40").json()
        ranks = {names[one["framework"]]: str(one["rank"]) for one in answer["ranking"]}
        assert {name: cells[place] for name, cells in table.items() if cells[place] != "–"} == ranks, year


def test_a_picture_is_redrawn_for_a_narrower_window(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.locator("#since").scroll_into_view_if_needed()
    wide = page.locator("#history svg").get_attribute("width")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#history svg")).not_to_have_attribute("width", wide or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_the_page_is_made_of_is_the_models_and_nothing_else(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    model = json.loads(page.locator("#model").inner_text())
    assert [one["title"] for one in model["criteria"]] == page.locator(".weight label").all_inner_texts()
