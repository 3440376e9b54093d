"""Which format an answer comes in: by `?format=`, else by the Accept header (RFC 9110, 12.5.1), else the first that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chalicelib.api.operations import FORMAT_NAMES
from chalicelib.use_cases.faults import InputFault, InvalidRequest
from frameworth.names import shortened

_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE | re.ASCII)


def chosen(named: str | None, accept: str, offered: Sequence[str], names: Mapping[str, str] = FORMAT_NAMES) -> str:
    """The media type to answer in. An Accept header that admits none of them is passed over, as the RFC allows: to answer helps more.

    `names` are what `?format=` calls media types. Raises `InvalidRequest` if `named`, its value, is not offered.
    """
    if named is not None:
        if faults := faults_of_format(named, offered, names):
            raise InvalidRequest(faults)
        return names[named]
    wanted = _ranges(accept)
    best = max(offered, key=lambda one: _quality(one, wanted))  # the first of equals, so the order of `offered` decides
    return best if _quality(best, wanted) > 0 else offered[0]


def faults_of_format(named: str, offered: Sequence[str], names: Mapping[str, str] = FORMAT_NAMES) -> list[InputFault]:
    """What is wrong with the value of `?format=`."""
    known = [name for name, media_type in names.items() if media_type in offered]
    if named in known:
        return []
    return [InputFault("/format", "unknown_format", f"there is no format {shortened(named)} here", f"give {' or '.join(known)}")]


def _ranges(accept: str) -> dict[str, float]:
    """Media ranges and their quality; what can't be read is passed over."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((match for one in parameters if (match := _QUALITY.fullmatch(one))), None)
        if "/" in media_range:
            found[media_range] = float(quality[1]) if quality else 1.0
    return found


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """How much a type is wanted: the most exact range that fits it says so."""
    if not ranges:
        return 1.0
    kind = media_type.partition("/")[0]
    return next((ranges[one] for one in (media_type, f"{kind}/*", "*/*") if one in ranges), 0.0)
