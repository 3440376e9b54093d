"""Our pages in a real Chromium, which is the system's own: what is opened, what must not happen meanwhile, and a picture of it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from chalicelib.settings import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

AXE = PROJECT / ".venv" / "axe"
# A folder for pictures of the pages, in place of build/screenshots.
SCREENSHOTS = "FRAMEWORTH_SCREENSHOTS"

# A phone, and a window on a desk.
WIDTHS = {390: 844, 1240: 900}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

# What a page is to show within 5 s takes longer where much else runs.
expect.set_options(timeout=30_000)

# Nobody but this machine is asked, neither by a page nor by the browser for itself.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_WITHOUT_HOST = ("about", "blob", "data")
# A longer picture is nothing to look at, and beyond 16,384 Chromium paints the beginning again.
_MOST_PIXELS_HIGH = 8_000
_MILLISECONDS_TO_DRAW = 100


def missing_for_browser(axe: Path = AXE) -> str:
    """What the browser tests lack to run here and what to do about it; empty if they lack nothing."""
    if not shutil.which("chromium"):
        return "the browser tests need Chromium, and there is no `chromium` here; on Debian: apt-get install chromium"
    if not (axe / "node_modules" / "axe-core" / "axe.min.js").is_file():
        return f"axe-core is not in {axe}; run `make axe`, which needs Node.js with npm"
    return ""


# In CI nothing is skipped: what is missing there fails, as `chromium` says.
needs_browser = pytest.mark.skipif(bool(missing_for_browser()) and os.environ.get("CI") != "true", reason=missing_for_browser())
# For the `pytestmark` of a module: all that need the browser share one process.
in_browser = [pytest.mark.xdist_group("browser"), needs_browser]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the context, and with it the event loop that Playwright keeps running in this thread meanwhile."""
    if missing := missing_for_browser():
        raise RuntimeError(missing)
    # Chromium's sandbox does not work for root, who runs containers.
    sandbox = os.geteuid() != 0
    with (
        sync_playwright() as engine,
        closing(engine.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET, chromium_sandbox=sandbox)) as browser,
    ):
        yield browser


@contextmanager
def visit(browser: Browser, address: str, *, width: int = 1240, theme: Theme = "light", script: bool = True) -> Iterator[Page]:
    """A page, opened as nobody known. Fails at the end if it asked a foreign host, or if there was an error, a warning or a dialog."""
    with closing(
        browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme, java_script_enabled=script)
    ) as context:
        faults = _faults(context)
        page = context.new_page()
        page.goto(address)
        yield page
    assert not faults, "\n".join([address, *faults])


def unfold(page: Page, section: str) -> None:
    """Opens the table that a section folds away, and waits until it is written.

    By a key: what a mouse aims at moves if a picture above it is drawn in that moment, as it is when it comes into sight.
    """
    page.locator(f"{section} details summary").press("Enter")
    expect(page.locator(f"{section} details")).to_have_attribute("open", "")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def photograph(page: Page, name: str, width: int, theme: Theme) -> None:
    """Writes a picture of the page, of a very long one its beginning, to NAME-WIDTH-THEME.png."""
    path = Path(os.environ.get(SCREENSHOTS) or PROJECT / "build" / "screenshots") / f"{name}-{width}-{theme}.png"
    page.emulate_media(color_scheme=theme)
    # In a window as high as the page, so that what is drawn when it comes into sight is drawn.
    page.set_viewport_size({"width": width, "height": min(page.evaluate("document.documentElement.scrollHeight"), _MOST_PIXELS_HIGH)})
    page.wait_for_timeout(_MILLISECONDS_TO_DRAW)
    page.screenshot(path=path)
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})


def _faults(context: BrowserContext) -> list[str]:
    """What goes wrong in any page of the context, in the order in which it does."""
    faults: list[str] = []

    def refuse(dialog: Dialog) -> None:
        faults.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    context.on("request", lambda request: None if _is_ours(request.url) else faults.append(f"asked for {request.url}"))
    context.on("weberror", lambda fault: faults.append(f"raised {fault.error}"))
    context.on("console", lambda said: faults.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None)
    context.on("dialog", refuse)
    return faults


def _is_ours(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in _WITHOUT_HOST or parts.hostname == "127.0.0.1"
