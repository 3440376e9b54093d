"""Rows are as those of data/, and only of figures that may be written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from frameworth.rows import COLUMNS as DATA_COLUMNS
from frameworth.rows import observations
from rig.catalogue import BASELINE
from rig.inventory import Inventory
from rig.rows import COLUMNS, Row, rows
from rig.samples import Record, Sample
from tests.rig.records import FLASK, heading, samples

CHALICE = replace(FLASK, server="chalice local", production=False, pinned=("chalice",), versions={"chalice": "1.34.0"})


def written(*found: list[Sample], **inventories: Inventory) -> dict[str, Row]:
    """The rows by metric; of one framework."""
    record = Record(heading(**inventories), [sample for some in found for sample in some])
    return {row["metric"]: row for row in rows(record)}


def both(test: str, name: str, framework: str, values: list[float]) -> list[Sample]:
    return samples(test, name, {framework: values, BASELINE: [1.0] * len(values)})


def test_a_row_says_how_it_came_about() -> None:
    row = written(both("remote", "requests_per_cpu_s", "flask", [0.1, 0.101, 0.102]), flask=FLASK)["rig_remote_requests_per_cpu_s"]
    assert row == {
        "framework": "flask",
        "metric": "rig_remote_requests_per_cpu_s",
        "value": "0.101",
        "unit": "times the baseline",
        "observed_on": "2026-11-29",
        "basis": "measured",
        "source_title": "flask 3.1.3 in the rig",
        "source_url": "https://pypi.org/project/flask/3.1.3/",
        "note": "median of 3 rounds, middle half 0.1005 to 0.1015; 0.101 requests per CPU second beside 1 of the baseline; "
        "gunicorn, 1 worker, one request at a time, 8 connections, remote delay 10 ms; "
        "flask 3.1.3, gunicorn 27.0.1, requests 2.34.2, sqlalchemy 2.1.9; "
        "Python 3.11.7, Linux x86_64, a processor, 2 cores (one for the server)",
    }


def test_how_a_figure_was_taken_is_told_for_each_kind() -> None:
    found = written(
        both("json", "latency_p50", "flask", [3.0] * 3),
        [
            replace(one, readings={"start_cpu": value, "cold_cpu": value})
            for one in both("startup", "start_cpu", "flask", [0.3] * 3)
            for value in one.readings.values()
        ],
        flask=FLASK,
    )
    assert "; gunicorn, 1 worker, one request at a time, 40 requests a second; " in found["rig_json_latency_p50"]["note"]
    assert "; 300 ms of CPU beside 1000 of the baseline; gunicorn; " in found["rig_start_cpu"]["note"]
    assert "; through apig-wsgi; " in found["rig_cold_start_cpu"]["note"]


def test_what_was_counted_needs_no_rounds() -> None:
    found = written(flask=FLASK)
    assert {metric: row["value"] for metric, row in found.items()} == {
        "rig_app_tokens": "555",
        "rig_install_dependencies": "4",
        "rig_install_size_bytes": "23000000",
    }


def test_an_unsteady_figure_is_not_written() -> None:
    assert "rig_json_requests_per_cpu_s" not in written(both("json", "requests_per_cpu_s", "flask", [0.1, 0.2, 0.3]), flask=FLASK)


def test_of_a_server_that_is_not_for_production_only_what_needs_no_server_is_written() -> None:
    found = written(
        both("json", "requests_per_cpu_s", "chalice", [0.1] * 3), both("startup", "cold_cpu", "chalice", [6.0] * 3), chalice=CHALICE
    )
    assert "rig_cold_start_cpu" in found
    assert "rig_json_requests_per_cpu_s" not in found


def test_rows_are_rows_of_the_data() -> None:
    assert COLUMNS == DATA_COLUMNS
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(written(both("json", "requests_per_cpu_s", "flask", [0.1] * 3), flask=FLASK).values())
    good, wrong = observations(text.getvalue().splitlines(), "rows.csv")
    assert len(good) == 4
    assert wrong == []
