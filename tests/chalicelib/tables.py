"""A small table for commands to work on, on whichever engine, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.__main__ import main
from chalicelib.data_folder import Seed
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from frameworth.evidence import Basis
from frameworth.register import Fact, MetricEntry
from tests.chalicelib.storage.engines import everything
from tests.chalicelib.storage.samples import HISTORY, PRESS, a_framework

METRICS = tuple(
    MetricEntry(name, title=name.title(), unit="things", direction="higher", factor="popularity", description=name)
    for name in ("ease", "speed", "stars", "starship")
)
FACTS = (Fact("speed", value="2.0", unit="version", observed_on=date(2020, 1, 1), basis=Basis.MEASURED, source=PRESS, note="ünïcode"),)
SMALL = Seed((a_framework("alpha"), a_framework("beta")), METRICS, {"alpha": HISTORY, "beta": ()}, {"alpha": FACTS})

Run = Callable[..., Result]


def seeded(client: Any, name: str, found: Seed = SMALL) -> Table:
    """The table with a seed in it, and one observation of it withdrawn."""
    table = Table(client, name)
    store = EvidenceStore(table, now=lambda: datetime(2026, 11, 22, 10, tzinfo=UTC))
    seed(found, store, Registers(table))
    return table


def command_line(client: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in this process on the table `name` of the engine that a client leads to."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", client.meta.endpoint_url)
    for variable, value in (("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "tests"), ("AWS_SECRET_ACCESS_KEY", "tests")):
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("FRAMEWORTH_TABLE", name)

    def run(*arguments: object, table: str = name) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env={"FRAMEWORTH_TABLE": table})
        # Whatever is wrong is told in words.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def without_rev(client: Any, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """All items, without what only tells how often, when and by whom they were written in this very table."""
    of_this_table = ("rev", "version", "changed_at", "changed_by")
    return {
        key: {attribute: value for attribute, value in item.items() if attribute not in of_this_table}
        for key, item in everything(client, name).items()
    }
