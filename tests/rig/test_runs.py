"""The records that are kept are those from which the rows of the data were made."""

from __future__ import annotations

import csv
from pathlib import Path

from rig.catalogue import BASELINE, read_catalogue
from rig.plan import plan
from rig.rows import rows
from tools.measured import AGREEING, read_runs, served
from tools.orders import tau_b

RUNS = read_runs()


def test_the_rows_of_the_data_are_those_of_the_first_run_of_a_day_that_gave_a_steady_figure(project: Path) -> None:
    expected: dict[tuple[str, str, str], dict[str, str]] = {}
    for record in RUNS.values():
        for row in rows(record):
            expected.setdefault((row["framework"], row["metric"], row["observed_on"]), row)
    with (project / "data" / "observations.csv").open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["metric"].startswith("rig_")]
    assert kept == [expected[place] for place in sorted(expected)]


def test_each_run_is_whole_and_of_every_framework() -> None:
    for record in RUNS.values():
        heading = record.heading
        assert heading.inventories.keys() == {BASELINE, *read_catalogue()}
        assert {sample.step for sample in record.samples} == set(
            plan([one for one in heading.inventories if one != BASELINE], heading.tests, heading.rounds, heading.seed)
        )
        assert [sample.fault for sample in record.samples if sample.fault] == []


def test_two_of_them_put_the_frameworks_in_the_same_order() -> None:
    """Kendall's tau-b on requests per CPU second, as docs/measuring.md tells it."""
    one, other = list(RUNS.values())[-2:]
    for metric in AGREEING:
        first, second = served(one, metric), served(other, metric)
        tau = tau_b([figure.value for figure in first.values()], [second[name].value for name in first])
        assert tau is not None
        assert tau >= 0.9, metric
