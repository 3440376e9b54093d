"""The picture of a badge, and what shields.io makes one of."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from chalicelib.api.formats.html_text import escaped
from chalicelib.api.formats.markup import seen

# One colour for every score: which scores are good is for the reader's project to say.
SAID, UNKNOWN = "#0a58a6", "#616161"
_LEFT = "#404040"
# Pixels of the widest common letters of 11 px sans-serif, on average; `textLength` makes a text as wide as its box has room for.
_LETTER, _MARGIN, _HEIGHT = 6.4, 6, 20
# Shields.io's word for a badge that has nothing to say.
_SHIELDS_COLOURS = {SAID: "blue", UNKNOWN: "lightgrey"}


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says, left and right, and in a whole sentence to those who don't see it."""

    label: str
    message: str
    sentence: str
    colour: str = SAID

    def shields(self) -> dict[str, Any]:
        """For shields.io's endpoint badges: https://shields.io/badges/endpoint-badge."""
        return {"schemaVersion": 1, "label": seen(self.label), "message": seen(self.message), "color": _SHIELDS_COLOURS[self.colour]}

    def svg(self) -> str:
        """The picture: two boxes with a text each."""
        left, right, sentence = _width(self.label), _width(self.message), escaped(self.sentence)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" aria-label="{sentence}">'
            f"<title>{sentence}</title>"
            f'<rect width="{left}" height="{_HEIGHT}" fill="{_LEFT}"/>'
            f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{self.colour}"/>'
            f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
            f"{_text(self.label, 0, left)}{_text(self.message, left, right)}</g></svg>"
        )


def _width(text: str) -> int:
    return ceil(len(seen(text)) * _LETTER) + 2 * _MARGIN


def _text(text: str, start: int, width: int) -> str:
    length = width - 2 * _MARGIN
    return f'<text x="{start + _MARGIN}" y="14" textLength="{length}" lengthAdjust="spacingAndGlyphs">{escaped(text)}</text>'
