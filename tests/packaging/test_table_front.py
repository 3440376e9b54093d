"""What stands before a table in tests passes calls on, throttles them as DynamoDB does, and hangs."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.packaging.table_front import Mode, TableFront

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("packaging")


def client_of(address: str) -> Any:
    once = Config(retries={"total_max_attempts": 1}, read_timeout=0.2)
    access = {"aws_access_key_id": "tests", "aws_secret_access_key": "tests", "region_name": "us-east-1"}
    return boto3.client("dynamodb", endpoint_url=address, config=once, **access)


def test_it_passes_on_then_throttles_then_hangs_and_passes_on_again(endpoint: str) -> None:
    with TableFront(endpoint) as front, closing(client_of(front.address)) as client:
        expected = client.list_tables()["TableNames"]
        front.mode = Mode.THROTTLE
        with pytest.raises(ClientError) as throttled:
            client.list_tables()
        assert throttled.value.response["Error"]["Code"] == "ProvisionedThroughputExceededException"
        front.mode = Mode.HANG
        with pytest.raises(ReadTimeoutError):
            client.list_tables()
        assert front.held.is_set()
        front.mode = Mode.PASS
        assert client.list_tables()["TableNames"] == expected
        assert front.calls == 4


def test_it_hangs_after_so_many_calls_as_it_is_told(endpoint: str) -> None:
    with TableFront(endpoint) as front, closing(client_of(front.address)) as client:
        front.most = 1
        client.list_tables()
        assert not front.held.is_set()
        with pytest.raises(ReadTimeoutError):
            client.list_tables()


def test_it_can_be_a_process_of_its_own_that_is_told_its_mode(endpoint: str, project: Path) -> None:
    command = (sys.executable, "-B", "-m", "tests.packaging.table_front", endpoint)
    with subprocess.Popen(command, cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as front:
        address = front.stdout.readline().strip()
        with closing(client_of(address)) as client:
            client.list_tables()
            print("throttle", file=front.stdin, flush=True)
            assert front.stdout.readline() == "throttle\n"
            with pytest.raises(ClientError):
                client.list_tables()
        front.stdin.close()
    assert front.returncode == 0
