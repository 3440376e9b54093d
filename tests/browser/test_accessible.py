"""Every page can be used by everybody: at a desk and on a phone, by day and by night, by eye and by ear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.accessibility import RULES, RULES_ON_COLOURS, violations
from tests.browser.chromium import THEMES, WIDTHS, in_browser, photograph, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.gateway import Gateway

pytestmark = in_browser

PAGES = {
    "ranking": "/",
    "compared": "/compare?as_of=2018-05-31",
    "docs": "/docs",
    "flask": "/frameworks/flask",
    "chalice": "/frameworks/chalice",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(open_page: Callable[..., Page], name: str, width: int) -> None:
    page = open_page(PAGES[name], width=width)
    for theme in THEMES:
        photograph(page, name, width, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        if found := violations(page, RULES if theme == "light" else RULES_ON_COLOURS):
            pytest.fail(f"{theme}:{found}", pytrace=False)


@pytest.mark.parametrize("width", WIDTHS)
def test_nor_does_it_in_a_page_that_says_what_went_wrong(browser: Browser, gateway: Gateway, width: int) -> None:
    with visit(browser, "about:blank", width=width) as page:
        # Put there by hand, for a browser calls each answer of an error an error of its own.
        page.set_content(gateway.get("/?profile=enterprize&limit=0", Accept="text/html").body)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert not violations(page), theme
