"""What a figure of a metric can be, by its unit and its day."""

from datetime import date

import pytest

from chalicelib.data_folder import read
from chalicelib.local import DATA
from frameworth.bounds import BOUNDS_BY_UNIT, FIRST_DAY, Bounds, misfit, misfits
from tests.frameworth.builders import observation

# Of these the values are texts, which are facts.
IN_WORDS = {"date", "month", "specifier", "version"}


@pytest.mark.parametrize(
    ("unit", "value", "told"),
    [
        ("stars", -1, "-1 is no figure in 'stars', which is a whole number of 0 or more"),
        ("stars", 1.5, "1.5 is no figure in 'stars', which is a whole number of 0 or more"),
        ("rank", 0, "0 is no figure in 'rank', which is a whole number of 1 or more"),
        ("percent", 100.1, "100.1 is no figure in 'percent', which is a number from 0 to 100"),
        ("percent", -0.1, "-0.1 is no figure in 'percent', which is a number from 0 to 100"),
        ("percent of today's", 101, '101 is no figure in "percent of today\'s", which is a number up to 100'),
        ("boolean", 2, "2 is no figure in 'boolean', which is a whole number from 0 to 1"),
        ("ordinal 1-5", 2.5, "2.5 is no figure in 'ordinal 1-5', which is a whole number from 1 to 5"),
        ("requests/s", -1, "-1 is no figure in 'requests/s', which is a number of 0 or more"),
    ],
)
def test_a_figure_that_its_unit_does_not_have_is_told_with_the_bound(unit, value, told):
    assert [(one.field, one.code, one.fault) for one in misfits(observation(value=value, unit=unit), unit)] == [
        ("value", "out_of_bounds", told)
    ]


@pytest.mark.parametrize(
    ("unit", "value"), [("stars", 0), ("rank", 1), ("percent", 100), ("percent of today's", -2434.39), ("ms", 0.5), ("moons", -1.5)]
)
def test_a_figure_on_its_bound_or_in_a_unit_of_a_plugin_fits(unit, value):
    assert misfits(observation(value=value, unit=unit), unit) == []


def test_nothing_was_seen_before_the_web():
    assert misfits(observation(on=FIRST_DAY), "points") == []
    (found,) = misfits(observation(on=date(1890, 1, 1)), "points")
    assert (found.field, found.code) == ("observed_on", "before_the_web")
    assert found.fault == "1890-01-01 is before 1990-01-01, when there was no web"


def test_a_figure_of_a_derived_metric_must_say_what_it_was_made_of():
    (found,) = misfits(observation(), "points", ("stars", "forks"))
    assert (found.field, found.code) == ("metric", "derived_metric")
    assert found.fault == "speed is derived from stars, forks; no figure of it is entered"
    assert misfits(observation(derived_from=("alpha/stars/2020-01-01",)), "points", ("stars", "forks")) == []


def test_all_that_does_not_fit_is_told_at_once():
    row = observation(value=-1, unit="stars", on=date(1890, 1, 1))
    assert [one.field for one in misfits(row, "stars", ("a", "b", "c", "d"))] == ["metric", "value", "observed_on"]
    assert misfit(row, "forks") == "unit 'stars' of speed should be 'forks'; 1890-01-01 is before 1990-01-01, when there was no web"


def test_every_unit_of_the_register_has_bounds_unless_it_is_told_in_words():
    seed = read(DATA)
    assert {entry.unit for entry in seed.metrics} == set(BOUNDS_BY_UNIT) | IN_WORDS


def test_every_figure_of_the_data_folder_fits_the_derived_ones_included():
    seed = read(DATA)
    entries = {entry.name: entry for entry in seed.metrics}
    rows = [row for found in seed.observations.values() for row in found]
    assert [row for row in rows if misfit(row, entries[row.metric].unit, entries[row.metric].derived_from)] == []
    assert all(entries[row.metric].derived_from for row in rows if row.derived_from)


def test_bounds_are_told_in_words():
    assert [str(one) for one in (Bounds(0, 1), Bounds(most=5, whole=True))] == ["a number from 0 to 1", "a whole number up to 5"]
