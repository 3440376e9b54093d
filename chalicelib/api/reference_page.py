"""The reference as HTML, made of the description and the table of problem codes. Everything that comes from either is escaped here."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from chalicelib.api.operations import JSON
from chalicelib.api.problem_codes import CODES
from chalicelib.api.style import template

Json = Mapping[str, Any]
Row = Sequence[str]

# Characters that need no escape in a query, so that lists and pairs can be read.
_READABLE = ",:@"
# An example with more lines is folded.
_MOST_LINES = 30
_METHODS = ("get", "post", "put", "delete")


def page(description: Json, style: str) -> str:
    """The whole page."""
    operations: dict[str, list[str]] = {tag["name"]: [] for tag in description["tags"]}
    for path, method, one in _operations(description):
        operations[one["tags"][0]].append(_operation(path, method, one, description))
    return template("reference").substitute(
        style=style,
        version=escape(description["info"]["version"]),
        contents="".join(_contents(tag["name"], description) for tag in description["tags"]),
        operations="".join(_group(tag, operations[tag["name"]]) for tag in description["tags"]),
        schemas="".join(_schema(name, schema) for name, schema in description["components"]["schemas"].items()),
        problems="".join(
            f'<tr id="{escape(one.code)}"><th scope="row"><code>{escape(one.code)}</code></th><td>{int(one.status)}</td>'
            f"<td>{escape(one.source)}</td><td>{_text(one.meaning)}</td></tr>"
            for one in CODES
        ),
    )


def _operations(description: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in description["paths"].items():
        yield from ((path, method, methods[method]) for method in _METHODS if method in methods)


def _contents(tag: str, description: Json) -> str:
    entries = "".join(
        f'<li><a href="#{escape(one["operationId"])}">{method.upper()} {_path(path)}</a></li>'
        for path, method, one in _operations(description)
        if one["tags"][0] == tag
    )
    return f'<li><a href="#tag-{escape(tag)}">{escape(tag.title())}</a><ul>{entries}</ul></li>'


def _group(tag: Json, operations: Sequence[str]) -> str:
    name = escape(tag["name"])
    return (
        f'<section aria-labelledby="tag-{name}"><h2 id="tag-{name}">{name.title()}</h2><p>{_text(tag["description"])}</p>'
        f"{''.join(operations)}</section>"
    )


def _operation(path: str, method: str, one: Json, description: Json) -> str:
    name = escape(one["operationId"])
    parameters = [_resolved(parameter, description) for parameter in one["parameters"]]
    parts = [
        f'<section aria-labelledby="{name}"><h3 id="{name}"><code>{method.upper()} {_path(path)}</code></h3><p>{_text(one["summary"])}</p>'
    ]
    if "description" in one:
        parts.append(f"<p>{_text(one['description'])}</p>")
    if parameters:
        rows = [
            (
                f"<code>{escape(each['name'])}</code>",
                escape(each["in"]),
                _type(each["schema"]),
                _text(each["description"]) + _default(each["schema"]),
            )
            for each in parameters
        ]
        parts.append(f"<h4>Parameters</h4>{_table(('Name', 'Where', 'Type', 'Meaning'), rows, f'Parameters of {name}')}")
    if "requestBody" in one:
        schema = one["requestBody"]["content"][JSON]["schema"]
        members = _members(_resolved(schema, description), f"Body of {name}")
        parts.append(f"<h4>Body</h4><p>{_type(schema)}, as <code>{JSON}</code></p>{members}")
    statuses = [
        (status, _meaning(found), _contents_of(found))
        for status, found in ((status, _resolved(found, description)) for status, found in one["responses"].items())
    ]
    parts.append(f"<h4>Answers</h4>{_table(('Status', 'Meaning', 'Content'), statuses, f'Answers of {name}')}")
    parts.append(f'<h4>Example</h4><pre tabindex="0">{escape(_call(path, method, one, parameters))}</pre>{_example(one)}')
    return "".join(parts) + "</section>"


def _call(path: str, method: str, one: Json, parameters: Sequence[Json]) -> str:
    """The example as a call of curl."""
    given = [parameter for parameter in parameters if "example" in parameter]
    query: list[str] = []
    headers = ["Authorization: Bearer $TOKEN"] if "security" in one else []
    for parameter in given:
        value = parameter["example"]
        text = ",".join(value) if isinstance(value, list) else str(value)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(text, safe=_READABLE))
        elif parameter["in"] == "query":
            query.append(f"{parameter['name']}={quote(text, safe=_READABLE)}")
        else:
            headers.append(f"{parameter['name']}: {text}")
    address = f"$FRAMEWORTH{path}{'?' if query else ''}{'&'.join(query)}"
    words = ["curl" if method == "get" else f"curl -X {method.upper()}", f'"{address}"']
    sent = one.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
    if sent is not None:
        headers.append(f"Content-Type: {JSON}")
    # What the shell is to fill in stands in double quotes.
    words += [f'-H "{header}"' if "$" in header else f"-H {shlex.quote(header)}" for header in headers]
    if sent is not None:
        words.append(f"-d {shlex.quote(json.dumps(sent, indent=2, ensure_ascii=False))}")
    return " \\\n  ".join([" ".join(words[:2]), *words[2:]])


def _example(one: Json) -> str:
    shown: list[str] = []
    for response in one["responses"].values():
        for media_type, content in response.get("content", {}).items():
            if "example" not in content:
                continue
            value = content["example"]
            text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
            block = f'<pre tabindex="0">{escape(text)}</pre>'
            folded = media_type != JSON or text.count("\n") > _MOST_LINES
            title = f"The answer as <code>{escape(media_type)}</code>"
            shown.append(f"<details><summary>{title}</summary>{block}</details>" if folded else f"<p>{title}:</p>{block}")
    return "".join(shown)


def _meaning(response: Json) -> str:
    """What a status means; of failures the codes, with links to what they mean."""
    codes = response.get("x-problem-codes")
    if not codes:
        return _text(response["description"])
    phrase = response["description"].partition(".")[0]
    links = ", ".join(f'<a href="#{escape(code)}"><code>{escape(code)}</code></a>' for code in codes)
    return f"{escape(phrase)}: {links}"


def _contents_of(response: Json) -> str:
    shown = [
        f"<code>{escape(media_type)}</code> {_type(content['schema']) if '$ref' in content['schema'] else ''}"
        for media_type, content in response.get("content", {}).items()
    ]
    return "<br>".join(shown)


def _schema(name: str, schema: Json) -> str:
    shown = escape(name)
    about = f"<p>{_text(schema['description'])}</p>" if "description" in schema else ""
    return (
        f'<section aria-labelledby="schema-{shown}"><h3 id="schema-{shown}">{shown}</h3>{about}{_members(schema, f"Members of {shown}")}'
        f"</section>"
    )


def _members(schema: Json, label: str) -> str:
    required = schema.get("required", ())
    is_form = schema.get("additionalProperties") is False
    rows = [
        (
            f"<code>{escape(name)}</code>",
            _type(member),
            ("needed" if name in required else "may be left out") if is_form else ("always" if name in required else "not always"),
            _text(member.get("description", "")) + _default(member),
        )
        for name, member in schema["properties"].items()
    ]
    return _table(("Member", "Type", "Is there", "Meaning"), rows, label)


def _default(schema: Json) -> str:
    """What is meant if it is left out, where the description knows."""
    return f" Left out: <code>{escape(json.dumps(schema['default']))}</code>." if "default" in schema else ""


def _table(columns: Row, rows: Sequence[Row], label: str) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows)
    return (
        f'<div class="wide" role="group" aria-label="{label}" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _type(schema: Json) -> str:
    """The kind of value that a schema admits, with links to schemas of their own."""
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_type(one) for one in schema[several])
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "const" in schema or "enum" in schema:
        return " or ".join(f"<code>{escape(str(one))}</code>" for one in schema.get("enum", [schema.get("const")]))
    kind = schema["type"]
    if kind == "array":
        return f"list of {_type(schema['items'])}{_bounds(schema, 'minItems', 'maxItems')}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    words = escape(schema.get("format", kind))
    return words + _bounds(schema, "minimum", "maximum") + _bounds(schema, "minLength", "maxLength", " characters")


def _bounds(schema: Json, least: str, most: str, what: str = "") -> str:
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        return f", {low:g} to {high:,}{what}"
    if high is not None:
        return f", at most {high:,}{what}"
    return f", at least {low:g}{what}" if low is not None else ""


def _resolved(one: Json, description: Json) -> Json:
    if "$ref" not in one:
        return one
    kind, name = one["$ref"].split("/")[-2:]
    found: Json = description["components"][kind][name]
    return found


def _path(path: str) -> str:
    """A path that a narrow window breaks before a slash."""
    return escape(path).replace("/", "<wbr>/")


def _text(text: str) -> str:
    """Text in which `backticks` mark code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
