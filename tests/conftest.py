"""What tests of several layers share: the service over real figures, on a day that never changes."""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.settings import Settings
from frameworth.distributions import installed
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.use_cases.service import Service

PROJECT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 30)
# The engine in the id of a storage test.
ENGINE = re.compile(r"[\[-](moto|dynalite|named)[-\]]")
# Plugins that somebody dropped in or installed are no business of these tests, which are about those that are shipped.
OTHERS = ",".join(
    sorted(
        {path.stem for path in (PROJECT / "plugins").glob("[!_]*.py")} - set(bootstrap.SHIPPED_PLUGINS)
        | {one.name for one in installed(sys.path)}
    )
)


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shipped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plugins alone, whatever else lies in `plugins/` here."""
    folder = tmp_path_factory.mktemp("plugins")
    for name in bootstrap.SHIPPED_PLUGINS:
        shutil.copy(PROJECT / "plugins" / f"{name}.py", folder)
    return folder


@pytest.fixture(scope="session")
def service() -> Service:
    """The service as `make run` makes it: embedded, seeded from data/; only the day is fixed."""
    made = bootstrap.compose(Settings.of({"FRAMEWORTH_STORE": "embedded"}), bootstrap.shipped_plugins())
    return replace(made, today=lambda: TODAY)


@pytest.fixture(scope="session")
def gateway(service: Service) -> Gateway:
    """The application behind a gateway."""
    return Gateway(application(lambda: service))


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells a line of figures, which is printed when all tests are through, whichever process they ran in."""
    return lambda line: request.node.user_properties.append(("figures", line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures that tests told."""
    lines = [
        line
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, line in report.user_properties
        if name == "figures"
    ]
    engines = Counter(found[1] for report in terminalreporter.stats.get("passed", ()) if (found := ENGINE.search(report.nodeid)))
    lines += [f"storage tests on {engine}: {count:,} passed" for engine, count in engines.items()]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)
