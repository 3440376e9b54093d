"""Every clause is left out once, wherever the expression stands in the source, and what is not understood is said."""

from __future__ import annotations

import ast

import pytest

from tools.expressions import NotUnderstood, without_a_clause, without_an_action
from tools.mutate_conditions import MUTATED, expressions, mutants_of, replaced


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("attribute_exists(PK)", {"attribute_exists(PK)": ""}),
        ("a = :a AND b = :b", {"a = :a": "b = :b", "b = :b": "a = :a"}),
        (
            "a = :a AND (attribute_not_exists(#m) OR #m < :p)",
            {"a = :a": "attribute_not_exists(#m) OR #m < :p", "attribute_not_exists(#m)": "a = :a AND #m < :p"}
            | {"#m < :p": "a = :a AND attribute_not_exists(#m)"},
        ),
        (
            "a = :a AND b = :b OR begins_with(c, :c)",
            {"a = :a": "b = :b OR begins_with(c, :c)", "b = :b": "a = :a OR begins_with(c, :c)"}
            | {"begins_with(c, :c)": "a = :a AND b = :b"},
        ),
        ("NOT a = :a AND b = :b", {"NOT a = :a": "b = :b", "b = :b": "NOT a = :a"}),
        ("PK = :p AND SK BETWEEN :first AND :last", {"PK = :p": "SK BETWEEN :first AND :last", "SK BETWEEN :first AND :last": "PK = :p"}),
    ],
)
def test_each_clause_of_a_condition_is_left_out_once(condition: str, expected: dict[str, str]) -> None:
    assert {dropped: left.replace("(a = :a AND b = :b)", "a = :a AND b = :b") for dropped, left in without_a_clause(condition)} == expected


def test_each_action_of_an_update_is_left_out_once() -> None:
    assert list(without_an_action("SET #m = if_not_exists(#a, :p), b = :c ADD rev :one REMOVE old")) == [
        ("SET #m = if_not_exists(#a, :p)", "SET b = :c ADD rev :one REMOVE old"),
        ("SET b = :c", "SET #m = if_not_exists(#a, :p) ADD rev :one REMOVE old"),
        ("ADD rev :one", "SET #m = if_not_exists(#a, :p), b = :c REMOVE old"),
        ("REMOVE old", "SET #m = if_not_exists(#a, :p), b = :c ADD rev :one"),
    ]
    assert list(without_an_action("ADD rev :one")) == [("ADD rev :one", "")]


@pytest.mark.parametrize("condition", ["NOT (a = :a)", "NOT", "a = NOT :a", "(a = :a", "a = :a)", "a = :a AND", "a ? :a", ""])
def test_a_condition_that_is_not_understood_is_not_passed_over(condition: str) -> None:
    with pytest.raises(NotUnderstood):
        list(without_a_clause(condition))


@pytest.mark.parametrize("update", ["", "a = :a", "SET"])
def test_an_update_that_is_not_understood_is_not_passed_over(update: str) -> None:
    with pytest.raises(NotUnderstood):
        list(without_an_action(update))


SOURCE = """
LIVES = "attribute_exists(PK)"

def write(table, released):
    table.update(UpdateExpression="SET a = :a" if released else "REMOVE a", ConditionExpression=LIVES)
    table.update(ConditionExpression=LIVES)
    table.put({"ConditionExpression": "b = :b " "AND c = :c"})
"""


def test_expressions_are_found_by_keyword_in_a_dictionary_and_by_name_each_once() -> None:
    found = sorted((constant.lineno, kind, constant.value) for kind, constant in expressions(ast.parse(SOURCE)))
    assert found == [
        (2, "ConditionExpression", "attribute_exists(PK)"),
        (5, "UpdateExpression", "REMOVE a"),
        (5, "UpdateExpression", "SET a = :a"),
        (7, "ConditionExpression", "b = :b AND c = :c"),
    ]


def test_an_expression_that_is_put_together_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="can't be mutated"):
        list(expressions(ast.parse("table.update(ConditionExpression=f'{a} = :a')")))


def test_an_expression_is_replaced_where_it_stands() -> None:
    ((_, constant),) = expressions(ast.parse("é = f(ConditionExpression='a = :a', x=1)"))
    assert replaced("é = f(ConditionExpression='a = :a', x=1)", constant, "''") == "é = f(ConditionExpression='', x=1)"


def test_every_expression_in_the_storage_layer_can_be_mutated(project) -> None:
    found = [mutant for path in sorted((project / MUTATED).glob("*.py")) for mutant in mutants_of(path)]
    assert len(found) >= 13
    for mutant in found:
        ast.parse(mutant.source)
