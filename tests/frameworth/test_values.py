"""Value functions: fixed anchors, monotone, total, invertible. Forms as in Keeney & Raiffa (1976), ch. 3, and each class's docstring."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from frameworth import levels, linear, log, piecewise, place, ratio, reciprocal, yes_no
from frameworth.errors import InvalidValue
from frameworth.values import ValueFunction

RISING = {
    "log": log(0, 1000),
    "log from ten": log(10, 3146),
    "throughput": reciprocal(0.1, 4),
    "rising line": linear(0, 100),
    "rising knees": piecewise((0, 0), (1, 0.25), (5, 0.55), (15, 0.85), (33, 1)),
}
FALLING = {
    "ratio": ratio(30, 30),
    "time": reciprocal(8.3, 1.16),
    "falling line": linear(12, 2),
    "falling knees": piecewise((1, 1), (2, 0.3), (9, 0)),
    "place": place(100),
}
CONTINUOUS = RISING | FALLING
STEPS = {"levels": levels({1: 0, 2: 0.6, 3: 1}), "falling levels": levels({1: 1, 2: 0.5, 3: 0}), "yes or no": yes_no()}

figures = st.floats(-1e6, 1e6)
shares = st.floats(0, 1)
continuous = pytest.mark.parametrize("value", CONTINUOUS.values(), ids=CONTINUOUS)
every = pytest.mark.parametrize("value", (CONTINUOUS | STEPS).values(), ids=CONTINUOUS | STEPS)


@pytest.mark.parametrize(
    ("value", "worth_0", "worth_1"),
    [
        (log(0, 1000), 0, 1000),
        (log(10, 3146), 10, 3146),
        (ratio(30, 30), 900, 30),
        (ratio(0.3, 7), 0.3 * 7, 0.3),  # whose logarithms miss 0 by one bit
        (reciprocal(0.1, 4), 0.1, 4),
        (reciprocal(8.3, 1.16), 8.3, 1.16),
        (linear(0, 100), 0, 100),
        (linear(12, 2), 12, 2),
        (piecewise((1, 1), (2, 0.3), (9, 0)), 9, 1),
        (place(100), 100, 1),
        (levels({1: 0, 2: 0.6, 3: 1}), 1, 3),
        (yes_no(), 0, 1),
    ],
)
def test_anchors_are_worth_0_and_1_and_not_clamped(value, worth_0, worth_1):
    assert value(worth_0) == pytest.approx(0, abs=1e-12)
    assert value(worth_1) == pytest.approx(1, abs=1e-12)
    assert not value.clamps(worth_0)
    assert not value.clamps(worth_1)


@pytest.mark.parametrize(
    ("value", "figure", "worth"),
    [
        # (ln 10 − ln 1) / (ln 1000 − ln 1) with 1+x = 10 and 1+one = 1000
        (log(0, 999), 9, 1 / 3),
        # r = 10: 1 − ln 10 / ln 100
        (ratio(3, 100), 30, 0.5),
        # (1/2 − 1/1) / (1/4 − 1/1)
        (reciprocal(1, 4), 2, 2 / 3),
        # the same two rates as times
        (reciprocal(1, 0.25), 0.5, 1 / 3),
        (linear(0, 40), 10, 0.25),
        (linear(12, 2), 4.5, 0.75),
        # half-way between the knees (2, 0.3) and (9, 0)
        (piecewise((1, 1), (2, 0.3), (9, 0)), 5.5, 0.15),
        # 1 − ln 10 / ln 100
        (place(100), 10, 0.5),
        (levels({1: 0, 2: 0.6, 3: 1}), 2, 0.6),
    ],
)
def test_a_figure_inside_is_worth_what_the_formula_says(value, figure, worth):
    assert value(figure) == pytest.approx(worth, abs=1e-12)
    assert not value.clamps(figure)


@pytest.mark.parametrize("figure", [-1e15, -1, 1e15])
@continuous
def test_a_figure_beyond_the_anchors_is_cut_and_flagged(value, figure):
    assert value(figure) in (0.0, 1.0)
    assert value.clamps(figure)


@pytest.mark.parametrize(
    ("value", "figure", "worth"),
    [
        (log(0, 1000), -5, 0),
        (log(0, 1000), 1001, 1),
        (ratio(30, 30), 29, 1),
        (ratio(30, 30), 0, 1),
        (ratio(30, 30), 5e-324, 1),
        (ratio(30, 30), 901, 0),
        (reciprocal(0.1, 4), 0.09, 0),
        (reciprocal(0.1, 4), 0, 0),
        (reciprocal(8.3, 1.16), 0, 1),
        (reciprocal(8.3, 1.16), 9, 0),
        (linear(12, 2), 1, 1),
        (linear(12, 2), 13, 0),
        (piecewise((1, 1), (2, 0.3), (9, 0)), 0.5, 1),
        (piecewise((1, 1), (2, 0.3), (9, 0)), 9.5, 0),
        (place(100), 0.5, 1),
        (place(100), 101, 0),
    ],
)
def test_beyond_an_anchor_the_end_on_that_side_counts(value, figure, worth):
    assert value(figure) == worth
    assert value.clamps(figure)


@pytest.mark.parametrize(("figure", "worth"), [(0, 0), (1.5, 0), (2.9, 0.6), (7, 1)])
def test_a_figure_that_is_no_level_counts_as_the_level_below_and_is_flagged(figure, worth):
    value = levels({1: 0, 2: 0.6, 3: 1})
    assert value(figure) == worth
    assert value.clamps(figure)


@every
@given(figures, figures)
def test_values_are_monotone(value, one, other):
    low, high = sorted((one, other))
    if value in RISING.values() or value in (STEPS["levels"], STEPS["yes or no"]):
        assert value(low) <= value(high)
    else:
        assert value(low) >= value(high)


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=6, unique=True), st.lists(shares, min_size=6, max_size=6))
@example([0, 30, 50], [0.85] * 6)
def test_values_are_monotone_across_a_knee_to_the_last_bit(figures, worths):
    inner = sorted({worth for worth in worths[: len(figures) - 2] if 0.001 < worth < 0.999})
    figures = sorted(figure / 100 for figure in figures)[: len(inner) + 2]
    value = piecewise(*zip(figures, (0.0, *inner, 1.0), strict=True))
    for knee in figures:
        assert value(math.nextafter(knee, -math.inf)) <= value(knee) <= value(math.nextafter(knee, math.inf))


@every
@given(figures)
def test_values_lie_in_0_to_1(value, figure):
    assert 0 <= value(figure) <= 1


@continuous
@given(shares)
def test_the_inverse_leads_back(value, share):
    assert value(value.inverse(share)) == pytest.approx(share, abs=1e-9)
    assert not value.clamps(value.inverse(share))


@pytest.mark.parametrize("value", STEPS.values(), ids=STEPS)
@given(share=shares)
def test_the_inverse_of_levels_is_the_nearest_level_that_is_good_enough(value, share):
    good_enough = [worth for _, worth in value.table if worth >= share]
    assert value(value.inverse(share)) == min(good_enough)


@pytest.mark.parametrize(("table", "level"), [({1: 0, 2: 1, 3: 1}, 2), ({1: 1, 2: 1, 3: 0}, 2)])
def test_of_two_levels_worth_the_same_the_inverse_names_the_one_nearer_to_the_worse_end(table, level):
    assert levels(table).inverse(1) == level


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan, math.inf])
@every
def test_an_inverse_outside_0_to_1_is_refused(value, share):
    with pytest.raises(InvalidValue, match=r"outside 0..1"):
        value.inverse(share)


BAD_ANCHORS = {
    "log: reversed": lambda: log(10, 1),
    "log: equal": lambda: log(5, 5),
    "log: negative": lambda: log(-1, 5),
    "log: infinite": lambda: log(0, math.inf),
    "log: boolean": lambda: log(0, True),
    "log: text": lambda: log(0, "1000"),
    "log: too near to tell apart": lambda: log(1e15, 1e15 + 0.125),
    "ratio: baseline 0": lambda: ratio(0, 10),
    "ratio: worst 1": lambda: ratio(10, 1),
    "ratio: not a number": lambda: ratio(math.nan, 10),
    "reciprocal: zero": lambda: reciprocal(0, 4),
    "reciprocal: negative": lambda: reciprocal(-1, 4),
    "reciprocal: equal": lambda: reciprocal(4, 4),
    "reciprocal: no reciprocal": lambda: reciprocal(1e-320, 1),
    "linear: equal": lambda: linear(3, 3),
    "linear: not a number": lambda: linear(0, math.nan),
    "linear: boolean": lambda: linear(0, True),
    "linear: text": lambda: linear(0, "100"),
    "linear: nothing": lambda: linear(None, 1),
    "piecewise: one knee": lambda: piecewise((0, 0)),
    "piecewise: figures fall": lambda: piecewise((1, 0), (0, 1)),
    "piecewise: up and down": lambda: piecewise((0, 0), (1, 1), (2, 0)),
    "piecewise: level": lambda: piecewise((0, 0), (1, 0.5), (2, 0.5), (3, 1)),
    "piecewise: ends short of 1": lambda: piecewise((0, 0), (1, 0.9)),
    "piecewise: beyond 1": lambda: piecewise((0, 0), (1, 1.5)),
    "piecewise: infinite": lambda: piecewise((0, 0), (math.inf, 1)),
    "piecewise: text": lambda: piecewise((0, 0), ("one", 1)),
    "levels: one": lambda: levels({1: 0}),
    "levels: all the same": lambda: levels({1: 0.5, 2: 0.5}),
    "levels: up and down": lambda: levels({1: 0, 2: 1, 3: 0.5}),
    "levels: beyond 1": lambda: levels({1: 0, 2: 2}),
    "levels: not a number": lambda: levels({1: 0, math.nan: 1}),
    "levels: text": lambda: levels({"low": 0, "high": 1}),
    "place: worst 1": lambda: place(1),
    "place: infinite": lambda: place(math.inf),
    "place: beyond every double": lambda: place(10**400),
}


@pytest.mark.parametrize("make", BAD_ANCHORS.values(), ids=BAD_ANCHORS)
def test_bad_anchors_are_refused(make):
    with pytest.raises(InvalidValue):
        make()


@every
def test_anchors_name_the_form_and_are_ready_for_json(value):
    import json

    assert json.loads(json.dumps(value.anchors)) == value.anchors
    assert value.anchors["form"] == type(value).__name__.lower()


def test_equal_anchors_make_equal_functions():
    assert linear(0, 100) == piecewise((0, 0), (100, 1))
    assert log(0, 10) != log(0, 11)
    assert isinstance(linear(0, 1), ValueFunction)
