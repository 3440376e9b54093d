"""`measure`: what is asked of the rig and what is done with its figures; the rig itself is tried in tests/rig."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib.__main__ import main
from chalicelib.commands import measure
from chalicelib.data_folder import Seed
from chalicelib.storage.evidence_store import EvidenceStore
from frameworth.register import MetricEntry
from rig.catalogue import BASELINE
from rig.figures import MEASURES, TIMES
from rig.measuring import Asked
from rig.plan import plan
from rig.samples import Record, Sample, heading_line, sample_line
from rig.trials import TESTS
from tests.chalicelib.storage.engines import fresh_table, moto
from tests.chalicelib.storage.samples import a_framework
from tests.chalicelib.tables import command_line, seeded
from tests.rig.records import FLASK, heading

# The readings that a machine gives on which everything of flask takes twice as long as without a framework.
TAKEN = ("latency_p50", "latency_p99", "paced_cpu", "memory", "start", "start_cpu", "import_cpu", "cold_cpu")
TWICE = {"requests_per_cpu_s": 0.5, **dict.fromkeys(TAKEN, 2.0)}


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["measure", *map(str, arguments)], env={"FRAMEWORTH_TABLE": ""})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The record of a run of flask in which nothing is left to do."""
    steps = plan(["flask"], TESTS, 3, 1)
    samples = [Sample(step, TWICE if step.framework == "flask" else dict.fromkeys(TWICE, 1.0)) for step in steps]
    path = tmp_path / "whole.jsonl"
    path.write_text("".join([heading_line(heading(flask=FLASK)), *map(sample_line, samples)]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["flask", "zope"], "there is no application for zope; there are django, flask"),
        (["--only", "json,speed"], "there is no test speed; there are startup, json, remote, orm, page"),
        (["--rounds", "0"], "0 is not in the range"),
        (["--resume", "nowhere.jsonl"], "nowhere.jsonl can't be read"),
        (["--resume", "some.jsonl", "--rounds", "3"], "--resume goes on with what its run was asked for"),
        (["--resume", "some.jsonl", "flask"], "--resume goes on with what its run was asked for"),
        (["--out", "nowhere/rows.csv"], "there is no folder nowhere; make it first"),
        (["--import"], "no table is named; set FRAMEWORTH_TABLE"),
    ],
)
def test_a_mistake_is_told_before_anything_is_installed(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert words in re.sub(r"\s+", " ", result.output)


def test_figures_are_printed_and_written_as_rows(whole: Path, tmp_path: Path) -> None:
    result = run("--resume", whole, "--out", tmp_path / "rows.csv")
    assert result.exit_code == 0
    assert re.search(r"flask +0\.5 +0\.5 +0\.5 +0\.5", result.stdout)
    assert "without bytecode" not in result.stdout
    found = list(csv.DictReader((tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()))
    assert f"{len(found)} rows are in" in result.stderr
    # All but the start without bytecode, which nobody read, and three that are counted.
    assert len(found) == len(MEASURES) - 1 + 3
    assert {row["value"] for row in found if row["unit"] == TIMES} == {"0.5", "2"}


def test_rows_go_into_the_table_that_is_named(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [measure_.metric for measure_ in MEASURES]
    units = dict.fromkeys(names, TIMES) | {
        "rig_install_size_bytes": "bytes",
        "rig_install_dependencies": "packages",
        "rig_app_tokens": "tokens",
    }
    metrics = tuple(
        MetricEntry(name, title=name, unit=unit, direction="none", factor="performance", description=name) for name, unit in units.items()
    )
    client = moto()
    with fresh_table(client) as name:
        table = seeded(client, name, Seed((a_framework("flask"),), metrics, {"flask": ()}, {}))
        result = command_line(client, name, monkeypatch)("measure", "--resume", whole, "--import")
        rows, *_ = EvidenceStore(table).page("flask", metric=None, since=None, until=None, after="", limit=100)
    assert (result.exit_code, len(rows)) == (0, len(MEASURES) - 1 + 3)
    assert f"into {name}: 21 observations new" in result.stdout


def test_what_failed_and_who_was_refused_is_told_and_the_status_is_1(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "RECORDS", tmp_path)
    fault = sample_line(Sample(plan(["flask"], TESTS, 3, 1)[0], fault="GET /json: answered 500 instead of 200"))

    def failing(asked: Asked, path: Path, *others: object) -> list[str]:
        path.write_text(whole.read_text(encoding="utf-8") + fault, encoding="utf-8")
        return ["django does not do what all must do:\n  GET /page should escape the texts of its rows"]

    monkeypatch.setattr(measure, "begin", failing)
    result = run("flask", "django")
    assert result.exit_code == 1
    assert "not everything could be measured:\ndjango does not do what all must do:" in result.stderr
    assert ", round 1: GET /json: answered 500 instead of 200" in result.stderr


def test_a_run_that_is_broken_off_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "RECORDS", tmp_path)

    def broken_off(asked: Asked, path: Path, *others: object) -> list[str]:
        path.write_text(heading_line(heading(flask=FLASK)), encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(measure, "begin", broken_off)
    result = run("flask")
    assert result.exit_code == 1
    [path] = tmp_path.glob("*.jsonl")
    assert f"Error: broken off; go on with --resume {path}" in result.stderr.replace("\n", " ")


def test_one_that_is_broken_off_before_its_first_reading_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "RECORDS", tmp_path)

    def broken_off(*asked: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(measure, "begin", broken_off)
    result = run("flask")
    assert "broken off before anything was measured" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_four_frameworks_are_installed_checked_and_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "RECORDS", tmp_path)
    four = ("bottle", "falcon", "flask", "starlette")
    result = run(*four, "--only", "startup", "--rounds", 1)
    assert result.exit_code == 0, result.output
    [path] = tmp_path.glob("*.jsonl")
    readings = {sample.step.framework: sample.readings for sample in Record.read(path).samples}
    assert readings.keys() == {BASELINE, *four}
    for framework in four:
        assert readings[framework].keys() == {"start", "start_cpu", "import_cpu", "cold_cpu", "cold_cpu_no_bytecode"}
        assert all(value > readings[BASELINE][name] for name, value in readings[framework].items())
        assert readings[framework]["cold_cpu_no_bytecode"] > readings[framework]["cold_cpu"]
