"""The reasons of metrics and indicators: the comments beside their definitions in a plugin's source, read with ast and tokenize.

A reason is the block of comment lines that ends just above a definition, else the comment at the end of its first line. Nothing is run.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Functions that make a value function: a name bound to one may carry a reason of its own, shared by the metrics that use it.
_VALUES = ("levels", "linear", "log", "piecewise", "place", "ratio", "reciprocal", "yes_no")


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why, in the words of one plugin's source. `values` are the reasons of shared value functions, by the metrics that use them."""

    metrics: Mapping[str, str]
    values: Mapping[str, str]
    indicators: Mapping[str, str]


def reasons(source: str) -> Reasons:
    """All reasons of one plugin's source. A metric made by a function of the plugin has the name that this makes of its first argument."""
    tree = ast.parse(source)
    comments = _Comments(source)
    makers = _makers(tree)
    values = {name: comments.beside(statement) for name, statement in _assigned(tree, _VALUES)}
    metrics: dict[str, str] = {}
    shared: dict[str, str] = {}
    indicators: dict[str, str] = {}
    for node in _definitions(tree):
        call = node.value if isinstance(node, ast.Assign) else node
        assert isinstance(call, ast.Call)
        name = _first_argument(call)
        if name is None:
            continue
        if _called(call) == "Indicator":
            indicators[name] = comments.beside(node)
            continue
        maker = makers.get(_called(call))
        name = _name_made(maker, name) if maker else name
        metrics[name] = comments.beside(node)
        shared[name] = values.get(_value_name(maker or call), "")
    return Reasons(metrics, shared, indicators)


class _Comments:
    def __init__(self, source: str) -> None:
        self._alone: dict[int, str] = {}
        self._trailing: dict[int, str] = {}
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                where = self._alone if token.line.lstrip().startswith("#") else self._trailing
                where[token.start[0]] = token.string.lstrip("# ")

    def beside(self, node: ast.expr | ast.stmt) -> str:
        """The comment block that ends just above a node, else the comment that ends the node's first line, else nothing."""
        first = node.lineno
        while first - 1 in self._alone:
            first -= 1
        block = [self._alone[line] for line in range(first, node.lineno)]
        return " ".join(block) or self._trailing.get(node.lineno, "")


def _definitions(tree: ast.AST) -> Iterator[ast.Assign | ast.Call]:
    """Every call that names a metric or an indicator by a literal; where it is assigned, the assignment."""
    assigned = {id(node.value): node for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    makers = _makers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("Metric", "Indicator", *makers):
            yield assigned.get(id(node), node)


def _makers(tree: ast.AST) -> dict[str, ast.Call]:
    """The functions of a plugin that return a metric, with the call that makes it."""
    return {
        function.name: node.value
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and _called(node.value) == "Metric"
    }


def _assigned(tree: ast.AST, functions: tuple[str, ...]) -> Iterator[tuple[str, ast.Assign]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _called(node.value) in functions:
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _first_argument(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _name_made(maker: ast.Call, argument: str) -> str:
    """The name in the call of a maker, with the argument where its f-string has a place."""
    name = maker.args[0] if maker.args else None
    if not isinstance(name, ast.JoinedStr):
        return argument
    return "".join(str(part.value) if isinstance(part, ast.Constant) else argument for part in name.values)


def _value_name(call: ast.Call) -> str:
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "value"), None)
    return value.id if isinstance(value, ast.Name) else ""
