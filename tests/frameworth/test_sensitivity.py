from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth.errors import InvalidValue
from frameworth.sensitivity import least_shift, probability_ahead, ranking_intervals, rests, strip, value_needed, winner_intervals

levels = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, allow_subnormal=False)


@st.composite
def tables(draw, least=2):
    """Values of some frameworks on some criteria, and weights that add up to 1."""
    columns = [f"c{place}" for place in range(draw(st.integers(2, 5)))]
    values = {f"f{place}": {column: draw(levels) for column in columns} for place in range(draw(st.integers(least, 6)))}
    raw = [draw(st.floats(0.01, 1)) for _ in columns]
    return values, {column: weight / math.fsum(raw) for column, weight in zip(columns, raw, strict=True)}


def score_at(row, weights, column, x):
    """The score of a row when the weight of one criterion is x."""
    return x * row[column] + (1 - x) * rests({"row": row}, weights)[column]["row"]


def ranking(values, weights):
    return sorted(values, key=lambda name: -score_at(values[name], weights, "c0", weights["c0"]))


@given(tables())
def test_the_ends_of_a_winners_interval_are_ties(table):
    values, weights = table
    leader = ranking(values, weights)[0]
    for column in weights:
        interval = winner_intervals(values, weights, leader)[column]
        assert 0 <= interval.low <= weights[column] + 1e-12
        assert weights[column] - 1e-12 <= interval.high <= 1
        for end, rival in ((interval.low, interval.rival_at_low), (interval.high, interval.rival_at_high)):
            if rival:
                gap = score_at(values[leader], weights, column, end) - score_at(values[rival], weights, column, end)
                assert gap == pytest.approx(0, abs=1e-9)


@given(tables(), st.floats(0, 1))
def test_inside_its_interval_the_winner_leads_and_the_ranking_stands(table, part):
    values, weights = table
    order = ranking(values, weights)
    for column in weights:
        leads = winner_intervals(values, weights, order[0])[column]
        x = leads.low + part * (leads.high - leads.low)
        scores = {name: score_at(row, weights, column, x) for name, row in values.items()}
        assert scores[order[0]] >= max(scores.values()) - 1e-9
        stands = ranking_intervals(values, weights, order)[column]
        x = stands.low + part * (stands.high - stands.low)
        scores = [score_at(values[name], weights, column, x) for name in order]
        assert all(ahead >= behind - 1e-9 for ahead, behind in pairwise(scores))


@given(tables(least=1))
def test_a_strip_names_who_leads_at_each_weight_as_brute_force_does(table):
    values, weights = table
    for column in weights:
        segments = strip(values, weights, column)
        assert (segments[0].start, segments[-1].end) == (0, 1)
        assert all(one.end == other.start for one, other in pairwise(segments))
        for x in (step / 50 for step in range(51)):
            scores = {name: score_at(row, weights, column, x) for name, row in values.items()}
            leader = next(segment.leader for segment in segments if segment.start <= x <= segment.end)
            assert scores[leader] >= max(scores.values()) - 1e-9


@given(tables())
def test_with_the_value_it_needs_a_rival_draws_level(table):
    values, weights = table
    leader, *rivals = ranking(values, weights)
    for rival in rivals:
        for column in weights:
            needed = value_needed(values, weights, leader, rival, column)
            if needed is None:
                best = {**values[rival], column: 1.0}
                assert math.fsum(weights[one] * (values[leader][one] - best[one]) for one in weights) > 0
            else:
                reached = {**values[rival], column: needed}
                assert math.fsum(weights[one] * (values[leader][one] - reached[one]) for one in weights) == pytest.approx(0, abs=1e-9)


@given(tables())
def test_after_the_least_shift_of_weight_a_rival_is_level(table):
    values, weights = table
    leader, *rivals = ranking(values, weights)
    for rival in rivals:
        shift = least_shift(values, weights, leader, rival)
        ahead = {one: values[leader][one] - values[rival][one] for one in weights}
        gap = math.fsum(weights[one] * ahead[one] for one in weights)
        if shift is None:
            assert min(ahead.values()) >= -1e-12  # less than this is rounding
            continue
        moved = {one: weights[one] - shift.taken.get(one, 0) for one in weights}
        moved[shift.to] += shift.mass
        assert min(moved.values()) >= -1e-12
        assert math.fsum(moved[one] * ahead[one] for one in weights) == pytest.approx(min(gap, 0), abs=1e-9)


def test_a_criterion_with_all_the_weight_leaves_the_others_equal_shares():
    found = rests({"alpha": {"a": 0.9, "b": 0.2, "c": 0.4}}, {"a": 1.0, "b": 0.0, "c": 0.0})["a"]
    assert found == {"alpha": pytest.approx(0.3)}


def test_equal_rows_tie_everywhere_and_are_even_over_all_weights():
    values, weights = {"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.5, "y": 0.5}}, {"x": 0.5, "y": 0.5}
    assert winner_intervals(values, weights, "a")["x"].high == 1
    assert [segment.leader for segment in strip(values, weights, "x")] == ["a"]
    assert probability_ahead([0.5, 0.5], [0.5, 0.5]) == 0.5


def test_nobody_leads_in_an_empty_strip_and_no_criteria_give_no_probability():
    assert strip({}, {"x": 1.0}, "x") == ()
    with pytest.raises(InvalidValue, match="one criterion"):
        probability_ahead([], [])


def test_the_exact_probability_is_what_drawing_weights_comes_to():
    """Uniform weights on the simplex are normalised exponentials (Devroye, Non-Uniform Random Variate Generation, 1986, ch. V)."""
    draw = random.Random(20261123)
    a, b = [0.9, 0.2, 0.5, 0.1], [0.4, 0.6, 0.3, 0.3]
    wins = 0
    for _ in range(20_000):
        weights = [draw.expovariate(1) for _ in a]
        wins += sum(weight * (x - y) for weight, x, y in zip(weights, a, b, strict=True)) > 0
    assert probability_ahead(a, b) == pytest.approx(wins / 20_000, abs=0.015)


@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=7))
def test_probabilities_of_both_sides_add_up(pairs):
    a, b = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if any(0 < abs(x - y) < 1e-6 for x, y in pairs):
        return  # quotients of differences this small are rounding
    assert 0 <= probability_ahead(a, b) <= 1
    if any(x == y for x, y in pairs):
        return  # where a difference is 0 a tie has weight of its own only if all are
    assert probability_ahead(a, b) + probability_ahead(b, a) == pytest.approx(1)
