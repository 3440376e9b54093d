"""The shipped plugins and the data they are written for, read once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib import data_folder
from chalicelib.bootstrap import SHIPPED_PLUGINS
from frameworth.discovery import discover
from frameworth.evidence import Evidence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def folders():
    return SimpleNamespace(plugins=ROOT / "plugins", data=ROOT / "data")


@pytest.fixture(scope="session")
def catalogue(folders):
    dropped_in = {path.stem for path in folders.plugins.glob("[!_]*.py")} - set(SHIPPED_PLUGINS)
    return discover([folders.plugins], shipped=SHIPPED_PLUGINS, version="1.0", disabled=dropped_in)


@pytest.fixture(scope="session")
def seed(folders):
    return data_folder.read(folders.data)


@pytest.fixture(scope="session")
def known(seed):
    """`known("flask", as_of=day)`: the evidence that the data folder gives on a day."""
    released = {framework.id: framework.first_release for framework in seed.frameworks}

    def known(framework, *, as_of, opinions=True):
        return Evidence.of(framework, seed.observations[framework], as_of=as_of, opinions=opinions, released=released[framework])

    return known
