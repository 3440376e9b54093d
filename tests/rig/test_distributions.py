"""Requirements are read as pip reads them, and one that is not there is named. What is followed, test_cold.py tries on a package."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.distributions import files, parsed
from rig.environments import NotInstalled


@pytest.mark.parametrize(
    ("requirement", "name", "extras"),
    [
        ("flask==3.1.3", "flask", set()),
        ("sqlalchemy[asyncio]==2.1.9", "sqlalchemy", {"asyncio"}),
        ("Typing_Extensions (>=4)", "typing-extensions", set()),
        ("zope.interface [Docs, test_all]>=5 ", "zope-interface", {"docs", "test-all"}),
        ("pydantic==2.14.4  # sanic-ext[x] imports it", "pydantic", set()),
    ],
)
def test_a_requirement_is_a_name_and_extras(requirement: str, name: str, extras: set[str]) -> None:
    assert parsed(requirement) == (name, frozenset(extras))


def test_what_is_no_requirement_is_refused() -> None:
    with pytest.raises(NotInstalled, match="'==3' is no requirement"):
        parsed("==3")


def test_a_requirement_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="flask is not in"):
        files(tmp_path, ["flask==3.1.3"])
