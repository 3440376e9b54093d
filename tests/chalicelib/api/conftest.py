"""An application with plugins of a test's own beside the shipped ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.settings import Settings
from tests.conftest import DROPPED_IN, TODAY
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chalicelib.use_cases.service import Service


@pytest.fixture
def gateway_with_plugins(service: Service, tmp_path: Path) -> Callable[..., Gateway]:
    """Makes a gateway to a service with dropped-in plugins: pairs of name and source, `.csv` names for their figures."""

    def make(*names_and_sources: str) -> Gateway:
        for name, source in zip(names_and_sources[::2], names_and_sources[1::2], strict=True):
            (tmp_path / (name if "." in name else f"{name}.py")).write_text(source, encoding="utf-8")
        settings = Settings.of(
            {"FRAMEWORTH_STORE": "embedded", "FRAMEWORTH_PLUGINS_DIR": str(tmp_path), "FRAMEWORTH_DISABLED_PLUGINS": DROPPED_IN}
        )
        made = replace(bootstrap.compose(settings, bootstrap.plugins(settings)), today=lambda: TODAY)
        return Gateway(application(lambda: made))

    return make
