"""Access tokens: what is kept of them, whom they admit, and how they end."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.storage.tokens import ADMIN, MOST_DAYS, SCOPES, Token, Tokens, UnknownToken
from frameworth.errors import InvalidValue
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import everything

if TYPE_CHECKING:
    from chalicelib.storage.table import Table

START = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at() -> Clock:
    return Clock()


@pytest.fixture
def tokens(table: Table, at: Clock) -> Tokens:
    return Tokens(table, now=at)


def test_a_token_admits_to_its_scopes_and_no_others(tokens: Tokens) -> None:
    whole, made = tokens.create(["write:observations"], days=90, note="nightly import")
    found = tokens.check(whole)
    assert found == made
    assert found.admits("write:observations")
    assert not found.admits("write:catalogue")
    assert not found.admits(ADMIN)


def test_an_admin_may_do_everything(tokens: Tokens) -> None:
    _, made = tokens.create([ADMIN], days=1)
    assert all(made.admits(scope) for scope in SCOPES)


def test_a_token_has_256_random_bits_and_names_itself(tokens: Tokens) -> None:
    whole, made = tokens.create([ADMIN], days=1)
    assert re.fullmatch(r"fw_[a-z2-7]{10}_[a-z2-7]{52}", whole)
    assert whole.split("_")[1] == made.id
    assert len({tokens.create([ADMIN], days=1)[0] for _ in range(20)}) == 20


def test_of_its_text_only_a_digest_is_kept(tokens: Tokens, table: Table, admin: Any) -> None:
    whole, _ = tokens.create([ADMIN], days=1, note="x")
    kept = str(everything(admin, table.name))
    secret = whole.rpartition("_")[2]
    assert whole not in kept
    assert secret not in kept
    assert hashlib.sha256(whole.encode()).hexdigest() in kept


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: "",
        lambda whole: whole[:-1],
        lambda whole: whole + "a",
        lambda whole: whole.upper(),
        lambda whole: f" {whole}",
        lambda whole: f"{whole}\n",
        lambda whole: whole[:-1] + ("a" if whole[-1] != "a" else "b"),
        lambda whole: whole.replace("fw_", "gw_"),
        lambda whole: "fw_" + "a" * 10 + whole[13:],
        lambda whole: "é" * 66,
        lambda whole: "x" * 100_000,
        lambda whole: "META",
    ],
)
def test_any_other_text_is_no_token(tokens: Tokens, change: Any) -> None:
    whole, _ = tokens.create([ADMIN], days=1)
    assert tokens.check(change(whole)) is None
    assert tokens.check(whole) is not None


def test_a_token_ends_with_its_last_second(tokens: Tokens, at: Clock) -> None:
    whole, made = tokens.create([ADMIN], days=90)
    assert made.expires_at == START + timedelta(days=90)
    at.now = made.expires_at - timedelta(seconds=1)
    assert tokens.check(whole) is not None
    at.now = made.expires_at
    assert tokens.check(whole) is None


def test_a_token_that_is_revoked_is_refused_at_once_and_for_good(tokens: Tokens, table: Table) -> None:
    whole, made = tokens.create([ADMIN], days=90)
    other, _ = tokens.create([ADMIN], days=90)
    elsewhere = Tokens(table, now=lambda: START)
    assert elsewhere.check(whole) is not None
    assert tokens.revoke(made.id).status == "revoked"
    assert elsewhere.check(whole) is None
    assert tokens.revoke(made.id).status == "revoked"
    assert tokens.check(other) is not None


def test_a_token_that_nobody_made_can_not_be_revoked(tokens: Tokens) -> None:
    tokens.create([ADMIN], days=1)
    with pytest.raises(UnknownToken, match="token list"):
        tokens.revoke("aaaaaaaaaa")


def test_all_tokens_are_listed_by_age_with_those_that_ended(tokens: Tokens, at: Clock) -> None:
    _, first = tokens.create([ADMIN], days=1, note="first")
    at.now += timedelta(seconds=5)
    _, second = tokens.create(["write:catalogue", "write:observations"], days=2, note="second")
    tokens.revoke(first.id)
    assert [(one.id, one.note, one.status) for one in tokens.all()] == [(first.id, "first", "revoked"), (second.id, "second", "active")]
    assert tokens.all()[1] == second


def test_an_ended_token_leaves_the_table_a_month_later(tokens: Tokens, table: Table, admin: Any) -> None:
    _, made = tokens.create([ADMIN], days=3)
    (item,) = everything(admin, table.name).values()
    assert int(item["ttl"]["N"]) == int((made.expires_at + timedelta(days=30)).timestamp())


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_a_token_lasts_from_a_day_to_ten_years(tokens: Tokens, days: int) -> None:
    with pytest.raises(InvalidValue, match=f"{days} days"):
        tokens.create([ADMIN], days=days)


@pytest.mark.parametrize(("scopes", "message"), [(["write:everything"], "write:everything"), ([], "has no scope")])
def test_a_token_has_scopes_that_there_are(tokens: Tokens, scopes: list[str], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        tokens.create(scopes, days=1)
    assert tokens.all() == ()


def test_a_note_is_a_line_of_text() -> None:
    with pytest.raises(InvalidValue, match="note"):
        Token("aaaaaaaaaa", frozenset([ADMIN]), "active", "two\nlines", START, START)


def test_one_that_has_gone_while_it_was_looked_for_does_not_come_back_as_revoked(
    tokens: Tokens, client: Any, admin: Any, table: Table
) -> None:
    _, made = tokens.create([ADMIN], days=1)

    def forget(_: object) -> None:
        for partition, sort in everything(admin, table.name):
            admin.delete_item(TableName=table.name, Key={"PK": {"S": partition}, "SK": {"S": sort}})

    faults.before(client, "UpdateItem", forget)
    with pytest.raises(UnknownToken):
        tokens.revoke(made.id)
    assert everything(admin, table.name) == {}
