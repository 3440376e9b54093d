"""What others call their frameworks and note of them is text in our pages, and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.api.formats.markup import seen
from tests.browser.chromium import in_browser, visit
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.chalicelib.api.conftest import Writer

pytestmark = in_browser

# Runs a script if it is taken for HTML, leaves an attribute, and turns the direction of what follows.
HOSTILE = "<script>alert(1)</script>\"'&\u202e<img src=https://example.org/ onerror=alert(2)>"


@pytest.fixture
def address(writer: Writer) -> str:
    """Where a framework is that is hostile in all that can be said of one."""
    said = {"name": HOSTILE, "summary": HOSTILE, "package": HOSTILE, "licence": HOSTILE}
    assert writer.send("PUT", "/v1/frameworks/hostile", said, If_None_Match="*").status == 201
    figure = {"framework": "hostile", "metric": "github_stars", "value": 5, "unit": "stars", "observed_on": "2020-01-01"}
    source = {"title": HOSTILE, "url": "https://github.com/"}
    rows = [{**figure, "basis": "measured", "source": source, "note": HOSTILE}]
    assert writer.send("POST", "/v1/observations", {"observations": rows}).json()["outcomes"][0]["outcome"] == "recorded"
    return "/frameworks/hostile"


def test_it_is_shown_as_it_is_written_and_does_nothing(browser: Browser, writer: Writer, address: str) -> None:
    with serve_gateway(writer.gateway) as server, visit(browser, f"{server.base}{address}") as page:
        page.click("text=Every figure")
        assert page.title() == f"{seen(HOSTILE)} in Frameworth"
        assert page.inner_text("h1") == seen(HOSTILE)
        assert page.get_by_text(seen(HOSTILE)).count() >= 6
        assert page.locator("script, img").count() == 0
        assert "\u202e" not in page.content()
