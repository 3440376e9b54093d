"""Is there help, and does somebody look after it? Questions asked, people at work, documentation written."""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, log, place

_ARTICLE = {"since": date(2018, 5, 28), "until": date(2021, 5, 28)}
_OF_FIVE = levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1})

# Place of the tag among all tags: beyond place 20,000 nobody is there. Whoever is asked about has a tag: absence is information.
TAG_PLACE = Metric("stackoverflow_tag_rank", unit="rank", value=place(worst=20_000), prior=0.05, half_life=8, since=date(2017, 11, 16))
# Distinct people who changed the code in a year: one is a risk, 300 an institution.
AUTHORS = Metric("git_authors_in_year", unit="people", value=log(zero=1, one=300), half_life=3, since=date(2015, 12, 31))
# Changes in a year by people: ten is care and maintenance, 2,000 constant work.
COMMITS = Metric("git_commits_in_year", unit="commits", value=log(zero=10, one=2_000), half_life=3, since=date(2015, 12, 31))
# Words in the documentation folder: 10,000 is a tutorial and a reference in brief, a million a shelf of books. Size is not quality.
DOCUMENTATION = Metric("docs_words", unit="words", value=log(zero=10_000, one=1_000_000), half_life=5, since=date(2018, 5, 31))
# An author's view "in 2018" of who answers questions, with three years of life like everything from that article.
STATED_SUPPORT = Metric("stated_community_support", unit="ordinal 1-5", value=_OF_FIVE, half_life=4, opinion=True, **_ARTICLE)
# The same author's view of the documentation, which the number of words can't tell: how well it reads.
STATED_DOCUMENTATION = Metric("stated_documentation", unit="ordinal 1-5", value=_OF_FIVE, half_life=4, opinion=True, **_ARTICLE)


@hookimpl
def frameworth_criteria():
    """One criterion: community."""
    yield Criterion(
        "community",
        title="Community and documentation",
        question="Is there help, and does somebody look after it?",
        indicators=[
            Indicator("questions", [TAG_PLACE]),
            Indicator("people", [AUTHORS]),
            Indicator("activity", [COMMITS]),
            Indicator("documentation", [DOCUMENTATION]),
            Indicator("stated_support", [STATED_SUPPORT], weight=0.5),
            Indicator("stated_documentation", [STATED_DOCUMENTATION], weight=0.5),
        ],
    )
