"""The benchmarks beside peers: what a peer is told is enough to score as we do, and nothing is timed that answers otherwise."""

from __future__ import annotations

import importlib.util
import json
import sys
import sysconfig
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import cold, peers_cold, peers_job, peers_warm
from chalicelib.local import embedded_table
from frameworth.criteria import Criterion
from frameworth.findings import Finding


@pytest.fixture(scope="module")
def frameworks(service):
    return [one.id for one in service.registers.frameworks()]


@pytest.fixture(scope="module")
def table(service, frameworks):
    embedded = embedded_table()
    return peers_job.table_answers(embedded._client, embedded.name, frameworks)


@pytest.fixture(scope="module")
def scorecards(service, tmp_path_factory):
    """The module that all peers share, with the model beside it. FastAPI and pymcdm are not needed for it."""
    folder = peers_job.write_peers(tmp_path_factory.mktemp("peers") / "peers", service.catalogue)
    made = importlib.util.spec_from_file_location("scorecards", folder / "scorecards.py")
    module = importlib.util.module_from_spec(made)
    sys.modules["scorecards"] = module
    made.loader.exec_module(module)
    yield module
    del sys.modules["scorecards"]


@pytest.fixture(scope="module")
def sides(service, frameworks, table):
    """Our own handler in the place of a peer too, run from this tree."""
    ours = cold.Deployed([cold.package.PROJECT, Path(sysconfig.get_path("purelib"))], "app:app")
    environ = {**cold.ACCESS, "FRAMEWORTH_TABLE": cold.TABLE, "AWS_LAMBDA_FUNCTION_NAME": "bench"}
    return peers_job.SideBySide(
        dict.fromkeys((peers_job.OURS, peers_job.PYMCDM), ours), environ, frameworks, tuple(service.catalogue.criteria), table
    )


def test_a_peer_that_is_told_the_plugins_as_data_scores_and_ranks_as_we_do(service, gateway, frameworks, table, scorecards):
    sources = {item["SK"]["S"]: {"title": item["title"]["S"], "url": item["url"]["S"]} for item in table["Query"]["Items"]}
    for profile in service.catalogue.profiles:
        ours = gateway.post("/v1/scores", {"frameworks": frameworks, "profile": profile, "include": ["metrics"]}).json()
        theirs = scorecards.scorecard(
            table["BatchGetItem"]["Responses"][cold.TABLE],
            scorecards.shares(scorecards.MODEL["profiles"][profile]),
            service.today(),
            lambda rows, weights: [sum(a * b for a, b in zip(row, weights, strict=True)) for row in rows],
            scorecards.kept,
            lambda wanted: sources,
        )
        assert peers_job.comparable(theirs) == peers_job.comparable(ours)


def test_every_value_function_of_the_catalogue_is_the_same_for_a_peer(service, scorecards):
    figures = [-2, -1, 0, 1e-3, 0.5, 1, 2, 3.5, 5, 10, 99, 1e4, 1e9]
    for metric in service.catalogue.metrics.values():
        told = scorecards.value_function(json.loads(json.dumps(metric.value.anchors)))
        assert [min(1.0, max(0.0, told(figure))) for figure in figures] == pytest.approx([metric.value(figure) for figure in figures])


def test_what_data_can_not_tell_is_refused(service):
    judged = Criterion("judged", question="Is it?", judge=lambda evidence: Finding.inconclusive())
    with pytest.raises(ValueError, match=r"judges \['judged'\]"):
        peers_job.model(replace(service.catalogue, criteria={"judged": judged}))


class Answering:
    """A handler that has one answer."""

    def __init__(self, name, answer):
        self.name, self.answer = name, answer

    def turn(self, bodies):
        return {"body": json.dumps(self.answer)}


def test_a_peer_that_answers_otherwise_is_named_with_the_difference(gateway):
    ours = gateway.post("/v1/scores", {"frameworks": ["flask"], "include": ["metrics"]}).json()
    theirs = json.loads(json.dumps(ours))
    theirs["ranking"][0]["score"] += 0.1
    with pytest.raises(peers_job.DiffersFromOurs, match=r"a peer answers otherwise by profile 'career' in 1 places: score of flask: ours"):
        peers_job.check_same(Answering("ours", ours), Answering("a peer", theirs), ["flask"], ["career"])
    assert peers_job.check_same(Answering("ours", ours), Answering("a peer", ours), ["flask"], ["career"]) > 100


def test_a_warm_round_is_timed_for_each_handler_and_level(sides):
    tables = peers_warm.found(rounds=1, requests=1, warm_up=1, sides=sides)
    assert [len(one.rows) for one in tables] == [2, 2]
    for row in tables[0].rows:
        assert row[2] != "0.00"
    # Ours stands in for the peer, so no ratio is far from 1; how near is not for a test to say.
    assert all(0.1 < bound.found < 10 for one in tables for bound in one.bounds)


def test_a_warm_handler_says_the_day_on_which_it_answers(sides):
    with peers_job.warm(replace(sides, handlers={peers_job.OURS: sides.handlers[peers_job.OURS]})) as (ours,):
        answer = json.loads(ours.turn([{"frameworks": ["flask"]}], over="wire")["body"])
    assert answer["as_of"] == datetime.now(UTC).date().isoformat()


def test_a_handler_that_ends_is_named_with_what_it_said(sides):
    with pytest.raises(RuntimeError, match=r"(?s)broken ended: .*No module named 'nothing'"):
        peers_job.Warm("broken", cold.Deployed([], "nothing:handler"), {}, sides.table).turn([{}])


def test_cold_starts_are_told_by_their_medians_and_as_ratios(sides, tmp_path, monkeypatch):
    monkeypatch.setattr(cold, "SITE", tmp_path)
    table = peers_cold.told({peers_job.OURS: [300.0, 100.0, 200.0], peers_job.PYMCDM: [150.0, 100.0, 160.0]}, sides)
    assert table.rows[1] == (peers_job.PYMCDM, "150 ms", "100 to 160 ms", "1.33")
    assert [bound.holds for bound in table.bounds] == [False]
