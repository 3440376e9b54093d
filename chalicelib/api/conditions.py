"""Entity tags and conditional requests (RFC 9110, 8.8.3 and 13).

A tag is a digest of the very bytes it stands for: so it is strong, and nothing that an answer depends on can be left out of it. A tag made
of revisions and versions would miss an edited plugin, whose version is always 0 when it is a dropped-in file.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from http import HTTPStatus

from chalicelib.api.problems import Refused

# Sixteen bytes of a digest: no two answers of one address are ever told to be the same.
_DIGEST_BYTES = 16
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def entity_tag(media_type: str, body: str) -> str:
    """The strong tag of a representation."""
    digest = hashlib.blake2b(f"{media_type}\n{body}".encode(), digest_size=_DIGEST_BYTES).digest()
    return f'"{urlsafe_b64encode(digest).decode().rstrip("=")}"'


def is_unchanged(if_none_match: str, tag: str) -> bool:
    """Whether a caller who sends this If-None-Match has the representation with this tag; weak comparison."""
    return if_none_match.strip() == "*" or tag in (one.removeprefix("W/") for one in _TAG.findall(if_none_match))


def demand_match(if_match: str, if_none_match: str, tag: str | None, *, makes: bool = True) -> None:
    """Holds a write to what its caller saw; `tag` is that of what is there now, None if nothing is; `makes` if it may make what is not.

    Raises `Refused`: 428 if the caller says neither If-Match nor `If-None-Match: *`, 412 if what is said does not hold.
    """
    if if_none_match:
        if if_none_match.strip() != "*":
            raise Refused(
                HTTPStatus.BAD_REQUEST, "invalid_condition", "when writing, If-None-Match takes * alone, which is: only if it is new"
            )
        if tag is not None:
            raise Refused(HTTPStatus.PRECONDITION_FAILED, "already_there", "this is there already; read it, and send its ETag as If-Match")
    if if_match:
        # Strong comparison: a weak tag never matches.
        fits = tag is not None and (if_match.strip() == "*" or tag in _TAG.findall(if_match))
        if not fits:
            now = "it has changed since; read it again" if tag else "nothing is there; send If-None-Match: * to make it"
            raise Refused(HTTPStatus.PRECONDITION_FAILED, "changed_meanwhile", f"this is not what If-Match names: {now}")
    if not if_match and not if_none_match:
        raise Refused(
            HTTPStatus.PRECONDITION_REQUIRED,
            "condition_required",
            "say what this is to replace: If-Match with the ETag that GET gave, or If-None-Match: * for something new"
            if makes
            else "say what this is to delete: If-Match with the ETag that GET gave",
        )
