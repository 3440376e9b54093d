import math
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth import Evidence, Observation, Source
from frameworth.errors import InvalidValue
from frameworth.evidence import Basis
from tests.frameworth.builders import DAY, SOURCE, observation

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


def known(*observations, **how):
    """The value of each metric that a history gives."""
    return {metric: figure.value for metric, figure in Evidence.of("alpha", observations, **{"as_of": DAY} | how).figures.items()}


def test_an_observation_counts_from_its_own_day_on():
    row = observation(value=5, on=DAY)
    assert known(row, as_of=YESTERDAY) == {}
    assert known(row, as_of=DAY) == {"speed": 5}
    assert known(row, as_of=TOMORROW) == {"speed": 5}


def test_the_latest_observation_of_each_metric_counts():
    rows = [observation(value=1, on=YESTERDAY), observation(value=2), observation(name="jobs", value=3, on=YESTERDAY)]
    assert known(*rows) == {"speed": 2, "jobs": 3}


def test_of_two_on_one_day_the_higher_revision_counts_in_any_order():
    old, new = observation(value=9, revision=1), observation(value=1, revision=2)
    assert known(old, new) == known(new, old) == {"speed": 1}


def test_a_later_day_counts_before_a_higher_revision():
    assert known(observation(value=1, on=YESTERDAY, revision=9), observation(value=2)) == {"speed": 2}


def test_of_two_of_one_revision_the_higher_id_counts_in_any_order():
    one, other = observation(value=1), observation(value=2)
    assert known(one, other) == known(other, one) == {"speed": max(one, other, key=lambda row: row.id).value}


def test_without_opinions_an_opinion_neither_counts_nor_hides_an_older_figure():
    measured, opinion = observation(value=1, on=YESTERDAY), observation(value=9, basis="opinion")
    only = observation(name="charm", value=5, basis="opinion")
    assert known(measured, opinion, only) == {"speed": 9, "charm": 5}
    assert known(measured, opinion, only, opinions=False) == {"speed": 1}


def test_evidence_says_when_a_framework_was_released():
    assert Evidence.of("alpha", (), as_of=DAY, released=YESTERDAY).released == YESTERDAY


def test_evidence_cannot_be_written_to():
    figures = {"speed": observation().figure}
    evidence = Evidence("alpha", as_of=DAY, figures=figures)
    figures.clear()
    assert set(evidence.figures) == {"speed"}
    with pytest.raises(TypeError):
        evidence.figures["speed"] = None
    with pytest.raises(AttributeError):
        evidence.as_of = YESTERDAY


observations = st.builds(
    observation,
    name=st.sampled_from(["speed", "jobs"]),
    value=st.integers(-1000, 1000),
    on=st.integers(-5, 5).map(lambda days: DAY + timedelta(days=days)),
    basis=st.sampled_from(list(Basis)),
    revision=st.integers(0, 2),
)


@given(st.lists(observations), st.lists(observations), st.booleans())
def test_what_is_observed_later_never_changes_an_earlier_answer(history, arriving, opinions):
    later = [row for row in arriving if row.observed_on > DAY]
    assert known(*history, *later, opinions=opinions) == known(*history, opinions=opinions)


@given(st.lists(observations), st.randoms(use_true_random=False))
def test_the_order_of_a_history_changes_nothing(history, random):
    shuffled = random.sample(history, len(history))
    assert Evidence.of("alpha", shuffled, as_of=DAY) == Evidence.of("alpha", history, as_of=DAY)


def test_an_id_is_the_hash_of_the_whole_content():
    assert observation().id == observation().id
    assert len(observation().id) == 16
    others = [
        observation("beta"),
        observation(name="jobs"),
        observation(value=51),
        observation(unit="requests/s"),
        observation(on=YESTERDAY),
        observation(basis="reported"),
        observation(source=Source("Another", SOURCE.url)),
        observation(source=Source(SOURCE.title, "https://example.org/other")),
        observation(note="a note"),
        observation(revision=1),
        observation(derived_from=("alpha/speed/2026-06-15",)),
    ]
    assert len({observation().id, *(row.id for row in others)}) == 1 + len(others)


def test_a_number_has_one_id_however_it_is_written():
    assert observation(value=50).id == observation(value=50.0).id
    assert observation(value=-0.0).id == observation(value=0).id
    assert str(observation(value=-0.0).value) == "0.0"


def test_the_id_of_a_source_is_the_hash_of_title_and_address():
    assert SOURCE.id == Source(SOURCE.title, SOURCE.url).id
    assert len(SOURCE.id) == 12
    assert Source("a", "https://b.example").id != Source("b", "https://a.example").id


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, True, False, None, "5", 1e16, -1e16, 10**16, 10**400, 0.1234567890123456, 1234567890.1234567, 2 / 3],
    ids=lambda value: str(value)[:20] if value != 10**400 else "10**400",
)
def test_a_figure_that_no_store_keeps_exactly_is_refused_by_metric_and_framework(value):
    with pytest.raises(InvalidValue, match=r"^speed of alpha: "):
        observation(value=value)


@pytest.mark.parametrize("value", [0, -5, 1e15, -1e15, 999_999_999_999_999, 0.123456789012345, 0.1, 1e-9])
def test_a_figure_of_15_digits_is_kept_as_it_is(value):
    assert observation(value=value).value == value
    assert type(observation(value=value).value) is float


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        " https://example.org",
        "https://example.org/a b",
        "https://<b>",
        "https://example.org/\n",
        'https://example.org/"',
        "https://example.org/'",
        "https://" + "x" * 500,
        None,
        5,
    ],
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(InvalidValue, match="source url"):
        Source("A benchmark", url)


@pytest.mark.parametrize("title", ["", " ", "a\nb", "a\x1fb", "a\u2028b", "x" * 201, None])
def test_a_source_needs_a_title_in_plain_text(title):
    with pytest.raises(InvalidValue, match="source title"):
        Source(title, "https://example.org")


@pytest.mark.parametrize("day", ["2026-06-15", None, datetime(2026, 6, 15), 20260615])  # noqa: DTZ001 - a wrong kind of day, on purpose
def test_a_day_that_is_no_date_is_refused_by_metric_and_framework(day):
    with pytest.raises(InvalidValue, match=r"^speed of alpha: .* is no date"):
        observation(on=day)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"unit": ""}, "unit of speed of alpha"),
        ({"unit": "x" * 41}, "unit of speed of alpha"),
        ({"note": "a\x00b"}, "note on speed of alpha"),
        ({"note": "x" * 1001}, "note on speed of alpha"),
        ({"source": "https://example.org"}, "speed of alpha"),
        ({"source": None}, "speed of alpha"),
        ({"revision": -1}, "speed of alpha"),
        ({"revision": 1_000_000}, "speed of alpha"),
        ({"derived_from": ("Alpha#speed",)}, "speed of alpha"),
        ({"name": "Speed"}, "observation of alpha"),
        ({"framework": "Alpha"}, "observation"),
    ],
)
def test_a_wrong_field_of_an_observation_is_refused_by_name(wrong, names):
    with pytest.raises(InvalidValue, match=f"^{names}: "):
        observation(**wrong)


def test_a_basis_may_be_given_by_its_word():
    assert observation(basis="reported").basis is Basis.REPORTED
    with pytest.raises(ValueError, match="rumour"):
        observation(basis="rumour")


def test_a_figure_is_what_an_observation_says_without_whom_it_speaks_of():
    row = observation(value=3, on=date(2020, 1, 2), basis="reported", derived_from=("a/b/c",))
    figure = row.figure
    assert (figure.value, figure.observed_on, figure.basis, figure.source) == (3, date(2020, 1, 2), Basis.REPORTED, SOURCE)
    assert figure.derived_from == ("a/b/c",)
    assert not isinstance(figure, Observation)
