import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Profile, Weight
from frameworth.errors import InvalidValue
from frameworth.weighting import normalised, profile_weights
from tests.frameworth.builders import by_name, criterion

CRITERIA = by_name(criterion("jobs"), criterion("speed"), criterion("size", weight_in={"career": 3, "learning": 9}))
CAREER = Profile("career", summary="To be hired.", weights={"jobs": Weight(4, "it is the question"), "speed": Weight(1, "a little")})

any_weights = st.dictionaries(st.sampled_from("abcde"), st.floats(0, 1e308), min_size=1).filter(lambda drawn: max(drawn.values()) > 0)


@given(any_weights)
def test_shares_add_up_to_1_and_keep_their_proportions(weights):
    shares = normalised(weights, "abcde")
    assert list(shares) == list("abcde")
    assert math.fsum(shares.values()) == pytest.approx(1, abs=1e-12)
    heaviest = max(weights, key=weights.get)
    assert all(shares[name] == pytest.approx(weights.get(name, 0) / weights[heaviest] * shares[heaviest]) for name in "abcde")


@given(any_weights)
def test_the_order_of_criteria_changes_no_share(weights):
    assert normalised(weights, "edcba") == normalised(weights, "abcde")


def test_a_criterion_that_is_not_named_weighs_0():
    assert normalised({"jobs": 3, "speed": 1}, CRITERIA) == {"jobs": 0.75, "speed": 0.25, "size": 0}


@pytest.mark.parametrize("weights", [{}, {"jobs": 0}, {"jobs": 0, "speed": 0.0}])
def test_weights_that_are_all_0_are_refused(weights):
    with pytest.raises(InvalidValue, match="no criterion has a weight above 0; give at least one"):
        normalised(weights, CRITERIA)


@pytest.mark.parametrize("weight", [-1, -1e-300, math.nan, math.inf])
def test_a_weight_that_is_no_number_of_0_or_more_is_refused_by_its_criterion(weight):
    with pytest.raises(InvalidValue, match="weight of 'speed'"):
        normalised({"jobs": 1, "speed": weight}, CRITERIA)


def test_a_profile_s_weights_are_normalised():
    plain = by_name(criterion("jobs"), criterion("speed"))
    assert profile_weights(CAREER, plain) == {"jobs": 0.8, "speed": 0.2}


def test_a_criterion_suggests_its_weight_to_profiles_that_do_not_name_it():
    assert profile_weights(CAREER, CRITERIA) == {"jobs": 4 / 8, "speed": 1 / 8, "size": 3 / 8}


def test_a_suggestion_does_not_change_a_weight_that_the_profile_names():
    pushy = by_name(criterion("jobs"), criterion("speed", weight_in={"career": 100}))
    assert profile_weights(CAREER, pushy) == {"jobs": 0.8, "speed": 0.2}


def test_a_suggestion_for_another_profile_counts_nothing():
    elsewhere = by_name(criterion("jobs"), criterion("speed"), criterion("size", weight_in={"learning": 9}))
    assert profile_weights(CAREER, elsewhere)["size"] == 0


def test_emphasis_multiplies_the_profile_s_weights():
    plain = by_name(criterion("jobs"), criterion("speed"))
    assert profile_weights(CAREER, plain, {"speed": 4}) == {"jobs": 0.5, "speed": 0.5}
    assert profile_weights(CAREER, plain, {"jobs": 0}) == {"jobs": 0, "speed": 1}


def test_emphasis_gives_no_weight_to_what_has_none():
    elsewhere = by_name(criterion("jobs"), criterion("speed"), criterion("charm"))
    assert profile_weights(CAREER, elsewhere, {"charm": 100})["charm"] == 0


@pytest.mark.parametrize("emphasis", [{"jobs": -1}, {"jobs": math.nan}, {"jobs": math.inf}, {"jobs": 0, "speed": 0, "size": 0}])
def test_wrong_emphasis_is_refused(emphasis):
    with pytest.raises(InvalidValue):
        profile_weights(CAREER, CRITERIA, emphasis)
