"""The part of a report that says how to get it again."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.api.scorecard import links
from chalicelib.use_cases.question import DEFAULT_METHOD
from chalicelib.use_cases.score import Answer
from frameworth.judging import WhenMissing
from frameworth.profiles import Gate


def again(answer: Answer, include: frozenset[str]) -> list[str]:
    """Blocks of Markdown: the question as an address and as a body. Both name the day, so that the answer does not move on with it."""
    asked = answer.question
    body: dict[str, Any] = {
        "frameworks": asked.frameworks and list(asked.frameworks),
        "profile": answer.profile,
        "weights": asked.weights and dict(asked.weights),
        "emphasis": dict(asked.emphasis),
        "as_of": answer.scorecard.as_of.isoformat(),
        "when_missing": asked.when_missing.value if asked.when_missing is not WhenMissing.NEUTRAL else None,
        "gates": [_gate(gate) for gate in asked.gates],
        "method": asked.method if asked.method != DEFAULT_METHOD else None,
        "limit": asked.limit,
        "include": sorted(include),
    }
    given = {name: value for name, value in body.items() if value} | ({} if asked.opinions else {"opinions": False})
    return [
        "Every figure and number of this report is in the JSON of the same question, by address or by body. A figure that is recorded, "
        "corrected or withdrawn later can change the answer.",
        f"```http\nGET /v1/{links(answer, include)['self']}\n```",
        f"```http\nPOST /v1/scores\nContent-Type: application/json\n\n{json.dumps(given, ensure_ascii=True)}\n```",
    ]


def _gate(gate: Gate) -> dict[str, Any]:
    return {"metric": gate.metric} | ({"at_least": gate.at_least} if gate.at_least is not None else {"at_most": gate.at_most})
