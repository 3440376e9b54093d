"""How soon does a newcomer have something running, and how much must they hold in their head?

Sizes of small programs speak for the first, the number of names to learn for the second. The size of the framework itself does not count:
it means more to read and more built in at once.
"""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, linear, log, ratio

# JSON, a checked parameter, a remote fetch, an ORM, a page: what that needs of its own (queries, rules, template) takes some 400 tokens in
# any framework; at three times that most of it is ceremony.
REFERENCE_TOKENS = Metric("rig_app_tokens", unit="tokens", value=ratio(baseline=400, worst=3), since=date(2026, 11, 29))
# A todo API of about 200 tokens holds little beside its own logic; at two and a half times that most of it is ceremony.
TODO_TOKENS = Metric("todo_crud_tokens", unit="tokens", value=ratio(baseline=200, worst=2.5), since=date(2026, 11, 22))
# The same application (JSON, remote fetch, ORM, template) written by one benchmark author: 25 lines is its bare logic, 100 four times that.
BENCHMARK_APP_LINES = Metric("klen_app_loc", unit="lines", value=ratio(baseline=25, worst=4), half_life=5, since=date(2015, 7, 28))
# An import, an object, a route and an answer take about 30 tokens in any language of this family; four times that is a form to fill in.
HELLO_TOKENS = Metric("hello_json_tokens", unit="tokens", value=ratio(baseline=30, worst=4), since=date(2026, 11, 22))
# Two names (an application and a route) are the least; a dozen need a page of documentation open.
NAMES = Metric("todo_crud_framework_names", unit="names", value=linear(zero=12, one=2), since=date(2026, 11, 22))
# Learners choose what they can manage. The survey prints the leaders only, so absence is information: low prior.
# 30 % of all learners is more than any Python framework has had; each doubling counts the same.
LEARNERS = Metric(
    "stackoverflow_survey_learners_pct",
    unit="percent",
    value=log(zero=0, one=30),
    prior=0.05,
    half_life=2,
    since=date(2022, 5, 31),
    until=date(2025, 5, 31),
)

# Templates, sessions, forms, CSRF protection: what a first site with pages needs. What is there need not be found and wired by a newcomer.
SITE_PARTS = Metric("site_features", unit="features", value=linear(zero=0, one=4), since=date(2026, 11, 22))

# An author's view "in 2018". Three years on, the frameworks it speaks of had each had a new major release.
_ARTICLE = {"since": date(2018, 5, 28), "until": date(2021, 5, 28)}
_OF_FIVE = levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1})
# The author's word on learning it, beside what the programs measure: programs don't show how it feels.
STATED_EASE = Metric("stated_ease_of_use", unit="ordinal 1-5", value=_OF_FIVE, half_life=4, opinion=True, **_ARTICLE)
# The author's word on who starts with it, read only while no survey asks learners.
STATED_BEGINNERS = Metric("stated_beginner_fit", unit="ordinal 1-5", value=_OF_FIVE, half_life=4, opinion=True, **_ARTICLE)


@hookimpl
def frameworth_criteria():
    """One criterion: ease of use."""
    yield Criterion(
        "ease_of_use",
        question="How soon does a newcomer have something running, and how much must they hold in their head?",
        indicators=[
            # Figures count double against an author's word.
            Indicator("small_application", [REFERENCE_TOKENS, TODO_TOKENS, BENCHMARK_APP_LINES], weight=2),
            Indicator("first_program", [HELLO_TOKENS]),
            Indicator("names_to_learn", [NAMES]),
            Indicator("site_parts", [SITE_PARTS]),
            Indicator("learners", [LEARNERS, STATED_BEGINNERS]),
            Indicator("stated_ease", [STATED_EASE]),
        ],
    )
