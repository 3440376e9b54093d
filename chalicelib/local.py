"""The embedded mode: DynamoDB inside this process, on moto, seeded from `data/`. For development, tests and trying out; no AWS account.

moto is not thread-safe (474 of 480 atomic additions arrived when this was tried), so one thread does all its work. It takes what AWS
refuses and its times say nothing about AWS.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import data_folder
from chalicelib.settings import PROJECT
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.storage.tokens import ADMIN, Tokens
from chalicelib.use_cases.seed import seed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = PROJECT / ".chalice" / "template.json"
DATA = PROJECT / "data"
TABLE = "frameworth-embedded"

# What CreateTable takes of what CloudFormation says about a table.
_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


def embedded_table() -> Table:
    """The table of this process, made on first use and kept until the process ends."""
    return Table(_client(), TABLE)


def create_table(client: DynamoDBClient, name: str, template: Path = TEMPLATE) -> None:
    """Creates the table as the deployment's template defines it: there is one definition, and this is it.

    Raises `StorageUnavailable` if the engine can't be reached or refuses.
    """
    resources: Mapping[str, Any] = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    properties = resources["Table"]["Properties"]
    definition: dict[str, Any] = {name: properties[name] for name in _CREATE_TABLE if name in properties}
    try:
        client.create_table(TableName=name, **definition)
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailable("create_table", str(error)) from error


def seed_with_progress(store: EvidenceStore, registers: Registers, say: Callable[[str], None] | None = None) -> None:
    """Seeds from `data/` and tells people how far it is."""
    say = say or (lambda text: print(text, file=sys.stderr, flush=True))
    started = time.monotonic()
    found = data_folder.read(DATA)
    written = 0

    def progress(more: int) -> None:
        nonlocal written
        before, written = written, written + more
        if written * 10 // found.size > before * 10 // found.size:
            say(f"Seeding {len(found.frameworks)} frameworks: {written:,} of {found.size:,} observations")

    seed(found, store, registers, progress)
    say(f"Seeded {found.size:,} observations in {time.monotonic() - started:.1f} s")


def announce_token(tokens: Tokens, say: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True)) -> None:
    """Makes a token that may do everything to the embedded table, and tells it: whoever can read this terminal may write."""
    token, _ = tokens.create([ADMIN], days=1, note="made by the embedded mode at its start")
    say(f"To write, send this header; it may do everything here, and is good until this process ends:\n  Authorization: Bearer {token}")


@cache
def _client() -> DynamoDBClient:
    try:
        from moto import mock_aws
        from moto.core.botocore_stubber import BotocoreStubber
    except ImportError as error:
        raise ImportError(
            "the embedded mode needs moto: pip install -r requirements-local.txt, or name a table in FRAMEWORTH_TABLE"
        ) from error
    # A thread of its own has a short stack, too. At each query moto sorts all items of a table by short methods; where the caller's stack
    # ended just at the edge of a chunk, CPython 3.11 mapped and unmapped memory at each of these: a question took twenty times as long.
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
    answer = BotocoreStubber.__call__

    def in_turn(self: Any, *arguments: Any, **named: Any) -> Any:
        return thread.submit(answer, self, *arguments, **named).result()

    BotocoreStubber.__call__ = in_turn  # type: ignore[method-assign]  # the one place through which every call passes
    mock_aws().start()
    client = boto3.client(
        "dynamodb",
        region_name="us-east-1",
        # Said outright, since an endpoint from the environment would lead past moto.
        endpoint_url="https://dynamodb.us-east-1.amazonaws.com",
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",  # noqa: S106  # moto wants some credentials and looks at none
    )
    create_table(client, TABLE)
    return client
