"""A figure is a median of ratios to the baseline of the same round, and told as steady only if it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.catalogue import BASELINE
from rig.figures import MEASURES, WIDEST, Figure, figures
from rig.plan import Step
from rig.samples import Sample
from tests.rig.records import samples


def only(found: list[Figure]) -> Figure:
    [figure] = found
    return figure


def test_a_figure_is_the_median_of_the_ratios_within_rounds() -> None:
    # The machine was half as quick in the second round, for both.
    found = only(figures(samples("page", "requests_per_cpu_s", {"flask": [100, 51, 98, 102, 99], BASELINE: [1000, 500, 1000, 1000, 1000]})))
    assert found.measure.metric == "rig_page_requests_per_cpu_s"
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.099, 0.102))
    assert (found.own, found.baseline, found.rounds) == (99, 1000, 5)
    assert found.is_steady


def test_of_several_turns_in_a_round_the_middle_one_counts_but_of_requests_the_better_of_a_framework() -> None:
    found = samples("page", "requests_per_cpu_s", {"flask": [100] * 3, BASELINE: [1000] * 3})
    more = {"flask": (200,), BASELINE: (5000, 1010)}
    others = [
        Sample(replace(one.step, turn=turn), {"requests_per_cpu_s": value})
        for one in found
        for turn, value in enumerate(more[one.step.framework], 2)
    ]
    figure = only(figures(found + others))
    assert (figure.own, figure.baseline) == (200, 1010)


def test_of_several_turns_the_middle_one_counts_in_all_else() -> None:
    found = samples("startup", "import_cpu", {"flask": [0.1] * 3, BASELINE: [0.01] * 3})
    others = [Sample(replace(one.step, turn=turn), {"import_cpu": value}) for one in found for turn, value in ((2, 0.03), (3, 0.5))]
    assert only(figures(found + others)).own == pytest.approx(1000 * 0.1)
    assert only(figures(found + others)).baseline == pytest.approx(1000 * 0.03)


def test_one_round_that_went_wrong_moves_little_and_two_of_five_make_a_figure_unsteady() -> None:
    one = {"flask": [100, 100, 101, 99, 300], BASELINE: [1000] * 5}
    two = {"flask": [100, 100, 101, 200, 300], BASELINE: [1000] * 5}
    assert only(figures(samples("page", "requests_per_cpu_s", one))).is_steady
    assert not only(figures(samples("page", "requests_per_cpu_s", two))).is_steady


@given(st.floats(0.001, 0.5))
def test_the_spread_is_the_width_of_the_middle_half(half: float) -> None:
    found = only(figures(samples("page", "requests_per_cpu_s", {"flask": [1 - half, 1 - half, 1, 1 + half, 1 + half], BASELINE: [1] * 5})))
    assert found.spread == pytest.approx(2 * half)
    assert found.is_steady == (2 * half <= WIDEST) or 2 * half == pytest.approx(WIDEST)


def test_fewer_than_three_rounds_are_not_enough_however_alike() -> None:
    two = {"flask": [100, 100], BASELINE: [1000, 1000]}
    assert not only(figures(samples("page", "requests_per_cpu_s", two))).is_steady
    assert only(figures(samples("page", "requests_per_cpu_s", {name: [*values, values[0]] for name, values in two.items()}))).is_steady


def test_a_round_without_the_baseline_or_without_a_reading_counts_for_nothing() -> None:
    found = samples("page", "requests_per_cpu_s", {"flask": [100, 100, 100, 100], BASELINE: [1000, 1000, 1000]})
    found.append(Sample(Step(5, "page", "flask"), fault="no answer"))
    assert only(figures(found)).rounds == 3
    assert figures(samples("page", "requests_per_cpu_s", {"flask": [100, 100, 100]})) == []


def test_the_slowest_answers_are_compared_with_the_usual_one_of_the_baseline() -> None:
    found = samples("json", "latency_p99", {"flask": [0.009] * 3, BASELINE: [0.5, 0.001, 0.1]})
    usual = samples("json", "latency_p50", {BASELINE: [0.003] * 3})
    both = [Sample(one.step, {**one.readings, **more.readings}) for one, more in zip(found[3:], usual, strict=True)]
    assert only(figures([*found[:3], *both])).value == pytest.approx(3)


def test_memory_is_the_most_of_any_test_and_none_where_a_test_is_missing() -> None:
    tests = {"json": 30.0, "remote": 40.0, "orm": 60.0, "page": 50.0}
    whole = [one for test, most in tests.items() for one in samples(test, "memory", {"flask": [most] * 3, BASELINE: [20.0] * 3})]
    assert only(figures(whole)).value == 3
    assert figures([one for one in whole if one.step.test != "page"]) == []


def test_every_metric_is_made_of_one_measure() -> None:
    names = [measure.metric for measure in MEASURES]
    assert len(names) == len(set(names)) == 19
