"""The scoring routes: one question, by address or by body."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.api import requests
from chalicelib.api.routing import JSON, Reply, Routes
from chalicelib.api.scorecard import as_json
from chalicelib.use_cases.score import ask
from chalicelib.use_cases.service import Service


def routes(service: Callable[[], Service]) -> Routes:
    """`GET` and `POST /v1/scores`; neither writes anything."""
    scores = Routes(__name__)

    @scores.route("/v1/scores", methods=["GET"])
    def score_by_address() -> Reply:
        return _answer(requests.from_query(scores.current_request, service()), service())

    @scores.route("/v1/scores", methods=["POST"], content_types=[JSON])
    def score_by_body() -> Reply:
        requests.no_parameters(scores.current_request)
        return _answer(requests.from_body(scores.current_request, service()), service())

    return scores


def _answer(asked: requests.Asked, service: Service) -> Reply:
    return Reply(as_json(ask(asked.question, service), service.catalogue, asked.include))
