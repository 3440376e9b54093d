"""Fixtures of the storage tests: each runs on every engine, on a table of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib import data_folder
from chalicelib.local import DATA
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from tests.chalicelib.storage.engines import ENGINES, Connect, Seeded, fresh_table


@pytest.fixture(scope="session", params=ENGINES.values(), ids=ENGINES)
def connect(request: pytest.FixtureRequest) -> Connect:
    return request.param


@pytest.fixture(scope="session")
def admin(connect: Connect) -> Any:
    """A client for what tests do beside the code under test: no fault is ever put into it."""
    return connect()


@pytest.fixture
def client(connect: Connect) -> Any:
    return connect()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def table(admin: Any, client: Any, pauses: list[float]) -> Iterator[Table]:
    with fresh_table(admin) as name:
        yield Table(client, name, sleep=pauses.append)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that is a second on whenever it is read."""
    seconds = count()
    return lambda: datetime(2026, 11, 22, 10, tzinfo=UTC) + timedelta(seconds=next(seconds))


@pytest.fixture
def store(table: Table, clock: Callable[[], datetime]) -> EvidenceStore:
    return EvidenceStore(table, now=clock)


@pytest.fixture(scope="session")
def seeded(admin: Any) -> Iterator[Seeded]:
    with fresh_table(admin) as name:
        table = Table(admin, name)
        found = data_folder.read(DATA)
        seed(found, EvidenceStore(table), Registers(table))
        yield Seeded(name, found)
