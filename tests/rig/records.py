"""Records of runs with chosen readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rig.catalogue import BASELINE
from rig.inventory import Inventory
from rig.plan import Step
from rig.samples import Heading, Sample
from rig.trials import LOADS, TESTS

FLASK = Inventory(
    server="gunicorn",
    workers=1,
    concurrency="one request at a time",
    production=True,
    adapter="apig-wsgi",
    pinned=("flask", "gunicorn", "requests", "sqlalchemy"),
    versions={"flask": "3.1.3", "gunicorn": "27.0.1", "jinja2": "3.1.6", "requests": "2.34.2", "sqlalchemy": "2.1.9"},
    installed_bytes=23_000_000,
    tokens=555,
    digest="0123456789ab",
)
BARE = replace(FLASK, server="asyncio", concurrency="an event loop", production=False, adapter="none", pinned=(), versions={})


def heading(**inventories: Inventory) -> Heading:
    """The heading of a run of three rounds."""
    return Heading(
        day="2026-11-29",
        machine="Python 3.11.7, Linux x86_64, a processor, 2 cores (one for the server)",
        load_average=0.1,
        seed=1,
        rounds=3,
        tests=TESTS,
        loads=LOADS,
        adapters={"mangum": "0.22.0"},
        inventories={BASELINE: BARE, **inventories},
    )


def samples(test: str, name: str, by_framework: Mapping[str, Sequence[float]]) -> list[Sample]:
    """One reading of each application in each round."""
    return [
        Sample(Step(number, test, framework), {name: value})
        for framework, values in by_framework.items()
        for number, value in enumerate(values, 1)
    ]
