"""The shipped plugins and the data they are written for, read once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib import bootstrap, data_folder
from frameworth.evidence import Evidence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def folders():
    return SimpleNamespace(plugins=ROOT / "plugins", data=ROOT / "data")


@pytest.fixture(scope="session")
def catalogue():
    return bootstrap.shipped_plugins()


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
