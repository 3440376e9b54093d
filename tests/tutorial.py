"""plugins/README.md as data: its blocks of code in their order, and the files that they make up. What is shown there is what is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parent.parent / "plugins" / "README.md"

_BLOCK = re.compile(r"^(?:`(?P<path>[^`\n]+)`:\n\n)?```(?P<language>\w*)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code: `path` is the file that the line before it names, "" for what is no file."""

    language: str
    path: str
    content: str


def blocks() -> list[Block]:
    """All blocks, as they follow each other."""
    found = _BLOCK.finditer(README.read_text(encoding="utf-8"))
    return [Block(one["language"], one["path"] or "", one["content"]) for one in found]


FILES = {block.path: block.content for block in blocks() if block.path}
"""What the reader has written in the end, by path from the folder of the project."""

PLUGINS = {Path(path).stem: content for path, content in FILES.items() if path.startswith("plugins/") and path.endswith(".py")}
"""The source of each plugin, by its name."""


def write_plugin(name: str, folder: Path) -> Path:
    """Writes one plugin into a folder, with its figures if it has some; returns its file."""
    (folder / f"{name}.py").write_text(PLUGINS[name], encoding="utf-8")
    if figures := FILES.get(f"plugins/{name}.csv"):
        (folder / f"{name}.csv").write_text(figures, encoding="utf-8")
    return folder / f"{name}.py"
