"""How widely is it used, and is it gaining? Level alone lags behind what teams choose, so growth is a fact of its own."""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, log, piecewise

# Share of Python developers who say they use it. Knees: one in a hundred is known, one in twenty established, half of everyone ubiquitous.
# The survey prints the leaders only, so absence is information: low prior. A survey is out of date after two years.
USE = Metric(
    "jetbrains_python_survey_pct",
    unit="percent",
    value=piecewise((0, 0), (1, 0.2), (5, 0.5), (20, 0.8), (50, 1)),
    prior=0.05,
    half_life=2,
    since=date(2017, 10, 31),
)
# 100 stars is a weekend's project, 100,000 what a handful of projects of any language have. Cumulative, hence the long half-life.
# Rank and forks tell the same fact and are not counted again.
STARS = Metric("github_stars", unit="stars", value=log(zero=100, one=100_000), half_life=8, since=date(2015, 10, 3))
# Machines and dependants weigh in these counts (clients of AI packages, notebooks), so the indicator weighs half. 10,000 a month is what
# mirrors alone make; 500 million the most installed packages of all.
DOWNLOADS = Metric("pypi_downloads_30d", unit="downloads", value=log(zero=10_000, one=500_000_000), half_life=3, since=date(2018, 5, 27))
# Gained of today's stars within two years: nobody loses stars, so 0 is standstill; 20 % keeps pace with GitHub as a whole, half is a rise.
GAIN = piecewise((0, 0), (20, 0.4), (50, 0.8), (100, 1))
# Fades like a count of today, for it says who is being looked at now.
STAR_GAIN = Metric("github_stars_gain_24m", unit="percent of today's", value=GAIN, half_life=3, since=date(2018, 5, 28))
# Installs by machines multiply for everything: three quarters gained in two years (fourfold) is the middle of the field, so that is half.
DOWNLOAD_GAIN = Metric(
    "pypi_downloads_30d_gain_24m",
    unit="percent of today's",
    value=piecewise((0, 0), (50, 0.2), (75, 0.5), (90, 0.8), (100, 1)),
    half_life=3,
    since=date(2020, 1, 17),
)
# An author's view "in 2018", with three years of life like everything from that article.
STATED = Metric(
    "stated_popularity",
    unit="ordinal 1-5",
    value=levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1}),
    half_life=4,
    opinion=True,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)


@hookimpl
def frameworth_criteria():
    """One criterion: popularity."""
    yield Criterion(
        "popularity",
        question="How widely is it used, and is it gaining?",
        indicators=[
            Indicator("use", [USE]),
            Indicator("stars", [STARS]),
            Indicator("downloads", [DOWNLOADS], weight=0.5),
            # As much as the level of use: who chooses today chooses for the years to come.
            Indicator("star_growth", [STAR_GAIN]),
            Indicator("download_growth", [DOWNLOAD_GAIN], weight=0.5),
            Indicator("stated_popularity", [STATED], weight=0.5),
        ],
    )
