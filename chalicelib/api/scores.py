"""The scoring routes: one question, by address or by body."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Request

from chalicelib.api import request_log, requests
from chalicelib.api.asking import PARAMETERS
from chalicelib.api.formats.csv_text import scores_csv
from chalicelib.api.formats.markdown import report
from chalicelib.api.operations import CSV, MARKDOWN, TABULAR, format_parameter
from chalicelib.api.routing import Reply, Routes
from chalicelib.api.scorecard import as_json
from chalicelib.use_cases.look_up import names_of
from chalicelib.use_cases.score import ask, rows_of
from chalicelib.use_cases.service import Service

_INVALID = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def routes(service: Callable[[], Service]) -> Routes:
    """`GET` and `POST /v1/scores`; neither writes anything."""
    scores = Routes(__name__, service)

    @scores.reads(
        "/v1/scores",
        answer="Scorecard",
        formats=TABULAR,
        parameters=(*PARAMETERS, format_parameter()),
        problems=_INVALID,
        example="/v1/scores?frameworks=flask,django&profile=microservice&as_of=2018-05-31",
    )
    def score_by_address(request: Request) -> Reply:
        """Which framework? A ranking with its reasons, by address.

        The form for links and caches. A profile or weights of one's own say what matters; every parameter may be left out, and the whole
        catalogue is ranked for a balanced project.
        """
        return _answer(requests.from_query(request, service()), service())

    @scores.asks(
        "/v1/scores",
        body="ScoreForm",
        answer="Scorecard",
        formats=TABULAR,
        parameters=(format_parameter(),),
        problems=(*_INVALID, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        example="/v1/scores",
        example_body={
            "frameworks": ["flask", "django"],
            "profile": "small_site",
            "emphasis": {"community": 2},
            "gates": [{"metric": "github_stars", "at_least": 1000}],
        },
    )
    def score_by_body(request: Request) -> Reply:
        """Which framework? A ranking with its reasons, by body.

        Takes what the address takes, for questions that are too long for one. It writes nothing.
        """
        return _answer(requests.from_body(request, service()), service())

    return scores


def _answer(asked: requests.Asked, service: Service) -> Reply:
    answer = ask(asked.question, service)
    judged = rows_of(answer.scorecard)
    if judged:
        request_log.tell(known=round(sum(row.known for row in judged) / len(judged), 4))
    card = as_json(answer, service.catalogue, asked.include)
    return Reply(card, written={CSV: lambda: scores_csv(card), MARKDOWN: lambda: report(answer, service.catalogue, names_of(service))})
