"""docs/http_api.txt: what callers may rely on, a promise a line, as /openapi.json says it. A line that goes or changes breaks somebody.

New promises need nothing. One that no longer holds is not struck out but put below the others, under what was broken, and the digest of
all that was broken has to stand in the changelog, under HTTP API, with what callers are to do. A promise that was never released may be
struck out by hand, and all of them when a new major version begins.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from chalicelib.api.problem_codes import CODES
from chalicelib.settings import PROJECT

PROMISES = PROJECT / "docs" / "http_api.txt"
CHANGELOG = PROJECT / "CHANGELOG.md"
DIGITS = 12
BROKEN = "# Broken: promised once, and no longer."
# Headers that each answer of the service has.
_EVERYWHERE = ("Cache-Control", "X-Request-Id")
_HEAD = """\
# What callers of the HTTP API may rely on, a promise a line. `make openapi` writes this file from chalicelib/api/openapi.json.
# "takes" and "needs" are what a caller may and must send, "has" and "may have" what is in an answer.
"""

Json = dict[str, Any]


def promises(document: Json) -> list[str]:
    """All promises of a description, sorted."""
    lines = {
        line for path, methods in document["paths"].items() for method, one in methods.items() for line in _of(method, path, one, document)
    }
    lines |= {f"any operation {line}" for one in document["components"]["responses"].values() for line in _failures(one)}
    sent = _sent(document)
    for name, schema in document["components"]["schemas"].items():
        lines |= {f"{name} {line}" for line in (_of_form(schema) if name in sent else _of_answer(schema))}
    return sorted(lines)


def read(text: str) -> tuple[list[str], list[str]]:
    """The promises of a file, and those that were broken."""
    holding, _, broken = text.partition(BROKEN)
    kept, gone = ([line for line in part.splitlines() if line and not line.startswith("#")] for part in (holding, broken))
    return kept, gone


def written(now: Sequence[str], before: str) -> str:
    """The file for the promises that hold `now`, in place of the file `before`."""
    kept, gone = read(before)
    broken = sorted({*kept, *gone} - {*now})
    lost = "".join(f"\n{line}" for line in broken)
    return f"{_HEAD}\n" + "\n".join(now) + "\n" + (f"\n{BROKEN}{lost}\n" if broken else "")


def digest(text: str) -> str:
    """A short name for what was broken; empty if nothing was."""
    _, gone = read(text)
    return hashlib.sha256("\n".join(gone).encode()).hexdigest()[:DIGITS] if gone else ""


def is_told(text: str, changelog: str) -> bool:
    """Whether the changelog tells of what was broken."""
    told = "".join(re.findall(r"^### HTTP API\n(.*?)(?=^##|\Z)", changelog, re.MULTILINE | re.DOTALL))
    return not digest(text) or f"(HTTP API: {digest(text)})" in told


def write(document: Json) -> str:
    """Writes the file, and says which promises were broken by it and what the changelog has to say."""
    before = PROMISES.read_text(encoding="utf-8") if PROMISES.exists() else ""
    made = written(promises(document), before)
    PROMISES.write_text(made, encoding="utf-8")
    newly = [line for line in read(made)[1] if line not in read(before)[1]]
    said = [f"broken: {line}" for line in newly]
    if not is_told(made, CHANGELOG.read_text(encoding="utf-8")):
        said.append(f"say under HTTP API in CHANGELOG.md what callers are to do, with (HTTP API: {digest(made)})")
    return "\n".join([*said, f"docs/http_api.txt is written: {len(read(made)[0])} promises hold, {len(newly)} were broken just now"])


def _of(method: str, path: str, one: Json, document: Json) -> Iterator[str]:
    address = f"{method.upper()} {path}"
    if method == "head":
        yield f"{address} answers as GET does, without a body"
        return
    for parameter in (_resolved(parameter, document) for parameter in one["parameters"]):
        place = "header " if parameter["in"] == "header" else ""
        for kind in _kinds(parameter["schema"]):
            yield f"{address} takes {place}{parameter['name']}: {kind}"
        if "default" in parameter["schema"]:
            yield f"{address} takes {parameter['name']}, left out: {_value(parameter['schema']['default'])}"
    if "requestBody" in one:
        yield from (
            f"{address} takes {media_type}: {_name(shown['schema'])}" for media_type, shown in one["requestBody"]["content"].items()
        )
    for security in one.get("security", ()):
        yield from (f"{address} needs a token: {scope}" for scopes in security.values() for scope in scopes)
    for status, response in one["responses"].items():
        if "$ref" in response:
            continue  # what any operation can answer is told once
        for media_type, shown in response.get("content", {}).items():
            if not media_type.endswith("problem+json"):
                yield f"{address} {status} {media_type} {' | '.join(_kinds(shown['schema']))}"
        if int(status) < HTTPStatus.MULTIPLE_CHOICES:
            yield from (f"{address} {status} header {name}" for name in response["headers"] if name not in _EVERYWHERE)
        yield from (f"{address} {line}" for line in _failures(response))
        if status == "304":
            yield f"{address} 304"


def _failures(response: Json) -> Iterator[str]:
    status_by_code = {one.code: int(one.status) for one in CODES}
    yield from (f"{status_by_code[code]} {code}" for code in response.get("x-problem-codes", ()))


def _of_form(schema: Json) -> Iterator[str]:
    """What may be sent: each way to send it is a promise of its own, so that to take more breaks none."""
    for name, member in schema["properties"].items():
        if name in schema.get("required", ()):
            yield f"needs {name}"
        yield from (f"takes {name}: {kind}" for kind in _kinds(member))
        if "default" in member:
            yield f"takes {name}, left out: {_value(member['default'])}"
    # Nothing else is taken, so what a form needs is all that it can need: a member that becomes needed is no line that goes.
    yield f"needs no more than {', '.join(schema.get('required', ())) or 'an empty object'}"


def _of_answer(schema: Json) -> Iterator[str]:
    """What comes: all ways that it can come in one promise, since one more may break who reads it."""
    for name, member in schema["properties"].items():
        has = "has" if name in schema.get("required", ()) else "may have"
        yield f"{has} {name}: {' | '.join(_kinds(member))}"


def _kinds(schema: Json) -> list[str]:
    """The kinds of value that a schema admits, in words."""
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return [kind for one in schema[several] for kind in _kinds(one)]
    if "$ref" in schema:
        return [_name(schema)]
    if "const" in schema:
        return [_value(schema["const"])]
    if "enum" in schema:
        return [_value(one) for one in schema["enum"]]
    kind = schema["type"]
    if kind == "array":
        inner = [f"list of {one}" for one in _kinds(schema["items"])]
        return [f"{one}{_bounds(schema, 'minItems', 'maxItems', ' entries')}" for one in inner]
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return [
            f"map to {one}{_bounds(schema, 'minProperties', 'maxProperties', ' entries')}" for one in _kinds(schema["additionalProperties"])
        ]
    if "format" in schema:
        return [schema["format"]]
    bounds = _bounds(schema, "minLength", "maxLength", " characters") + _bounds(schema, "minimum", "maximum", "")
    return [f"{kind}{bounds}{' like ' + schema['pattern'] if 'pattern' in schema else ''}"]


def _bounds(schema: Json, least: str, most: str, what: str) -> str:
    low, high = (_number(schema[one]) if one in schema else "" for one in (least, most))
    return f" {low}..{high}{what}" if low or high else ""


def _number(value: float) -> str:
    return f"{value:g}" if value < 1e6 or value >= 1e15 else str(int(value))


def _value(value: object) -> str:
    return json.dumps(value)


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _resolved(one: Json, document: Json) -> Json:
    if "$ref" not in one:
        return one
    kind, name = one["$ref"].split("/")[-2:]
    found: Json = document["components"][kind][name]
    return found


def _sent(document: Json) -> set[str]:
    """The schemas that bodies are made of."""
    waiting = [
        _name(shown["schema"])
        for methods in document["paths"].values()
        for one in methods.values()
        for shown in one.get("requestBody", {}).get("content", {}).values()
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += [
            one for one in re.findall(r"#/components/schemas/(\w+)", str(document["components"]["schemas"][name])) if one not in found
        ]
    return found
