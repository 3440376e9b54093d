from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chalicelib import data_folder
from chalicelib.local import DATA, TEMPLATE, create_table, embedded_table, seed_with_progress
from chalicelib.settings import PROJECT
from chalicelib.storage.items import text
from chalicelib.storage.table import MOST_ITEMS, StorageUnavailable, Table
from frameworth.evidence import Observation
from frameworth.register import Framework
from tests.chalicelib.storage.engines import fresh_table, moto

DEFINITION = json.loads(TEMPLATE.read_text(encoding="utf-8"))["Resources"]["Table"]["Properties"]


@pytest.fixture
def client() -> Any:
    return moto()


@pytest.fixture
def table(client: Any) -> Iterator[Table]:
    with fresh_table(client) as name:
        yield Table(client, name)


def test_a_table_has_the_keys_the_index_and_the_billing_of_the_template(client: Any, table: Table) -> None:
    made = client.describe_table(TableName=table.name)["Table"]
    assert made["KeySchema"] == DEFINITION["KeySchema"]
    assert made["AttributeDefinitions"] == DEFINITION["AttributeDefinitions"]
    assert made["BillingModeSummary"]["BillingMode"] == DEFINITION["BillingMode"]
    assert [{name: index[name] for name in ("IndexName", "KeySchema", "Projection")} for index in made["GlobalSecondaryIndexes"]] == (
        DEFINITION["GlobalSecondaryIndexes"]
    )


def test_a_table_follows_the_template_that_is_given(client: Any, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    keys = [{"AttributeName": "only", "KeyType": "HASH"}]
    properties = {
        "AttributeDefinitions": [{"AttributeName": "only", "AttributeType": "N"}],
        "KeySchema": keys,
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
    }
    template.write_text(json.dumps({"Resources": {"Table": {"Properties": properties}}}))
    create_table(client, "another-template", template)
    made = client.describe_table(TableName="another-template")["Table"]
    assert made["KeySchema"] == keys
    assert not made.get("GlobalSecondaryIndexes")
    client.delete_table(TableName="another-template")  # which deletion protection would forbid


def test_a_table_that_cannot_be_made_is_unavailable(client: Any, table: Table) -> None:
    with pytest.raises(StorageUnavailable, match="ResourceInUse"):
        create_table(client, table.name)


def test_the_embedded_table_is_one_for_the_whole_process() -> None:
    item = {"PK": text("TEST"), "SK": text("-"), "seen": text("yes")}
    embedded_table().put(item)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: embedded_table().get("TEST", "-"), range(8)))
    embedded_table().delete("TEST", "-")
    assert found == [item] * 8
    assert embedded_table().get("TEST", "-") is None


def test_the_embedded_table_asks_no_other_endpoint_and_for_no_credentials() -> None:
    code = "from chalicelib.local import embedded_table as t; t().put({'PK': {'S': 'a'}, 'SK': {'S': 'b'}}); print(t().get('a', 'b'))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "HOME": "/nonexistent"}
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "{'PK': {'S': 'a'}, 'SK': {'S': 'b'}}\n"), done.stderr


def test_no_addition_is_lost_between_threads(table: Table) -> None:
    """moto alone loses some; the lock that `chalicelib.local` puts around it is what makes this hold."""

    def add(times: int) -> None:
        for _ in range(times):
            table.update("p", "counter", UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, [40] * 8))
    counter = table.get("p", "counter", consistent=True)
    assert counter is not None
    assert counter["n"] == {"N": "320"}


class Registers:
    """Registers that keep nothing."""

    def put_metrics(self, entries: object) -> None: ...

    def put_facts(self, framework_id: str, facts: object) -> None: ...


class Store:
    """A store that counts what it is given and tells of it in the store's batches."""

    def __init__(self) -> None:
        self.loaded = 0

    def load(self, framework: Framework, observations: Sequence[Observation], progress: Callable[[int], None]) -> None:
        for start in range(0, len(observations), MOST_ITEMS):
            progress(len(observations[start : start + MOST_ITEMS]))
        self.loaded += len(observations)


def test_seeding_tells_how_far_it_is_up_to_the_full_count() -> None:
    said: list[str] = []
    store: Any = Store()
    registers: Any = Registers()
    seed_with_progress(store, registers, said.append)
    size = data_folder.read(DATA).size
    assert store.loaded == size > 4_616
    *steps, end = said
    told = [re.search(r"Seeding 16 frameworks: ([\d,]+) of ([\d,]+) observations", step) for step in steps]
    assert all(one and one[2] == f"{size:,}" for one in told)
    written = [int(one[1].replace(",", "")) for one in told if one]
    assert written == sorted(set(written))
    assert written[-1] == size
    assert 5 <= len(written) <= 10
    assert end.startswith(f"Seeded {size:,} observations in ")
