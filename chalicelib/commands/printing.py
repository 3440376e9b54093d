"""How the command line prints: tables on a terminal of any width, in which no word is lost."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

CONSOLE = Console()

_WORDS = ("framework", "criterion", "plugin", "origin", "version", "offers", "id", "state", "scopes", "created", "expires", "note")


def grid(title: str, *columns: str, folds: bool = False) -> Table:
    """A table in which numbers stand to the right and words to the left.

    Cells stay on one line; with `folds` they break over several where the terminal is too narrow, so that nothing is ever cut.
    """
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            column, justify="left" if column in _WORDS else "right", no_wrap=not folds, overflow="fold" if folds else "ellipsis"
        )
    return table
