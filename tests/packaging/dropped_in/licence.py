"""May we ship it? Permissive licences ask least of the user."""

from frameworth import Criterion, Indicator, Metric, hookimpl, levels

# How much paperwork, not quality: 1 needs a lawyer, 2 asks for more than a notice (say, to state changes), 3 needs a notice only.
permissiveness = Metric("licence_permissiveness", unit="level", value=levels({1: 0, 2: 0.6, 3: 1}))


@hookimpl
def frameworth_criteria():
    """One criterion: licence."""
    yield Criterion("licence", question="How freely may we ship it?", indicators=[Indicator("permissiveness", [permissiveness])])
