"""`python -m chalicelib`: the same answers without a server."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from chalicelib.__main__ import main

PAIR = ["score", "flask", "django", "--profile", "microservice", "--as-of", "2018-05-31"]


@pytest.fixture
def run(service):  # the embedded table is seeded by now
    """Runs the command line in this process."""

    def run(*arguments):
        return CliRunner().invoke(main, arguments)

    return run


def test_score_prints_the_ranking_of_the_api_as_a_table(run, gateway):
    answer = gateway.get("/v1/scores?frameworks=flask,django&profile=microservice&as_of=2018-05-31").json()
    printed = run(*PAIR).output
    lines = printed.splitlines()
    for row in answer["ranking"]:
        assert any(row["framework"] in line and str(row["score"]) in line for line in lines)
    for one, other in zip(*(row["criteria"] for row in answer["ranking"]), strict=True):
        assert any(f"{one['score']:.1f}" in line and f"{other['score']:.1f}" in line for line in lines)
    assert max(map(len, lines)) <= 80
    assert "…" not in printed
    assert f"clear: flask leads by {answer['verdict']['margin']}" in printed


def test_score_prints_the_answer_of_the_api_as_json(run, gateway):
    address = "/v1/scores?frameworks=flask,django&profile=microservice&as_of=2018-05-31&include=metrics"
    assert json.loads(run(*PAIR, "--json").stdout) == gateway.get(address).json()


def test_score_takes_weights_emphasis_and_the_rest(run):
    answer = json.loads(run("score", "flask", "--weight", "jobs:3", "--weight", "performance:1", "--no-opinions", "--json").stdout)
    assert (answer["weights"]["jobs"], answer["opinions"], answer["profile"]) == (0.75, False, None)
    answer = json.loads(run("score", "--emphasis", "jobs:6", "--limit", "3", "--when-missing", "worst", "--json").stdout)
    assert (len(answer["ranking"]), answer["when_missing"], answer["weights"]["jobs"]) == (3, "worst", 0.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score", "flaks"], "did you mean flask?"),
        (["score", "--profile", "carreer"], "did you mean career?"),
        (["score", "--as-of", "20180531"], "YYYY-MM-DD"),
        (["score", "--as-of", "2099-01-01"], "after today"),
        (["score", "--weight", "jobs"], "criterion:number"),
        (["score", "--weight", "jobs:-1"], "jobs"),
        (["score", "--weight", "jobs:nan"], "jobs"),
        (["seed"], "FRAMEWORTH_TABLE"),
    ],
)
def test_a_mistake_ends_in_a_plain_line_with_the_way_out(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert "Traceback" not in result.output


def test_it_runs_from_the_shell_and_prints_json_alone_on_standard_output(project):
    done = subprocess.run([sys.executable, "-m", "chalicelib", *PAIR, "--json"], cwd=project, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["verdict"]["leader"] == "flask"
    assert "Seeded 5,464 observations" in done.stderr  # the progress of seeding


def test_help_tells_what_there_is(run):
    printed = run("--help").output
    for command in ("score", "seed", "create-table", "freeze-references"):
        assert command in printed
