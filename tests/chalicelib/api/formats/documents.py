"""Reads Markdown as a reader's program would, and says what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_BAR = re.compile(r"(?<!\\)\|")


@dataclass
class Table:
    """The cells of a table as text, by row; the header is the first."""

    section: str
    heading: str
    rows: list[list[str]] = field(default_factory=list)


class Document:
    """A Markdown document: `tables` and `links` (text and address), `headings`, and `kinds`, the kinds of all tokens."""

    def __init__(self, markdown: str) -> None:
        self.tables: list[Table] = []
        self.links: list[tuple[str, str]] = []
        self.headings: list[str] = []
        self.kinds: set[str] = set()
        self.paragraphs: list[str] = []
        section = ""
        for node in SyntaxTreeNode(_READER.parse(markdown)).walk():
            self.kinds.add(node.type)
            if node.type == "heading":
                self.headings.append(text_of(node))
                section = self.headings[-1] if node.tag == "h2" else section
            elif node.type == "link":
                self.links.append((text_of(node), str(node.attrs["href"])))
            elif node.type == "paragraph":
                self.paragraphs.append(text_of(node))
            elif node.type == "table":
                self.tables.append(Table(section, self.headings[-1] if self.headings else ""))
            elif node.type == "tr":
                self.tables[-1].rows.append([text_of(cell) for cell in node.children])
        # A reader fills a row up or cuts it: whether rows are equally long is seen before it does.
        for block in re.findall(r"(?:^\|.*\n)+", markdown, re.MULTILINE):
            assert len({len(_BAR.findall(line)) for line in block.splitlines()}) == 1, block


def text_of(node: SyntaxTreeNode) -> str:
    return "".join(one.content for one in node.walk() if one.type in ("text", "code_inline"))
