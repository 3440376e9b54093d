"""Writes docs/plugin_api.txt, everything of the library that a plugin can see: `make plugin-api`. A test compares it with the code.

Hooks with their signatures, then what `frameworth` and `frameworth.testing` offer, then every class that is mentioned there: its fields in
their order, its properties and its methods. What changes here changes for plugins, so a change is one that was looked at.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Protocol, get_origin

import frameworth
from chalicelib.settings import PROJECT
from frameworth import hooks, testing

SNAPSHOT = PROJECT / "docs" / "plugin_api.txt"
# Whoever changes the API puts this line into the changelog, beside what changed.
DIGITS = 12

_NAME = re.compile(r"\b[A-Z]\w*")
_PREFIX = re.compile(r"\b[a-z_.]+\.(?=[A-Za-z])")


def text() -> str:
    """The whole of it."""
    lines = [f"HOOK_API {hooks.HOOK_API}", ""]
    lines += [f"hook {name}{signature(hook)}" for name, hook in _hooks()]
    offered = [(name, getattr(frameworth, name)) for name in frameworth.__all__]
    kit = [(name, one) for name, one in vars(testing).items() if inspect.isfunction(one) and _is_public(name, one, testing.__name__)]
    for title, module in (("from frameworth import", offered), ("from frameworth.testing import", kit)):
        lines += ["", title]
        lines += [f"    {name}{signature(one)}" if inspect.isfunction(one) else f"    {name}" for name, one in sorted(module)]
    for name, kind in sorted(_mentioned("\n".join(lines)).items()):
        lines += ["", *_described(name, kind)]
    return "\n".join(lines) + "\n"


def digest(snapshot: str) -> str:
    """A short name for a snapshot."""
    return hashlib.sha256(snapshot.encode()).hexdigest()[:DIGITS]


def signature(function: Callable[..., Any]) -> str:
    """The signature as it is written, annotations without quotes."""
    of = inspect.signature(function)
    shown: list[str] = []
    starred = False
    for parameter in of.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        mark = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        kind = "" if parameter.annotation is parameter.empty else f": {_annotation(parameter.annotation)}"
        default = "" if parameter.default is parameter.empty else f" = {_value(parameter.default)}"
        shown.append(f"{mark}{parameter.name}{kind}{default}")
    returned = "" if of.return_annotation is of.empty else f" -> {_annotation(of.return_annotation)}"
    return f"({', '.join(shown)}){returned}"


def _hooks() -> list[tuple[str, Callable[..., Any]]]:
    return [(name, hook) for name, hook in vars(hooks).items() if hasattr(hook, f"{hooks.PROJECT}_spec")]


def _mentioned(shown: str) -> dict[str, Any]:
    """The library's classes and aliases that are named in a text, and those that these name, and so on."""
    found: dict[str, Any] = {}
    waiting = [shown]
    while waiting:
        for name in set(_NAME.findall(waiting.pop())) & _kinds().keys() - found.keys():
            found[name] = _kinds()[name]
            waiting.append("\n".join(_described(name, found[name])))
    return found


@cache
def _kinds() -> dict[str, Any]:
    """Every class of the library, and every alias of a type of functions, by its name."""
    modules = [importlib.import_module(f"frameworth.{one.name}") for one in pkgutil.iter_modules(frameworth.__path__)]
    named = [(name, one, module.__name__) for module in modules for name, one in vars(module).items()]
    return {
        name: one for name, one, module in named if get_origin(one) is Callable or (inspect.isclass(one) and _is_public(name, one, module))
    }


def _is_public(name: str, one: Any, module: str) -> bool:
    return not name.startswith("_") and one.__module__ == module


def _described(name: str, kind: Any) -> Iterator[str]:
    if get_origin(kind) is Callable:
        yield f"{name} = {_PREFIX.sub('', str(kind))}"
        return
    parents = ", ".join(parent.__name__ for parent in kind.__bases__ if parent not in (object, Protocol))
    yield f"class {name}({parents})" if parents else f"class {name}"
    if issubclass(kind, Enum):
        yield from (f"    {member.name} = {member.value!r}" for member in kind)
        return
    if is_dataclass(kind):
        keyword_only = False
        for field in fields(kind):
            if field.kw_only and not keyword_only:
                keyword_only = True
                yield "    *"
            has_default = field.default is not MISSING or field.default_factory is not MISSING
            default = _value(field.default) if field.default is not MISSING else "…"
            yield f"    {field.name}: {_annotation(field.type)}{f' = {default}' if has_default else ''}"
    for member, one in vars(kind).items():
        if member.startswith("_") and member != "__call__":
            continue
        if isinstance(one, property) and one.fget:
            yield f"    property {member} -> {_annotation(one.fget.__annotations__.get('return', ''))}"
        elif isinstance(one, classmethod):
            yield f"    classmethod {member}{signature(one.__func__)}"
        elif inspect.isfunction(one):
            yield f"    {member}{signature(one)}"


def _annotation(one: Any) -> str:
    return one if isinstance(one, str) else getattr(one, "__name__", str(one))


def _value(default: object) -> str:
    """A default in words that are the same in every process."""
    if isinstance(default, Enum):
        return f"{type(default).__name__}.{default.name}"
    plain = default is None or isinstance(default, str | int | float | tuple)
    return repr(default) if plain else f"{type(default).__name__}(…)"


if __name__ == "__main__":
    made = text()
    SNAPSHOT.write_text(made, encoding="utf-8")
    print(
        f"docs/plugin_api.txt is written; if it changed, say what did under Plugin API in CHANGELOG.md, with (plugin API: {digest(made)})"
    )
