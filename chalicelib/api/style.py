"""The style sheets and scripts of our pages, and the policy that admits them and nothing else: no picture, no foreign host."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "page"


# What people need who read a file, and browsers don't: indentation, and lines that are comments.
_FOR_READERS = re.compile(r"^[ \t]*//.*\n|^[ \t]+", re.MULTILINE)


@cache
def style_sheet(*names: str) -> str:
    """The named style sheets, one after the other."""
    return "".join(_FOR_READERS.sub("", (FOLDER / f"{name}.css").read_text(encoding="utf-8")) for name in names)


@cache
def script(*names: str) -> str:
    """The named scripts as one, which is put into its page."""
    return "".join(_FOR_READERS.sub("", (FOLDER / f"{name}.js").read_text(encoding="utf-8")) for name in names)


@cache
def template(name: str) -> Template:
    """The page of this name, without what is put into it."""
    return Template((FOLDER / f"{name}.html").read_text(encoding="utf-8"))


def page_headers(style: str, code: str = "") -> dict[str, str]:
    """The headers of a page that has this style and this script in it; forms may be sent to ourselves."""
    scripts = f"script-src '{_digest(code)}'; " if code else ""
    allowed = f"style-src '{_digest(style)}'; {scripts}img-src data:"
    return {
        "Content-Security-Policy": f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
