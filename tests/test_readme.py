"""The README tells the truth: its answer is the answer, its commands and addresses are there."""

from __future__ import annotations

import json
import re

import pytest

from chalicelib import data_folder


@pytest.fixture(scope="module")
def readme(project):
    return (project / "README.md").read_text(encoding="utf-8")


def test_the_answer_on_the_first_screen_is_what_the_service_answers(readme, gateway):
    address = re.search(r"curl -s 'http://127\.0\.0\.1:8000(/[^']*)'", readme)[1]
    shown = re.search(r"<!-- answer -->\n.*?```json\n(.*?)```.*?<!-- /answer -->", readme, re.DOTALL)[1]
    answer = gateway.get(address).json()
    assert shown.splitlines() == json.dumps(answer, indent=4).splitlines()  # as `python3 -m json.tool` prints it
    assert f"`{answer['verdict']['leader']}`, {answer['verdict']['margin']} points of 100 ahead" in readme


def test_the_other_kinds_of_project_end_as_the_readme_says(gateway):
    verdict = gateway.get("/v1/scores?frameworks=flask,django&profile=career&as_of=2018-05-31").json()["verdict"]
    assert verdict["leader"] == "django"


def test_every_make_target_that_the_readme_names_is_there(readme, project):
    targets = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z][a-z-]*)", readme)) <= targets


def test_every_address_of_the_readme_is_a_route(readme, gateway):
    named = {address for row in re.findall(r"^\| (`/[^|]*)\|", readme, re.MULTILINE) for address in re.findall(r"`(/[^`]*)`", row)}
    assert named
    for address in named:
        assert gateway.get(address.replace("{framework}", "flask")).status == 200, address


@pytest.mark.parametrize("query", ["weights=jobs:3,performance:1", "profile=career&emphasis=jobs:2", "gates=supports_asgi>=1", "limit=16"])
def test_each_way_of_asking_works(gateway, readme, query):
    assert all(part in readme for part in query.split("&")[-1:])
    assert gateway.get(f"/v1/scores?{query}").status == 200


def test_every_file_that_the_readme_links_to_is_there(readme, project):
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        assert target.startswith("http") or (project / target).exists(), target


def test_the_readme_is_honest_about_what_teams_chose(readme, project):
    validation = (project / "docs" / "validation.md").read_text(encoding="utf-8")
    right, of = re.search(r"puts the chosen option first in (\d+) of (\d+)\.", validation).groups()
    newest = re.search(r"Newest option by first release” gets (\d+)", validation)[1]
    told = " ".join(readme.split())
    assert f"Of {of} recorded choices by real teams Frameworth ranks the chosen framework first in {right};" in told
    assert f"always taking the newest {newest}" in told


def test_the_readme_counts_its_evidence_right(readme, project):
    rows = sum(
        len((project / "data" / name).read_text(encoding="utf-8").splitlines()) - 1 for name in ("observations.csv", "article_2018.csv")
    )
    assert f"{rows:,} figures" in readme
    assert f"{data_folder.read(project / 'data').size - rows:,} more are derived" in readme
