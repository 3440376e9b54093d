"""`python -m chalicelib`: the same answers without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent

import pytest
from click.testing import CliRunner

from chalicelib.__main__ import main
from chalicelib.bootstrap import SHIPPED_PLUGINS
from tests.conftest import OTHERS

PAIR = ["score", "flask", "django", "--profile", "microservice", "--as-of", "2018-05-31"]


@pytest.fixture
def run(service):  # the embedded table is seeded by now
    """Runs the command line in this process."""

    def run(*arguments, **environ):
        return CliRunner().invoke(main, arguments, env={"FRAMEWORTH_DISABLED_PLUGINS": OTHERS, **environ})

    return run


@pytest.fixture
def folder(tmp_path):
    """A second folder of plugins: one that prints and works, one whose import fails, one that raises in brackets and twice the lines."""
    sources = {
        "chatty": """
            import sys
            from frameworth import *

            print("on the way in")
            out = sys.stdout

            def judge(evidence):
                print("judging", file=out)
                print("judging")
                return Finding.scored(0.5, "half")

            def aggregate(values, weights):
                print("adding up")
                return [min(row) for row in values]

            @hookimpl
            def frameworth_criteria():
                print("offering")
                yield Criterion("chatty", question="Does it talk?", judge=judge)

            @hookimpl
            def frameworth_methods():
                yield Method("weakest", aggregate=aggregate, summary="The worst of all criteria.")

            @hookimpl
            def frameworth_scored(scorecard):
                print("seen")
        """,
        "broken": "import no_such_module",
        "bracketed": "raise ValueError('two\\nlines [/red] and [bold]brackets')",
    }
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(dedent(source), encoding="utf-8")
    return tmp_path


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
        (["score", "--method", "aditive"], "did you mean additive?"),
        (["seed"], "FRAMEWORTH_TABLE"),
    ],
)
def test_a_mistake_ends_in_a_plain_line_with_the_way_out(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert "Traceback" not in result.output


# --- Methods and plugins


def test_score_takes_a_method_and_says_so(run, folder):
    given = {"FRAMEWORTH_PLUGINS_DIR": str(folder)}
    answer = json.loads(run(*PAIR, "--method", "weakest", "--json", **given).stdout)
    assert answer["method"] == "weakest"
    assert [row["score"] for row in answer["ranking"]] == [min(one["score"] for one in row["criteria"]) for row in answer["ranking"]]
    printed = run(*PAIR, "--method", "weakest", **given).stdout
    assert [line.strip() for line in printed.splitlines()[:2]] == ["microservice, as of 2018-05-31", "by the method weakest"]
    assert "method" not in run(*PAIR).stdout


def test_plugins_lists_each_plugin_with_what_it_offers(run):
    result = run("plugins")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    for name in SHIPPED_PLUGINS:
        assert any(line.split()[:3] == [name, "shipped", "0.1.0"] for line in lines)
    assert "criteria jobs" in result.stdout
    assert "methods additive" in result.stdout
    words = " ".join(result.stdout.split())
    assert "profiles balanced, career, enterprise, freelance, learning, microservice, small_site" in words
    assert max(map(len, lines)) <= 80
    assert "…" not in result.stdout


def test_plugins_prints_what_the_api_says_as_json(run, gateway):
    result = run("plugins", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    printed["plugins"] = [one for one in printed["plugins"] if one["enabled"]]
    assert printed == gateway.get("/v1/plugins").json()


def test_plugins_tells_every_fault_in_full_words_and_fails(run, folder):
    given = {"FRAMEWORTH_PLUGINS_DIR": str(folder), "FRAMEWORTH_DISABLED_PLUGINS": f"jobs,jbos,{OTHERS}"}
    result = run("plugins", **given)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith(("fault", "note"))] == [
        "fault: plugin bracketed, stage load: ValueError: two lines [/red] and [bold]brackets (bracketed.py, line 1)",
        "fault: plugin broken, stage load: ModuleNotFoundError: No module named 'no_such_module' (broken.py, line 1)",
        "note: FRAMEWORTH_DISABLED_PLUGINS names 'jbos', but no plugin is called so; did you mean jobs?",
    ]
    assert any(line.split() == ["jobs", "shipped", "0.1.0", "nothing:", "switched", "off"] for line in lines)
    assert "criteria chatty; methods weakest; observes scores" in " ".join(result.stdout.split())

    result = run("plugins", "--json", **given)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["hook_api"] == 1
    assert [fault["plugin"] for plugin in told["plugins"] for fault in plugin["faults"]] == ["bracketed", "broken"]
    assert {plugin["plugin"]: plugin["enabled"] for plugin in told["plugins"]}["jobs"] is False
    assert "did you mean jobs?" in result.stderr


def test_no_name_is_cut_however_long_it_is(run, tmp_path):
    longest, bad = "n" * 48, "No_" + "name" * 50
    (tmp_path / f"{longest}.py").write_text("from frameworth import ADDITIVE, hookimpl\n__version__ = '1' * 40\n", encoding="utf-8")
    (tmp_path / f"{bad}.py").write_text("", encoding="utf-8")
    result = run("plugins", FRAMEWORTH_PLUGINS_DIR=str(tmp_path))
    table = result.stdout[: result.stdout.index("fault:")]
    assert max(map(len, table.splitlines())) <= 80
    column = "".join(line[1:].split(" ")[0] for line in table.splitlines() if not line.startswith("  "))
    assert longest in column
    assert bad in column


def test_plugins_needs_no_table_and_seeds_none(project):
    code = "import sys, chalicelib.__main__ as m; m.main(['plugins'], standalone_mode=False); print({'boto3', 'moto'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\nset()\n")
    assert "Seed" not in done.stderr


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (["plugins", "--json"], ["on the way in", "offering"]),
        ([*PAIR, "--method", "weakest", "--json"], ["on the way in", "offering", "judging", "adding up", "seen"]),
    ],
    ids=["plugins", "score"],
)
def test_what_a_plugin_prints_does_not_get_between_the_json(run, folder, command, printed):
    result = run(*command, FRAMEWORTH_PLUGINS_DIR=str(folder))
    assert isinstance(json.loads(result.stdout), dict)
    assert set(printed) <= set(result.stderr.splitlines())


def test_it_runs_from_the_shell_and_prints_json_alone_on_standard_output(project):
    done = subprocess.run([sys.executable, "-m", "chalicelib", *PAIR, "--json"], cwd=project, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["verdict"]["leader"] == "flask"
    assert "Seeded 5,779 observations" in done.stderr  # the progress of seeding


def test_help_tells_what_there_is(run):
    printed = run("--help").output
    for command in ("score", "plugins", "new-plugin", "seed", "create-table", "freeze-references"):
        assert command in printed
