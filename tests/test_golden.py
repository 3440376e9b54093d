"""Golden scores: none moves without a line in the changelog, and what the files hold is what the service answers."""

from __future__ import annotations

import json

import pytest

from tools.golden import GOLDEN, NOW, PROFILES, THEN, Request, committed, present, requests
from tools.scores import CHANGELOG, faults


@pytest.fixture(scope="module")
def now():
    return present()


def test_no_score_moves_without_a_line_in_the_changelog(now):
    found = faults(committed(GOLDEN), now, CHANGELOG.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_the_set_holds_every_shipped_profile_on_both_days_with_and_without_opinions(now, service):
    assert set(PROFILES) == set(service.catalogue.profiles)
    for profile in PROFILES:
        for day in (THEN, NOW):
            for request in (
                Request(profile, day),
                Request(profile, day, opinions=False),
                Request(profile, day, ("flask", "django")),
            ):
                assert request.name in now


@pytest.mark.parametrize("profile", ["microservice", "enterprise"])
@pytest.mark.parametrize("pair", [("fastapi", "flask"), ("fastapi", "django"), ("litestar", "fastapi")])
def test_the_set_holds_the_pairs_that_people_ask_for_today(now, profile, pair):
    assert Request(profile, NOW, pair).name in now


def test_each_request_has_a_file_of_its_own(now):
    assert len(now) == len(list(requests()))


def test_every_framework_of_the_catalogue_has_a_line(now, service):
    rows = json.loads(now[Request("balanced", THEN).name])["rows"]
    assert sorted(row["framework"] for row in rows) == sorted(framework.id for framework in service.registers.frameworks())


def test_the_files_are_small_enough_to_review(now):
    assert sum(len(content.encode()) for content in now.values()) < 300_000


@pytest.mark.parametrize(
    "request_",
    [
        *(
            Request(profile, day, opinions=opinions)
            for profile in ("balanced", "enterprise")
            for day in (THEN, NOW)
            for opinions in (True, False)
        ),
        Request("microservice", THEN, ("flask", "django")),
        Request("career", NOW, ("flask", "django")),
        Request("microservice", NOW, ("litestar", "fastapi")),
    ],
    ids=lambda request: request.name,
)
def test_the_service_answers_what_the_file_holds(now, gateway, request_):
    golden = json.loads(now[request_.name])
    assert golden["request"] == request_.address
    answer = gateway.get(request_.address).json()
    assert {name: answer["verdict"][name] for name in ("outcome", "leader", "margin")} == {
        name: golden[name] for name in ("outcome", "leader", "margin")
    }
    assert answer["weights"] == golden["weights"]
    assert [shown(row) for row in (*answer["ranking"], *answer["not_ranked"])] == golden["rows"]


def shown(row):
    """A row of the service's answer, as a file has it."""
    numbers = {name: row[name] for name in ("framework", "score", "known", "low", "high") if name in row}
    criteria = {"criteria": {finding["criterion"]: finding["score"] for finding in row["criteria"]}} if "criteria" in row else {}
    return {"rank": row.get("rank", row.get("reason")), **numbers, **criteria}
