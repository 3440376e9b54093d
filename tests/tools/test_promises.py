"""What callers rely on is a list of its own: what goes from it is broken and has to be told, what comes to it needs nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.api.reference import DESCRIPTION
from tools.promises import BROKEN, CHANGELOG, PROMISES, digest, is_told, promises, read, written

DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
COMMITTED = PROMISES.read_text(encoding="utf-8")
Change = Callable[[dict[str, Any]], object]


def scores(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/v1/scores"]["get"]


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    return document["components"]["schemas"][name]


def parameter(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in scores(document)["parameters"] if one.get("name") == name)


def changed(change: Change) -> str:
    """The file after a change of the description."""
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return written(promises(document), COMMITTED)


BREAKING: dict[str, tuple[Change, str]] = {
    "a parameter goes": (
        lambda one: scores(one)["parameters"].remove(parameter(one, "limit")),
        "GET /v1/scores takes limit: integer 1..1000",
    ),
    "a parameter takes less": (
        lambda one: parameter(one, "limit")["schema"].update(maximum=10),
        "GET /v1/scores takes limit: integer 1..1000",
    ),
    "a word is no longer taken": (
        lambda one: parameter(one, "when_missing")["schema"]["enum"].remove("worst"),
        'GET /v1/scores takes when_missing: "worst"',
    ),
    "a default changes": (
        lambda one: parameter(one, "opinions")["schema"].update(default=False),
        "GET /v1/scores takes opinions, left out: true",
    ),
    "a member of an answer goes": (
        lambda one: schema(one, "Scorecard")["properties"].pop("total"),
        "Scorecard has total: integer 0..",
    ),
    "a member may be absent": (
        lambda one: schema(one, "Scorecard")["required"].remove("total"),
        "Scorecard has total: integer 0..",
    ),
    "a member may be null": (
        lambda one: schema(one, "Scorecard")["properties"].update(total={"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]}),
        "Scorecard has total: integer 0..",
    ),
    "a form needs more": (
        lambda one: schema(one, "WithdrawalForm")["required"].append("proof"),
        "WithdrawalForm needs no more than reason",
    ),
    "a format goes": (
        lambda one: scores(one)["responses"]["200"]["content"].pop("text/csv"),
        "GET /v1/scores 200 text/csv string",
    ),
    "a route goes": (lambda one: one["paths"].pop("/health"), "GET /health 200 application/json Health"),
    "another scope is needed": (
        lambda one: one["paths"]["/v1/observations"]["post"].update(security=[{"token": ["admin"]}]),
        "POST /v1/observations needs a token: write:observations",
    ),
}
HARMLESS: dict[str, Change] = {
    "a parameter comes": lambda one: scores(one)["parameters"].append(
        {"name": "more", "in": "query", "description": "", "schema": {"type": "string"}}
    ),
    "a word more is taken": lambda one: parameter(one, "when_missing")["schema"]["enum"].append("best"),
    "a member of an answer comes": lambda one: schema(one, "Scorecard")["properties"].update(more={"type": "string"}),
    "a form may hold more": lambda one: schema(one, "WithdrawalForm")["properties"].update(proof={"type": "string"}),
    "a form takes one kind more": lambda one: schema(one, "ScoreForm")["properties"].update(
        method={"anyOf": [schema(one, "ScoreForm")["properties"]["method"], {"type": "null"}], "default": "additive"}
    ),
    "other words are used": lambda one: scores(one).update(summary="Which one?", description="…"),
}


def test_the_committed_list_is_of_this_description() -> None:
    assert written(promises(DOCUMENT), COMMITTED) == COMMITTED, "run `make openapi`, and read which promises it says are broken"


def test_what_was_broken_is_told_in_the_changelog() -> None:
    assert is_told(COMMITTED, CHANGELOG.read_text(encoding="utf-8")), (
        "say under HTTP API what callers are to do, with the line that `make openapi` prints"
    )


@pytest.mark.parametrize(("change", "lost"), BREAKING.values(), ids=BREAKING)
def test_a_promise_that_goes_is_kept_as_broken_and_has_to_be_told(change: Change, lost: str) -> None:
    assert lost in read(COMMITTED)[0]
    made = changed(change)
    assert lost in read(made)[1]
    assert lost not in read(made)[0]
    assert digest(made) not in ("", digest(COMMITTED))
    assert not is_told(made, CHANGELOG.read_text(encoding="utf-8"))


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_comes_breaks_nobody(change: Change) -> None:
    made = changed(change)
    assert read(made)[1] == read(COMMITTED)[1]
    assert digest(made) == digest(COMMITTED)


def test_what_comes_is_a_promise_from_then_on() -> None:
    assert "Scorecard may have more: string" in read(changed(HARMLESS["a member of an answer comes"]))[0]


def test_what_breaks_later_changes_the_digest_again() -> None:
    first = changed(BREAKING["a parameter goes"][0])
    document = copy.deepcopy(DOCUMENT)
    for name in ("a parameter goes", "a route goes"):
        BREAKING[name][0](document)
    second = written(promises(document), first)
    assert set(read(first)[1]) < set(read(second)[1])
    assert digest(second) != digest(first)


def test_to_write_it_once_more_does_not_lose_what_was_broken() -> None:
    document = copy.deepcopy(DOCUMENT)
    BREAKING["a parameter goes"][0](document)
    made = written(promises(document), COMMITTED)
    assert written(promises(document), made) == made


def test_a_promise_that_holds_again_is_broken_no_more() -> None:
    assert written(promises(DOCUMENT), changed(BREAKING["a parameter goes"][0])) == COMMITTED


def test_the_line_counts_only_under_http_api() -> None:
    made = f"one\n{BROKEN}\nanother\n"
    line = f"- Ask otherwise (HTTP API: {digest(made)}).\n"
    assert is_told(made, f"## [2.0.0]\n\n### HTTP API\n\n{line}\n### Scores\n")
    assert not is_told(made, f"## [2.0.0]\n\n### Added\n\n{line}\n### HTTP API\n\n- Nothing.\n")


def test_promises_are_sorted_and_stand_once() -> None:
    kept, _ = read(COMMITTED)
    assert kept == sorted(set(kept))
