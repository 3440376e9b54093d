"""A secret of the table, with which what is given out can be known again: made on first use, the same for every process."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from chalicelib.storage import items, keys
from chalicelib.storage.table import StorageUnavailable, Table

_BYTES = 32


class Secret:
    """Thirty-two random bytes that the table keeps. Read once."""

    def __init__(self, table: Table, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._table = table
        self._random = random
        self._value: bytes | None = None

    def value(self) -> bytes:
        """The secret. Raises `StorageUnavailable`."""
        if self._value is None:
            self._value = self._read() or self._made()
        return self._value

    def _read(self) -> bytes | None:
        item = self._table.get(keys.SECRET, "-", consistent=True)
        return bytes(item["value"]["B"]) if item else None

    def _made(self) -> bytes:
        # Of several who make it at once one comes first, and that one's counts.
        self._table.put_new({**items.key(keys.SECRET, "-"), "schema": items.number(items.SCHEMA), "value": {"B": self._random(_BYTES)}})
        made = self._read()
        if made is None:
            raise StorageUnavailable("get_item", "the secret that was just written is not there")
        return made
