from __future__ import annotations

from typing import Any

import pytest

from chalicelib.storage.table import Table
from tests.chalicelib.storage.engines import ENDPOINT, ENGINES, everything


@pytest.mark.needs_java
def test_the_suite_runs_on_dynamodb_local_too() -> None:
    if "dynamodb-local" not in ENGINES:
        pytest.skip(f"{ENDPOINT} names no DynamoDB Local, so the storage suite ran on moto alone")
    assert ENGINES["dynamodb-local"]().list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_every_test_has_a_table_of_its_own_which_is_empty(table: Table, admin: Any) -> None:
    assert everything(admin, table.name) == {}
