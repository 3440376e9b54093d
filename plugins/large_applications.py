"""Can it carry a big application? What is built in need not be chosen, wired together and kept up to date by the team."""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, linear, log, yes_no

_MEASURED = date(2026, 11, 22)  # the day of our own look into the installed packages
_ARTICLE = {"since": date(2018, 5, 28), "until": date(2021, 5, 28)}  # an author's view "in 2018", with three years of life

# Ten features of an application: accounts, admin, authentication, cache, e-mail, translation, ORM, migrations, scaffold, test client. The
# parts of a site with pages are a question of ease of use, those of the cloud one of cloud-native fit; none counts twice.
BUILT_IN = Metric("application_features", unit="features", value=linear(zero=0, one=10), since=_MEASURED)
# Before features were counted, the size of the package's own code stood for how much is in it: 1,000 lines route requests and no more,
# 100,000 hold everything. Coarse, hence a short half-life.
CODE = Metric(
    "framework_python_lines",
    unit="lines",
    value=log(zero=1_000, one=100_000),
    half_life=3,
    since=date(2017, 12, 31),
    until=date(2026, 11, 21),
)
# Parts that many people write stay apart when they are handed what they need, and fit when their types are checked.
INJECTION = Metric("builtin_dependency_injection", unit="boolean", value=yes_no(), since=_MEASURED)
# What is checked on entry need not be checked by each author again; from declared types or not.
TYPED_INPUT = Metric("builtin_validation_from_types", unit="boolean", value=yes_no(), since=_MEASURED)
# An author's view "in 2018" of what carries a big application.
STATED = Metric(
    "stated_large_applications",
    unit="ordinal 1-5",
    value=levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1}),
    half_life=4,
    opinion=True,
    **_ARTICLE,
)
# The same author's view of whether it brings the whole stack; close to the fit above, so the indicator weighs half.
STATED_FULL_STACK = Metric("stated_full_stack", unit="boolean", value=yes_no(), half_life=4, opinion=True, **_ARTICLE)


@hookimpl
def frameworth_criteria():
    """One criterion: large applications."""
    yield Criterion(
        "large_applications",
        question="Can it carry a big application, with much of what that needs built in?",
        indicators=[
            Indicator("built_in", [BUILT_IN, CODE], weight=2),
            Indicator("dependency_injection", [INJECTION], weight=0.5),
            Indicator("typed_input", [TYPED_INPUT], weight=0.5),
            Indicator("stated_fit", [STATED]),
            Indicator("stated_full_stack", [STATED_FULL_STACK], weight=0.5),
        ],
    )
