from datetime import timedelta

import pytest

from frameworth.derive import Reference, medians, multiple_of_median
from frameworth.errors import InvalidValue
from tests.frameworth.builders import DAY, SOURCE, observation

REFERENCES = {("speed", DAY): Reference("speed", DAY, 200, 7)}


def test_a_figure_becomes_its_multiple_of_the_frozen_median():
    multiple = multiple_of_median(observation(value=300, unit="requests/s", basis="reported", revision=3), REFERENCES)
    assert (multiple.framework, multiple.metric, multiple.value, multiple.unit) == ("alpha", "speed_vs_median", 1.5, "times the median")
    assert (multiple.observed_on, multiple.basis, multiple.source, multiple.revision) == (DAY, "reported", SOURCE, 3)
    assert multiple.note == "300 requests/s over the median of 200, 7 frameworks"


def test_a_multiple_names_its_parents():
    parents = multiple_of_median(observation(value=300), REFERENCES).derived_from
    assert parents == ("alpha/speed/2026-06-15", "median/speed/2026-06-15")


def test_a_multiple_that_has_no_end_is_rounded_so_that_every_store_keeps_it():
    assert multiple_of_median(observation(value=1), {("speed", DAY): Reference("speed", DAY, 3, 5)}).value == 0.333333


@pytest.mark.parametrize("other", [{"name": "jobs"}, {"on": DAY - timedelta(days=1)}])
def test_without_a_reference_for_the_table_there_is_no_multiple(other):
    assert multiple_of_median(observation(**other), REFERENCES) is None


def table(*values, name="speed", on=DAY):
    return [observation(f"framework-{place}", name, value=value, on=on) for place, value in enumerate(values)]


def test_the_median_of_a_table_is_its_reference():
    assert medians(table(10, 30, 20), ["speed"]) == {("speed", DAY): Reference("speed", DAY, 20, 3)}
    assert medians(table(10, 30, 20, 25), ["speed"])["speed", DAY].median == 22.5


def test_each_day_is_a_table_of_its_own():
    yesterday = DAY - timedelta(days=1)
    found = medians([*table(1, 2, 3), *table(4, 5, 6, on=yesterday)], ["speed"])
    assert {day: reference.median for (_, day), reference in found.items()} == {DAY: 2, yesterday: 5}


def test_a_table_of_fewer_than_three_rows_has_no_median():
    assert medians(table(10, 30), ["speed"]) == {}


def test_a_framework_with_two_figures_in_a_table_counts_once_by_the_one_that_counts():
    rows = table(10, 30)
    assert medians([*rows, observation("framework-0", value=90, revision=1)], ["speed"]) == {}
    correction = observation("framework-0", value=90, revision=1)
    for together in ([*table(10, 30, 20), correction], [correction, *table(10, 30, 20)]):
        assert medians(together, ["speed"])["speed", DAY] == Reference("speed", DAY, 30, 3)


def test_only_the_metrics_asked_for_are_looked_at():
    assert set(medians([*table(1, 2, 3), *table(1, 2, 3, name="jobs")], ["jobs"])) == {("jobs", DAY)}


def test_a_row_that_joins_a_table_later_is_measured_against_the_frozen_median():
    frozen = medians(table(10, 30, 20), ["speed"])
    assert multiple_of_median(observation("latecomer", value=1000), frozen).value == 50


@pytest.mark.parametrize(("median", "rows"), [(0, 5), (-1, 5), (10, 2)])
def test_a_reference_needs_a_median_above_0_of_three_rows(median, rows):
    with pytest.raises(InvalidValue, match="reference of speed on 2026-06-15: needs a median above 0 of 3 rows"):
        Reference("speed", DAY, median, rows)


def test_a_reference_is_a_figure_like_any_other():
    with pytest.raises(InvalidValue, match="median of speed: nan is not finite"):
        Reference("speed", DAY, float("nan"), 5)
    with pytest.raises(InvalidValue, match="reference: 'Speed' is no name"):
        Reference("Speed", DAY, 10, 5)
