"""Markdown from words and cells, for the pages that tools write."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

WIDTH = 140


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table; after the first `words` columns come numbers."""
    lines = [head, ["---"] * words + ["---:"] * (len(head) - words), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def wrapped(text: str) -> str:
    """The text with its paragraphs and list items broken anew; headings and tables stay as they are."""
    return "\n\n".join(_block(block) for block in text.strip().split("\n\n")) + "\n"


def _block(block: str) -> str:
    if block.startswith(("#", "|")):
        return block
    items = re.split(r"\n(?=- )", block)
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()),
            WIDTH,
            subsequent_indent="  " if item.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )
