import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Finding
from frameworth.errors import InvalidValue
from frameworth.findings import Outcome

shares = st.floats(0, 1)


def test_a_scored_finding_is_certain_unless_it_says_otherwise():
    finding = Finding.scored(0.7, "because of this")
    assert (finding.value, finding.low, finding.high, finding.known, finding.confidence) == (0.7, 0.7, 0.7, 1, 1)
    assert finding.outcome is Outcome.SCORED
    assert finding.because == "because of this"


def test_bounds_follow_from_confidence_as_for_a_figure():
    finding = Finding.scored(0.6, "half sure", confidence=0.5)
    assert (finding.low, finding.high) == pytest.approx((0.3, 0.8))


def test_stated_bounds_are_kept():
    finding = Finding.scored(0.6, "so and so", low=0.5, high=0.9, confidence=0.1)
    assert (finding.low, finding.high) == (0.5, 0.9)


@given(shares, shares)
def test_every_value_and_confidence_make_a_finding_inside_its_bounds(value, confidence):
    finding = Finding.scored(value, "any", confidence=confidence)
    assert 0 <= finding.low <= finding.value <= finding.high <= 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -0.01, 1.01, True, "0.5"])
@pytest.mark.parametrize("field", ["value", "low", "high", "known", "confidence"])
def test_a_number_outside_0_to_1_is_refused_by_its_field(field, number):
    with pytest.raises(InvalidValue, match=f"^finding: {field} "):
        Finding.scored(**{"value": 0.5, "because": "any"} | {field: number})


@pytest.mark.parametrize("bounds", [{"low": 0.6}, {"high": 0.4}])
def test_a_value_outside_its_bounds_is_refused(bounds):
    with pytest.raises(InvalidValue, match="outside its bounds"):
        Finding.scored(0.5, "any", **bounds)


@pytest.mark.parametrize("because", ["", "x" * 501, "a\nb", None])
def test_a_finding_needs_a_reason_in_plain_text(because):
    with pytest.raises(InvalidValue, match="reason of a finding"):
        Finding.scored(0.5, because)


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [(Finding.inconclusive("nobody knows"), Outcome.UNKNOWN), (Finding.failed("nobody knows"), Outcome.FAILED)],
)
def test_without_a_judgement_a_neutral_stand_in_leaves_everything_open(finding, outcome):
    assert finding.outcome is outcome
    assert (finding.value, finding.low, finding.high, finding.known, finding.confidence) == (0.5, 0, 1, 0, 0)
    assert finding.because == "nobody knows"


def test_a_reason_is_made_when_it_is_asked_for():
    asked = []

    def reason():
        asked.append("once")
        return "made late"

    finding = Finding(Outcome.SCORED, value=0.5, low=0.5, high=0.5, known=1, confidence=1, reason=reason)
    assert not asked
    assert finding.because == "made late"
    assert asked
