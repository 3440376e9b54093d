from __future__ import annotations

from typing import Any

import pytest

from chalicelib.storage.table import Table
from tests.chalicelib.storage.engines import ENGINES, everything


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_that_is_named_answers(engine: str) -> None:
    assert ENGINES[engine]().list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_every_test_has_a_table_of_its_own_which_is_empty(table: Table, admin: Any) -> None:
    assert everything(admin, table.name) == {}
