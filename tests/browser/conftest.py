"""One browser, and our pages behind the stand-in of API Gateway, under its stage, as they are when they are deployed."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium
from tests.chalicelib.api.conftest import own, own_service, table, writer  # noqa: F401  # fixtures
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.gateway import Gateway


# For a module, not for the session: other tests of this process run event loops of their own, and there can't be two in a thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium.chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site(gateway: Gateway) -> Iterator[str]:
    """The address before all of ours."""
    with serve_gateway(gateway) as server:
        yield server.base


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens an address of ours, such as `/docs`, as `visit` does, which says what fails the test at its end."""
    with ExitStack() as opened:
        yield lambda address, **how: opened.enter_context(chromium.visit(browser, f"{site}{address}", **how))
