"""Small frameworks and rows for tests, and strategies that make any valid ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from frameworth.evidence import Basis, Observation, Source
from frameworth.register import DIRECTIONS, STATUSES, Fact, Framework, MetricEntry

LAB = Source("The lab", "https://lab.example/results")
PRESS = Source("The press", "https://press.example/article?page=1#figures")


def a_framework(framework_id: str = "alpha", **named: Any) -> Framework:
    """A framework of which only the id matters."""
    given = {
        "name": framework_id.title(),
        "package": framework_id,
        "repository": f"https://code.example/{framework_id}",
        "homepage": "",
        "licence": "MIT",
        "first_release": date(2010, 4, 16),
        "summary": "",
    }
    return Framework(framework_id, **{**given, **named})


def a_row(metric: str, value: float, on: str, *, framework: str = "alpha", basis: str = "measured", **named: Any) -> Observation:
    """An observation; what is not said is the same for all."""
    given = {"unit": "things", "source": LAB}
    return Observation(framework, metric, value=value, observed_on=date.fromisoformat(on), basis=Basis(basis), **{**given, **named})


# Two sources, corrections, two figures of one day, an opinion that hides an older figure, a derived figure, equal days across metrics.
HISTORY = (
    a_row("stars", 100, "2018-01-01"),
    a_row("stars", 150, "2019-01-01", basis="reported", source=PRESS),
    a_row("stars", 151, "2019-01-01", revision=1, note="corrected"),
    a_row("stars", 200, "2020-01-01"),
    a_row("stars", 201, "2020-01-01", source=PRESS),
    a_row("speed", 3.5, "2018-06-01"),
    a_row("speed", 1.25, "2019-06-01", derived_from=("alpha/stars/2019-01-01", "median/stars/2019-01-01")),
    a_row("ease", 4, "2018-05-28"),
    a_row("ease", 2, "2019-05-28", basis="opinion", source=PRESS, note="someone's view"),
    a_row("starship", -7, "2019-01-01"),
)

# Days between, on and beyond the days of HISTORY.
DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2017-12-31", "2018-01-01", "2018-12-31", "2019-01-01", "2019-05-28", "2019-12-31", "2020-01-01", "2026-11-22")
)

# Few characters, for the order of these against each other and against separators is what keys depend on.
slugs = st.builds(str.__add__, st.sampled_from("az09"), st.text("az09-", max_size=62))
names = st.builds(str.__add__, st.sampled_from("az"), st.text("az09_", max_size=47))
figures = st.one_of(
    st.integers(-(10**15), 10**15).map(float),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda value: float(f"{value:.15g}")),
)


_characters = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Texts that the domain takes: no control characters, and not blank if something must be there."""
    return st.text(_characters, min_size=least, max_size=most).filter(lambda text: bool(text.strip()) or not least)


addresses = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters="<>\"'"), max_size=10).map("https://x/{}".format)
sources = st.builds(Source, texts(10), addresses)
parents = st.lists(st.text("az09_/-", min_size=1, max_size=20), max_size=3).map(tuple)
observations = st.builds(
    Observation,
    slugs,
    names,
    value=figures,
    unit=texts(10),
    observed_on=st.dates(),
    basis=st.sampled_from(Basis),
    source=sources,
    note=texts(10, 0),
    revision=st.integers(0, 999_999),
    derived_from=parents,
)
frameworks = st.builds(
    Framework,
    slugs,
    name=texts(80),
    package=texts(20, 0),
    repository=addresses | st.just(""),
    homepage=addresses | st.just(""),
    licence=texts(20, 0),
    first_release=st.none() | st.dates(),
    summary=texts(60, 0),
    status=st.sampled_from(STATUSES),
)
facts = st.builds(
    Fact,
    names,
    value=texts(40),
    unit=texts(40),
    observed_on=st.dates(),
    basis=st.sampled_from(Basis),
    source=sources,
    note=texts(60, 0),
)
metric_entries = st.builds(
    MetricEntry,
    names,
    title=texts(80),
    unit=texts(40),
    direction=st.sampled_from(DIRECTIONS),
    factor=texts(40),
    description=texts(60),
    derived_from=st.lists(names, max_size=3).map(tuple),
)
