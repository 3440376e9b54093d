"""What axe-core finds in an open page: faults against WCAG 2.2 AA, and against what is good practice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tests.browser.chromium import AXE

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Those of the rules above that a theme can break, which turns colours and nothing else.
RULES_ON_COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page, rules: tuple[str, ...] = RULES) -> str:
    """Each rule that is broken and where, a place a line; empty if there is none. The page has to be one that may run scripts.

    What is folded away is unfolded for it, and stays so.
    """
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    if not page.evaluate("'axe' in window"):
        # No script tag could bring it: the pages' policy admits none.
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)["violations"]
    return "".join(
        f"\n{one['id']}: {one['help']}" + "".join(f"\n  {' '.join(map(str, node['target']))}: {node['html']}" for node in one["nodes"])
        for one in found
    )


@cache
def _axe() -> str:
    return (AXE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
