"""Keys of the one table. Pure.

Ids and names hold no `#` (see `frameworth.names`) and dates are YYYY-MM-DD, so no key can be injected, and text order is time order.
"""

from __future__ import annotations

from frameworth.evidence import Observation

META = "META"
CURRENT = "CUR"
FACTS = "FACTS"
OBSERVATION = "O#"
# Sorts after every observation, so that one Query of a partition brings both, and another one the few markers alone.
WITHDRAWAL = "OW#"
# Rows or markers are being written in bulk, of which `rev` does not tell yet. Sorts next, so that the Query for markers brings it too.
UNTOLD = "OX#"
SOURCES = "SOURCES"
METRICS = "METRICS"
SECRET = "SECRET"  # noqa: S105  # where it lies, not what it is

# The catalogue's index: META items alone carry its partition attribute.
INDEX = "by_kind"
INDEX_KEY = "kind"
INDEX_SORT = "id"
FRAMEWORKS = "framework"
PROFILES = "profile"
TOKENS = "token"

# Sorts after every character that a key can hold.
LAST = "\U0010ffff"

Key = tuple[str, str]


def framework(framework_id: str) -> str:
    """The partition of one framework."""
    return f"F#{framework_id}"


def observation(row: Observation) -> Key:
    """Where one observation lives; the same content has the same key, so a repeat is the same item."""
    return framework(row.framework), f"{OBSERVATION}{position(row)}"


def withdrawal(row: Observation) -> Key:
    """Where the marker lives that takes an observation out of every score."""
    return framework(row.framework), f"{WITHDRAWAL}{position(row)}"


def position(row: Observation) -> str:
    """Where an observation stands in its framework's history: by metric, then by precedence."""
    return f"{row.metric}#{precedence(row)}"


def precedence(row: Observation) -> str:
    """Text that sorts as `Observation.precedence` does."""
    return f"{row.observed_on.isoformat()}#{row.revision:06d}#{row.id}"


def profile(name: str) -> str:
    """The partition of a stored profile."""
    return f"P#{name}"


def version(number: int) -> str:
    """Where a version of a stored profile lives."""
    return f"V#{number:06d}"


def token(digest: str) -> str:
    """The partition of an access token."""
    return f"K#{digest}"


def answer(digest: str) -> str:
    """The partition of an answer that is kept under an Idempotency-Key."""
    return f"IDEM#{digest}"
