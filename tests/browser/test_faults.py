"""What fails a visit, whatever else its test looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser.accessibility import violations
from tests.browser.chromium import in_browser, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = in_browser

POLICY = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"


def showing(html: str) -> str:
    """An address that is this page itself."""
    return f"data:text/html,{quote(html)}"


@pytest.mark.parametrize(
    ("html", "fault"),
    {
        "<img src=https://example.org/a.png>": "asked for https://example.org/a.png",
        "<script>console.error('bad')</script>": "error: bad",
        "<script>console.warn('odd')</script>": "warning: odd",
        "<script>nothing()</script>": "raised nothing is not defined",
        "<script>alert('here')</script>": "alert: here",
        f"{POLICY}<script>1</script>": "Content Security Policy",
        f"{POLICY}<p style='color: red'>": "Content Security Policy",
    }.items(),
    ids=["foreign-host", "error", "warning", "exception", "dialog", "script-against-policy", "style-against-policy"],
)
def test_a_visit_fails_by_whatever_goes_wrong_in_the_page(browser: Browser, html: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault), visit(browser, showing(html)):
        pass


def test_a_page_without_fault_passes_and_runs_no_script_if_none_may(browser: Browser) -> None:
    with visit(browser, showing("<script>console.log('fine')</script><noscript>none</noscript>"), script=False) as page:
        assert page.inner_text("body") == "none"


def test_what_axe_finds_is_told_with_its_rule_and_place(browser: Browser) -> None:
    with visit(browser, showing("<html lang=en><title>t</title><main><h1>h</h1><details><summary>s</summary><img src='data:,'>")) as page:
        assert 'image-alt: Images must have alternative text\n  img: <img src="data:,">' in violations(page)
