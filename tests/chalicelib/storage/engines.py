"""The engines that the storage layer is tested on: moto in this process, and DynamoDB Local where the environment names one.

An engine is a function that makes a client; the tests know no other difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import boto3
from botocore.config import Config

from chalicelib.data_folder import Seed
from chalicelib.local import create_table, embedded_table

# An address such as http://localhost:8000; without it the suite runs on moto alone.
ENDPOINT = "FRAMEWORTH_TEST_DYNAMODB"

Connect = Callable[..., Any]


class Seeded(NamedTuple):
    """The real data in a table that no test writes to, and the name of that table."""

    table: str
    seed: Seed


def moto(attempts: int = 3) -> Any:
    """A client of moto, which `chalicelib.local` starts and locks."""
    embedded_table()
    return _client("https://dynamodb.us-east-1.amazonaws.com", attempts)


def dynamodb_local(attempts: int = 3) -> Any:
    """A client of the DynamoDB Local that runs at the address in FRAMEWORTH_TEST_DYNAMODB."""
    return _client(os.environ[ENDPOINT], attempts)


# The engines that are there, by name.
ENGINES: Mapping[str, Connect] = {"moto": moto} | ({"dynamodb-local": dynamodb_local} if os.environ.get(ENDPOINT) else {})


@contextmanager
def fresh_table(client: Any) -> Iterator[str]:
    """The name of a new table, made from the deployment's template and deleted afterwards."""
    name = f"test-{uuid4().hex}"
    create_table(client, name)
    yield name
    client.delete_table(TableName=name)


def everything(client: Any, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """All items of a table by key."""
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def _client(endpoint: str, attempts: int) -> Any:
    return boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}, connect_timeout=1, read_timeout=5),
    )
