"""docs/measuring.md holds what the data says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chalicelib import data_folder
from rig.catalogue import BASELINE
from rig.samples import Record, Sample
from tests.rig.records import FLASK, heading, samples
from tools.measured import PAGE, SHOWN, agreeing, blocks, filled, read_runs


def test_the_page_is_what_the_data_gives(project: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page, blocks(data_folder.read(project / "data"), read_runs())), "run `make charts`"


def test_a_block_takes_the_place_of_what_stands_between_its_marks_and_of_nothing_else() -> None:
    page = "before\n<!-- one -->\nold\n<!-- /one -->\nafter\n"
    assert filled(page, {"one": r"new \1", "other": "unused"}) == "before\n<!-- one -->\n\nnew \\1\n\n<!-- /one -->\nafter\n"
    assert filled(filled(page, {"one": "new"}), {"one": "newer"}) == filled(page, {"one": "newer"})


def run(**by_framework: list[float]) -> Record:
    """The record of a run with these readings of one test, beside a baseline of 1, and one reading of the others."""
    alone = replace(FLASK, production=False)
    found: list[Sample] = samples("json", "requests_per_cpu_s", {BASELINE: [1.0] * 3, **by_framework})
    for test in ("remote", "orm", "page"):
        found += samples(
            test, "requests_per_cpu_s", {BASELINE: [1.0] * 3, **{name: [place] * 3 for place, name in enumerate(by_framework, 1)}}
        )
    return Record(heading(**{name: alone if name == "local" else FLASK for name in by_framework}), found)


def test_two_runs_are_compared_in_all_that_was_served_and_in_what_was_steady() -> None:
    one = run(a=[0.1, 0.1, 0.1], b=[0.2, 0.2, 0.2], c=[0.1, 0.3, 0.5], local=[0.9, 0.9, 0.9])
    other = run(a=[0.1, 0.1, 0.1], b=[0.4, 0.4, 0.4], c=[0.2, 0.3, 0.5], local=[0.0, 0.0, 0.0])
    text = agreeing(one, other, {"a": "A", "b": "B", "c": "C"})
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    assert lines[0] == ["JSON", "C and B", "3", "0.33", "2", "1.00"]
    assert {line[1] for line in lines[1:]} == {"–"}


def test_who_changed_places_though_their_middle_halves_lie_apart_has_a_star() -> None:
    one, other = run(a=[0.1] * 3, b=[0.2] * 3), run(a=[0.2] * 3, b=[0.1] * 3)
    assert "B and A\\*" in agreeing(one, other, {"a": "A", "b": "B"})


def test_every_measured_metric_that_is_scored_is_shown(project: Path) -> None:
    shown = {metric for columns in SHOWN.values() for metric in columns}
    data = data_folder.read(project / "data")
    missing = {entry.name for entry in data.metrics if entry.name.startswith("rig_")} - shown
    assert missing == {"rig_start", "rig_json_paced_cpu", "rig_orm_paced_cpu", "rig_remote_paced_cpu"}
