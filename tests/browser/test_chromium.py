"""The browser is there, or what is missing is said; and it leaves nothing behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import chromium, missing_for_browser, needs_browser

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("browser")


@needs_browser
def test_other_event_loops_run_once_it_is_closed() -> None:
    with chromium() as browser:
        assert browser.is_connected()
    assert asyncio.run(asyncio.sleep(0, "run")) == "run"


def test_what_is_missing_is_said_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "make axe" in missing_for_browser(tmp_path / "nothing")
    browser.unlink()
    assert "no `chromium` here" in missing_for_browser()
    with pytest.raises(RuntimeError, match="no `chromium` here"), chromium():
        pass
