"""An environment is made once, and anew when the requirements are others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rig.environments import MARK, NotInstalled, environment, mark, packages


def test_an_environment_is_kept_while_its_requirements_stay_the_same(tmp_path: Path) -> None:
    requirements, folder = tmp_path / "requirements.txt", tmp_path / "made"
    requirements.write_text("flask==3.1.3\n", encoding="utf-8")
    folder.mkdir()
    (folder / MARK).write_text(mark(requirements), encoding="utf-8")
    assert environment(requirements, folder) == folder
    assert [path.name for path in folder.iterdir()] == [MARK]


def test_packages_without_an_environment_are_kept_likewise_and_made_without_one(tmp_path: Path) -> None:
    requirements, folder = tmp_path / "requirements.txt", tmp_path / "made"
    requirements.write_text("not a requirement ==\n", encoding="utf-8")
    with pytest.raises(NotInstalled, match="Invalid requirement"):
        packages(requirements, folder)
    assert not folder.exists()
    folder.mkdir()
    (folder / MARK).write_text(mark(requirements), encoding="utf-8")
    assert packages(requirements, folder) == folder


def test_one_of_other_requirements_is_made_anew_and_what_pip_refuses_leaves_no_mark(tmp_path: Path) -> None:
    requirements, folder = tmp_path / "requirements.txt", tmp_path / "made"
    folder.mkdir()
    (folder / MARK).write_text("3.11.0 other", encoding="utf-8")
    # pip refuses this before it asks any index.
    requirements.write_text("not a requirement ==\n", encoding="utf-8")
    with pytest.raises(NotInstalled, match="Invalid requirement"):
        environment(requirements, folder)
    assert (folder / "bin" / "python").exists()
    assert not (folder / MARK).exists()


def test_of_two_that_ask_for_the_same_one_at_once_the_second_finds_it_made(tmp_path: Path) -> None:
    requirements, folder = tmp_path / "requirements.txt", tmp_path / "made"
    requirements.write_text("", encoding="utf-8")

    def made(_: int) -> float:
        return (environment(requirements, folder) / MARK).stat().st_mtime_ns

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(made, range(3)))) == 1
