"""The parameters of a question that is asked by address, as told to callers; `requests` reads them."""

from __future__ import annotations

from chalicelib.api.forms import INCLUDES, MOST_FRAMEWORKS
from chalicelib.api.operations import Parameter
from chalicelib.use_cases.question import DEFAULT_METHOD

_NUMBER = r"[0-9]{1,15}(\.[0-9]{1,15})?"
_PAIR, _GATE = rf"[^:,]+:{_NUMBER}", rf"[^,<>=]+[<>]=-?{_NUMBER}"
_PAIRS, _GATES = rf"{_PAIR}(,{_PAIR})*", rf"{_GATE}(,{_GATE})*"

PARAMETERS = (
    Parameter(
        "frameworks",
        about="Candidates by id, separated by commas; left out, the whole catalogue. The gateway takes addresses of up to about 10,000 "
        "characters; ask by POST for more.",
        schema={"type": "array", "items": {"type": "string", "maxLength": 63}, "minItems": 1, "maxItems": MOST_FRAMEWORKS},
    ),
    Parameter(
        "profile",
        about="A kind of project, as in /v1/profiles: balanced, unless weights are given. A stored one may name its version: ours@3.",
        schema={"type": "string", "maxLength": 63},
    ),
    Parameter(
        "weights",
        about="Weights of your own in place of a profile, by criterion: jobs:2,performance:1. Criteria that are not named weigh 0.",
        schema={"type": "string", "pattern": rf"^{_PAIRS}$"},
    ),
    Parameter(
        "emphasis",
        about="Multiplies weights of the profile, by criterion: jobs:2,performance:0.5; left out, none.",
        schema={"type": "string", "pattern": rf"^({_PAIRS})?$"},
    ),
    Parameter(
        "as_of",
        about="Answer by what could be known on this day; left out, today (UTC).",
        schema={"type": "string", "format": "date"},
    ),
    Parameter("opinions", about="Whether opinions count beside figures.", schema={"type": "boolean", "default": True}),
    Parameter(
        "when_missing",
        about="What a missing figure counts: a stand-in for everyone alike, nothing, not at all, or no rank.",
        schema={"type": "string", "enum": ["neutral", "worst", "ignore", "leave_out"], "default": "neutral"},
    ),
    Parameter(
        "gates",
        about="Hard requirements on metrics, separated by commas: supports_asgi>=1,install_size_bytes<=5000000. To fail one excludes; "
        "left out, there are none.",
        schema={"type": "string", "pattern": rf"^({_GATES})?$"},
    ),
    Parameter(
        "method",
        about="How criteria are put together, as in /v1/methods.",
        schema={"type": "string", "maxLength": 48, "default": DEFAULT_METHOD},
    ),
    Parameter(
        "include",
        about="Blocks to add, separated by commas; left out, none.",
        schema={"type": "array", "items": {"type": "string", "enum": list(INCLUDES)}},
    ),
    Parameter(
        "limit",
        about="How much of the ranking is shown; left out, 10 of the whole catalogue, all of those that are named.",
        schema={"type": "integer", "minimum": 1, "maximum": 1_000},
    ),
)
