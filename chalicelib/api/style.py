"""The style sheets of our pages, and the policy that admits them and nothing else: no script, no picture, no foreign host."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "page"


@cache
def style_sheet(*names: str) -> str:
    """The named style sheets, one after the other."""
    return "".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in names)


@cache
def template(name: str) -> Template:
    """The page of this name, without what is put into it."""
    return Template((FOLDER / f"{name}.html").read_text(encoding="utf-8"))


def page_headers(style: str) -> dict[str, str]:
    """The headers of a page that has this style in it."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    allowed = f"style-src 'sha256-{digest}'; img-src data:"
    return {
        "Content-Security-Policy": f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }
