"""The package answers as the source tree does, in a process that can import nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkouts import alone

if TYPE_CHECKING:
    from tests.gateway import Gateway
    from tests.packaging.conftest import Invoke, Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]

QUESTION = {"frameworks": ["flask", "django"], "profile": "microservice", "as_of": "2018-05-31"}
ADDRESS = "frameworks=flask,django&profile=microservice&as_of=2018-05-31"
JSON = {"Content-Type": "application/json"}


def test_it_ranks_as_the_source_tree_does_by_address_and_by_body(package: Package, invoke: Invoke, gateway: Gateway) -> None:
    by_address, by_body = invoke(
        package,
        [
            gateway.event("GET", "/v1/scores", ADDRESS, None, {"Accept": "application/json"}),
            gateway.event("POST", "/v1/scores", "", json.dumps(QUESTION), JSON),
        ],
    )
    assert (by_address["statusCode"], by_body["statusCode"]) == (200, 200)
    assert [row["framework"] for row in json.loads(by_address["body"])["ranking"]] == ["flask", "django"]
    assert json.loads(by_address["body"]) == gateway.get(f"/v1/scores?{ADDRESS}").json()
    assert json.loads(by_body["body"]) == gateway.post("/v1/scores", QUESTION).json()


def test_its_page_health_and_errors_are_those_of_the_source_tree(package: Package, invoke: Invoke, gateway: Gateway) -> None:
    page, health, error = invoke(
        package,
        [
            gateway.event("GET", "/", ADDRESS, None, {"Accept": "text/html"}),
            gateway.event("GET", "/health", "", None, {}),
            gateway.event("GET", "/v1/scores", "frameworks=flaskk", None, {}),
        ],
    )
    assert page["headers"]["Content-Type"].startswith("text/html")
    assert "flask" in page["body"].lower()
    assert json.loads(health["body"]) == gateway.get("/health").json()
    assert error["statusCode"] == 422
    assert json.loads(error["body"])["errors"][0]["code"] == "unknown_framework"


def test_a_dropped_in_plugin_scores_in_it_with_the_figures_beside_it(
    package_with_licence: Package, invoke: Invoke, gateway: Gateway
) -> None:
    question = {"frameworks": ["tornado", "flask", "django"], "weights": {"licence": 1}, "as_of": "2026-11-23"}
    answer, plugins = invoke(
        package_with_licence,
        [
            gateway.event("POST", "/v1/scores", "", json.dumps(question), JSON),
            gateway.event("GET", "/v1/plugins", "", None, {}),
        ],
    )
    assert answer["statusCode"] == 200, answer["body"]
    score = {row["framework"]: row["score"] for row in json.loads(answer["body"])["ranking"]}
    assert score == {"django": 100, "flask": 100, "tornado": 60}
    assert _plugin("licence", plugins) == {"criteria": ["licence"], "figures": 4, "faults": [], "origin": "file"}


def test_the_index_answers_in_it_too(package: Package, invoke: Invoke, gateway: Gateway) -> None:
    (frameworks,) = invoke(package, [gateway.event("GET", "/v1/frameworks", "", None, {})])
    assert [one["framework"] for one in json.loads(frameworks["body"])["frameworks"]] == ["django", "fastapi", "flask", "tornado"]


def _plugin(name: str, answer: dict[str, Any]) -> dict[str, Any]:
    (found,) = (one for one in json.loads(answer["body"])["plugins"] if one["plugin"] == name)
    return {member: found[member] for member in ("criteria", "figures", "faults", "origin")}
