from datetime import date

import pytest

from frameworth import Indicator, Source
from frameworth.explain import lead_in_words, number, quantity
from frameworth.judging import Rubric, judged
from frameworth.score import score
from tests.frameworth.builders import DAY, by_name, criterion, evidence, figure, metric

BOARD = Source("A job board", "https://example.org/jobs")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (294455.0, "294,455"),
        (12.5, "12.5"),
        (0.0, "0"),
        (-3.25, "-3.25"),
        (1e15, "1,000,000,000,000,000"),
        (1234567.25, "1,234,567.25"),
        (0.1, "0.1"),
        (0.000001, "0.000001"),
        (0.00000000001, "0.00000000001"),
    ],
)
def test_a_figure_is_written_as_people_write_it(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (294455.0, "bytes", "294,455 bytes"),
        (10.5, "percent", "10.5 %"),
        (1.0, "boolean", "yes"),
        (0.0, "boolean", "no"),
        (0.5, "boolean", "0.5 boolean"),
        (5.0, "ordinal 1-5", "5 on a scale of 1-5"),
        (1.5, "times the median", "1.5 times the median"),
        (0.959438, "times the median", "0.959 times the median"),
        (71.0337, "percent of today's", "71 % of today's"),
        (-2434.39, "percent of today's", "-2,430 % of today's"),
        (3588.0, "rank", "place 3,588"),
        (1.0, "features", "1 feature"),
        (1.0, "people", "1 person"),
        (1.0, "companies", "1 company"),
        (1.0, "letters", "1 letters"),
        (1.0, "ms", "1 ms"),
    ],
)
def test_a_figure_is_written_with_its_unit(value, unit, text):
    assert quantity(value, unit) == text


def words(*metrics, **known):
    return judged(Rubric.on(DAY, criterion("x", *metrics)), evidence("alpha", **known)).because


def test_one_figure_is_named_with_unit_worth_basis_date_and_source():
    said = words(metric("ads", unit="ads"), ads=figure(80, on=date(2020, 1, 2), basis="reported", source=BOARD))
    assert said == "ads 80 ads, worth 80 of 100 (reported, 2020-01-02, A job board)"


def test_of_many_figures_the_strongest_and_the_weakest_are_named_and_what_is_missing():
    metrics = [metric(name) for name in ("good", "middling", "bad", "gone", "lost")]
    assert words(*metrics, good=90, middling=50, bad=10) == (
        "strongest: good 90 points, worth 90 of 100 (measured, 2026-06-15, A benchmark); "
        "weakest: bad 10 points, worth 10 of 100 (measured, 2026-06-15, A benchmark); "
        "no figure: gone, lost"
    )


def test_without_a_figure_the_sentence_says_unknown():
    assert words(metric("gone")) == "unknown"


def test_the_title_of_the_indicator_is_used():
    one = criterion("x", metric("ads"))
    titled = Indicator("ads", one.metrics, title="Advertised jobs")
    rubric = Rubric.on(DAY, type(one)("x", question="Is it?", indicators=[titled]))
    assert judged(rubric, evidence("alpha", ads=10)).because.startswith("advertised jobs 10 points")


def lead(alpha, beta):
    criteria = by_name(criterion("speed"), criterion("jobs", title="Job market"), criterion("size"))
    weights = {"speed": 2, "jobs": 1, "size": 1}
    ranking = score([evidence("alpha", **alpha), evidence("beta", **beta)], criteria, weights, as_of=DAY).ranking
    return lead_in_words(ranking[0].row, ranking[1].row, {name: one.title for name, one in criteria.items()})


def test_a_lead_names_where_each_gains_by_points():
    said = lead({"speed": 90, "jobs": 80, "size": 30}, {"speed": 50, "jobs": 50, "size": 50})
    assert said == "alpha gains on speed (20.0), job market (7.5); beta on size (5.0)."


def test_a_lead_everywhere_says_that_the_other_gains_on_nothing():
    assert lead({"speed": 90, "jobs": 50, "size": 50}, {"speed": 50, "jobs": 50, "size": 50}) == (
        "alpha gains on speed (20.0); nothing that counts speaks for beta."
    )


def test_rows_that_differ_nowhere_are_called_level():
    same = {"speed": 50, "jobs": 50, "size": 50}
    assert lead(same, same) == "alpha and beta are level on everything that counts."


def test_a_lead_smaller_than_what_is_shown_is_not_named():
    assert lead({"speed": 50.05, "jobs": 50, "size": 50}, {"speed": 50, "jobs": 50, "size": 50}).endswith(
        "level on everything that counts."
    )
