"""How firm a verdict is: what flips it, who leads at which weight, what would close the gap, what the figures alone say."""

from __future__ import annotations

from math import fsum

import pytest

PAIR = "/v1/scores?frameworks=flask,django&as_of=2018-05-31"


@pytest.mark.parametrize("profile", ["balanced", "learning", "small_site", "microservice", "enterprise", "career", "freelance"])
def test_past_the_weight_that_flips_a_verdict_another_leads(gateway, profile):
    answer = gateway.get(f"/v1/scores?limit=100&profile={profile}").json()
    flip = answer["verdict"]["flips_if"]
    criterion, end = flip["criterion"], flip.get("weight_over", flip.get("weight_under"))
    step = 0.002 if "weight_over" in flip else -0.002
    others = {name: weight for name, weight in answer["weights"].items() if name != criterion}

    def leader(x):
        weights = {name: weight * (1 - x) / fsum(others.values()) for name, weight in others.items()} | {criterion: x}
        asked = ",".join(f"{name}:{weight:.9f}" for name, weight in weights.items())
        return gateway.get(f"/v1/scores?limit=1&weights={asked}").json()["verdict"]["leader"]

    assert leader(end - step) == answer["verdict"]["leader"]
    assert leader(end + step) == flip["to"]


def test_a_strip_names_the_leader_at_the_weight_that_counts_now(gateway):
    answer = gateway.get("/v1/scores?profile=enterprise&include=sensitivity").json()
    assert [one["criterion"] for one in answer["sensitivity"]] == list(answer["weights"])
    for one in answer["sensitivity"]:
        now = next(part["leader"] for part in one["strip"] if part["from"] <= one["weight"] <= part["to"])
        assert now == answer["verdict"]["leader"]
        assert one["leads_while"]["from"] <= one["order_stands_while"]["from"] <= one["weight"] <= one["order_stands_while"]["to"]


def test_differences_add_up_to_the_margin(gateway):
    for profile in ("balanced", "career", "small_site"):
        answer = gateway.get(f"/v1/scores?profile={profile}&include=explanation").json()
        assert round(fsum(one["points"] for one in answer["explanation"]["differences"]), 6) == answer["verdict"]["margin"]


def test_a_need_is_told_in_the_unit_of_its_metric(gateway):
    explanation = gateway.get("/v1/scores?frameworks=fastapi,django&include=explanation").json()["explanation"]
    need = next(one for one in explanation["needs"] if one["metric"] == "rig_app_tokens")
    assert need["unit"] == "tokens"
    assert need["needed"] < need["value"]


def test_a_probability_over_all_weights_is_labelled_as_that(gateway):
    beats = gateway.get("/v1/scores?include=explanation").json()["explanation"]["leader_beats_runner_up"]
    assert 0 <= beats["probability"] <= 1
    assert "uniformly" in beats["weights"]


def test_2018_is_read_twice_and_the_share_of_opinions_shown(gateway):
    answer = gateway.get(f"{PAIR}&profile=learning").json()
    alone = gateway.get(f"{PAIR}&profile=learning&opinions=false").json()
    assert answer["verdict"]["figures_alone"] == {name: alone["verdict"][name] for name in ("outcome", "leader", "margin")}
    assert alone["verdict"]["figures_alone"] is None
    assert all(0.1 < row["opinion_share"] < 0.5 for row in answer["ranking"])
    assert all(row["opinion_share"] == 0 for row in alone["ranking"])


def test_a_claim_that_the_figures_do_not_bear_out_is_told(gateway):
    warnings = gateway.get(f"{PAIR}&profile=microservice").json()["warnings"]
    assert any("performance" in warning and "figures bear out" in warning for warning in warnings)
    assert gateway.get(f"{PAIR}&profile=microservice&opinions=false").json()["warnings"] == []


def test_sources_that_disagree_are_named_with_their_leaders(gateway):
    found = gateway.get("/v1/scores?include=explanation").json()["explanation"]["disagreements"]
    json = next(one for one in found if one["indicator"] == "json")
    assert json["metric"] == "rig_json_requests_per_cpu_s"
    assert json["other_metric"] == "benchmarker_rps_c512_vs_median"
    assert json["leader"] != json["leader_by_other"] or json["apart"]


def test_with_gaps_ignored_nothing_is_said_of_one_weight(gateway):
    answer = gateway.get("/v1/scores?when_missing=ignore&include=sensitivity,explanation").json()
    assert answer["sensitivity"] == []
    assert answer["verdict"]["flips_if"] is None


def test_nothing_ranked_has_nothing_to_explain(gateway):
    answer = gateway.get("/v1/scores?as_of=2015-01-01&include=sensitivity,explanation").json()
    assert answer["sensitivity"] == []
    assert (answer["explanation"]["leader"], answer["explanation"]["differences"]) == (None, [])
