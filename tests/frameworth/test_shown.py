import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth.shown import shown_margin, shown_points, shown_score, whole_points

tenths_of = pytest.approx  # shown figures have one decimal; their sums are compared with a slack far below it


@pytest.mark.parametrize(("share", "shown"), [(0, 0), (1, 100), (0.69375, 69.4), (0.0004, 0), (0.0005, 0.1), (0.12345, 12.3)])
def test_a_share_is_shown_as_points_with_one_decimal(share, shown):
    assert shown_score(share) == shown


@pytest.mark.parametrize(
    ("share", "shown", "whole"), [(0.965, 96.5, 97), (0.96504, 96.5, 97), (0.9646, 96.5, 97), (0.955, 95.5, 96), (0, 0, 0)]
)
def test_whole_points_are_those_of_the_score_that_is_shown(share, shown, whole):
    assert (shown_score(share), whole_points(shown_score(share))) == (shown, whole)


def test_points_are_rounded_so_that_they_add_up():
    # Thirds: 33.3 three times would be 99.9.
    third = 1 / 3
    assert shown_points({"a": third, "b": third, "c": third}, 1.0) == {"a": 33.4, "b": 33.3, "c": 33.3}


def test_the_largest_remainders_are_rounded_up():
    assert shown_points({"a": 0.10019, "b": 0.20075, "c": 0.30006}, 0.601) == {"a": 10.0, "b": 20.1, "c": 30.0}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20).filter(lambda drawn: sum(w for w, _ in drawn) > 0))
def test_shown_points_add_up_to_the_shown_score(drawn):
    total = math.fsum(weight for weight, _ in drawn)
    points = {f"c{place}": weight / total * value for place, (weight, value) in enumerate(drawn)}
    score = math.fsum(points.values())
    shown = shown_points(points, score)
    assert math.fsum(shown.values()) == tenths_of(shown_score(score), abs=1e-9)
    assert all(abs(shown[name] - 100 * points[name]) < 0.1 + 1e-6 for name in points)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_shown_margin_is_the_difference_of_shown_scores(first, second):
    assert shown_margin(first, second) == tenths_of(shown_score(first) - shown_score(second), abs=1e-9)
