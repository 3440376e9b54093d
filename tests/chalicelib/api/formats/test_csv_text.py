"""CSV that says what JSON says, that `import` takes, and of which no spreadsheet runs a cell."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import data_folder
from chalicelib.api.formats.csv_text import frameworks_csv, observations_csv, scores_csv
from chalicelib.api.scorecard import as_json
from chalicelib.local import DATA, embedded_table
from chalicelib.storage.keys import position
from chalicelib.use_cases.importing import Importer
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.reading import MORE_COLUMNS, csv_lines
from chalicelib.use_cases.score import ask
from frameworth.evidence import Observation
from frameworth.profiles import Gate
from frameworth.rows import guarded, unguarded
from tests.chalicelib.api.formats.conftest import EVIL

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def parsed(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def card_of(service, **question):
    return as_json(ask(Question(**question), service), service.catalogue, frozenset())


def entry(**changed):
    row = {
        "metric": "stars",
        "value": 5,
        "unit": "stars",
        "observed_on": "2020-01-01",
        "basis": "measured",
        "source": {"title": "A list", "url": "https://example.org"},
        "note": "",
        "revision": 0,
        "id": "0123456789abcdef",
    }
    return {**row, **changed}


@pytest.mark.parametrize(
    "question",
    [
        {"frameworks": ["flask", "django"], "profile": "microservice", "as_of": date(2018, 5, 31)},
        {"gates": [Gate("supports_asgi", at_least=1)], "limit": 3},
        {"as_of": date(2009, 1, 1)},
    ],
)
def test_scores_are_those_of_the_json(service, question):
    card = card_of(service, **question)
    text = scores_csv(card)
    found = parsed(text)
    expected = [*card["ranking"], *card["not_ranked"]]
    assert [row["framework"] for row in found] == [one["framework"] for one in expected]
    assert list(found[0])[10:] == list(card["weights"])
    for row, one in zip(found, expected, strict=True):
        for column in ("rank", "score", "low", "high", "known", "confidence", "opinion_share"):
            assert (float(row[column]) if row[column] else None) == one.get(column)
        assert row["tied"] == {True: "true", False: "false", None: ""}[one.get("tied")]
        assert row["reason"] == one.get("reason", "")
        scores = {criterion["criterion"]: criterion["score"] for criterion in one.get("criteria", ())}
        assert {name: float(row[name]) if row[name] else None for name in card["weights"]} == {
            name: scores.get(name) for name in card["weights"]
        }
    assert "\r" not in text


def test_a_criterion_called_as_a_column_has_one_of_its_own(hostile):
    text = scores_csv(card_of(hostile, frameworks=["flask", "django"], profile="evil"))
    header = text.splitlines()[0].split(",")
    assert len(set(header)) == len(header)
    assert {row["criterion:score"] for row in parsed(text)} == {"50"}


def test_frameworks_are_those_of_the_catalogue(gateway):
    listed = gateway.get("/v1/frameworks").json()["frameworks"]
    assert parsed(frameworks_csv(listed)) == [{name: value or "" for name, value in one.items()} for one in listed]


@pytest.fixture
def history(gateway):
    """The whole history of Flask, as JSON has it."""
    rows, cursor = [], ""
    while cursor is not None:
        page = gateway.get(f"/v1/frameworks/flask/observations?limit=100{f'&cursor={cursor}' if cursor else ''}").json()
        rows += page["observations"]
        cursor = page["next_cursor"]
    return rows


def read_back(text):
    return csv_lines(io.BytesIO(text.encode()), "flask.csv", data_folder.revisions(DATA))


def test_a_history_is_read_back_as_it_was(history, service):
    found = [line.entry.observation for line in read_back(observations_csv("flask", history))]
    assert found == service.store.page("flask", metric=None, since=None, until=None, after="", limit=10_000).observations
    assert [row.id for row in found] == [row["id"] for row in parsed(observations_csv("flask", history))]


def test_an_import_finds_every_figure_there(history):
    importer = Importer(embedded_table(), writes=False)
    faults = []
    tally = importer.run(read_back(observations_csv("flask", history)), "flask.csv", faults.append)
    assert (faults, tally.new["observation"], tally.there["observation"]) == ([], 0, len(history))


def test_the_first_columns_are_those_of_the_data_folder():
    with (DATA / "observations.csv").open(encoding="utf-8") as file:
        assert observations_csv("flask", []) == f"{file.readline().strip()},{','.join(MORE_COLUMNS)}\n"


def test_a_withdrawn_figure_is_withdrawn_again_by_an_import():
    reason = "=1, of a fork"
    text = observations_csv("flask", [entry(withdrawn={"on": "2021-01-01", "reason": reason}), entry(revision=7)])
    row, marker, other = (line.entry for line in read_back(text))
    assert (marker.reason, marker.position) == (reason, position(row.observation))
    assert (row.observation.revision, other.observation.revision) == (0, 7)


def test_a_revision_that_is_none_is_told_and_one_for_all_rows_goes_before():
    text = observations_csv("flask", [entry(revision=-1)])
    [fault] = read_back(text)
    assert "revision '-1' is no whole number within 0..999999" in str(fault)
    [line] = csv_lines(io.BytesIO(text.encode()), "flask.csv", lambda basis, source: 1000, own_revisions=False)
    assert line.entry.observation.revision == 1000


@pytest.mark.parametrize("value", [-1.5, 0.00001, 12345678901234, 0])
def test_numbers_stay_numbers(value):
    [row] = parsed(observations_csv("flask", [entry(value=value)]))
    assert float(row["value"]) == value
    assert "e" not in row["value"]
    assert "'" not in row["value"]


@pytest.mark.parametrize("text", [*(f"{trigger}1+1" for trigger in TRIGGERS), EVIL, " =1", "'=1", "＝1", "a\nb", "-1, 0 or 1"])
def test_no_cell_of_text_begins_as_a_formula(text):
    written = observations_csv("flask", [entry(note=text, unit=text, source={"title": text, "url": "https://example.org"})])
    [row] = parsed(written)
    assert written.count("\n") == 2
    for column in ("note", "unit", "source_title"):
        assert not row[column].lstrip().startswith(TRIGGERS)
    [named] = parsed(frameworks_csv([dict.fromkeys(("framework", "package", "repository", "homepage", "licence"), text) | {
        "name": text, "first_release": None, "status": "active", "summary": text}]))  # fmt: skip
    assert not any(cell.lstrip().startswith(TRIGGERS) for cell in named.values())


def test_a_note_that_looks_like_a_formula_is_read_back_as_it_was():
    note = "- not counted: =SUM(A1)"
    text = observations_csv("flask", [entry(note=note, unit="-1, 0 or 1", value=-1)])
    assert "'- not" in text
    [line] = csv_lines(io.BytesIO(text.encode()), "flask.csv", lambda basis, source: 0)
    found: Observation = line.entry.observation
    assert (found.note, found.unit, found.value) == (note, "-1, 0 or 1", -1)


@given(st.text(max_size=20) | st.text("'=+-@ \tx", max_size=6))
def test_what_is_guarded_comes_back(text):
    assert unguarded(guarded(text)) == text
