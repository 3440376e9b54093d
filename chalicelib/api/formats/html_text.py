"""HTML from foreign text: whatever a name or a note holds, it stays text in its place."""

from __future__ import annotations

from html import escape

from chalicelib.api.formats.markup import seen


def escaped(text: str) -> str:
    """Foreign text as HTML that shows it and does nothing else; what can't be seen is shown by its number."""
    return escape(seen(text))


def named(name: str) -> str:
    """A foreign name within a sentence, whose words keep their order if the name is written from right to left."""
    return f"<bdi>{escaped(name)}</bdi>"
