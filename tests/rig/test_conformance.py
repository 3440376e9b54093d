"""The check of conformance, tried on an application that conforms and on such as do not; no framework is needed for that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.catalogue import read_catalogue
from rig.checks import Subject
from rig.conformance import ENVIRONMENTS, check_app, faults, main
from rig.remote import remote
from rig.serving import serving

HERE = Path(__file__).parent
DELAY = 0.01


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with remote(DELAY) as one:
        yield one


def found(address: str, fault: str) -> list[str]:
    with serving((sys.executable, "stdlib_app.py", "$PORT"), HERE, variables={"REMOTE": address, "FAULT": fault}) as served:
        return faults(Subject(served.port, address, DELAY))


def test_an_application_that_does_all_conforms(address: str) -> None:
    assert found(address, "") == []


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("json", ["GET /json should say hello"]),
        ("items", ["GET /items/0 should be refused", "GET /items/1001 should be refused"]),
        ("remote", ["GET /remote should answer what the remote server says"] * 2),
        ("status", ["POST /notes of 'note 0' should answer 201"]),
        (
            "notes",
            ['POST /notes of {"text": ""} should be refused', 'POST /notes of {"text": "xxx', "GET /notes should list the newest 20"],
        ),
        ("oldest", ["GET /notes should list the newest 20"]),
        ("unescaped", ["GET /page should escape"]),
        ("short", ["GET /page should have 50 rows"]),
    ],
)
def test_one_that_does_something_wrong_is_refused_with_its_fault_named(address: str, fault: str, named: list[str]) -> None:
    said = found(address, fault)
    assert len(said) == len(named)
    for sentence, beginning in zip(said, named, strict=True):
        assert sentence.startswith(beginning)


def test_a_server_that_has_ended_is_refused_without_a_trace(address: str) -> None:
    with serving((sys.executable, "stdlib_app.py", "$PORT"), HERE, variables={"REMOTE": address}) as served:
        port = served.port
    assert [one.split(":")[0] for one in faults(Subject(port, address, DELAY))] == [
        "check_json",
        "check_items",
        "check_remote",
        "check_notes",
        "check_page",
    ]


def test_a_framework_without_an_application_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["flask", "zope"])
    assert "no application for zope; there is django, flask" in capsys.readouterr().err


@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "deep", reason="installs every framework; `make check-deep` runs it")
@pytest.mark.parametrize("framework", read_catalogue())
def test_every_reference_application_conforms(framework: str) -> None:
    assert check_app(read_catalogue()[framework], ENVIRONMENTS) == []
