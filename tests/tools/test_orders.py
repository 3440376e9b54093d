"""Kendall's tau-b against cases worked by hand and against its algebra; pairs that swap and places that differ."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import orders
from tools.orders import Moved, moved, swapped, tau_b

FIGURES = st.integers(0, 5)
PAIRS = st.lists(st.tuples(FIGURES, FIGURES), max_size=12)


@pytest.mark.parametrize(
    ("first", "second", "tau"),
    [
        # 5 pairs agree and 1 does not.
        ([1, 2, 3, 4], [1, 3, 2, 4], 4 / 6),
        # 3 pairs agree and 1 does not; 1 of 6 is tied in each.
        ([1, 2, 2, 3], [1, 3, 2, 2], 2 / 5),
        # 2 pairs agree; 1 of 3 is tied in the second alone.
        ([1, 2, 3], [1, 1, 2], 2 / math.sqrt(3 * 2)),
        # 1 pair agrees and 1 does not.
        ([1, 1, 2, 2], [1, 2, 1, 2], 0),
        # 2 pairs agree and 6 do not; 8 and 9 of 10 are not tied. The example in the documentation of scipy.stats.kendalltau.
        ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173),
    ],
)
def test_tau_is_what_counting_the_pairs_by_hand_gives(first, second, tau):
    assert tau_b(first, second) == pytest.approx(tau, abs=1e-15)


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [2]), ([1, 1], [1, 2]), ([1, 2], [3, 3])])
def test_there_is_no_tau_where_one_of_the_two_has_no_order(first, second):
    assert tau_b(first, second) is None


def test_figures_of_different_things_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        tau_b([1, 2], [1])


@given(st.lists(FIGURES, max_size=12))
def test_tau_of_an_order_with_itself_is_one(figures):
    assert tau_b(figures, figures) == (1 if len(set(figures)) > 1 else None)


@given(st.lists(FIGURES, min_size=2, unique=True))
def test_tau_of_an_order_without_ties_and_its_reverse_is_minus_one(figures):
    assert tau_b(figures, [-one for one in figures]) == -1


@given(PAIRS)
def test_tau_is_symmetric_and_lies_between_minus_one_and_one(pairs):
    first, second = [x for x, _ in pairs], [y for _, y in pairs]
    tau = tau_b(first, second)
    assert tau == tau_b(second, first)
    assert tau is None or -1 <= tau <= 1


@given(PAIRS, st.randoms(use_true_random=False))
def test_tau_depends_neither_on_units_nor_on_who_comes_first(pairs, chance):
    shuffled = chance.sample(pairs, len(pairs))
    assert tau_b([x for x, _ in pairs], [y for _, y in pairs]) == tau_b([1000 * x for x, _ in shuffled], [y**3 + 7 for _, y in shuffled])


@given(PAIRS)
def test_without_ties_every_pair_that_swaps_costs_the_same(pairs):
    first, second = (dict(enumerate(dict.fromkeys(side))) for side in zip(*pairs, strict=True)) if pairs else ({}, {})
    common = first.keys() & second.keys()
    of = math.comb(len(common), 2)
    if of:
        tau = tau_b([first[name] for name in common], [second[name] for name in common])
        assert tau == pytest.approx(1 - 2 * len(swapped(first, second)) / of)


def test_pairs_that_swap_are_named_with_the_former_leader_first_and_ties_do_not_swap():
    first = {"a": 1, "b": 3, "c": 2, "tied": 3, "only here": 9}
    second = {"a": 2, "b": 1, "c": 3, "tied": 3, "only there": 0}
    assert swapped(first, second) == [("b", "c"), ("b", "a")]


def test_places_are_counted_among_what_is_in_both_and_the_farthest_apart_comes_first():
    first = {"a": 4, "b": 3, "c": 2, "d": 1, "only here": 9}
    second = {"a": 4, "b": 1, "c": 2, "d": 3, "only there": 5}
    assert moved(first, second) == [Moved("b", 2, 4), Moved("d", 4, 2)]


def test_equals_share_the_better_place_and_differences_of_one_size_are_told_by_name():
    assert moved({"x": 2, "a": 2, "b": 1}, {"x": 1, "a": 2, "b": 3}) == [Moved("b", 3, 1), Moved("x", 1, 3), Moved("a", 1, 2)]


def test_the_examples_hold():
    assert doctest.testmod(orders).failed == 0
