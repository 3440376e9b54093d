"""What the stand-in of API Gateway hands to a caller: the function's answer, or one of its own by the GatewayResponses of the template.

Rules are those of AWS's developer guide, https://docs.aws.amazon.com/apigateway/latest/developerguide/ (DG below); what it does not
say is marked as assumed.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import logging
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    Fields = tuple[tuple[str, str], ...]
    Headers = Mapping[str, str | Sequence[str]]

_CHALICE = Path(__file__).resolve().parent.parent / ".chalice"
RESPONSES = json.loads((_CHALICE / "template.json").read_text(encoding="utf-8"))["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
# DG api-gateway-gzip-compression-decompression: answers of this many bytes are compressed for those who accept it.
LEAST_COMPRESSED = json.loads((_CHALICE / "config.json").read_text(encoding="utf-8"))["minimum_compression_size"]
# The gateway's own log: pytest shows it with a test that fails.
LOG = logging.getLogger("tests.gateway")


class Refused(Exception):
    """The gateway answers by itself: `kind` as DG supported-gateway-response-types has it, the status if nobody sets another, and why."""

    def __init__(self, kind: str, status: HTTPStatus, why: str) -> None:
        self.kind, self.status = kind, status
        super().__init__(why)


@dataclass(frozen=True)
class Answer:
    """What the caller gets. `body` is text for reading, `content` the bytes on the wire, `fields` all headers, repeated ones too."""

    status: int
    headers: Mapping[str, str]
    body: str
    content: bytes = b""
    fields: Fields = ()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def answer_of(status: int, fields: Iterable[tuple[str, str]], content: bytes) -> Answer:
    """An answer; headers that come more than once are joined by commas in `headers`."""
    fields = tuple(fields)
    headers: dict[str, str] = {}
    for name, value in fields:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Answer(status, headers, content.decode(errors="replace"), content, fields)


def values(headers: Headers, name: str) -> list[str]:
    """All values of a header, whatever the case of its name."""
    found = [value for key, value in headers.items() if key.lower() == name.lower()]
    return [one for value in found for one in ([value] if isinstance(value, str) else value)]


def is_binary(media_type: str, binary_types: Collection[str]) -> bool:
    """Whether a content type is one of the API's binary media types, which may have wildcards."""
    bare = media_type.partition(";")[0].strip().lower()
    return bool(bare) and any(fnmatchcase(bare, pattern.lower()) for pattern in binary_types)


def own(refused: Refused, context: Mapping[str, Any], headers: Headers) -> Answer:
    """A gateway response: its template knows plain variables only, its headers are constants, `context.…` or `method.request.header.…`."""
    LOG.warning("%s: %s", refused.kind, refused)
    response = RESPONSES.get(refused.kind) or RESPONSES[f"DEFAULT_{refused.status // 100}XX"]
    (template,) = response["ResponseTemplates"].values()
    text = re.sub(r"\$context\.(\w+)", lambda found: str(context.get(found[1], "")), template)
    fields = [("x-amzn-RequestId", context["requestId"])]
    for name, source in response["ResponseParameters"]["Headers"].items():
        place, _, key = source.rpartition(".")
        if source.startswith("'"):
            fields.append((name, source.strip("'")))
        elif place == "context":
            fields.append((name, str(context[key])))
        else:
            assert place == "method.request.header", source
            fields += [(name, value) for value in values(headers, key)[-1:]]
    return answer_of(response.get("StatusCode", refused.status), fields, text.encode())


def handed_on(result: Any, request_id: str, accept: str, binary_types: Collection[str]) -> Answer:
    """The function's answer. What is not in the form that DG set-up-lambda-proxy-integrations asks for becomes a 502."""
    _check(result)
    several = result.get("multiValueHeaders") or {}
    fields = [("x-amzn-RequestId", request_id)]
    # DG: both are merged, and where a name is in both only the several values count. WWW-Authenticate is remapped (known issues).
    for name, found in {**{name: [value] for name, value in (result.get("headers") or {}).items()}, **several}.items():
        fields += [("x-amzn-Remapped-WWW-Authenticate" if name.lower() == "www-authenticate" else name, value) for value in found]
    if not any(name.lower() == "content-type" for name, _ in fields):
        fields.append(("Content-Type", "application/json"))
    content = (result.get("body") or "").encode(errors="replace")
    # DG lambda-proxy-binary-media: the first type in Accept decides; whoever does not ask for a binary one gets base64 as text.
    if result.get("isBase64Encoded") and is_binary(accept.partition(",")[0], binary_types):
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise Refused("API_CONFIGURATION_ERROR", HTTPStatus.INTERNAL_SERVER_ERROR, "the body is no base64") from error
    return answer_of(result["statusCode"], fields, content)


def _check(result: Any) -> None:
    faults = ["no object"] if not isinstance(result, dict) else list(_faults(result))
    if faults:
        raise Refused("API_CONFIGURATION_ERROR", HTTPStatus.BAD_GATEWAY, f"malformed Lambda proxy response: {', '.join(faults)}")


def _faults(result: dict[str, Any]) -> Iterable[str]:
    if others := set(result) - {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}:
        yield f"unknown members {sorted(others)}"
    status = result.get("statusCode")
    if not isinstance(status, int) or not 100 <= status <= 599:
        yield f"statusCode {status!r}"
    if not isinstance(result.get("body", ""), str | None):
        yield "body is no text"
    if not isinstance(result.get("isBase64Encoded", False), bool):
        yield "isBase64Encoded is no boolean"
    for name, value in (result.get("headers") or {}).items():
        if not isinstance(value, str):
            yield f"header {name} is no text"
    for name, found in (result.get("multiValueHeaders") or {}).items():
        if not isinstance(found, list) or not all(isinstance(value, str) for value in found):
            yield f"header {name} is no list of texts"


def on_the_wire(answer: Answer, method: str, accept_encoding: str) -> Answer:
    """Compresses for those who accept gzip (assumed: nothing else, not even `*`), and takes the body off an answer to HEAD."""
    if method == "HEAD":
        return replace(answer, body="", content=b"")
    encoded = any(name.lower() == "content-encoding" for name in answer.headers)
    if encoded or LEAST_COMPRESSED is None or len(answer.content) < LEAST_COMPRESSED or not _accepts_gzip(accept_encoding):
        return answer
    field = ("Content-Encoding", "gzip")
    return replace(
        answer,
        headers={**answer.headers, field[0]: field[1]},
        fields=(*answer.fields, field),
        content=gzip.compress(answer.content, mtime=0),
    )


def _accepts_gzip(accept_encoding: str) -> bool:
    for one in accept_encoding.lower().split(","):
        name, _, quality = (part.strip() for part in one.partition(";"))
        if name == "gzip":
            return not re.fullmatch(r"q\s*=\s*0(\.0*)?", quality)
    return False
