"""What a route does, as told to callers: the description at /openapi.json and the reference at /docs are made of it.

Nothing here is needed to answer a request, so it costs a few plain values: models are named, not imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from http import HTTPStatus
from typing import Any

JSON = "application/json"
CSV = "text/csv"
MARKDOWN = "text/markdown"
HTML = "text/html"
# The formats of what can be read as a table; the first is what a caller gets who does not say.
TABULAR = (JSON, CSV, MARKDOWN)
FORMAT_NAMES: Mapping[str, str] = {"json": JSON, "csv": CSV, "markdown": MARKDOWN}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query string or path: its JSON schema, and how lists are written ("form" is comma-separated)."""

    name: str
    _: KW_ONLY
    about: str
    schema: Mapping[str, Any]
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address.

    `answer` names a model in `chalicelib.api.answers`, `body` one in `chalicelib.api.forms` ("" is none). `statuses` are those of success,
    `problems` those of failure beside the ones that every route has. `example` is the address that is asked, `example_body` what is sent.
    """

    method: str
    path: str
    _: KW_ONLY
    name: str
    summary: str
    about: str = ""
    answer: str = ""
    body: str = ""
    formats: Sequence[str] = (JSON,)
    statuses: Sequence[HTTPStatus] = (HTTPStatus.OK,)
    problems: Sequence[HTTPStatus] = ()
    parameters: Sequence[Parameter] = ()
    scope: str = ""
    repeatable: bool = False
    conditional: bool = False
    example: str = ""
    example_body: Mapping[str, Any] | None = None
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def format_parameter() -> Parameter:
    """`?format=`, which takes the place of the Accept header."""
    return Parameter(
        "format",
        about="What to answer in, in place of the Accept header; json, if neither says so.",
        schema={"type": "string", "enum": [*FORMAT_NAMES]},
    )


def page_parameters(most: int, default: int) -> tuple[Parameter, Parameter]:
    """`?limit=` and `?cursor=`."""
    return (
        Parameter(
            "limit", about="How many entries a page has.", schema={"type": "integer", "minimum": 1, "maximum": most, "default": default}
        ),
        Parameter(
            "cursor",
            about="Where the page begins: `next_cursor` of the page before; left out, at the start.",
            schema={"type": "string", "maxLength": 1000},
        ),
    )
