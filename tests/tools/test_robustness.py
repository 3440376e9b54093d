"""Draws of weights: how they are made, what a statement means, and the page that is committed."""

from __future__ import annotations

import math
import random

import pytest

from tests.frameworth.builders import by_name, criterion, metric
from tools import robustness
from tools.robustness import DRAWS, SPREAD, WANTED, Statement, drawn, shaken, signed

CRITERIA = by_name(criterion("speed", metric("a"), metric("b")), criterion("ease", metric("c")))
WEIGHTS = {"quick": {"speed": 0.75, "ease": 0.25}, "other": {"speed": 1.0, "ease": 0.0}}


@pytest.mark.parametrize(
    ("statement", "true", "untrue"),
    [
        (Statement("ease", "flask"), [0.1], [0, -3]),
        (Statement("jobs", "django"), [-0.1], [0, 3]),
        (Statement("popularity", within=12), [0, 12, -12], [12.1, -13]),
    ],
)
def test_a_statement_holds_where_its_leader_is_ahead_or_the_two_are_close(statement, true, untrue):
    assert all(statement.holds(lead) for lead in true)
    assert not any(statement.holds(lead) for lead in untrue)


def test_the_logarithm_of_a_shaken_weight_is_normal():
    chance = random.Random(1)
    logs = [math.log(shaken(3, chance) / 3) for _ in range(4000)]
    mean = math.fsum(logs) / len(logs)
    assert mean == pytest.approx(0, abs=0.03)
    assert math.sqrt(math.fsum((one - mean) ** 2 for one in logs) / len(logs)) == pytest.approx(SPREAD, abs=0.03)


def test_draws_are_the_same_whenever_asked():
    assert list(drawn(CRITERIA, WEIGHTS, 3)) == list(drawn(CRITERIA, WEIGHTS, 3))


def test_every_weight_is_drawn_by_itself_and_zero_stays_zero():
    for criteria, weights in drawn(CRITERIA, WEIGHTS, 5):
        factors = [part.weight for part in criteria["speed"].indicators] + [weights["quick"]["speed"] / 0.75, weights["other"]["speed"]]
        assert len(set(factors)) == len(factors)
        assert weights["other"]["ease"] == 0
        assert [part.metrics for part in criteria["speed"].indicators] == [part.metrics for part in CRITERIA["speed"].indicators]


def test_signs_are_shown_unless_nothing_is_left():
    assert [signed(1.26), signed(-1.26), signed(-0.04)] == ["+1.3", "−1.3", "0.0"]


@pytest.fixture(scope="module")
def found():
    return robustness.results()


def test_the_committed_page_is_what_the_draws_give_now(found):
    assert robustness.PAGE.read_text(encoding="utf-8") == robustness.page(found, DRAWS), "run `make robustness`"


def test_every_statement_holds_in_four_draws_of_five(found):
    for one in found[True]:
        assert one.share >= WANTED, one.statement
