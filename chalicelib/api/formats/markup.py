"""Markdown from foreign text: whatever a name or a note holds, it stays text on its line and in its cell.

CommonMark lets a backslash stand before any ASCII punctuation, so what could start markup gets one. What can't be seen, or turns the
direction of writing, is shown by its number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

_MARKUP = re.compile(r"[\\`*_\[\]<>&|#~$]")
# At the beginning of a line a dash, a number with a point and the like would make a list, a rule or a heading.
_BLOCK = re.compile(r"(?P<number>\d{1,9}(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|-{2}|=+\s*$))")
# GitHub makes links of bare addresses.
_ADDRESS = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=[Ww]{3})(?=\.)")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# What may stand in an address; brackets, bars and spaces would end a link or a cell.
_PLAIN_IN_ADDRESS = "/:?#@!$&'*+,;=%~"
_ENTITY = re.compile(r"&(?=#?\w+;)")


def seen(text: str) -> str:
    """Text in which every character can be seen: controls, marks of direction and line breaks become `\\u202e` and the like."""
    return "".join(f"\\u{ord(character):04x}" if unicodedata.category(character) in _UNSEEN else character for character in text)


def escaped(text: str) -> str:
    """Foreign text as Markdown that shows it and does nothing else."""
    plain = _MARKUP.sub(r"\\\g<0>", seen(text).strip())
    plain = _ADDRESS.sub(r"\\", plain)
    block = _BLOCK.match(plain)
    return f"{block[0]}\\{plain[block.end() :]}" if block else plain


def code(name: str) -> str:
    """The name of a metric or a method, which holds nothing that code could not, as code; any other text escaped."""
    return f"`{name}`" if re.fullmatch(r"[\w ,:.<>=%&?/+-]+", name, re.ASCII) else escaped(name)


def link(text: str, url: str) -> str:
    """A link with foreign text and address; the text alone if the address is none of the web."""
    if not url.startswith(("https://", "http://")):
        return escaped(text)
    return f"[{escaped(text)}]({_ENTITY.sub('&amp;', quote(url, safe=_PLAIN_IN_ADDRESS))})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """A table of cells that are Markdown already; the columns of `numbers` are set to the right."""
    to_the_right = set(numbers)
    rule = ["---:" if place in to_the_right else "---" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(cell or ' ' for cell in row)} |" for row in (header, rule, *rows))


def bullets(entries: Iterable[str]) -> str:
    """A list of entries that are Markdown already."""
    return "\n".join(f"- {entry}" for entry in entries)


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: `A`, `A and B`, `A, B and C`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
