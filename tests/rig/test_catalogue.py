"""The catalogue of reference applications: who is in it, and what it refuses."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from rig.catalogue import APPS, CatalogueInvalid, read_catalogue

PROJECT = Path(__file__).resolve().parent.parent.parent
ENTRY = """[flask]
command = ["gunicorn", "--bind", "127.0.0.1:$PORT", "app:app"]
server = "gunicorn"
workers = 1
concurrency = "4 threads"
production = true
why = "its guide names it"
document = "https://flask.palletsprojects.com/"
adapter = "apig-wsgi"
application = "app:app"
"""


def test_every_framework_of_the_data_has_an_application() -> None:
    with (PROJECT / "data" / "frameworks.csv").open(encoding="utf-8", newline="") as file:
        known = {row["slug"] for row in csv.DictReader(file)}
    assert read_catalogue().keys() == known
    assert len(known) == 16


def test_no_folder_is_there_without_an_entry() -> None:
    assert {folder.name for folder in APPS.iterdir() if folder.is_dir() and any(folder.glob("*.py"))} == read_catalogue().keys()


@pytest.mark.parametrize("framework", read_catalogue())
def test_all_requirements_are_pinned(framework: str) -> None:
    lines = read_catalogue()[framework].requirements.read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9][0-9a-z.]*(  # .+)?", line)


@pytest.mark.parametrize("framework", read_catalogue())
def test_each_is_served_on_the_loopback_by_one_worker(framework: str) -> None:
    app = read_catalogue()[framework]
    assert app.workers == 1
    assert any("127.0.0.1" in text for text in (*app.command, (app.folder / "app.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("$PORT", "8000", "told its port"),
        ("workers = 1", "workers = 0", "from 1"),
        ("4 threads", "many", "concurrency is one of"),
        ("workers = 1", "workers = true", "workers is not of type int"),
        ('server = "gunicorn"', "", "missing or unknown: server"),
        ("its guide names it", "", "why this server"),
        ("https://", "http://", "https address"),
        ("apig-wsgi", "zappa", "adapter is one of mangum, apig-wsgi, chalice, none"),
        ("apig-wsgi", "", "application is what the adapter is given"),
        ('app:app"\n', 'app"\n', "application is what the adapter is given"),
        ("[flask]", "[zope]", "no app.py"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    (tmp_path / "flask").mkdir()
    for file in ("app.py", "requirements.txt"):
        (tmp_path / "flask" / file).touch()
    (tmp_path / "catalogue.toml").write_text(ENTRY, encoding="utf-8")
    assert list(read_catalogue(tmp_path)) == ["flask"]
    (tmp_path / "catalogue.toml").write_text(ENTRY.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match=why):
        read_catalogue(tmp_path)
