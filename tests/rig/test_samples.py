"""A record holds what was read, even if its last line was broken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.plan import Step
from rig.samples import Record, RecordInvalid, Sample, heading_line, sample_line
from tests.rig.records import FLASK, heading

HEADING = heading(flask=FLASK)
READ = Sample(Step(1, "json", "flask"), {"requests_per_cpu_s": 3600.0, "memory": 6.8e7})
FAULT = Sample(Step(1, "orm", "flask"), fault="GET /notes: answered 500 instead of 200")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "record.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    found = Record.read(written(tmp_path, heading_line(HEADING), sample_line(READ), sample_line(FAULT)))
    assert found == Record(HEADING, [READ, FAULT])


def test_six_digits_are_kept() -> None:
    assert '"memory": 67892600.0' in sample_line(Sample(READ.step, {"memory": 67_892_613.0}))


def test_a_last_line_that_was_broken_off_is_left_out(tmp_path: Path) -> None:
    broken = sample_line(FAULT)[:-10]
    assert Record.read(written(tmp_path, heading_line(HEADING), sample_line(READ), broken)).samples == [READ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "is no record of a run"),
        (["framework,metric\n"], "is no record of a run"),
        (["{}\n"], "is no record of a run"),
        ([heading_line(HEADING).replace('"version": 2', '"version": 9')], "of version 9; this reads 2"),
        ([heading_line(HEADING), '{"round": 1}\n'], "is no record of a run"),
    ],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(RecordInvalid, match=said):
        Record.read(written(tmp_path, *lines))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordInvalid, match=r"missing\.jsonl can't be read"):
        Record.read(tmp_path / "missing.jsonl")
