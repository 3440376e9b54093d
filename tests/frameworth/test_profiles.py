import math

import pytest

from frameworth import Gate, Profile, Weight
from frameworth.errors import InvalidValue

WEIGHTS = {"jobs": Weight(2, "it is the question itself"), "speed": Weight(0, "nobody waits")}


def profile(name="career", **more):
    return Profile(name, **{"summary": "To be hired.", "weights": WEIGHTS} | more)


def test_a_profile_gives_each_weight_a_reason():
    assert profile().weights["jobs"].because == "it is the question itself"
    assert profile().title == "Career"
    assert profile(title="Getting hired").title == "Getting hired"


def test_a_profile_cannot_be_written_to():
    weights = dict(WEIGHTS)
    one = profile(weights=weights)
    weights.clear()
    assert one.weights == WEIGHTS
    with pytest.raises(TypeError):
        one.weights["jobs"] = Weight(5, "more")


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, True, "2", None])
def test_a_weight_that_is_no_number_of_0_or_more_is_refused(value):
    with pytest.raises(InvalidValue, match=r"^weight: .* is not a number of 0 or more"):
        Weight(value, "because")


@pytest.mark.parametrize("because", ["", " ", "a\nb", "x" * 301, None])
def test_a_weight_without_a_reason_is_refused(because):
    with pytest.raises(InvalidValue, match="reason of a weight"):
        Weight(1, because)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"summary": ""}, "summary of profile 'career'"),
        ({"weights": {}}, "profile 'career': no criterion has a weight above 0"),
        ({"weights": {"jobs": Weight(0, "no matter")}}, "profile 'career': no criterion has a weight above 0"),
        ({"weights": {"jobs": 2}}, "profile 'career': the weight of 'jobs' is no Weight; write Weight"),
        ({"weights": {"Jobs": Weight(2, "any")}}, "profile 'career': 'Jobs' is no name"),
        ({"gates": ["supports_asgi"]}, "profile 'career': gates must be Gate objects"),
        ({"title": "x" * 81}, "title of profile 'career'"),
    ],
)
def test_a_wrong_field_of_a_profile_is_refused_by_the_profile_s_name(wrong, fault):
    with pytest.raises(InvalidValue, match=f"^{fault}"):
        profile(**wrong)


def test_a_profile_s_name_is_checked():
    with pytest.raises(InvalidValue, match=r"^profile: 'My Profile' is no name"):
        profile("My Profile")


@pytest.mark.parametrize(
    ("gate", "admitted", "refused", "required"),
    [
        (Gate("asgi", at_least=1), [1, 2], [0.999, 0, -1], ">= 1"),
        (Gate("size", at_most=0), [0, -1], [0.001], "<= 0"),
        (Gate("size", at_most=2.5), [2.5, 0], [2.6], "<= 2.5"),
        (Gate("trend", at_least=0), [0, 1], [-0.001], ">= 0"),
    ],
)
def test_a_gate_admits_its_bound_and_what_is_better(gate, admitted, refused, required):
    assert [gate.admits(figure) for figure in admitted] == [True] * len(admitted)
    assert [gate.admits(figure) for figure in refused] == [False] * len(refused)
    assert gate.required == required


@pytest.mark.parametrize("gate", [Gate("asgi", at_least=0), Gate("size", at_most=1e15)])
def test_a_gate_does_not_admit_what_is_not_known(gate):
    assert not gate.admits(None)


@pytest.mark.parametrize(
    ("bounds", "fault"),
    [
        ({}, "needs either at_least or at_most"),
        ({"at_least": 1, "at_most": 2}, "needs either at_least or at_most"),
        ({"at_least": math.nan}, "nan is not a finite number"),
        ({"at_most": math.inf}, "inf is not a finite number"),
        ({"at_least": True}, "True is not a finite number"),
        ({"at_least": "1"}, "'1' is not a finite number"),
    ],
)
def test_a_wrong_gate_is_refused_by_its_metric(bounds, fault):
    with pytest.raises(InvalidValue, match=f"gate on 'asgi': {fault}"):
        Gate("asgi", **bounds)
