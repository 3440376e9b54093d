"""Who is hiring for it? Counts of real advertisements, from sources that list only what employers name.

Every source names leaders only, so a framework that is not there is not asked for much: low priors throughout.
"""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, log, piecewise, place

_RARE = 0.05  # absence from a list of what employers ask for is information

# Share of the Python posts of a year's hiring threads. A share, not a count, since the threads shrank and the last year is not over.
# Knees: one post in twenty makes it worth learning for the market, one in seven a common demand, one in three the default.
HIRING_SHARE = Metric(
    "hn_hiring_share_of_python_posts_pct",
    unit="percent",
    value=piecewise((0, 0), (1, 0.25), (5, 0.55), (15, 0.85), (33, 1)),
    prior=_RARE,
    half_life=3,
    since=date(2015, 12, 31),
)
# Gained of today's share within two years: 0 holds its part of the market, half is a rise, and what was not asked for before is all gain.
# What nobody asks for has no gain to measure, which is information too.
HIRING_GAIN = Metric(
    "hn_hiring_share_of_python_posts_pct_gain_24m",
    unit="percent of today's",
    value=piecewise((-100, 0), (0, 0.4), (50, 0.8), (100, 1)),
    prior=_RARE,
    half_life=3,
    since=date(2017, 12, 31),
)
# Ads in a year on a board for Python alone; 100 is two a week.
BOARD_ADS = Metric(
    "pythonjobs_ads_year",
    unit="ads",
    value=log(zero=0, one=100),
    prior=_RARE,
    half_life=3,
    since=date(2015, 12, 31),
    until=date(2020, 12, 31),
)
# Jobs on a board for everything, in one large country; 10,000 is what a main language gets.
COUNTRY_JOBS = Metric(
    "indeed_us_jobs",
    unit="jobs",
    value=log(zero=10, one=10_000),
    prior=_RARE,
    half_life=3,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)
# Place among the skills asked of Python developers; beyond place 100 nobody asks for it.
SKILL_PLACE = Metric(
    "itjobswatch_uk_python_skill_rank",
    unit="rank",
    value=place(worst=100),
    prior=_RARE,
    half_life=3,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)
# Companies of a list of some 900 remote employers that name it in their profile.
REMOTE_COMPANIES = Metric(
    "remote_companies_naming", unit="companies", value=log(zero=0, one=100), prior=_RARE, half_life=3, since=date(2016, 12, 31)
)
# An author's view "in 2018", with three years of life like everything from that article.
STATED = Metric(
    "stated_job_market",
    unit="ordinal 1-5",
    value=levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1}),
    half_life=4,
    opinion=True,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)


@hookimpl
def frameworth_criteria():
    """One criterion: jobs."""
    yield Criterion(
        "jobs",
        question="How much work is offered to people who know it?",
        indicators=[
            # The only series that runs through all years and covers every framework weighs double.
            Indicator("hiring_posts", [HIRING_SHARE], weight=2),
            Indicator("hiring_growth", [HIRING_GAIN]),
            Indicator("advertisements", [BOARD_ADS, COUNTRY_JOBS]),
            Indicator("skill_place", [SKILL_PLACE]),
            Indicator("remote_companies", [REMOTE_COMPANIES]),
            Indicator("stated_job_market", [STATED]),
        ],
    )
