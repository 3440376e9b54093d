"""Commands over real tables: what an operator enters, archives, deletes, withdraws and has examined."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.__main__ import main
from chalicelib.storage import items, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.seed import seed
from tests.chalicelib.storage.engines import Connect
from tests.chalicelib.storage.samples import HISTORY
from tests.chalicelib.storage.states import assert_holds, partition
from tests.chalicelib.storage.test_faults import SMALL

Run = Callable[..., Result]


@pytest.fixture
def run(connect: Connect, table: Table) -> Run:
    """Runs a command on the table of the test, which is on the engine of the test."""
    environ = {
        "FRAMEWORTH_TABLE": table.name,
        "AWS_ENDPOINT_URL_DYNAMODB": connect().meta.endpoint_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
    }
    return lambda *arguments, **more: CliRunner().invoke(main, [str(one) for one in arguments], env={**environ, **more})


@pytest.fixture
def filled(table: Table) -> Table:
    """A small catalogue: alpha with HISTORY, beta with some of it, their metrics."""
    seed(SMALL, EvidenceStore(table), Registers(table))
    return table


class TestFrameworks:
    def test_put_enters_and_changes(self, run: Run, filled: Table) -> None:
        assert "give it a --name" in run("framework", "put", "gamma").stderr
        assert run("framework", "put", "gamma", "--name", "Gamma", "--first-release", "2011-02-03").exit_code == 0
        assert run("framework", "put", "gamma", "--licence", "MIT").exit_code == 0
        made = Registers(filled).framework("gamma")
        assert made is not None
        assert (made.name, made.licence, made.first_release, made.status) == ("Gamma", "MIT", date(2011, 2, 3), "active")
        assert run("framework", "put", "alpha", "--summary", "New words.").exit_code == 0
        assert_holds(filled, HISTORY)

    def test_archive_and_its_undoing(self, run: Run, filled: Table) -> None:
        for arguments, status in ((["alpha"], "archived"), (["alpha", "--undo"], "active")):
            assert run("framework", "archive", *arguments).exit_code == 0
            assert {one.id: one.status for one in Registers(filled).frameworks()}["alpha"] == status
            assert_holds(filled, HISTORY)

    def test_delete_asks_for_a_yes_and_leaves_nothing(self, run: Run, filled: Table, client: Any) -> None:
        assert "say --yes, or archive it instead" in run("framework", "delete", "alpha").stderr
        assert_holds(filled, HISTORY)
        result = run("framework", "delete", "alpha", "--yes")
        assert result.exit_code == 0
        assert result.stdout == f"alpha is gone from {filled.name}: 11 items beside its entry and its current figures\n"
        assert partition(client, filled) == []
        assert "'alpha' is not in the catalogue" in run("framework", "delete", "alpha", "--yes").stderr

    @pytest.mark.parametrize("command", [["put", "x", "--name", "X"], ["archive", "x"], ["delete", "x", "--yes"]])
    def test_each_needs_a_table_and_an_id(self, command: list[str], run: Run) -> None:
        assert "no table is named" in run("framework", *command, FRAMEWORTH_TABLE="").stderr
        assert "is no" in run("framework", command[0], "No Id", *command[2:]).stderr


class TestWithdraw:
    def test_takes_a_figure_out_and_says_which(self, run: Run, filled: Table) -> None:
        result = run("withdraw", "alpha", "stars", "2018-01-01", "--reason", "a slip")
        assert result.exit_code == 0
        assert "stars of alpha on 2018-01-01, 100 things" in result.stdout
        assert "it was before" in run("withdraw", "alpha", "stars", "2018-01-01", "--reason", "another").stdout
        assert_holds(filled, HISTORY, withdrawn=[HISTORY[0]])

    def test_names_what_goes_with_it(self, run: Run, filled: Table) -> None:
        result = run("withdraw", "alpha", "stars", "2019-01-01", "--id", HISTORY[2].id, "--reason", "a slip")
        assert f"with it speed of 2019-06-01, 1.25 things (id {HISTORY[6].id}), which is derived from it" in result.stdout
        assert_holds(filled, HISTORY, withdrawn=[HISTORY[2], HISTORY[6]])

    def test_of_several_asks_for_an_id_and_takes_it(self, run: Run, filled: Table) -> None:
        asked = run("withdraw", "alpha", "stars", "2020-01-01", "--reason", "a slip")
        assert asked.exit_code == 1
        assert "2 observations of 'stars' on 2020-01-01 for 'alpha', name one by its id" in asked.stderr
        assert HISTORY[4].id in asked.stderr
        assert run("withdraw", "alpha", "stars", "2020-01-01", "--id", HISTORY[4].id, "--reason", "a slip").exit_code == 0
        assert_holds(filled, HISTORY, withdrawn=[HISTORY[4]])


class TestDoctor:
    @pytest.fixture
    def spoilt(self, filled: Table) -> Table:
        item = filled.get("F#alpha", keys.CURRENT, consistent=True)
        assert item is not None
        filled.put({**item, "m:stars": items.text(items.pack(HISTORY[0]))})
        return filled

    def test_of_a_sound_table_says_so(self, run: Run, filled: Table) -> None:
        result = run("doctor")
        assert (result.exit_code, result.stdout) == (0, "nothing is wrong\n")
        assert json.loads(run("doctor", "--json").stdout) == {"faults": []}

    def test_tells_what_is_wrong_and_fails_until_it_is_mended(self, run: Run, spoilt: Table) -> None:
        result = run("doctor")
        assert result.exit_code == 1
        assert "alpha: its current figure of stars is not the greatest of its history; not mended: doctor --repair" in result.stdout
        mended = run("doctor", "--repair")
        assert (mended.exit_code, mended.stdout.splitlines()[-1]) == (0, "1 fault(s) found, 0 left")
        assert run("doctor").exit_code == 0

    def test_tells_it_to_programs(self, run: Run, spoilt: Table) -> None:
        [fault] = json.loads(run("doctor", "--repair", "--json").stdout)["faults"]
        assert (fault["framework"], fault["mended"]) == ("alpha", True)
