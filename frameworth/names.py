"""The names that things may have, what was probably meant, and how values are written.

Names are keys of the table and parts of addresses, so they hold no separator, no capital and no dot: nothing can be injected through one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from frameworth.errors import InvalidValue
from frameworth.guard import described

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def is_slug(text: str) -> bool:
    """Whether `text` can name a framework: 1 to 63 of a-z, 0-9 and -, not led by -."""
    return SLUG.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether `text` can name a metric, criterion, indicator, profile or method: 1 to 48 of a-z, 0-9 and _, led by a letter."""
    return NAME.fullmatch(text) is not None


def checked_slug(text: object, what: str) -> str:
    """`text` if it can name a framework, else `InvalidValue` about `what`."""
    if isinstance(text, str) and is_slug(text):
        return text
    raise InvalidValue(what, f"{shortened(text)} is no framework id", "use 1 to 63 of a-z, 0-9 and '-', such as 'django'")


def checked_name(text: object, what: str) -> str:
    """`text` if it can name anything but a framework, else `InvalidValue` about `what`."""
    if isinstance(text, str) and is_name(text):
        return text
    raise InvalidValue(what, f"{shortened(text)} is no name", "use 1 to 48 of a-z, 0-9 and '_', led by a letter")


def checked_text(text: object, what: str, most: int, *, empty: bool = False) -> str:
    """`text` if it is printable, at most `most` characters and (unless `empty`) not blank, else `InvalidValue` about `what`."""
    if not isinstance(text, str):
        raise InvalidValue(what, f"{shortened(text)} is not text")
    if not empty and not text.strip():
        raise InvalidValue(what, "is empty")
    if len(text) > most:
        raise InvalidValue(what, f"has {len(text)} characters", f"use at most {most}")
    if _CONTROL.search(text):
        raise InvalidValue(what, "holds a control character", "use plain text on one line")
    return text


def checked_address(text: object, what: str, most: int, *, empty: bool = False) -> str:
    """`text` if it is an address that a page can link to (or empty, where that is allowed), else `InvalidValue` about `what`."""
    address = checked_text(text, what, most, empty=empty)
    if address and (not address.startswith(("https://", "http://")) or any(character in address for character in " <>\"'")):
        raise InvalidValue(what, f"{shortened(address)} is no address", "use http:// or https://")
    return address


def title_of(name: str) -> str:
    """A readable title made from a name: `cloud_native` → `Cloud native`."""
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def shortened(value: object, most: int = 60) -> str:
    """`value` as quoted text for a message, cut so that a hostile value can't fill a log."""
    text = described(repr, value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain(number: float) -> str:
    """A number in plain decimals with every digit it has: `12345678` or `0.00001`, never `1.23457e+07`."""
    return f"{Decimal(repr(float(number))):f}".removesuffix(".0")


def nearest(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known names that look most like `name`, best first; empty if none comes near."""
    from difflib import get_close_matches  # a cost that only a mistaken request pays

    return tuple(get_close_matches(name[:64].lower(), sorted(known), n=most, cutoff=0.6))
