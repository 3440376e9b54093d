"""Rows in the columns of data/observations.csv, from the record of a run alone."""

from __future__ import annotations

from collections.abc import Iterator

from rig.catalogue import BASELINE
from rig.figures import TIMES, Figure, figures
from rig.inventory import Inventory
from rig.samples import Heading, Record
from rig.trials import Loads

COLUMNS = ("framework", "metric", "value", "unit", "observed_on", "basis", "source_title", "source_url", "note")
Row = dict[str, str]


def rows(record: Record) -> list[Row]:
    """A row for each figure of a run that is steady, and for what was counted, by framework and metric.

    A server that its framework does not call fit for production says nothing of what that framework does there: of such an application
    nothing that is served under load is given.
    """
    heading = record.heading
    found = [
        _timed(figure, heading)
        for figure in figures(record.samples)
        if figure.is_steady and (heading.inventories[figure.framework].production or figure.measure.tests == ("startup",))
    ]
    for framework, inventory in heading.inventories.items():
        if framework != BASELINE:
            found += _counted(framework, inventory, heading)
    return sorted(found, key=lambda row: (row["framework"], row["metric"]))


def _timed(figure: Figure, heading: Heading) -> Row:
    measure, inventory = figure.measure, heading.inventories[figure.framework]
    rounds = f"median of {figure.rounds} rounds, middle half {figure.low:.4g} to {figure.high:.4g}"
    absolute = f"{figure.own:.4g} {measure.unit} beside {figure.baseline:.4g} of the baseline"
    note = f"{rounds}; {absolute}; {_method(figure, inventory, heading.loads)}; {_pinned(inventory)}; {heading.machine}"
    return _row(figure.framework, heading, measure.metric, f"{figure.value:.4g}", TIMES, note)


def _method(figure: Figure, inventory: Inventory, loads: Loads) -> str:
    measure = figure.measure
    if measure.tests == ("startup",):
        return f"through {inventory.adapter}" if measure.reading.startswith("cold") else inventory.server
    workers = f"{inventory.workers} worker{'s' if inventory.workers > 1 else ''}, {inventory.concurrency}"
    paced = measure.reading.startswith(("latency", "paced"))
    load = f"{loads.rate:g} requests a second" if paced else f"{loads.at_once(measure.tests[0])} connections"
    remote = f", remote delay {loads.delay * 1000:g} ms" if measure.tests == ("remote",) else ""
    return f"{inventory.server}, {workers}, {load}{remote}"


def _pinned(inventory: Inventory) -> str:
    """The versions of what the requirements name; the record of the run has those of all that they bring."""
    return ", ".join(f"{name} {inventory.versions[name]}" for name in inventory.pinned)


def _counted(framework: str, inventory: Inventory, heading: Heading) -> Iterator[Row]:
    pinned, count = _pinned(inventory), len(inventory.versions.keys() - {framework})
    size = str(inventory.installed_bytes)
    yield _row(framework, heading, "rig_install_size_bytes", size, "bytes", f"without bytecode, all that is required by {pinned}")
    note = f"all that is required by {pinned}, but the framework itself"
    yield _row(framework, heading, "rig_install_dependencies", str(count), "packages", note)
    note = f"rig/apps/{framework} ({inventory.digest}): Python without comments and docstrings, and templates"
    yield _row(framework, heading, "rig_app_tokens", str(inventory.tokens), "tokens", note)


def _row(framework: str, heading: Heading, metric: str, value: str, unit: str, note: str) -> Row:
    version = heading.inventories[framework].versions[framework]
    return {
        "framework": framework,
        "metric": metric,
        "value": value,
        "unit": unit,
        "observed_on": heading.day,
        "basis": "measured",
        "source_title": f"{framework} {version} in the rig",
        "source_url": f"https://pypi.org/project/{framework}/{version}/",
        "note": note,
    }
