"""The net under the isolation ladder: what a plugin's code raises stays with that plugin, told in words that say where.

Everything is caught, `sys.exit()` and exceptions of a plugin's own making included, but for KeyboardInterrupt and GeneratorExit: those are
not the plugin's doing and pass. About faults, not security: nothing here stops a function that never returns.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from frameworth.errors import FrameworthError

_T = TypeVar("_T")
# Files in which no plugin's author can mend anything: this library, the import system, generated code.
_NOBODYS = (str(Path(__file__).parent), str(Path(importlib.__file__).parent), "<")
_MOST_WORDS = 350
_PASSING = (KeyboardInterrupt, GeneratorExit)


class Broke(FrameworthError):
    """A plugin's code raised something; the message is `Kind: its words (file, line)`, the cause the exception itself."""


def attempt(work: Callable[..., _T], *arguments: object) -> _T:
    """What `work(*arguments)` returns; raises `Broke` for whatever a plugin's code raises in it."""
    try:
        return work(*arguments)
    except _PASSING:
        raise
    except BaseException as error:
        where = _place(error.__traceback__)
        raise Broke(f"{told(error)[:_MOST_WORDS]}{f' ({where})' if where else ''}") from error


def told(error: BaseException) -> str:
    """An exception as `Kind: message`, whatever becomes of its own text."""
    return f"{type(error).__name__}: {described(str, error)}"


def described(describe: Callable[[object], str], value: object) -> str:
    """What `str` or `repr` says of something that a plugin made, which may raise anything even here: a fault must still be told."""
    try:
        return describe(value)
    except _PASSING:
        raise
    except BaseException as error:
        return f"<{type(value).__name__} without words: {type(error).__name__}>"


def _place(traceback: TracebackType | None) -> str:
    """The innermost line of the file through which the library called out: the plugin's own line, not that of a library it uses."""
    file, line = "", 0
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if not name.startswith(_NOBODYS) and Path(name).parent.name != "pluggy" and name == (file or name):
            file, line = name, traceback.tb_lineno
        traceback = traceback.tb_next
    return f"{Path(file).name}, line {line}" if file else ""
