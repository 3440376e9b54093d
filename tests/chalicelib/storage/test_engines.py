from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from chalicelib.storage.items import key, text
from chalicelib.storage.table import Table
from tests.chalicelib.storage.engines import ENDPOINT, ENGINES, engines, everything, missing_for_dynalite


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_that_is_named_answers(engine: str) -> None:
    assert ENGINES[engine]().list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_every_test_has_a_table_of_its_own_which_is_empty(table: Table, admin: Any) -> None:
    assert everything(admin, table.name) == {}


def test_storage_was_tested_on_dynalite_as_well() -> None:
    if missing := missing_for_dynalite():
        pytest.skip(f"storage was tested on moto alone: {missing}")
    assert "dynalite" in ENGINES


class TestWhichEnginesThereAre:
    def test_moto_and_dynalite(self) -> None:
        assert list(engines({}, "")) == ["moto", "dynalite"]

    def test_moto_alone_where_dynalite_lacks_something(self) -> None:
        assert list(engines({}, "no node")) == ["moto"]

    def test_a_further_one_at_an_address_from_the_environment(self) -> None:
        assert list(engines({ENDPOINT: "http://localhost:8000"}, "")) == ["moto", "dynalite", "named"]

    def test_in_ci_none_is_left_out_without_a_word(self) -> None:
        with pytest.raises(RuntimeError, match="second engine: no node"):
            engines({"CI": "true"}, "no node")

    def test_what_is_missing_is_said_with_the_way_to_get_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        node = tmp_path / "node"
        node.touch(mode=0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "make dynalite" in missing_for_dynalite(tmp_path / "nothing")
        node.unlink()
        assert "no `node` here" in missing_for_dynalite(tmp_path / "nothing")


@pytest.mark.skipif(bool(missing_for_dynalite()), reason=missing_for_dynalite())
def test_dynalite_ends_with_the_process_that_started_it_even_if_that_is_killed(project: Path) -> None:
    script = """
import os, time
from tests.chalicelib.storage.engines import dynalite
print(dynalite().meta.endpoint_url, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=project, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        address = started.stdout.readline().strip()
        assert answers(address)
        os.kill(started.pid, signal.SIGKILL)
    last = time.monotonic() + 5
    while answers(address):
        assert time.monotonic() < last, "dynalite outlived its process"
        time.sleep(0.05)


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    parts = urlsplit(address)
    with socket.socket() as one:
        return one.connect_ex((parts.hostname, parts.port)) == 0


class TestARefusal:
    """What every engine must do, and dynalite does only as tests/engines/dynalite/serve.js mends it."""

    REQUEST = {  # noqa: RUF012  # never changed
        "ConditionExpression": "attribute_exists(colour)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    @pytest.mark.parametrize("stands", [True, False], ids=["an-item", "nothing"])
    @pytest.mark.parametrize("write", ["put_item", "update_item", "delete_item"])
    def test_brings_the_item_that_stands_there_and_none_where_none_does(self, write: str, stands: bool, client: Any, table: Table) -> None:
        item = {**key("p", "a"), "size": text("big")}
        if stands:
            table.put(item)
        what = {"Item": key("p", "a")} if write == "put_item" else {"Key": key("p", "a")}
        with pytest.raises(ClientError, match="ConditionalCheckFailed") as raised:
            getattr(client, write)(TableName=table.name, **what, **self.REQUEST)
        assert raised.value.response.get("Item") == (item if stands else None)
