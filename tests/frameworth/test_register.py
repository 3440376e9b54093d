import pytest

from frameworth.errors import InvalidValue
from frameworth.evidence import Basis
from frameworth.register import Fact, Framework, MetricEntry
from tests.frameworth.builders import DAY, SOURCE


def framework(slug="alpha", **more):
    given = {
        "name": "Alpha",
        "package": "alpha",
        "repository": "https://example.org/alpha",
        "homepage": "",
        "licence": "MIT",
        "first_release": DAY,
        "summary": "A framework.",
    }
    return Framework(slug, **given | more)


def fact(metric="latest_version", **more):
    given = {"value": "5.2", "unit": "version", "observed_on": DAY, "basis": "reported", "source": SOURCE, "note": ""}
    return Fact(metric, **given | more)


def entry(name="speed", **more):
    given = {"title": "Speed", "unit": "requests/s", "direction": "higher", "factor": "performance", "description": "how fast"}
    return MetricEntry(name, **given | more)


def test_a_framework_may_lack_what_is_not_known_of_it():
    assert framework(package="", homepage="", summary="", first_release=None).status == "active"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "a\nb"}, {"homepage": "x" * 501}, {"licence": None}, {"status": "dead"}])
def test_a_wrong_field_of_a_framework_is_refused_by_the_framework_s_name(wrong):
    with pytest.raises(InvalidValue, match="framework 'alpha'"):
        framework(**wrong)


def test_a_framework_needs_an_id():
    with pytest.raises(InvalidValue, match="no framework id"):
        framework("Alpha One")


def test_a_fact_is_text_with_a_basis_and_a_source():
    assert fact().basis is Basis.REPORTED
    assert fact().source == SOURCE


@pytest.mark.parametrize("wrong", [{"value": ""}, {"value": "x" * 201}, {"unit": ""}, {"note": "a\tb"}])
def test_a_wrong_field_of_a_fact_is_refused_by_the_fact_s_name(wrong):
    with pytest.raises(InvalidValue, match="fact 'latest_version'"):
        fact(**wrong)


def test_a_fact_of_another_basis_is_refused():
    with pytest.raises(ValueError, match="rumour"):
        fact(basis="rumour")


def test_a_metric_s_entry_says_which_way_is_better():
    assert entry(direction="none").direction == "none"
    with pytest.raises(InvalidValue, match="metric 'speed': direction 'up' is none of higher, lower, none"):
        entry(direction="up")


@pytest.mark.parametrize("wrong", [{"title": ""}, {"unit": "x" * 41}, {"factor": ""}, {"description": "\x00"}])
def test_a_wrong_field_of_a_metric_s_entry_is_refused_by_the_metric_s_name(wrong):
    with pytest.raises(InvalidValue, match="metric 'speed'"):
        entry(**wrong)
