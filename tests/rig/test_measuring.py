"""A whole run, on applications that are the baseline with one thing changed: what is slower loses, what is wrong is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rig import measuring
from rig.catalogue import BASELINE, App
from rig.figures import figures
from rig.measuring import Asked, begin, resume
from rig.preparing import Refused
from rig.samples import Record, RecordInvalid, Sample, heading_line, sample_line
from rig.trials import Loads
from tests.rig.variants import SLOWED, TIRES, WRONG, variant

SHORT = Loads(warm=0.05, full=0.2, paced=0.2)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where virtual environments are; all that are called the same are the same."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture(autouse=True)
def one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The baseline has a turn like others here, which is enough to see what a run does."""
    monkeypatch.setattr("rig.plan.BASELINE_TURNS", 1)


class Told:
    """Keeps what a run reports."""

    def __init__(self) -> None:
        self.doing: list[str] = []
        self.left: list[float] = []

    def __call__(self, doing: str, done: float, total: float) -> None:
        self.doing.append(doing)
        self.left.append(total - done)


def asked(*apps: App, tests: tuple[str, ...] = ("json",), rounds: int = 1) -> Asked:
    return Asked({app.framework: app for app in apps}, tests, rounds, seed=1, loads=SHORT)


def run(folder: Path, environments: Path, question: Asked, told: Told | None = None) -> tuple[Record, list[str]]:
    path = folder / "records" / "run.jsonl"
    refused = begin(question, path, date(2026, 11, 29), environments, told or Told())
    return Record.read(path), refused


def test_an_application_that_was_made_slower_is_seen_to_lose(tmp_path: Path, environments: Path) -> None:
    record, refused = run(tmp_path, environments, asked(variant(tmp_path, "slowed", SLOWED), variant(tmp_path, "same")))
    found = {(figure.framework, figure.measure.reading): figure.value for figure in figures(record.samples)}
    assert refused == []
    assert found["slowed", "requests_per_cpu_s"] < 0.2 < 0.5 < found["same", "requests_per_cpu_s"] < 2
    assert found["slowed", "latency_p50"] > 2 * found["same", "latency_p50"]
    assert found["slowed", "paced_cpu"] > 2 * found["same", "paced_cpu"]


def test_a_wrong_one_is_refused_by_name_and_the_others_are_measured(tmp_path: Path, environments: Path) -> None:
    told = Told()
    record, [refused] = run(
        tmp_path, environments, asked(variant(tmp_path, "wrong", WRONG), variant(tmp_path, "same"), tests=("startup",)), told
    )
    assert refused.startswith("wrong does not do what all must do:\n  GET /json should say hello as JSON; it answered 200")
    assert {sample.step.framework for sample in record.samples} == {BASELINE, "same"}
    assert record.heading.inventories.keys() == {BASELINE, "same"}
    assert told.doing[:3] == ["preparing baseline", "preparing wrong", "preparing same"]
    assert told.doing[-1] == "measured"
    assert told.left[3:] == sorted(told.left[3:], reverse=True)
    assert told.left[-1] == 0


def test_if_all_are_wrong_nothing_is_measured(tmp_path: Path, environments: Path) -> None:
    with pytest.raises(Refused, match="nothing is left to be measured:\nwrong does not do what all must do"):
        run(tmp_path, environments, asked(variant(tmp_path, "wrong", WRONG)))
    assert not (tmp_path / "records").exists()


def test_a_start_is_read_in_every_way_there_is(tmp_path: Path, environments: Path) -> None:
    record, _ = run(tmp_path, environments, asked(variant(tmp_path, "same"), tests=("startup",)))
    for sample in record.samples:
        assert sample.readings.keys() == {"start", "start_cpu", "import_cpu", "cold_cpu", "cold_cpu_no_bytecode"}
        assert all(0.005 < value < 5 for value in sample.readings.values())
        assert sample.readings["cold_cpu"] < sample.readings["start"] * 3


def test_without_an_adapter_there_is_no_start_on_lambda(tmp_path: Path, environments: Path) -> None:
    alone = replace(variant(tmp_path, "alone"), adapter="", application="")
    record, _ = run(tmp_path, environments, asked(alone, tests=("startup",)))
    by_framework = {sample.step.framework: sample.readings for sample in record.samples}
    assert "cold_cpu" in by_framework[BASELINE]
    assert "cold_cpu" not in by_framework["alone"]


def test_a_trial_that_fails_is_told_and_the_others_go_on(tmp_path: Path, environments: Path) -> None:
    record, _ = run(tmp_path, environments, asked(variant(tmp_path, "tires", TIRES), rounds=2))
    failed = [sample for sample in record.samples if sample.fault]
    assert {sample.step.framework for sample in failed} == {"tires"}
    assert len(failed) == 2
    assert all(re.fullmatch("GET /(json|items/7): answered 503 instead of 200", sample.fault) for sample in failed)
    assert len(record.samples) == 4


class Interrupt(Told):
    """Ends a run, as Ctrl-C would, when `step` steps are under way."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step

    def __call__(self, doing: str, done: float, total: float) -> None:
        super().__call__(doing, done, total)
        if len([one for one in self.doing if one.startswith("round")]) == self.step:
            raise KeyboardInterrupt


def interrupted(folder: Path, environments: Path) -> tuple[Path, Mapping[str, App]]:
    """A run that was broken off with a step and a half of four done."""
    app = variant(folder, "same")
    path = folder / "run.jsonl"
    with pytest.raises(KeyboardInterrupt):
        begin(asked(app, tests=("page",), rounds=2), path, date(2026, 11, 29), environments, Interrupt(2))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"round": 1, "test": "sta')
    return path, {"same": app}


def test_what_is_done_is_kept_and_a_run_goes_on_where_it_ended(tmp_path: Path, environments: Path) -> None:
    path, catalogue = interrupted(tmp_path, environments)
    before = Record.read(path)
    assert len(before.samples) == 1
    told = Told()
    assert resume(path, catalogue, environments, told) == []
    after = Record.read(path)
    assert after.samples[:1] == before.samples
    assert len({sample.step for sample in after.samples}) == len(after.samples) == 4
    assert after.heading == before.heading
    assert len([one for one in told.doing if one.startswith("round")]) == 3


def test_a_run_that_is_done_is_not_begun_again(tmp_path: Path, environments: Path) -> None:
    path, catalogue = interrupted(tmp_path, environments)
    resume(path, catalogue, environments, Told())
    before = path.read_bytes()
    told = Told()
    assert resume(path, catalogue, environments, told) == []
    assert (told.doing, path.read_bytes()) == ([], before)


def test_what_failed_is_done_again(tmp_path: Path, environments: Path) -> None:
    path, catalogue = interrupted(tmp_path, environments)
    record = Record.read(path)
    path.write_text(heading_line(record.heading) + sample_line(Sample(record.samples[0].step, fault="no answer")), encoding="utf-8")
    resume(path, catalogue, environments, Told())
    assert not [sample for sample in Record.read(path).samples if sample.fault]
    assert len(Record.read(path).samples) == 4


def test_a_run_of_another_machine_of_other_applications_or_versions_is_not_gone_on_with(
    tmp_path: Path, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, catalogue = interrupted(tmp_path, environments)
    record = Record.read(path)
    with pytest.raises(RecordInvalid, match="has same, for which there is no application"):
        resume(path, {}, environments, Told())
    source = catalogue["same"].folder / "app.py"
    source.write_text(source.read_text(encoding="utf-8") + "\n\nmore = 1\n", encoding="utf-8")
    with pytest.raises(RecordInvalid, match="begun with another version or application of same"):
        resume(path, catalogue, environments, Told())
    monkeypatch.setattr(measuring, "machine", lambda: "another machine")
    with pytest.raises(RecordInvalid, match=r"was begun on Python .*, and this is another machine"):
        resume(path, catalogue, environments, Told())
    assert Record.read(path) == record
