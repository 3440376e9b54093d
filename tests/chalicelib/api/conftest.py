"""An application with plugins of a test's own beside the shipped ones, and one over a table of a test's own, to write to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.data_folder import Seed, read
from chalicelib.local import DATA, create_table, embedded_table
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.storage.tokens import ADMIN
from chalicelib.use_cases.seed import seed
from frameworth import __version__
from frameworth.discovery import discover
from tests.conftest import TODAY
from tests.gateway import Answer, Gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.use_cases.service import Service


THREE = ("django", "flask", "tornado")


@dataclass(frozen=True)
class Writer:
    """Somebody with a token, in front of a gateway."""

    gateway: Gateway
    token: str

    def send(self, method: str, address: str, body: object = None, **headers: str) -> Answer:
        """A request with the token; a body that is no text is written as JSON. `If_Match=` is the header If-Match."""
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with_type = {"Content-Type": "application/json"} if body is not None else {}
        return self.gateway.request(method, address, body=text, headers={"Authorization": f"Bearer {self.token}", **with_type, **named})


@cache
def three() -> Seed:
    """Three real frameworks, and what was observed of them this year."""
    found = read(DATA)
    return replace(
        found,
        frameworks=tuple(one for one in found.frameworks if one.id in THREE),
        observations={name: tuple(row for row in found.observations[name] if row.observed_on.year == TODAY.year) for name in THREE},
        facts={name: found.facts.get(name, ()) for name in THREE},
    )


@pytest.fixture
def table() -> Iterator[Table]:
    """A table of its own with three real frameworks and what was observed of them this year, beside the embedded one."""
    client = embedded_table()._client
    create_table(client, "of-its-own")
    made = Table(client, "of-its-own")
    seed(three(), EvidenceStore(made), Registers(made))
    yield made
    client.delete_table(TableName="of-its-own")


@pytest.fixture
def own_service(table: Table, service: Service) -> Service:
    """A service over that table, on a day that never changes, whose lists are never old."""
    never_old = Registers(table, monotonic=iter(range(0, 10**9, 100)).__next__)
    return replace(bootstrap.over(table, service.catalogue), registers=never_old, today=lambda: TODAY)


@pytest.fixture
def own(own_service: Service) -> Gateway:
    """A gateway to that service."""
    return Gateway(application(lambda: own_service))


@pytest.fixture
def writer(own: Gateway, own_service: Service) -> Writer:
    """Somebody who may do everything to that table."""
    return Writer(own, own_service.tokens.create([ADMIN], days=1)[0])


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
