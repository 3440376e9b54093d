"""What is asked of offers, on offers made here; as parts of plugins in test_testing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import ADDITIVE, Finding, Method, levels, linear, log, piecewise, place, ratio, reciprocal, yes_no
from frameworth.catalogue import Catalogue
from frameworth.checking import differences, faults_of_judgement, faults_of_method, faults_of_value
from frameworth.methods import additive
from frameworth.values import ValueFunction
from tests.frameworth.builders import by_name, criterion, evidence, metric


class Made(ValueFunction):
    """A value function from two functions."""

    def __init__(self, forth, back):
        self.forth, self.back = forth, back

    def _unclamped(self, figure):
        return self.forth(figure)

    def inverse(self, value):
        return self.back(value)

    @property
    def anchors(self):
        return {"form": "made", "one": self.back(1.0)}

    def __eq__(self, other):
        return self is other

    __hash__ = None


class Loose(Made):
    """One that does not clamp."""

    def __call__(self, figure):
        return self.forth(figure)


def faults_of(function):
    return faults_of_value(metric(value=function))


# --- Value functions

numbers = st.integers(1, 1_000_000) | st.floats(0.01, 1e6)
factors = st.floats(1.01, 1000)  # anchors as far apart as figures can be told apart
functions = st.one_of(
    st.builds(lambda zero, factor: log(zero, zero * factor), numbers, factors),
    st.builds(ratio, numbers, factors),
    st.builds(lambda zero, factor: linear(zero, zero * factor), numbers, factors),
    st.builds(lambda one, factor: linear(one * factor, one), numbers, factors),
    st.builds(lambda zero, factor: reciprocal(zero, zero * factor), numbers, factors),
    st.builds(lambda one, factor: reciprocal(one * factor, one), numbers, factors),
    st.builds(place, factors),
    st.just(yes_no()),
)


@given(functions)
def test_the_functions_of_the_library_are_sound(function):
    assert faults_of(function) == []


def test_scales_and_knees_are_sound_though_a_scale_need_not_reach_its_ends():
    assert faults_of(levels({1: 0.25, 2: 0.25, 3: 1})) == []
    assert faults_of(levels({1: 1, 2: 0.3})) == []
    assert faults_of(piecewise((0, 0), (5, 0.6), (30, 1))) == []
    assert faults_of(piecewise((0, 1), (5, 0.6), (30, 0))) == []


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (Made(lambda x: 0.5 + math.sin(x) / 2, lambda v: 20 * v), "is not monotone between its ends 0 and 20"),
        (Made(lambda x: x / 10, lambda v: 20 * v), "does not lead back: its inverse gives 0.4 for 0.02, but 0.4 is worth 0.04"),
        (Made(lambda x: 1 - x / 10, lambda v: 10 * v), "is not monotone"),
        (Made(lambda x: 1 / x, lambda v: 10 * v), "broke: ZeroDivisionError"),
        (Made(lambda x: x / 10, lambda v: "10"), "broke: TypeError"),
        (Loose(lambda x: x / 10, lambda v: 10 * v), "makes -0.2 of -2, outside 0..1"),
        (Loose(lambda x: math.nan, lambda v: 10 * v), "makes nan of -2, outside 0..1"),
        (linear(1e9, 1e9 + 1e-6), "does not lead back"),  # the figures of these anchors can't be told apart
    ],
)
def test_a_value_function_that_is_not_sound_is_told(function, says):
    faults = faults_of(function)
    assert all(fault.startswith("value function of metric 'speed' ") for fault in faults)
    assert any(says in fault for fault in faults), faults


# --- Judgements


def test_a_judge_that_says_the_same_of_the_same_is_sound():
    def judge(evidence):
        return Finding.scored(0.5, "half") if evidence.figures else Finding.inconclusive()

    assert faults_of_judgement(criterion("own", judge=judge), [evidence("alpha"), evidence("beta", speed=3)]) == []
    assert faults_of_judgement(criterion("own", metric("speed")), [evidence("alpha"), evidence("beta", speed=3)]) == []


def test_a_fault_is_told_once_with_all_frameworks_that_have_it():
    one = criterion("own", judge=lambda evidence: Finding.scored(2, "too much"))
    [fault] = faults_of_judgement(one, [evidence("alpha"), evidence("beta", speed=3)])
    assert fault.startswith("criterion 'own', asked about alpha (no figures), beta: ")
    assert "value 2 lies outside 0..1" in fault


def test_a_judge_that_fails_the_second_time_only_is_told():
    answers = iter([Finding.scored(0.5, "half")])
    [fault] = faults_of_judgement(criterion("own", judge=lambda evidence: next(answers)), [evidence()])
    assert "StopIteration" in fault


# --- Methods


def method(aggregate, **more):
    return Method("own", aggregate=aggregate, summary="Of these tests.", **more)


def part_of_the_best(values, weights):
    sums = additive(values, weights)
    return [one / max(sums) if max(sums) else 0.0 for one in sums]


def sieve(values, weights):
    """Each row gets less than the one before."""
    return [1 / (place + 1) for place in range(len(values))]


def test_a_method_that_keeps_its_word_is_sound():
    assert faults_of_method(ADDITIVE) == []
    assert faults_of_method(method(lambda values, weights: (min(row) for row in values))) == []
    assert faults_of_method(method(part_of_the_best, depends_on_candidates=True)) == []


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (method(part_of_the_best), "as others are compared; say depends_on_candidates=True"),
        (method(sieve, depends_on_candidates=True), "scores equal rows 1 and 0.2"),
        (method(lambda values, weights: [0.5]), "gave 1 scores for 4 frameworks"),
        (method(lambda values, weights: [2.0] * len(values)), "gave 2.0, which is no number in 0..1"),
        (method(lambda values, weights: [math.nan] * len(values)), "gave nan"),
        (method(lambda values, weights: None), "TypeError"),
        (method(lambda values, weights: [row.append(1) for row in values]), "AttributeError"),
        (method(lambda values, weights: [0 * sum(1 / weight for weight in weights) for row in values]), "division"),  # weights can be 0
        # A column in which all are alike has no span to divide by, and a candidate alone no other to be better than.
        (method(lambda values, weights: [row[2] / (max(v[2] for v in values) - min(v[2] for v in values)) for row in values]), "division"),
    ],
)
def test_a_method_that_does_not_is_told(broken, says):
    faults = faults_of_method(broken)
    assert any(says in fault for fault in faults), faults


def test_a_method_that_draws_lots_is_told():
    drawn = iter(range(1000))
    faults = faults_of_method(method(lambda values, weights: [1 / (next(drawn) + 1)] * len(values), depends_on_candidates=True))
    assert any("then" in fault and "for the same table" in fault for fault in faults)


# --- Differences


def catalogue(**offers):
    """A catalogue of these offers alone."""
    kinds = ("criteria", "profiles", "methods", "collectors", "metrics", "figures", "figures_by_plugin")
    return Catalogue(**{**{kind: {} for kind in kinds}, "observers": (), "plugins": (), **offers})


def reading(function):
    return catalogue(criteria=by_name(criterion("own", metric(value=function))))


def test_functions_are_left_aside_since_each_import_makes_its_own():
    one, other = (catalogue(criteria=by_name(criterion("own", judge=lambda evidence: None))) for _ in range(2))
    assert differences(one, other) == []


def test_value_functions_are_compared_by_their_anchors():
    assert differences(reading(linear(0, 10)), reading(linear(0, 10))) == []
    assert differences(reading(Made(abs, lambda v: 10 * v)), reading(Made(abs, lambda v: 10 * v))) == []
    assert differences(reading(linear(0, 10)), reading(linear(0, 11))) == ["criteria 'own' differ when asked for again"]
    assert differences(reading(Made(abs, lambda v: 10 * v)), reading(Made(abs, lambda v: 11 * v))) != []
    assert differences(reading(Made(abs, lambda v: 1 / 0)), reading(Made(abs, lambda v: 1 / 0))) != []


def test_what_is_there_once_only_is_named():
    some = catalogue(methods={"own": method(min)}, observers=(print,))
    assert differences(some, some) == []
    assert differences(some, catalogue()) == ["methods are first own, then none", "observers are first 1, then 0"]
