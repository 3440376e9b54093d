"""What a caller would do with a client made from /openapi.json: enters a framework, records what was observed of it, and asks for scores.

Run by tests/chalicelib/api/test_generated_client.py, in the environment of the generator: `python create_observe_score.py ADDRESS TOKEN`.
"""

from __future__ import annotations

import sys
from datetime import date
from http import HTTPStatus

from frameworth_client import AuthenticatedClient, Client
from frameworth_client.api.frameworks import put_framework
from frameworth_client.api.observations import record_observations
from frameworth_client.api.scores import score_by_body
from frameworth_client.models import (
    BatchOutcome,
    FrameworkForm,
    KnownFramework,
    ObservationForm,
    ObservationFormBasis,
    ObservationsForm,
    Problem,
    PutFrameworkIfNoneMatch,
    Scorecard,
    ScoreForm,
    SourceForm,
)


def main(address: str, token: str) -> None:
    writing = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
    entry = FrameworkForm(name="Sanic", package="sanic", repository="https://github.com/sanic-org/sanic")

    created = put_framework.sync_detailed("sanic", client=writing, body=entry, if_none_match=PutFrameworkIfNoneMatch.VALUE_0)
    assert created.status_code == HTTPStatus.CREATED, created
    assert isinstance(created.parsed, KnownFramework)
    print("created", created.parsed.framework, created.headers["ETag"])

    again = put_framework.sync_detailed("sanic", client=writing, body=entry, if_none_match=PutFrameworkIfNoneMatch.VALUE_0)
    assert isinstance(again.parsed, Problem)
    print("again", again.status_code.value, again.parsed.code)

    figures = [
        ObservationForm(
            framework="sanic",
            metric=metric,
            value=value,
            unit=unit,
            observed_on=date(2026, 11, 20),
            basis=ObservationFormBasis.MEASURED,
            source=SourceForm(title="sanic on GitHub", url="https://github.com/sanic-org/sanic"),
        )
        for metric, value, unit in (("github_stars", 18_000.0, "stars"), ("github_stars", 1.0, "furlongs"))
    ]
    for _ in range(2):
        recorded = record_observations.sync(client=writing, body=ObservationsForm(observations=figures), idempotency_key="once")
        assert isinstance(recorded, BatchOutcome), recorded
        print("recorded", recorded.recorded, [one.outcome.value for one in recorded.outcomes])

    reading = Client(base_url=address, raise_on_unexpected_status=True)
    card = score_by_body.sync(client=reading, body=ScoreForm(frameworks=["sanic", "flask"], profile="microservice"))
    assert isinstance(card, Scorecard), card
    print("scored", sorted([one.framework for one in card.ranking] + [one.framework for one in card.not_ranked]))


if __name__ == "__main__":
    main(*sys.argv[1:])
