"""What a score costs, and what the past may not learn from the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.local import embedded_table
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import ask
from frameworth.evidence import Basis, Observation, Source

SIXTEEN = (
    "aiohttp", "blacksheep", "bottle", "chalice", "cherrypy", "django", "falcon", "fastapi",
    "flask", "litestar", "pyramid", "quart", "robyn", "sanic", "starlette", "tornado",
)  # fmt: skip


@pytest.fixture
def calls(service):
    """The DynamoDB operations that are called, as botocore itself reports them."""
    names = []
    events = embedded_table()._client.meta.events

    def note(model, **_facts):
        names.append(model.name)

    events.register("before-call.dynamodb", note)
    yield names
    events.unregister("before-call.dynamodb", note)


@pytest.mark.parametrize("as_of", [None, date(2018, 5, 31), date(2022, 1, 1)])
@pytest.mark.parametrize("opinions", [True, False])
def test_a_warm_score_of_sixteen_named_frameworks_is_one_call(service, calls, as_of, opinions):
    question = Question(frameworks=SIXTEEN, profile="microservice", as_of=as_of, opinions=opinions)
    ask(question, service)
    calls.clear()
    ask(question, service)
    assert calls == ["BatchGetItem"]


def test_a_warm_score_of_the_whole_catalogue_is_one_call(service, calls):
    # Lists are kept for a minute, which must not end between the two.
    warm = replace(service, registers=Registers(embedded_table(), monotonic=lambda: 0.0))
    ask(Question(), warm)
    calls.clear()
    ask(Question(), warm)
    assert calls == ["BatchGetItem"]


def test_a_cold_score_of_today_reads_no_history(service, calls):
    table = embedded_table()
    cold = replace(service, store=EvidenceStore(table), registers=Registers(table))
    ask(Question(frameworks=SIXTEEN), cold)
    assert calls == ["BatchGetItem", "Query"]  # the second for the sources


def test_a_later_observation_never_changes_an_earlier_answer(service):
    stars = Observation(
        "flask",
        "hn_hiring_share_of_python_posts_pct",
        value=33,
        unit="percent",
        observed_on=date(2026, 11, 20),
        basis=Basis.MEASURED,
        source=Source("a test", "https://example.org/"),
    )
    days = [date(2016, 1, 1), date(2018, 5, 31), date(2026, 11, 19)]
    before = [ask(Question(frameworks=["flask", "django"], as_of=day), service).scorecard for day in days]
    today = ask(Question(frameworks=["flask", "django"]), service).scorecard
    plugin = replace(service, store=EvidenceStore(embedded_table(), {"flask": (stars,)}))
    assert [ask(Question(frameworks=["flask", "django"], as_of=day), plugin).scorecard.ranking[0].row.score for day in days[1:]] == [
        card.ranking[0].row.score for card in before[1:]
    ]
    assert ask(Question(frameworks=["flask", "django"]), plugin).scorecard.ranking != today.ranking


def test_the_answer_does_not_depend_on_the_order_of_the_names(service):
    one, other = (ask(Question(frameworks=names), service).scorecard for names in (SIXTEEN, SIXTEEN[::-1]))
    assert [(ranked.rank, ranked.row.framework, ranked.row.score) for ranked in one.ranking] == [
        (ranked.rank, ranked.row.framework, ranked.row.score) for ranked in other.ranking
    ]
