from __future__ import annotations

from datetime import date

import pytest

from frameworth.growth import gains
from tests.frameworth.builders import observation


def stars(on, value, **more):
    return observation(name="stars", value=value, on=date.fromisoformat(on), unit="stars", **more)


def test_what_doubled_within_two_years_gained_half_of_what_it_has():
    [gain] = gains([stars("2020-01-01", 500), stars("2022-01-01", 1000)], None)
    assert gain.value == pytest.approx(50, abs=0.1)
    assert (gain.metric, gain.unit, gain.observed_on) == ("stars_gain_24m", "percent of today's", date(2022, 1, 1))
    assert gain.derived_from == ("alpha/stars/2022-01-01", "alpha/stars/2020-01-01")


def test_another_span_is_brought_to_two_years():
    [gain] = gains([stars("2019-02-01", 250), stars("2022-01-01", 1000)], None)
    assert gain.value == pytest.approx(100 * (1 - 0.25 ** (24 / 35)), abs=0.1)


def test_the_base_nearest_to_two_years_before_is_taken():
    series = [stars("2019-09-01", 10), stars("2020-02-01", 500), stars("2020-06-01", 900), stars("2022-01-01", 1000)]
    assert gains(series, None)[-1].derived_from[1] == "alpha/stars/2020-02-01"


def test_without_a_base_between_eighteen_months_and_three_years_there_is_no_gain():
    assert gains([stars("2018-01-01", 1), stars("2021-06-01", 2), stars("2022-01-01", 3)], date(2010, 1, 1)) == []


def test_a_framework_that_was_not_out_before_gained_all_it_has():
    [gain] = gains([stars("2022-01-01", 1000)], date(2020, 6, 1))
    assert gain.value == 100
    assert gain.derived_from == ("alpha/stars/2022-01-01", "alpha/first_release/2020-06-01")
    assert gains([stars("2022-07-01", 1000)], date(2020, 6, 1)) == []


def test_a_loss_is_a_gain_below_zero_and_nothing_has_no_gain():
    assert gains([stars("2020-01-01", 1000), stars("2022-01-01", 500)], None)[0].value == pytest.approx(-100, abs=0.2)


def test_what_fell_to_nothing_lost_all_it_had_and_does_not_live_on_an_old_gain():
    series = [stars("2018-01-01", 10), stars("2020-01-01", 100), stars("2022-01-01", 0), stars("2024-01-01", 0)]
    found = gains(series, None)
    assert [(gain.observed_on.year, round(gain.value)) for gain in found] == [(2020, 90), (2022, -100)]


def test_nothing_that_stays_nothing_has_no_gain():
    assert gains([stars("2020-01-01", 0), stars("2022-01-01", 0)], date(2021, 1, 1)) == []


def test_a_later_figure_never_changes_an_earlier_gain():
    series = [stars("2020-01-01", 500), stars("2022-01-01", 1000), stars("2024-01-01", 5000)]
    assert gains(series, None)[:1] == gains(series[:2], None)


def test_of_two_figures_of_a_day_the_one_that_takes_precedence_counts():
    series = [stars("2020-01-01", 100), stars("2020-01-01", 500, revision=1), stars("2022-01-01", 1000)]
    assert gains(series, None)[0].value == pytest.approx(50, abs=0.1)
