import math
from datetime import date, datetime, timedelta

import pytest

from frameworth import Criterion, Indicator, Metric, yes_no
from frameworth.errors import InvalidValue
from tests.frameworth.builders import DAY, criterion, metric

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def test_a_metric_lives_from_its_first_day_to_its_last():
    one = metric(since=DAY, until=AFTER)
    assert [one.lives(day) for day in (BEFORE, DAY, AFTER, AFTER + timedelta(days=1))] == [False, True, True, False]


def test_a_metric_without_dates_always_lives():
    assert metric().lives(date.min)
    assert metric().lives(date.max)


def test_a_metric_of_opinions_does_not_live_when_opinions_are_out():
    view = metric(opinion=True)
    assert view.lives(DAY)
    assert not view.lives(DAY, opinions=False)
    assert metric().lives(DAY, opinions=False)


def test_an_indicator_reads_its_first_living_metric():
    best, good, old = metric("best", since=AFTER), metric("good", since=DAY), metric("old", until=DAY)
    indicator = Indicator("throughput", [best, good, old])
    assert indicator.metric(BEFORE) is old
    assert indicator.metric(DAY) is good
    assert indicator.metric(AFTER) is best


def test_an_indicator_falls_back_on_a_figure_when_opinions_are_out():
    view, figure = metric("view", opinion=True), metric("figure")
    assert Indicator("charm", [view, figure]).metric(DAY, opinions=False) is figure
    assert Indicator("charm", [view]).metric(DAY, opinions=False) is None


def test_titles_are_made_from_names_unless_given():
    assert metric("cold_start").title == "Cold start"
    assert Indicator("start", [metric()], title="Time to start").title == "Time to start"
    assert criterion("jobs").title == "Jobs"


def test_a_criterion_lists_the_metrics_of_all_its_indicators():
    a, b, c = metric("a"), metric("b"), metric("c")
    assert Criterion("x", question="Is it?", indicators=[Indicator("one", [a, b]), Indicator("two", [c])]).metrics == (a, b, c)


def test_a_criterion_cannot_be_written_to():
    one = criterion("jobs", weight_in={"career": 2})
    assert one.weight_in == {"career": 2}
    with pytest.raises(TypeError):
        one.weight_in["career"] = 3
    with pytest.raises(AttributeError):
        one.name = "other"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"unit": ""}, "unit of metric 'speed'"),
        ({"value": lambda figure: figure}, "metric 'speed': value .* is no value function; use log"),
        ({"prior": 1.1}, "metric 'speed': prior 1.1 lies outside"),
        ({"prior": -0.1}, "metric 'speed': prior"),
        ({"prior": math.nan}, "prior of metric 'speed'"),
        ({"prior": True}, "prior of metric 'speed'"),
        ({"half_life": 0}, "metric 'speed': half-life"),
        ({"half_life": math.inf}, "half-life of metric 'speed'"),
        ({"half_life": "5"}, "half-life of metric 'speed'"),
        ({"since": AFTER, "until": DAY}, "metric 'speed': its source ends on 2026-06-15, before it starts on 2026-06-16"),
        ({"since": "2018-05-28"}, "metric 'speed': since '2018-05-28' is no date"),
        ({"until": datetime(2018, 5, 28)}, "metric 'speed': until .* is no date"),  # noqa: DTZ001 - a wrong kind of day, on purpose
        ({"title": "x" * 81}, "title of metric 'speed'"),
        ({"title": "a\nb"}, "title of metric 'speed'"),
    ],
)
def test_a_wrong_field_of_a_metric_is_refused_by_the_metric_s_name(wrong, fault):
    with pytest.raises(InvalidValue, match=f"^{fault}"):
        Metric("speed", **{"unit": "points", "value": yes_no()} | wrong)


@pytest.mark.parametrize(
    ("metrics", "wrong", "fault"),
    [
        ([], {}, "indicator 'start': needs a list of one Metric or more"),
        (metric(), {}, "indicator 'start': needs a list of one Metric or more"),
        (["speed"], {}, "indicator 'start': needs a list of one Metric or more"),
        ([metric(), metric()], {}, "indicator 'start': names a metric twice"),
        ([metric()], {"weight": 0}, "indicator 'start': weight 0 is not above 0; leave the indicator out"),
        ([metric()], {"weight": math.nan}, "weight of indicator 'start'"),
        ([metric()], {"title": "\x00"}, "title of indicator 'start'"),
    ],
)
def test_a_wrong_field_of_an_indicator_is_refused_by_the_indicator_s_name(metrics, wrong, fault):
    with pytest.raises(InvalidValue, match=f"^{fault}"):
        Indicator("start", metrics, **wrong)


START = Indicator("start", [metric("cold")])


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"question": ""}, "question of criterion 'jobs'"),
        ({"question": "x" * 201}, "question of criterion 'jobs'"),
        ({"indicators": ()}, "criterion 'jobs': needs either indicators or a judge"),
        ({"judge": print}, "criterion 'jobs': needs either indicators or a judge"),
        ({"indicators": (), "judge": 5}, "criterion 'jobs': its judge can't be called"),
        ({"indicators": [metric()]}, "criterion 'jobs': indicators must be Indicator objects"),
        ({"indicators": [START, Indicator("start", [metric("warm")])]}, "criterion 'jobs': indicator 'start' is there twice"),
        ({"indicators": [START, Indicator("other", [metric("cold")])]}, "criterion 'jobs': metric 'cold' is there twice; one fact counts"),
        ({"weight_in": {"career": -1}}, "criterion 'jobs': a suggested weight is below 0"),
        ({"weight_in": {"career": math.nan}}, "weight of criterion 'jobs'"),
        ({"weight_in": {"Career!": 1}}, "criterion 'jobs': 'Career!' is no name"),
        ({"title": "x" * 81}, "title of criterion 'jobs'"),
    ],
)
def test_a_wrong_field_of_a_criterion_is_refused_by_the_criterion_s_name(wrong, fault):
    with pytest.raises(InvalidValue, match=f"^{fault}"):
        Criterion("jobs", **{"question": "Who is hiring?", "indicators": [START]} | wrong)


@pytest.mark.parametrize("name", ["", "Jobs", "job-market", 5])
def test_names_are_checked_and_say_what_they_would_have_named(name):
    with pytest.raises(InvalidValue, match=r"^metric: "):
        metric(name)
    with pytest.raises(InvalidValue, match=r"^indicator: "):
        Indicator(name, [metric()])
    with pytest.raises(InvalidValue, match=r"^criterion: "):
        Criterion(name, question="Who?", indicators=[START])
