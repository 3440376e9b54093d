"""The bounds of the domain: whatever can be made at all is kept to the last sign, by every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.storage.doctor import examine
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from frameworth.errors import InvalidValue
from frameworth.evidence import LARGEST, MOST_NOTE, MOST_TITLE, MOST_UNIT, MOST_URL, Observation, Source
from frameworth.register import Framework
from tests.chalicelib.storage.engines import fresh_table
from tests.chalicelib.storage.samples import a_framework, a_row, frameworks, observations
from tests.chalicelib.storage.states import kept

LONGEST = a_row(
    "m" + "_" * 47,
    LARGEST,
    "9999-12-31",
    framework="a" + "-" * 62,
    unit="𝔘" * MOST_UNIT,
    source=Source("𝔗" * MOST_TITLE, "https://x/" + "é" * (MOST_URL - 10)),
    note="𝔑" * MOST_NOTE,
    revision=999_999,
    derived_from=("a" * 150, "b" * 150),
)
EXTREMES = [
    LONGEST,
    *(
        a_row("stars", value, "0001-01-01")
        for value in (-LARGEST, 0.0, -0.0, 1e-300, 999999999999999.0, 0.123456789012345, -1.5e-7, 1e15 - 1)
    ),
    a_row("stars", 1, "2020-01-01", unit="“%’", note=" led and ended by blanks \xa0"),
    a_row("stars", 1, "2020-01-01", note="rtl \u202e, zero \u200b width, e\u0301 and \xe9, \ufffd"),
]


def answered(table: Table, row: Observation) -> list[Observation]:
    """The history after a row was appended, to be compared with what went in; what is current is the same figure."""
    store = EvidenceStore(table)
    store.load(a_framework(row.framework), ())
    assert store.append(row)
    figures = EvidenceStore(table).evidence([row.framework], as_of=date.max)[row.framework].figures
    assert figures == {row.metric: row.figure}
    assert str(figures[row.metric].value) == str(row.value)
    return kept(table, row.framework)


@pytest.mark.parametrize("row", EXTREMES, ids=lambda row: f"{row.value!r}-{row.note[:4]}")
def test_what_lies_at_a_bound_is_kept_to_the_last_sign(row: Observation, table: Table) -> None:
    assert answered(table, row) == [row]
    assert examine(table) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations)
def test_every_observation_that_can_be_made_is_kept(admin: Any, row: Observation) -> None:
    with fresh_table(admin) as name:
        assert answered(Table(admin, name), row) == [row]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frameworks)
def test_every_framework_that_can_be_made_is_kept(admin: Any, framework: Framework) -> None:
    with fresh_table(admin) as name:
        table = Table(admin, name)
        EvidenceStore(table).put(framework)
        assert Registers(table).frameworks() == (framework,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": -float("inf")},
        {"value": 1e15 + 1},
        {"value": 10**400},
        {"value": 0.1234567890123456},
        {"value": True},
        {"value": "7"},
        {"framework": "a#b"},
        {"framework": "META/../x"},
        {"framework": "a" * 64},
        {"metric": "a|b"},
        {"metric": "a#b"},
        {"metric": "m" * 49},
        {"unit": ""},
        {"unit": "u" * (MOST_UNIT + 1)},
        {"note": "n" * (MOST_NOTE + 1)},
        {"note": "two\nlines"},
        {"note": "nul \x00"},
        {"note": "half a sign \ud800"},
        {"revision": 1_000_000},
        {"revision": -1},
        {"derived_from": ("a,b",)},
        {"derived_from": ("a|b",)},
    ],
    ids=str,
)
def test_what_lies_beyond_a_bound_can_not_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        replace(a_row("stars", 1, "2020-01-01"), **wrong)
