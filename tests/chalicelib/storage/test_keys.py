from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.storage import keys
from chalicelib.storage.keys import position
from frameworth.errors import InvalidValue
from frameworth.evidence import Observation
from tests.chalicelib.storage import samples
from tests.chalicelib.storage.samples import HISTORY, a_framework, a_row


def hard_to_tell_apart(first: Observation, second: Observation, same_day: bool, revision: int) -> tuple[Observation, Observation]:
    """The two, with the day and nearly the revision in common."""
    day = first.observed_on if same_day else second.observed_on
    return first, replace(second, observed_on=day, revision=min(first.revision + revision, 999_999))


pairs = st.builds(hard_to_tell_apart, samples.observations, samples.observations, st.booleans(), st.integers(0, 1))


@given(pairs)
def test_the_text_of_precedence_sorts_as_precedence_does(pair: tuple[Observation, Observation]) -> None:
    first, second = pair
    assert (keys.precedence(first) < keys.precedence(second)) == (first.precedence < second.precedence)


@given(pairs, samples.names)
def test_sort_keys_run_by_metric_then_by_precedence(pair: tuple[Observation, Observation], longer: str) -> None:
    first = pair[0]
    for second in (replace(pair[1], metric=first.metric), replace(pair[1], metric=f"{first.metric}{longer}"[:48])):
        by_key = keys.observation(first)[1] < keys.observation(second)[1]
        assert by_key == ((first.metric, first.precedence) < (second.metric, second.precedence))
        assert by_key == (position(first) < position(second))


@given(samples.observations)
def test_the_same_content_has_the_same_key(row: Observation) -> None:
    assert keys.observation(replace(row)) == keys.observation(row)


@pytest.mark.parametrize(
    "change",
    [{"value": 101}, {"unit": "stars"}, {"note": "seen twice"}, {"source": samples.PRESS}, {"revision": 1}, {"derived_from": ("a/b/c",)}],
    ids=lambda change: next(iter(change)),
)
def test_other_content_has_another_key(change: dict[str, object]) -> None:
    row = HISTORY[0]
    assert keys.observation(replace(row, **change)) != keys.observation(row)


@given(samples.observations)
def test_observations_keep_apart_from_the_other_items_of_a_framework(row: Observation) -> None:
    partition, sort = keys.observation(row)
    assert partition == keys.framework(row.framework)
    assert keys.OBSERVATION <= sort <= f"{keys.OBSERVATION}{keys.LAST}"
    assert not any(keys.OBSERVATION <= other <= f"{keys.OBSERVATION}{keys.LAST}" for other in (keys.META, keys.CURRENT, keys.FACTS))


@given(samples.observations, samples.observations)
def test_one_span_holds_rows_and_markers_and_another_the_markers_alone(row: Observation, other: Observation) -> None:
    (partition, sort), (of_marker, marker) = keys.observation(row), keys.withdrawal(other)
    assert (partition, of_marker) == (keys.framework(row.framework), keys.framework(other.framework))
    assert keys.OBSERVATION <= sort < f"{keys.OBSERVATION}{keys.LAST}" < keys.WITHDRAWAL <= marker < f"{keys.WITHDRAWAL}{keys.LAST}"
    assert not any(keys.OBSERVATION <= one <= f"{keys.WITHDRAWAL}{keys.LAST}" for one in (keys.META, keys.CURRENT, keys.FACTS))


@given(samples.observations)
def test_a_marker_stands_where_its_observation_stands(row: Observation) -> None:
    assert keys.withdrawal(row)[1].removeprefix(keys.WITHDRAWAL) == keys.observation(row)[1].removeprefix(keys.OBSERVATION) == position(row)


@given(samples.observations)
def test_a_key_holds_no_more_separators_than_its_form_has(row: Observation) -> None:
    partition, sort = keys.observation(row)
    assert partition.split("#") == ["F", row.framework]
    assert sort.split("#") == ["O", row.metric, row.observed_on.isoformat(), f"{row.revision:06d}", row.id]


@pytest.mark.parametrize("hostile", ["a#CUR", "a|b", "A", "a b", "", "-a", "a" * 64, "a\n", "ä", "a.b", "F#a", "\U0010ffff", "١"])
def test_no_framework_id_can_inject_a_key(hostile: str) -> None:
    with pytest.raises(InvalidValue):
        a_row("stars", 1, "2020-01-01", framework=hostile)
    with pytest.raises(InvalidValue):
        a_framework(hostile)


@pytest.mark.parametrize("hostile", ["stars#2020-01-01", "a|b", "A", "a-b", "", "1a", "_a", "a" * 49, "a\n", "ä", "a,b"])
def test_no_metric_can_inject_a_key(hostile: str) -> None:
    with pytest.raises(InvalidValue):
        a_row(hostile, 1, "2020-01-01")


@pytest.mark.parametrize("hostile", ["a|b", "a,b", "a#b", "", "a\n"])
def test_no_parent_can_break_a_packed_figure(hostile: str) -> None:
    with pytest.raises(InvalidValue):
        a_row("stars", 1, "2020-01-01", derived_from=(hostile,))
