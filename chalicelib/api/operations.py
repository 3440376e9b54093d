"""What a route does, as told to callers: the description at /openapi.json and the reference at /docs are made of it.

Nothing here is needed to answer a request, so it costs a few plain values: models are named, not imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from http import HTTPStatus
from typing import Any

JSON = "application/json"
CSV = "text/csv"
MARKDOWN = "text/markdown"
HTML = "text/html"
SVG = "image/svg+xml"
# The formats of what can be read as a table; the first is what a caller gets who does not say.
TABULAR = (JSON, CSV, MARKDOWN)
FORMAT_NAMES: Mapping[str, str] = {"json": JSON, "csv": CSV, "markdown": MARKDOWN}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query string or path: its JSON schema; lists are comma-separated, and a `style` of OpenAPI says if it is another."""

    name: str
    _: KW_ONLY
    about: str
    schema: Mapping[str, Any]
    place: str = "query"
    style: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address.

    `answer` names a model in `chalicelib.api.answers`, `body` one in `chalicelib.api.forms` ("" is none). `statuses` are those of success,
    `problems` those of failure beside the ones that every route has. `formats` come in the order of preference, and `format_names` are what
    `?format=` calls them. `example` is the address that is asked, `example_body` what is sent.
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
    format_names: Mapping[str, str] = field(default_factory=lambda: FORMAT_NAMES)
    statuses: Sequence[HTTPStatus] = (HTTPStatus.OK,)
    problems: Sequence[HTTPStatus] = ()
    parameters: Sequence[Parameter] = ()
    scope: str = ""
    repeatable: bool = False
    conditional: bool = False
    example: str = ""
    example_body: Mapping[str, Any] | None = None
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def format_parameter(names: Iterable[str] = FORMAT_NAMES) -> Parameter:
    """`?format=`, which takes the place of the Accept header; the first of `names` is what a caller gets who does not say."""
    first, *others = names
    return Parameter(
        "format",
        about=f"What to answer in, in place of the Accept header; {first}, if neither says so.",
        schema={"type": "string", "enum": [first, *others]},
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
