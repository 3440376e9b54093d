"""Rows in the columns of data/observations.csv, from a run."""

from __future__ import annotations

from collections.abc import Iterator

from rig.catalogue import App
from rig.figures import TIMES, Figure, figures
from rig.inventory import Inventory, dependencies
from rig.load import CONNECTIONS
from rig.samples import Heading, Record
from rig.trials import DELAY, RATE

COLUMNS = ("framework", "metric", "value", "unit", "observed_on", "basis", "source_title", "source_url", "note")
Row = dict[str, str]


def rows(record: Record, catalogue: dict[str, App]) -> list[Row]:
    """A row for each figure of a run that is steady, and for what was counted, by framework and metric.

    A server that its framework does not call fit for production says nothing of what that framework does there: of such an application
    nothing that is served under load is given.
    """
    found = [_timed(figure, record.heading, catalogue[figure.framework]) for figure in written(record, catalogue)]
    for framework, inventory in record.heading.inventories.items():
        if framework in catalogue:
            found += _counted(catalogue[framework], inventory, record.heading)
    return sorted(found, key=lambda row: (row["framework"], row["metric"]))


def written(record: Record, catalogue: dict[str, App]) -> list[Figure]:
    """The figures that become rows."""
    return [
        figure
        for figure in figures(record.samples)
        if figure.is_steady and (catalogue[figure.framework].production or figure.measure.tests == ("startup",))
    ]


def _timed(figure: Figure, heading: Heading, app: App) -> Row:
    measure = figure.measure
    rounds = f"median of {figure.rounds} rounds, middle half {figure.low:.4g} to {figure.high:.4g}"
    absolute = f"{figure.own:.4g} {measure.unit} beside {figure.baseline:.4g}"
    note = f"{rounds}; {absolute} of the baseline; {_method(figure, app)}; {_pinned(app, heading)}; {heading.machine}"
    return _row(app, heading, measure.metric, f"{figure.value:.4g}", TIMES, note)


def _method(figure: Figure, app: App) -> str:
    measure = figure.measure
    if measure.tests == ("startup",):
        return f"through {app.adapter}" if measure.reading.startswith("cold") else app.server
    workers = f"{app.workers} worker{'s' if app.workers > 1 else ''}, {app.concurrency}"
    load = f"{RATE:g} requests a second" if measure.reading.startswith(("latency", "paced")) else f"{CONNECTIONS} connections"
    remote = f", remote delay {DELAY * 1000:g} ms" if measure.tests == ("remote",) else ""
    return f"{app.server}, {workers}, {load}{remote}"


def _pinned(app: App, heading: Heading) -> str:
    """The versions of what the requirements name; the record of the run has those of all that they bring."""
    versions = heading.inventories[app.framework].versions
    return ", ".join(f"{name} {versions[name]}" for name in app.pinned)


def _counted(app: App, inventory: Inventory, heading: Heading) -> Iterator[Row]:
    pinned = _pinned(app, heading)
    size, count = str(inventory.installed_bytes), str(dependencies(app, inventory.versions))
    yield _row(app, heading, "rig_install_size_bytes", size, "bytes", f"without bytecode, with all that is required by {pinned}")
    yield _row(app, heading, "rig_install_dependencies", count, "packages", f"all that is required by {pinned}, but the framework itself")
    note = f"rig/apps/{app.framework}: Python without comments and docstrings, and templates"
    yield _row(app, heading, "rig_app_tokens", str(inventory.tokens), "tokens", note)


def _row(app: App, heading: Heading, metric: str, value: str, unit: str, note: str) -> Row:
    version = heading.inventories[app.framework].versions[app.framework]
    return {
        "framework": app.framework,
        "metric": metric,
        "value": value,
        "unit": unit,
        "observed_on": heading.day,
        "basis": "measured",
        "source_title": f"{app.framework} {version} in the rig",
        "source_url": f"https://pypi.org/project/{app.framework}/{version}/",
        "note": note,
    }
