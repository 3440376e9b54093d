"""What all charts of the project share: colours, type, and how they follow the reader's choice of light or dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

# Apart for people who see colours otherwise, and of enough contrast on both grounds; each with the one for the dark. `.c0` is a stroke
# of the first, `.f0` filled with it.
COLOURS = (("#0b62a4", "#6cb6ff"), ("#b1500a", "#f0a35e"), ("#2f7d32", "#7fce84"))
_STYLE = """
.ground { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-size: 15px; font-weight: 600 }
.grid { stroke: #d0d7de; stroke-width: 1 }"""
_DARK = ".ground { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d }"


def opening(width: int, height: int, title: str, *, style: str = "", dark: str = "", description: str = "") -> Iterator[str]:
    """The elements that a chart begins with; `style` and `dark` are what it adds to the shared style, and to that in the dark.

    `description` says in words what the chart shows, for those who can't see it.
    """
    colours = [f".c{place} {{ stroke: {light} }} .f{place} {{ fill: {light} }}" for place, (light, _) in enumerate(COLOURS)]
    darker = [f".c{place} {{ stroke: {colour} }} .f{place} {{ fill: {colour} }}" for place, (_, colour) in enumerate(COLOURS)]
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
    yield f"<title>{escape(title)}</title>"
    if description:
        yield f"<desc>{escape(description)}</desc>"
    yield f"<style>{_STYLE}{style}\n{' '.join(colours)}\n@media (prefers-color-scheme: dark) {{ {_DARK}{dark} {' '.join(darker)} }}</style>"
    yield f'<rect class="ground" width="{width}" height="{height}"/>'
