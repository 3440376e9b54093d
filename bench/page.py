"""The page in a browser whose CPU is slowed four times: its size, when something is first seen, and what a step of a slider takes.

Run with `python -m bench.page` (Chromium is needed). The service runs in this process behind the stand-in of API Gateway, with storage
answered from memory; a page is opened with nothing kept from before. A step is an arrow key's: from the event until the next frame is
painted, of which the script's part and layout are told apart.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.results import Bound, CanNotRun, Found, show
from bench.score import served
from chalicelib.api.application import application
from chalicelib.use_cases.service import Service
from tests.gateway import Gateway
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SLOWED = 4
LOADS, STEPS = 15, 60
MOST_BYTES, MOST_PAINT_MS, MOST_STEP_MS = 30_000, 500.0, 50.0

_STEPS = """async steps => {
    const sliders = [...document.querySelectorAll('.weight input')];
    const frame = () => new Promise(requestAnimationFrame);
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    }));
    const found = [];
    for (let step = 0; step < steps; step++) {
        const slider = sliders[step % sliders.length];
        slider.focus();
        await frame();
        slider.value = Number(slider.value) + (step % 2 ? 1 : 5);
        const start = performance.now();
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        await painted();
        found.push(performance.now() - start);
    }
    return found;
}"""


def found(loads: int = LOADS, steps: int = STEPS) -> list[Found]:
    """One table for what is sent, one for what a browser does with it."""
    from tests.browser.chromium import WIDTHS, chromium, missing_for_browser

    if missing := missing_for_browser():
        raise CanNotRun(missing)
    service = served()
    gateway = Gateway(application(lambda: service))
    size = len(gateway.get("/", **{"Accept-Encoding": "gzip"}).content)
    made = _made(service)
    with serve_gateway(gateway) as site, chromium() as browser:
        seen = {width: _seen(browser, f"{site.base}/", width, loads, steps) for width in WIDTHS}
    return [
        Found(
            "The page: what is sent",
            "`GET /` of 16 frameworks, one request; CPU of the service with storage handed out from memory.",
            ("what", "figure"),
            (
                ("size on the wire, gzip", f"{size:,} bytes"),
                ("CPU of a warm page", f"{made[1]:.1f} ms"),
                ("CPU of the first page of a process, which reads every history", f"{made[0]:.0f} ms"),
            ),
            (Bound("the page of 16 frameworks, gzip", size, MOST_BYTES, "bytes"),),
        ),
        Found(
            f"The page in a browser, its CPU slowed {SLOWED} times",
            f"Chromium; {loads} loads with nothing kept, {steps} steps of sliders from the event to the painted frame.",
            ("window", "first paint, median", "most", "step, median", "most"),
            [
                (
                    f"{width} px",
                    *(f"{value:.0f} ms" for value in (statistics.median(paints), max(paints), statistics.median(took), max(took))),
                )
                for width, (paints, took) in seen.items()
            ],
            [
                bound
                for width, (paints, took) in seen.items()
                for bound in (
                    Bound(f"first paint at {width} px, median", statistics.median(paints), MOST_PAINT_MS, "ms"),
                    Bound(f"a slider's step at {width} px, median", statistics.median(took), MOST_STEP_MS, "ms"),
                )
            ],
            ("A step waits for the next frame, up to 17 ms.",),
        ),
    ]


def _made(service: Service) -> tuple[float, float]:
    """Milliseconds of CPU for the first page of a service, and for a later one."""
    del service
    fresh = served()
    gateway = Gateway(application(lambda: fresh))
    took: list[float] = []
    for _ in range(20):
        started = time.process_time()
        gateway.get("/")
        took.append(1000 * (time.process_time() - started))
    return took[0], statistics.median(took[1:])


def _seen(browser: Browser, address: str, width: int, loads: int, steps: int) -> tuple[Sequence[float], Sequence[float]]:
    """Milliseconds until something is painted, by load, and of each step."""
    from tests.browser.chromium import visit

    paints: list[float] = []
    for _ in range(loads):
        with visit(browser, "about:blank", width=width) as page:
            _slow(page)
            page.goto(address)
            paints.append(_first_paint(page))
    with visit(browser, "about:blank", width=width) as page:
        _slow(page)
        page.goto(address)
        page.locator("#weights").evaluate("one => { one.open = true }")
        return paints, page.evaluate(_STEPS, steps)


def _slow(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def _first_paint(page: Page) -> float:
    return float(
        page.evaluate(
            """() => new Promise(done => new PerformanceObserver(list => {
                const paint = list.getEntries().find(one => one.name === 'first-contentful-paint');
                if (paint) done(paint.startTime);
            }).observe({type: 'paint', buffered: true}))"""
        )
    )


if __name__ == "__main__":
    show(found())
