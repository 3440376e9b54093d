"""A service with a hostile plugin beside the shipped ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib import bootstrap
from chalicelib.local import embedded_table
from frameworth import __version__
from frameworth.discovery import discover
from tests.conftest import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from chalicelib.use_cases.service import Service

# Everything that means something to Markdown, HTML, a spreadsheet or a terminal.
EVIL = (
    "=1 | <script>alert(1)</script> `x` ``` [a](https://evil.example) ![b](c) *d* _e_ ~~f~~ &lt; \\| $g$ \u202eh # - https://evil.example"
)
PLUGIN = f"""
from datetime import date
from frameworth import Basis, Criterion, Finding, Indicator, Method, Metric, Observation, Profile, Source, Weight, hookimpl, linear

EVIL = {EVIL!r}
METRIC = Metric("evil", unit=EVIL[:40], value=linear(0, 10))
ADDRESS = "https://example.org/a_(b)|[c]`*d*\\\\?e=1&lt;=2&amp;f#g"

def judge(evidence):
    return Finding.scored(0.5, EVIL)

@hookimpl
def frameworth_criteria():
    yield Criterion("evil", title=EVIL[:80], question=EVIL, indicators=[Indicator("evil", [METRIC], title=EVIL[:80])])
    yield Criterion("score", question=EVIL, judge=judge)

@hookimpl
def frameworth_profiles():
    yield Profile("evil", title=EVIL[:80], summary=EVIL, weights={{"evil": Weight(1, EVIL), "score": Weight(1, "- " + EVIL)}})

@hookimpl
def frameworth_methods():
    yield Method("least", aggregate=lambda values, weights: [min(row) for row in values], summary="The least.")

@hookimpl
def frameworth_observations():
    for name, value in (("flask", 1), ("django", 9)):
        yield Observation(name, "evil", value=value, unit=METRIC.unit, observed_on=date(2020, 1, 1), basis=Basis.MEASURED,
                          source=Source(EVIL, ADDRESS), note=EVIL)
"""


@pytest.fixture(scope="session")
def hostile(service: Service, shipped_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service with a plugin whose texts mean harm, and which brings a method that does not add up.

    `service` has seeded the table that both read.
    """
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "evil.py").write_text(PLUGIN, encoding="utf-8")
    catalogue = discover([shipped_folder, folder], shipped=bootstrap.SHIPPED_PLUGINS, version=__version__)
    assert catalogue.faults == ()
    return replace(bootstrap.over(embedded_table(), catalogue), today=lambda: TODAY)
