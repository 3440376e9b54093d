"""Condition and update expressions of DynamoDB, taken apart so far that one part can be left out. Pure.

What is understood is what this project writes: comparisons, functions and BETWEEN, each of which NOT may lead, joined by AND, OR and
parentheses; no NOT of a parenthesis. What is not understood is an error rather than an expression without parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),+-]|[#:]?[A-Za-z_][\w.]*)")
_SECTION = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b")


class NotUnderstood(ValueError):
    """An expression of a form that this module does not know; the message shows it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison or function call, as text."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by one word, AND or OR."""

    word: str
    parts: tuple[Node, ...]


Node = Clause | Joined


def without_a_clause(condition: str) -> Iterator[tuple[str, str]]:
    """Each clause of a condition, with the condition that is left without it; "" if nothing is."""
    tree = _condition(condition)
    count = len(list(_clauses(tree)))
    for place in range(count):
        left, dropped = _without(tree, place)
        yield dropped, _text(left) if left else ""


def without_an_action(update: str) -> Iterator[tuple[str, str]]:
    """Each action of an update, with the update that is left without it; "" if nothing is."""
    pieces = [piece.strip() for piece in _SECTION.split(update)]
    if pieces[0] or not all(pieces[1:]) or len(pieces) < 3:
        raise NotUnderstood(f"no update expression: {update!r}")
    sections = [(word, _split(actions)) for word, actions in zip(pieces[1::2], pieces[2::2], strict=True)]
    for place, (word, actions) in enumerate(sections):
        for dropped in actions:
            left = [(w, [one for one in some if (at, one) != (place, dropped)]) for at, (w, some) in enumerate(sections)]
            yield f"{word} {dropped}", " ".join(f"{w} {', '.join(some)}" for w, some in left if some)


def _split(actions: str) -> list[str]:
    """Actions by the commas between them; those inside parentheses part arguments."""
    depth, found = 0, [""]
    for character in actions:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [one.strip() for one in found]


def _condition(text: str) -> Node:
    tokens, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if not match:
            raise NotUnderstood(f"{text!r} at {text[place:]!r}")
        tokens.append(match[1])
        place = match.end()
    tree, rest = _joined(tokens, "OR")
    if rest:
        raise NotUnderstood(f"{text!r} from {' '.join(rest)!r}")
    return tree


def _joined(tokens: list[str], word: str) -> tuple[Node, list[str]]:
    """Parts joined by a word; AND binds closer than OR."""
    parts = []
    while True:
        part, tokens = _joined(tokens, "AND") if word == "OR" else _part(tokens)
        parts.append(part)
        if not tokens or tokens[0] != word:
            return (parts[0] if len(parts) == 1 else Joined(word, tuple(parts))), tokens
        tokens = tokens[1:]


def _part(tokens: list[str]) -> tuple[Node, list[str]]:
    if tokens and tokens[0] == "(":
        inside, rest = _joined(tokens[1:], "OR")
        if not rest or rest[0] != ")":
            raise NotUnderstood(f"a parenthesis is not closed: {' '.join(tokens)!r}")
        return inside, rest[1:]
    taken: list[str] = []
    depth, between = 0, False
    while tokens:
        word = tokens[0]
        if depth == 0 and (word == "OR" or word == ")" or (word == "AND" and not between)):
            break
        depth += {"(": 1, ")": -1}.get(word, 0)
        between = word == "BETWEEN" or (between and word != "AND")
        taken.append(word)
        tokens = tokens[1:]
    if not taken:
        raise NotUnderstood("a clause is empty")
    if "NOT" in taken[1:] or taken[:2] in (["NOT"], ["NOT", "("]):
        raise NotUnderstood(f"NOT of more than a clause: {' '.join(taken)!r}")
    return Clause(_spaced(taken)), tokens


def _spaced(tokens: list[str]) -> str:
    return " ".join(tokens).replace(" ( ", "(").replace(" )", ")").replace(" ,", ",")


def _clauses(node: Node) -> Iterator[Clause]:
    if isinstance(node, Clause):
        yield node
        return
    for part in node.parts:
        yield from _clauses(part)


def _without(node: Node, place: int) -> tuple[Node | None, str]:
    """The tree without the clause at a place, and that clause's text."""
    if isinstance(node, Clause):
        return None, node.text
    left: list[Node] = []
    dropped = ""
    for part in node.parts:
        count = len(list(_clauses(part)))
        if 0 <= place < count:
            rest, dropped = _without(part, place)
            left += [rest] if rest else []
        else:
            left.append(part)
        place -= count
    return (left[0] if len(left) == 1 else Joined(node.word, tuple(left))), dropped


def _text(node: Node) -> str:
    if isinstance(node, Clause):
        return node.text
    return f" {node.word} ".join(_text(part) if isinstance(part, Clause) else f"({_text(part)})" for part in node.parts)
