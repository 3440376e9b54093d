"""The description of the API: `GET /openapi.json`, and `/docs` for people. Both are read and made once in a process."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.operations import HTML, JSON
from chalicelib.api.received import prefix_of
from chalicelib.api.routing import Reply, Routes
from chalicelib.api.style import page_headers, style_sheet
from chalicelib.use_cases.service import Service

# `make openapi` writes it.
DESCRIPTION = Path(__file__).parent / "openapi.json"


def routes(service: Callable[[], Service]) -> Routes:
    """`GET /openapi.json` and `GET /docs`."""
    reference = Routes(__name__, service)

    @reference.reads(
        "/openapi.json", answer="OpenAPI", formats=(JSON,), problems=(HTTPStatus.UNPROCESSABLE_ENTITY,), example="/openapi.json"
    )
    def show_description(request: Request) -> Reply:
        """This description: OpenAPI 3.1."""
        requests.no_parameters(request)
        # Generators of clients put this before each path as it stands, so "." would not do: it is the root, or the stage.
        return Reply({**_description(), "servers": [{"url": prefix_of(request) or "/"}]})

    @reference.reads("/docs", answer="HTML", formats=(HTML,), problems=(HTTPStatus.UNPROCESSABLE_ENTITY,), example="/docs")
    def show_reference(request: Request) -> Reply:
        """The reference: this description as a page, with each error code at an anchor of its own."""
        requests.no_parameters(request)
        return Reply(_page(), headers=page_headers(_style()))

    return reference


@cache
def _description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return found


def _style() -> str:
    return style_sheet("base", "reference")


@cache
def _page() -> str:
    # Only who opens the page pays for it.
    from chalicelib.api.reference_page import page

    return page(_description(), _style())
