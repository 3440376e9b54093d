"""What the tests of the library are made from: short ways to say a figure, a metric, evidence, and strategies that draw them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from frameworth import Criterion, Evidence, Indicator, Metric, Observation, linear, log, ratio
from frameworth.evidence import Basis
from frameworth.testing import DAY, SOURCE, evidence, figure

# Four years of 365.25 days before DAY: with a half-life of 4 years, exactly one half-life.
FOUR_YEARS_BEFORE = date(2022, 6, 15)
# The half-life that goes with FOUR_YEARS_BEFORE.
HALF_LIFE = 4.0


def metric(name="speed", *, value=None, unit="points", half_life=HALF_LIFE, **more) -> Metric:
    """A metric; without `value` a straight line from 0 to 100."""
    return Metric(name, unit=unit, value=value or linear(0, 100), half_life=half_life, **more)


def criterion(name: str, *metrics: Metric, **more) -> Criterion:
    """A criterion in which each metric is an indicator of its own; without metrics it reads one that bears its name."""
    indicators = () if "judge" in more else [Indicator(one.name, [one]) for one in metrics or (metric(name),)]
    return Criterion(name, question=f"How good is its {name}?", indicators=indicators, **more)


def by_name(*criteria: Criterion) -> dict[str, Criterion]:
    """Criteria as scoring takes them."""
    return {one.name: one for one in criteria}


def observation(framework="alpha", name="speed", *, value=50.0, on=DAY, unit="points", basis="measured", **more) -> Observation:
    """An observation, measured on DAY."""
    return Observation(framework, name, value=value, unit=unit, observed_on=on, basis=basis, source=more.pop("source", SOURCE), **more)


# Three criteria with every kind of trouble: several indicators, less is better, heavy tails, priors that differ.
CRITERIA = by_name(
    criterion("speed", metric("speed"), metric("latency", value=ratio(10, 20), half_life=2), metric("queries", prior=0.05)),
    criterion("jobs", metric("ads", value=log(0, 1000), prior=0.05)),
    criterion("size", metric("bytes", value=ratio(300, 200)), metric("files", value=linear(1000, 0))),
)
METRICS = {one.name: one for criterion in CRITERIA.values() for one in criterion.metrics}
HIGHER_IS_BETTER = ("speed", "queries", "ads")

figures = st.builds(
    figure,
    st.integers(-100, 1500) | st.floats(-10, 1500, allow_nan=False),
    on=st.integers(0, 5000).map(lambda days: DAY - timedelta(days=days)),
    basis=st.sampled_from(list(Basis)),
)
tables = st.dictionaries(st.sampled_from(sorted(METRICS)), figures)
weights = st.fixed_dictionaries({name: st.integers(1, 9) | st.floats(0, 9, allow_subnormal=False) for name in CRITERIA}).filter(
    lambda drawn: sum(drawn.values()) > 0
)


@st.composite
def candidates(draw, *, least: int = 1, most: int = 6) -> list[Evidence]:
    """Some frameworks with whatever figures."""
    drawn = draw(st.lists(tables, min_size=least, max_size=most))
    return [evidence(f"framework-{place}", **table) for place, table in enumerate(drawn)]
