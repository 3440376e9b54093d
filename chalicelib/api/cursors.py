"""Cursors: where a page goes on, sealed for one listing, so that one which was changed or given out for another is found out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from chalicelib.api.problems import MalformedRequest

# Ninety-six bits: nobody guesses one, and an address stays short.
_SEAL_BYTES = 12
MOST_CHARACTERS = 1_000


class Cursors:
    """Seals and opens cursors with the key that `key` gives, which is asked for when one is."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def seal(self, listing: str, position: str) -> str:
        """The cursor for a position in a listing; `listing` says which, with its filters."""
        return base64.urlsafe_b64encode(self._seal(listing, position.encode()) + position.encode()).decode().rstrip("=")

    def open(self, listing: str, cursor: str) -> str:
        """The position in a cursor that was sealed for this listing. Raises `MalformedRequest`."""
        try:
            if len(cursor) > MOST_CHARACTERS:
                raise ValueError
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            seal, position = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
            text = position.decode()
            # Whatever else decodes to the same bytes was changed as well.
            if hmac.compare_digest(seal, self._seal(listing, position)) and cursor == self.seal(listing, text):
                return text
        except (binascii.Error, ValueError):
            pass
        raise MalformedRequest(
            "invalid_cursor", "this cursor was not given out here, or for a listing with other filters; use next_cursor of the page before"
        )

    def _seal(self, listing: str, position: bytes) -> bytes:
        said = listing.encode("utf-8", "surrogatepass")
        return hmac.new(self._key(), len(said).to_bytes(4, "big") + said + position, hashlib.sha256).digest()[:_SEAL_BYTES]
