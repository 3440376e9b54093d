"""Access tokens in the table: who may write what, and until when. Only a digest of a token is kept; its text is shown once.

A token is `fw_<id>_<secret>`: ten characters that name it, and 256 random bits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.storage import items, keys
from chalicelib.storage.items import Item, number, text
from chalicelib.storage.table import Table
from frameworth.errors import FrameworthError, InvalidValue
from frameworth.names import checked_text, shortened
from frameworth.register import MOST_NAME

ADMIN = "admin"
SCOPES = ("write:observations", "write:catalogue", ADMIN)
MOST_DAYS = 3650

_FORM = re.compile(r"fw_[a-z2-7]{10}_[a-z2-7]{52}", re.ASCII)
_ID_BYTES = 7
_ID_CHARACTERS = 10
_SECRET_BYTES = 32
# An ended token stays so long in lists, so that people see why it is refused.
_KEPT = timedelta(days=30)


class UnknownToken(FrameworthError):
    """No token has this id."""

    def __init__(self, token_id: str) -> None:
        self.token_id = token_id
        super().__init__(f"no token has the id {shortened(token_id)}; `python -m chalicelib token list` shows those there are")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known about a token, which its text is no part of. Times are UTC."""

    id: str
    scopes: frozenset[str]
    status: str
    note: str
    created_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        strange = sorted(self.scopes - set(SCOPES))
        if strange or not self.scopes:
            what = f"scope {shortened(strange[0])} is not known" if strange else "has no scope"
            raise InvalidValue(f"token {self.id!r}", what, f"give {', '.join(SCOPES)}")
        checked_text(self.note, f"note on token {self.id!r}", MOST_NAME, empty=True)

    def is_valid(self, now: datetime) -> bool:
        """Whether it admits to anything now."""
        return self.status == "active" and now < self.expires_at

    def admits(self, scope: str) -> bool:
        """Whether it may be used for what this scope names."""
        return scope in self.scopes or ADMIN in self.scopes


class Tokens:
    """Makes, checks, lists and revokes the tokens of a table."""

    def __init__(self, table: Table, *, now: Callable[[], datetime], random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._table = table
        self._now = now
        self._random = random

    def create(self, scopes: Collection[str], days: int, note: str = "") -> tuple[str, Token]:
        """Makes a token that lasts so many days (1 to 3,650): its text, which is kept nowhere, and what is known about it."""
        if not 1 <= days <= MOST_DAYS:
            raise InvalidValue("token", f"{days} days are not between 1 and {MOST_DAYS}")
        now = self._now().replace(microsecond=0)
        token_id = _base32(self._random(_ID_BYTES))[:_ID_CHARACTERS]
        token = Token(token_id, frozenset(scopes), "active", note, now, now + timedelta(days=days))
        whole = f"fw_{token_id}_{_base32(self._random(_SECRET_BYTES))}"
        self._table.put_new(_item(token, _digest(whole)))
        return whole, token

    def check(self, whole: str) -> Token | None:
        """The token of this text if it is valid; None if it is not, whatever the reason."""
        if not _FORM.fullmatch(whole):
            return None
        digest = _digest(whole)
        item = self._table.get(keys.token(digest), "-", consistent=True)
        if item is None or not hmac.compare_digest(item["PK"]["S"], keys.token(digest)):
            return None
        token = _token(item)
        return token if token.is_valid(self._now()) else None

    def all(self) -> tuple[Token, ...]:
        """Every token by the time at which it was made; one made a moment ago may be missing."""
        found = self._table.query_index(keys.INDEX, keys.TOKENS)
        return tuple(sorted(map(_token, found), key=lambda token: (token.created_at, token.id)))

    def revoke(self, token_id: str) -> Token:
        """Ends a token at once; done again, it changes nothing. Raises `UnknownToken`."""
        found = next((item for item in self._table.query_index(keys.INDEX, keys.TOKENS) if item["id"]["S"] == token_id), None)
        if found is None:
            raise UnknownToken(token_id)
        refused_by = self._table.update(
            found["PK"]["S"],
            "-",
            UpdateExpression="SET #status = :revoked",
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":revoked": text("revoked")},
        )
        if refused_by is not None:
            raise UnknownToken(token_id)
        return _token({**found, "status": text("revoked")})


def _digest(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _item(token: Token, digest: str) -> Item:
    return {
        **items.key(keys.token(digest), "-"),
        "schema": number(items.SCHEMA),
        keys.INDEX_KEY: text(keys.TOKENS),
        keys.INDEX_SORT: text(token.id),
        "scopes": text(" ".join(sorted(token.scopes))),
        "status": text(token.status),
        "note": text(token.note),
        "created_at": text(token.created_at.isoformat()),
        "expires_at": text(token.expires_at.isoformat()),
        "ttl": number(int((token.expires_at + _KEPT).timestamp())),
    }


@items.reader
def _token(item: Item) -> Token:
    return Token(
        item["id"]["S"],
        frozenset(item["scopes"]["S"].split()),
        item["status"]["S"],
        item["note"]["S"],
        datetime.fromisoformat(item["created_at"]["S"]),
        datetime.fromisoformat(item["expires_at"]["S"]),
    )
