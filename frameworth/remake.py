"""What a plugin offers, made again from its parts, so that it is what it says and nobody else holds on to it.

An object that came through a hook may be of a class derived from ours that does anything when it is used, or may have been changed past
its checks. Made again, each part goes through its own constructor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from frameworth.errors import InvalidValue
from frameworth.names import shortened

_T = TypeVar("_T")
_PLAIN = (str, int, float, bool, type(None), date)
_LIBRARY = f"{__package__}."


def remade(offer: _T) -> _T:
    """An equal value of the library's own classes; raises `InvalidValue` for a part that is of a foreign class, or not valid."""
    made: _T = _remade(offer)
    return made


def _remade(part: Any) -> Any:
    kind = type(part)
    if kind in _PLAIN:
        return part
    if kind.__module__.startswith(_LIBRARY):
        if is_dataclass(kind):
            return kind(**{field.name: _remade(getattr(part, field.name)) for field in fields(kind)})
        if issubclass(kind, Enum):
            return part
    if kind in (tuple, list):
        return tuple(_remade(one) for one in part)
    if isinstance(part, Mapping):
        return {_remade(name): _remade(value) for name, value in part.items()}
    if callable(part) and not any(base.__module__.startswith(_LIBRARY) for base in kind.__mro__):
        return part
    raise InvalidValue("offer", f"{shortened(part)} is of class {kind.__name__}, which is not one of frameworth's")
