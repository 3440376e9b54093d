"""What is wrong with a request: every fault at once, each with its place and its fix."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from frameworth.errors import FrameworthError, InvalidValue
from frameworth.names import nearest, shortened

_BY_NAME: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class InputFault:
    """One fault: `pointer` (RFC 6901) says where, `code` which kind, `message` what, `fix` what to do."""

    pointer: str
    code: str
    message: str
    fix: str


class InvalidRequest(FrameworthError):
    """A request can't be answered as it stands; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[InputFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in faults))


class NotFound(FrameworthError):
    """Nothing has this name: `kind` of thing, `name`, and the names that come nearest."""

    def __init__(self, kind: str, name: str, known: Collection[str]) -> None:
        self.kind, self.name = kind, name
        self.nearest = nearest(name, known)
        super().__init__(f"no {kind} is called {shortened(name)}; {did_you_mean(name, known)}")


class NameTaken(FrameworthError):
    """Something else has this name: `kind` of thing, and `name`."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"{kind} {shortened(name)} comes with a plugin; choose another name")


def unknown(pointer: str, kind: str, name: str, known: Collection[str]) -> InputFault:
    """The fault of a name that nothing has."""
    return InputFault(pointer, f"unknown_{kind}", f"no {kind} is called {shortened(name)}", did_you_mean(name, known))


def escaped(name: str) -> str:
    """A name as a token of a JSON pointer (RFC 6901)."""
    return shortened(name)[1:-1].replace("~", "~0").replace("/", "~1")


def faults_of_members(
    make: Callable[..., object], given: Mapping[str, Any], sound: Mapping[str, Any], pointers: Mapping[str, str] = _BY_NAME
) -> dict[str, InputFault]:
    """What is wrong with each member by itself, by its name. A value tells of its first fault alone, so each is tried beside `sound` ones.

    `pointers` says where a member stands that stands elsewhere than its name says.
    """
    faults: dict[str, InputFault] = {}
    for name, value in given.items():
        try:
            make(**{**sound, name: value})
        except InvalidValue as error:
            faults[name] = InputFault(pointers.get(name, f"/{name}"), "invalid_value", str(error), error.fix or "see the message")
    return faults


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The way out for a name that is not known."""
    near = nearest(name, known)
    if near:
        return f"did you mean {' or '.join(near)}?"
    listed = sorted(known)
    return f"known are {', '.join(listed[:20])}{' …' if len(listed) > 20 else ''}" if listed else "none is known"
