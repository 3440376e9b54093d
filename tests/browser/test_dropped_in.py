"""A criterion that somebody drops in is on the page, with its title, a slider and a pattern of its own, and nobody touched the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.accessibility import violations
from tests.browser.chromium import in_browser, photograph, visit
from tests.chalicelib.api.conftest import gateway_with_plugins  # noqa: F401  # a fixture
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.gateway import Gateway

pytestmark = in_browser

PLUGIN = """
from datetime import date
from frameworth import Basis, Criterion, Indicator, Metric, Observation, Source, hookimpl, linear

WORDS = Metric("words_of_welcome", unit="words", value=linear(zero=0, one=100))

@hookimpl
def frameworth_criteria():
    yield Criterion("welcome", question="How warm is the welcome?", indicators=[Indicator("words", [WORDS])], weight_in={"learning": 3})

@hookimpl
def frameworth_observations():
    for framework, words in (("flask", 90), ("django", 40)):
        yield Observation(framework, "words_of_welcome", value=words, unit="words", observed_on=date(2026, 1, 1), basis=Basis.MEASURED,
                          source=Source("Counted", "https://example.org/welcome"))
"""


def test_it_counts_where_it_suggests_a_weight_and_wherever_somebody_gives_it_one(
    browser: Browser,
    gateway_with_plugins: Callable[..., Gateway],  # noqa: F811  # the fixture
) -> None:
    gateway = gateway_with_plugins("welcome", PLUGIN)
    with serve_gateway(gateway) as server, visit(browser, f"{server.base}/?profile=learning&picks=flask,tornado") as page:
        photograph(page, "dropped-in", 1240, "light")
        share = page.locator(".weight", has_text="Welcome").locator(".share").inner_text()
        assert int(share.removesuffix(" %")) == round(100 * 3 / 13)
        place = page.locator(".legend li").all_inner_texts().index(f"Welcome {share}")
        # Seven have colours; it is the eighth, whichever place it takes.
        kinds = [one.get_attribute("class") for one in page.locator(".legend i").all()]
        assert sorted(kinds) == [f"c{number}" for number in range(8)]
        assert page.locator("[data-id=flask] .bar rect").nth(2 * place).get_attribute("class") == kinds[place]
        assert "90 words" in page.locator("#side").inner_text()
        # Nobody counted Tornado's: what stands in is hatched, and said.
        stands_in = page.locator("[data-id=tornado] .bar rect.hatched").nth(place)
        assert float((stands_in.get_attribute("width") or "0%").removesuffix("%")) > 5
        assert "no figure" in page.locator("#side tbody", has_text="Welcome").inner_text()
        page.locator("[name='weight[welcome]']").fill("100")
        answer = gateway.get(page.locator("#as-json").get_attribute("href").removeprefix(".")).json()
        assert answer["weights"]["welcome"] > 0.5
        assert page.locator("#rows a").first.inner_text() == "Flask"
        assert not violations(page)
