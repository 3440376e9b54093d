"""What a file held so far, when nothing is written that could tell: kept on disk, so that memory does not grow with the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection


class Seen:
    """A set of texts in a temporary file that nobody else sees, and that is gone when this is."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE seen (text TEXT PRIMARY KEY) WITHOUT ROWID")

    def __contains__(self, text: str) -> bool:
        return self._database.execute("SELECT 1 FROM seen WHERE text = ?", (text,)).fetchone() is not None

    def add(self, texts: Collection[str]) -> int:
        """Adds these, each given once; says how many were not in it before."""
        before = self._database.total_changes
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((text,) for text in texts))
        self._database.execute("COMMIT")
        return self._database.total_changes - before

    def close(self) -> None:
        """Ends it."""
        self._database.close()
