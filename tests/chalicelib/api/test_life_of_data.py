"""What an operator did to the data, as callers see it: archived frameworks, withdrawn figures, a framework that is being deleted."""

from __future__ import annotations

from datetime import date

from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import delete, set_status
from chalicelib.storage.table import Table
from tests.chalicelib.api.conftest import THREE
from tests.gateway import Gateway

STARS = "/v1/frameworks/flask/observations?metric=github_stars&limit=100"


def names(answer: dict) -> set[str]:
    return {row["framework"] for row in answer["ranking"] + answer["not_ranked"]}


def test_an_archived_framework_is_left_out_of_the_whole_catalogue_and_scored_when_it_is_named(own: Gateway, table: Table) -> None:
    before = own.get("/v1/scores?frameworks=tornado,flask").json()
    set_status(table, "tornado", "archived")
    assert names(own.get("/v1/scores?limit=100").json()) == {"django", "flask"}
    answer = own.get("/v1/scores?frameworks=tornado,flask").json()
    assert answer["ranking"] == before["ranking"]
    assert [warning for warning in answer["warnings"] if warning not in before["warnings"]] == [
        "framework 'tornado' is archived: it is scored because it was named, and left out of the whole catalogue"
    ]
    assert {one["framework"]: one["status"] for one in own.get("/v1/frameworks").json()["frameworks"]} == {
        "django": "active",
        "flask": "active",
        "tornado": "archived",
    }
    assert own.get("/v1/frameworks/tornado").json()["status"] == "archived"
    assert own.get("/").status == 200
    set_status(table, "tornado", "active")
    assert names(own.get("/v1/scores?limit=100").json()) == set(THREE)


def test_a_withdrawn_figure_counts_no_more_and_is_shown_with_its_reason(own: Gateway, table: Table) -> None:
    rows = own.get(STARS).json()["observations"]
    last = rows[-1]
    before = own.get("/v1/frameworks/flask").json()
    EvidenceStore(table).withdraw("flask", "github_stars", date.fromisoformat(last["observed_on"]), "of a fork", row_id=last["id"])
    after = own.get(STARS).json()["observations"]
    assert [{name: value for name, value in row.items() if name != "withdrawn"} for row in after] == rows
    assert [row["withdrawn"]["reason"] for row in after if "withdrawn" in row] == ["of a fork"]
    assert after[-1]["withdrawn"]["on"]
    assert str(last["value"]) in str(before)
    figures = {one["metric"]: one for one in own.get("/v1/frameworks/flask").json()["figures"]}
    assert figures["github_stars"]["observed_on"] < last["observed_on"]


def test_a_framework_that_is_deleted_is_known_to_no_request(own: Gateway, table: Table) -> None:
    delete(table, "tornado")
    assert names(own.get("/v1/scores?limit=100").json()) == {"django", "flask"}
    assert own.get("/v1/scores?frameworks=tornado").status == 422
    for address in ("/v1/frameworks/tornado", "/v1/frameworks/tornado/observations"):
        assert own.get(address).status == 404
