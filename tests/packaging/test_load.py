"""The benchmark under load, for a few seconds: it runs, its storm is answered as it should be, and it reckons what it says."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bench.load import AFTER, BEFORE, SETTLING, STORM, is_wrong, percentiles, phase_of, tables
from bench.load_clients import Noted
from bench.load_run import Plan, run
from tests.chalicelib.storage.engines import missing_for_dynalite
from tests.checkouts import alone
from tests.packaging.functions import on_lambda

if TYPE_CHECKING:
    from tests.packaging.conftest import Package

pytestmark = pytest.mark.xdist_group("packaging")

# A storm of more than the three seconds for which boto3 waits at most: whoever comes into it at its beginning is turned away.
SHORT = Plan(clients=4, seconds=4.6, storm=(0.6, 3.8), settled=0.3)
MARKS = (10.0, 20.0, 30.0, 33.0, 40.0)
ANSWERED = Noted("GET", began=0, ended=0, status=200, retry_after="")


@alone
@on_lambda
@pytest.mark.skipif(bool(missing_for_dynalite()) and os.environ.get("CI") != "true", reason=missing_for_dynalite())
def test_a_short_load_has_no_wrong_answer_and_503s_in_its_storm_alone(package: Package) -> None:
    done = run(SHORT, package.template, package.unzipped, since=date(2026, 1, 1))
    (found,) = tables(SHORT, done)
    wrong_outside, wrong_amid, last_refusal, _, memory = found.bounds
    assert [str(bound) for bound in (wrong_outside, wrong_amid, last_refusal, memory) if not bound.holds] == []
    refused = [int(row[found.columns.index("503")]) for row in found.rows]
    assert refused[STORM] > 0
    assert sum(refused) == refused[STORM]
    assert all(int(row[found.columns.index("requests")]) > 0 for row in (found.rows[BEFORE], found.rows[STORM]))
    assert all(sum(seconds) > 0 for seconds in done.cpu.values())


@pytest.mark.parametrize(
    ("began", "ended", "phase"), [(12, 19.9, BEFORE), (19.9, 20.1, STORM), (29, 36, STORM), (30.1, 30.2, SETTLING), (34, 35, AFTER)]
)
def test_what_was_under_way_in_the_storm_is_of_the_storm(began: float, ended: float, phase: int) -> None:
    assert phase_of(replace(ANSWERED, began=began, ended=ended), MARKS) == phase


def test_a_503_is_wrong_outside_the_storm_and_where_it_does_not_say_when_to_come_again() -> None:
    refused = replace(ANSWERED, status=503, retry_after="2")
    assert not is_wrong(refused, STORM)
    assert is_wrong(refused, AFTER)
    assert is_wrong(replace(refused, retry_after=""), STORM)
    assert is_wrong(replace(ANSWERED, status=0), STORM)
    assert not is_wrong(ANSWERED, AFTER)


def test_percentiles_are_figures_that_came() -> None:
    assert percentiles(range(1, 101)) == (51, 96, 100)
    assert percentiles([7]) == (7, 7, 7)
    assert percentiles([]) == (0, 0, 0)
