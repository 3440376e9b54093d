from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.storage import items, keys
from frameworth.errors import InvalidValue
from frameworth.evidence import Observation, Source
from frameworth.register import Fact, Framework, MetricEntry
from tests.chalicelib.storage import samples
from tests.chalicelib.storage.samples import HISTORY, LAB, PRESS, a_framework, a_row

SOURCES = {source.id: source for source in (LAB, PRESS)}


@given(samples.observations)
def test_a_packed_figure_is_read_back_as_it_was(row: Observation) -> None:
    unpacked = items.unpack(items.pack(row))
    assert unpacked.figure({row.source.id: row.source}) == row.figure
    assert unpacked.precedence == keys.precedence(row)


@given(samples.observations, samples.observations, st.booleans(), st.booleans())
def test_packed_figures_sort_as_precedence_does(first: Observation, other: Observation, same_day: bool, same_revision: bool) -> None:
    second = replace(
        other,
        observed_on=first.observed_on if same_day else other.observed_on,
        revision=first.revision if same_revision else other.revision,
    )
    assert (items.pack(first) < items.pack(second)) == (first.precedence < second.precedence)


@given(samples.observations)
def test_an_observation_is_read_back_as_it_was(row: Observation) -> None:
    item = items.observation_item(row, "2026-11-22T10:00:00+00:00")
    assert items.observation(item, {row.source.id: row.source}) == row


@given(samples.observations, samples.texts(1000))
def test_a_withdrawal_is_read_back_as_it_was(row: Observation, reason: str) -> None:
    withdrawal = items.withdrawal(items.withdrawal_item(row, reason, "2026-11-22T10:00:00+00:00"))
    assert withdrawal == items.Withdrawal(row.framework, keys.position(row), reason, "2026-11-22T10:00:00+00:00")
    assert (withdrawal.metric, withdrawal.id) == (row.metric, row.id)


@pytest.mark.parametrize("reason", ["", "  ", "a" * 1001, "two\nlines", "\ud800"], ids=["none", "blank", "long", "lines", "surrogate"])
def test_a_withdrawal_needs_a_reason_in_plain_text(reason: str) -> None:
    with pytest.raises(InvalidValue, match="reason for withdrawing stars#2018-01-01"):
        items.withdrawal_item(HISTORY[0], reason, "now")


@given(samples.frameworks)
def test_a_framework_is_read_back_as_it_was(framework: Framework) -> None:
    assert items.framework(items.framework_item(framework)) == framework


@given(samples.slugs, st.lists(samples.facts, max_size=4))
def test_facts_are_read_back_as_they_were(framework_id: str, facts: list[Fact]) -> None:
    assert items.facts(items.facts_item(framework_id, facts)) == tuple(facts)


@given(samples.metric_entries)
def test_a_metric_is_read_back_as_it_was(entry: MetricEntry) -> None:
    assert items.metric(items.metric_item(entry)) == entry


@given(samples.sources)
def test_a_source_is_read_back_under_its_id(source: Source) -> None:
    assert items.source(items.source_item(source)) == (source.id, source)


@given(samples.frameworks, st.lists(samples.observations, max_size=5, unique_by=lambda row: row.metric), st.integers(0, 10**6))
def test_a_current_item_is_read_back_as_it_was(framework: Framework, rows: list[Observation], rev: int) -> None:
    current = items.current(items.current_item(framework, {row.metric: items.pack(row) for row in rows}, rev))
    assert (current.framework, current.rev, current.released) == (framework.id, rev, framework.first_release)
    sources = {row.source.id: row.source for row in rows}
    assert {metric: packed.figure(sources) for metric, packed in current.figures.items()} == {row.metric: row.figure for row in rows}


def test_the_current_item_answers_from_the_day_of_its_newest_figure_on() -> None:
    rows = (a_row("stars", 1, "2019-01-01"), a_row("speed", 1, "2020-02-29"))
    current = items.current(items.current_item(a_framework(), {row.metric: items.pack(row) for row in rows}, 2))
    assert current.answers(date(2020, 2, 29), True)
    assert current.answers(date(2020, 2, 29), False)
    assert not current.answers(date(2020, 2, 28), True)


def test_the_current_item_cannot_answer_without_opinions_if_it_holds_one() -> None:
    row = a_row("ease", 1, "2020-02-29", basis="opinion")
    current = items.current(items.current_item(a_framework(), {row.metric: items.pack(row)}, 1))
    assert current.answers(date(2021, 1, 1), True)
    assert not current.answers(date(2021, 1, 1), False)


def test_a_current_item_without_figures_answers_for_every_day() -> None:
    assert items.current(items.current_item(a_framework(), {}, 0)).answers(date.min, False)


@pytest.mark.parametrize(
    "item",
    [
        items.current_item(a_framework(), {}, 0),
        items.observation_item(HISTORY[0], "now"),
        items.withdrawal_item(HISTORY[0], "a reason", "now"),
        items.source_item(LAB),
        items.framework_item(a_framework()),
        items.facts_item("alpha", ()),
        items.metric_item(MetricEntry("stars", title="Stars", unit="things", direction="higher", factor="popularity", description="stars")),
    ],
    ids=lambda item: item["SK"]["S"],
)
def test_every_item_says_the_version_of_its_form(item: items.Item) -> None:
    assert item["schema"] == {"N": str(items.SCHEMA)}


def test_only_a_catalogue_entry_is_in_the_index() -> None:
    assert items.framework_item(a_framework())[keys.INDEX_KEY] == {"S": keys.FRAMEWORKS}
    others = (items.current_item(a_framework(), {}, 0), items.observation_item(HISTORY[0], "now"), items.facts_item("alpha", ()))
    assert not any(keys.INDEX_KEY in item for item in others)


@given(samples.observations)
def test_free_text_stays_out_of_the_current_item(row: Observation) -> None:
    precedence, value, basis, source, parents = items.pack(row).split("|")
    assert (precedence, float(value), source) == (keys.precedence(row), row.value, row.source.id)
    assert basis == row.basis.value[0]
    assert parents == ",".join(row.derived_from)


@given(samples.observations)
def test_figures_are_stored_as_text_that_keeps_every_digit(row: Observation) -> None:
    value = items.observation_item(row, "now")["value"]
    assert list(value) == ["S"]
    assert float(json.loads(value["S"])) == row.value
