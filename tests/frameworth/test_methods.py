"""Methods over the values of a question: what they rank, and what becomes of one that breaks."""

import math

import pytest
from hypothesis import given

from frameworth import Method, score
from frameworth.errors import InvalidValue, MethodFailed
from frameworth.judging import WhenMissing
from frameworth.methods import ADDITIVE, additive
from tests.frameworth.builders import CRITERIA, DAY, by_name, candidates, criterion, evidence, weights

TWO = by_name(criterion("speed"), criterion("jobs"))
EVEN = {"speed": 1, "jobs": 1}
# Balanced, one-sided, and one that is dominated by both.
KNOWN = [evidence("even", speed=50, jobs=50), evidence("fast", speed=100, jobs=10), evidence("weak", speed=40, jobs=5)]


def product(values, shares):
    """The weighted product; a 0 in any counted column is a 0."""
    return [math.prod(value**share for value, share in zip(row, shares, strict=True)) for row in values]


def weighted_sum(values, shares):
    """What `additive` gives, by a function that is not known to add up."""
    return additive(values, shares)


def best_of_all(values, shares):
    """Each framework's sum as a part of the largest: a score that changes with who else is there."""
    sums = additive(values, shares)
    return [one / max(sums) if max(sums) else 0.0 for one in sums]


PRODUCT = Method("product", aggregate=product, summary="The weighted product.")
RELATIVE = Method("relative", aggregate=best_of_all, summary="A part of the best.", depends_on_candidates=True)


def standing(ranked):
    row = ranked.row
    return ranked.rank, row.framework, row.score, row.low, row.high


def scores(method, known=KNOWN, **how):
    card = score(known, TWO, EVEN, as_of=DAY, method=method, **how)
    return {ranked.row.framework: round(ranked.row.score, 9) for ranked in card.ranking}


def test_another_method_ranks_by_its_own_scores():
    assert scores(ADDITIVE) == {"fast": 0.55, "even": 0.5, "weak": 0.225}
    assert scores(PRODUCT) == {"even": 0.5, "fast": round(math.sqrt(0.1), 9), "weak": round(math.sqrt(0.02), 9)}


def test_the_verdict_names_the_method_instead_of_points_that_do_not_add_up():
    card = score(KNOWN, TWO, EVEN, as_of=DAY, method=PRODUCT)
    assert card.because == "even scores highest by the method product."
    assert card.method is PRODUCT


@given(candidates(), weights)
def test_the_additive_method_by_its_aggregate_is_the_additive_score(known, drawn):
    same = Method("same", aggregate=weighted_sum, summary="The weighted sum.")
    by_aggregate, by_rule = (score(known, CRITERIA, drawn, as_of=DAY, method=method) for method in (same, ADDITIVE))
    rows = [[one.row for one in card.ranking] + [one.row for one in card.not_ranked] for card in (by_aggregate, by_rule)]
    for one, other in zip(*rows, strict=True):
        assert one.framework == other.framework
        assert (one.score, one.low, one.high) == pytest.approx((other.score, other.low, other.high), abs=1e-12)


def test_bounds_are_the_method_s_own_over_the_bounds_of_the_criteria():
    known = [evidence("alpha", speed=50)]  # jobs is missing: stand-in 0.5, bounds 0 and 1
    [ranked] = score(known, TWO, {"speed": 3, "jobs": 1}, as_of=DAY, method=PRODUCT).ranking
    assert (ranked.row.low, ranked.row.high) == (0.0, pytest.approx(0.5**0.75))


def test_a_method_that_depends_on_the_candidates_gives_no_bounds():
    card = score(KNOWN, TWO, EVEN, as_of=DAY, method=RELATIVE)
    assert [(one.row.low, one.row.high) for one in card.ranking] == [(0.0, 1.0)] * 3
    assert card.ranking[0].row.score == 1.0


def test_who_is_not_ranked_is_scored_as_if_it_alone_joined_and_changes_nobody_s_score():
    unknown = evidence("dark", speed=90)
    heavy = {"speed": 1, "jobs": 2}
    with_it = score([*KNOWN, unknown], TWO, heavy, as_of=DAY, method=RELATIVE)
    without = score(KNOWN, TWO, heavy, as_of=DAY, method=RELATIVE)
    assert [standing(one) for one in with_it.ranking] == [standing(one) for one in without.ranking]
    [left_out] = with_it.not_ranked
    # 0.9/3 + 0.5·2/3 against 0.5 of the best that is ranked: it would be the best itself.
    assert left_out.row.score == 1.0


def test_with_nobody_to_rank_a_method_is_not_asked():
    refuses = Method("refuses", aggregate=lambda values, shares: 1 / 0, summary="Breaks.")
    assert score([], TWO, EVEN, as_of=DAY, method=refuses).ranking == ()


BROKEN = {
    "raises": (lambda values, shares: 1 / 0, "ZeroDivisionError"),
    "exits": (lambda values, shares: (_ for _ in ()).throw(SystemExit(3)), "SystemExit: 3"),
    "gives nothing": (lambda values, shares: None, "TypeError"),
    "gives too few": (lambda values, shares: [0.5], "gave 1 scores for 3 frameworks"),
    "gives NaN": (lambda values, shares: [math.nan] * 3, "gave nan"),
    "gives infinity": (lambda values, shares: [math.inf] * 3, "gave inf"),
    "gives more than 1": (lambda values, shares: [1.1] * 3, "gave 1.1"),
    "gives less than 0": (lambda values, shares: [-0.1] * 3, "gave -0.1"),
    "gives text": (lambda values, shares: ["0.5"] * 3, "gave '0.5'"),
    "gives yes": (lambda values, shares: [True] * 3, "gave True"),
    "raises half-way": (lambda values, shares: (1 / place for place in range(3)), "ZeroDivisionError"),
    "writes into the values": (lambda values, shares: values[0].append(1), "AttributeError"),
    "writes into the weights": (lambda values, shares: shares.__setitem__(0, 1), "AttributeError"),
}


@pytest.mark.parametrize(("aggregate", "says"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("depends", [False, True])
def test_a_method_that_breaks_is_named_with_its_provider(aggregate, says, depends):
    broken = Method("odd", aggregate=aggregate, summary="Breaks.", provider="guess", depends_on_candidates=depends)
    with pytest.raises(MethodFailed, match="method 'odd' of plugin guess failed") as caught:
        score(KNOWN, TWO, EVEN, as_of=DAY, method=broken)
    assert says in caught.value.fault
    assert (caught.value.method, caught.value.provider) == ("odd", "guess")


def test_rounding_past_the_ends_is_no_fault():
    slack = Method("slack", aggregate=lambda values, shares: [1.0 + 1e-12, 1, -1e-12], summary="Rounds.")
    assert scores(slack) == {"even": 1.0, "fast": 1.0, "weak": 0.0}


def test_a_method_can_not_be_made_of_what_is_none():
    for wrong in ({"aggregate": 5}, {"summary": ""}, {"depends_on_candidates": 1}, {"name": "No Name"}):
        given_fields = {"name": "odd", "aggregate": max, "summary": "Something.", **wrong}
        with pytest.raises(InvalidValue):
            Method(given_fields.pop("name"), **given_fields)


def test_gaps_that_share_their_weight_give_other_methods_no_matrix():
    """`ignore` makes weights of its own for each row; the service refuses it for methods that do not add up."""
    with_gap = [evidence("alpha", speed=80), evidence("beta", speed=60, jobs=60)]
    assert scores(ADDITIVE, with_gap, when_missing=WhenMissing.IGNORE)["beta"] == 0.6
