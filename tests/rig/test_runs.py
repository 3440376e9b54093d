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
# Of several runs of a day the first one is in the data.
FIRST = {record.heading.day: record for record in reversed(RUNS.values())}


def test_the_rows_of_the_data_are_those_of_the_first_run_of_their_day(project: Path) -> None:
    kept: dict[str, list[dict[str, str]]] = {}
    with (project / "data" / "observations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["metric"].startswith("rig_"):
                kept.setdefault(row["observed_on"], []).append(row)
    assert kept == {day: rows(record) for day, record in FIRST.items()}


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
