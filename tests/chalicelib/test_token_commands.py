"""`token create`, `list` and `revoke` on a real table."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from chalicelib.__main__ import main
from chalicelib.local import create_table, embedded_table
from chalicelib.storage.table import Table
from chalicelib.storage.tokens import Tokens
from tests.chalicelib.tables import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chalicelib.tables import Run

TEXT = re.compile(r"fw_[a-z2-7]{10}_[a-z2-7]{52}\n")


@pytest.fixture
def table() -> Iterator[Table]:
    client = embedded_table()._client
    create_table(client, "tokens")
    yield Table(client, "tokens")
    client.delete_table(TableName="tokens")


@pytest.fixture
def run(table: Table, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(table._client, table.name, monkeypatch)


@pytest.fixture
def tokens(table: Table) -> Tokens:
    return Tokens(table, now=lambda: datetime.now(UTC))


def test_a_token_is_printed_alone_so_that_it_can_be_taken_by_a_shell(run: Run, tokens: Tokens) -> None:
    result = run("token", "create", "--scope", "write:observations", "--days", 90)
    assert result.exit_code == 0
    assert TEXT.fullmatch(result.stdout)
    found = tokens.check(result.stdout.strip())
    assert found is not None
    assert found.scopes == {"write:observations"}
    assert timedelta(days=89) < found.expires_at - datetime.now(UTC) <= timedelta(days=90)
    assert found.id in result.stderr
    assert result.stdout.strip() not in result.stderr


def test_the_list_shows_everything_but_the_text(run: Run, tokens: Tokens) -> None:
    first = run("token", "create", "--scope", "admin", "--note", "nightly import").stdout.strip()
    second = run("token", "create", "--scope", "write:catalogue", "--scope", "write:observations", "--days", 1).stdout.strip()
    run("token", "revoke", second.split("_")[1])
    Tokens(tokens._table, now=lambda: datetime(2020, 1, 1, tzinfo=UTC)).create(["admin"], days=1)
    result = run("token", "list")
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert all(word in shown for word in ("nightly import", "active", "revoked", "expired", "write:catalogue", first.split("_")[1]))
    assert first.split("_")[2] not in shown


def test_a_revoked_token_is_refused_at_once(run: Run, tokens: Tokens) -> None:
    whole = run("token", "create", "--scope", "admin").stdout.strip()
    assert tokens.check(whole)
    result = run("token", "revoke", whole.split("_")[1])
    assert (result.exit_code, "refused from now on" in result.stdout) == (0, True)
    assert tokens.check(whole) is None


def test_an_empty_list_says_how_to_make_one(run: Run) -> None:
    assert "token create" in run("token", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create",), "--scope"),
        (("create", "--scope", "write"), "write:observations"),
        (("create", "--scope", "admin", "--days", 0), "1<=x<=3650"),
        (("create", "--scope", "admin", "--note", "n" * 81), "81 characters"),
        (("revoke", "aaaaaaaaaa"), "token list"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_out(run: Run, tokens: Tokens, arguments: tuple[object, ...], said: str) -> None:
    result = run("token", *arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert tokens.all() == ()


def test_without_a_table_nothing_is_made_that_would_be_gone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAMEWORTH_TABLE", raising=False)
    result = CliRunner().invoke(main, ["token", "create", "--scope", "admin"])
    assert result.exit_code == 1
    assert "FRAMEWORTH_TABLE" in result.stderr
