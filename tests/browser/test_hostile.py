"""What others call their frameworks and note of them is text in our pages, and does nothing."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from chalicelib.api.formats.markup import seen
from tests.browser.chromium import in_browser, unfold, visit
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.chalicelib.api.conftest import Writer

pytestmark = in_browser

# Runs a script if it is taken for HTML, leaves an attribute, and turns the direction of what follows.
HOSTILE = "<script>alert(1)</script>\"'&\u202e<img src=https://example.org/ onerror=alert(2)>"
# Enough of one criterion to lead by it.
FIGURES = (
    ("rig_install_size_bytes", 100_000, "bytes"),
    ("rig_start_cpu", 1, "times the baseline"),
    ("async_handlers", 1, "boolean"),
    ("builtin_openapi", 1, "boolean"),
)


@pytest.fixture
def address(writer: Writer) -> str:
    """Where a framework is that is hostile in all that can be said of one."""
    said = {"name": HOSTILE, "summary": HOSTILE, "package": HOSTILE, "licence": HOSTILE}
    assert writer.send("PUT", "/v1/frameworks/hostile", said, If_None_Match="*").status == 201
    source = {"title": HOSTILE, "url": "https://github.com/"}
    rows = [
        {"framework": "hostile", "metric": metric, "value": value, "unit": unit, "observed_on": "2026-11-29", "basis": "measured"}
        for metric, value, unit in FIGURES
    ]
    rows = [{**one, "source": source, "note": HOSTILE} for one in rows]
    answer = writer.send("POST", "/v1/observations", {"observations": rows}).json()
    assert [one["outcome"] for one in answer["outcomes"]] == ["recorded"] * len(FIGURES), answer
    return "/frameworks/hostile"


def test_it_is_shown_as_it_is_written_and_does_nothing(browser: Browser, writer: Writer, address: str) -> None:
    with serve_gateway(writer.gateway) as server, visit(browser, f"{server.base}{address}") as page:
        page.click("text=Every figure")
        assert page.title() == f"{seen(HOSTILE)} in Frameworth"
        assert page.inner_text("h1") == seen(HOSTILE)
        assert page.get_by_text(seen(HOSTILE)).count() >= 6
        assert page.locator("script, img").count() == 0
        assert "\u202e" not in page.content()


def test_it_leads_the_ranking_as_text(browser: Browser, writer: Writer, address: str) -> None:
    query = "frameworks=hostile,flask&weights=cloud_native:20,jobs:1&picks=hostile,flask"
    with serve_gateway(writer.gateway) as server, visit(browser, f"{server.base}/?{query}") as page:
        name = seen(HOSTILE)
        for part in ("#headline", "#rows", "#side thead", "#kinds-title"):
            assert name in (page.locator(part).text_content() or ""), part
        page.locator("[name='weight[popularity]']").press("ArrowRight")
        unfold(page, "#change")
        assert name in page.locator("#strips-table").inner_text()
        assert name in page.locator("#strips").inner_text() or name in page.locator("#strips svg").first.get_attribute("aria-label")
        with page.expect_download() as taken:
            page.locator("#ranking-svg").click()
        assert name in "".join(ElementTree.parse(taken.value.path()).getroot().itertext())
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 2  # the page's own
        assert "\u202e" not in page.content()


def test_in_a_badge_in_markdown_and_in_csv_it_is_text(browser: Browser, writer: Writer, address: str) -> None:
    gateway = writer.gateway
    with visit(browser, "about:blank") as page:
        page.set_content(gateway.get("/badge/hostile").body)
        assert seen(HOSTILE) in (page.locator("svg title").text_content() or "")
        assert page.locator("script, img, image").count() == 0
    asked = "/v1/scores?frameworks=hostile,flask&weights=cloud_native:1"
    for told in (gateway.get(f"{asked}&format=markdown").body, gateway.get("/v1/frameworks?format=markdown").body):
        assert "script" in told
        # With a backslash before it, a bracket is a bracket.
        assert not re.search(r"(?<!\\)<(script|img)", told)
    for row in csv.DictReader(io.StringIO(gateway.get("/v1/frameworks?format=csv").body, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
