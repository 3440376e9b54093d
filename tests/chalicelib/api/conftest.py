"""An application with plugins of a test's own beside the shipped ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from frameworth import __version__
from frameworth.discovery import discover
from tests.conftest import TODAY
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.use_cases.service import Service


@pytest.fixture
def gateway_with_plugins(service: Service, shipped_folder: Path, tmp_path: Path) -> Callable[..., Gateway]:
    """Makes a gateway to a service with dropped-in plugins: pairs of name and source, `.csv` names for their figures.

    `how` is what else `discover` takes.
    """

    def make(*names_and_sources: str, **how: object) -> Gateway:
        for name, source in zip(names_and_sources[::2], names_and_sources[1::2], strict=True):
            (tmp_path / (name if "." in name else f"{name}.py")).write_text(source, encoding="utf-8")
        catalogue = discover([shipped_folder, tmp_path], shipped=bootstrap.SHIPPED_PLUGINS, version=__version__, **how)
        made = replace(bootstrap.over(embedded_table(), catalogue), today=lambda: TODAY)
        return Gateway(application(lambda: made))

    return make
