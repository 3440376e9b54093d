"""`export`: everything in the table, and whole or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import data_folder
from chalicelib.local import DATA
from chalicelib.storage import frameworks, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases.exporting import export
from chalicelib.use_cases.json_lines import encode
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import ENGINES, Connect, everything, fresh_table
from tests.chalicelib.storage.samples import HISTORY, a_row
from tests.chalicelib.tables import SMALL, Run, command_line, seeded, without_rev


@pytest.fixture(params=ENGINES.values(), ids=ENGINES)
def connect(request: pytest.FixtureRequest) -> Connect:
    return request.param


@pytest.fixture
def table(connect: Connect) -> Iterator[Table]:
    client = connect()
    with fresh_table(client) as name:
        made = seeded(client, name)
        EvidenceStore(made).withdraw("alpha", "stars", HISTORY[3].observed_on, "wrong", row_id=HISTORY[3].id)
        frameworks.set_status(made, "beta", "archived")
        yield made


@pytest.fixture
def run(table: Table, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(connect(), table.name, monkeypatch)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_holds_every_entry_once_and_what_each_says(run: Run, tmp_path: Path) -> None:
    result = run("export", tmp_path / "all.jsonl")
    assert (result.exit_code, result.stdout) == (0, f"10 observations of 2 frameworks are in {tmp_path / 'all.jsonl'}\n")
    found = lines(tmp_path / "all.jsonl")
    assert Counter(line["kind"] for line in found) == {"metric": 4, "framework": 2, "facts": 1, "observation": 10, "withdrawal": 1}
    assert [line["status"] for line in found if line["kind"] == "framework"] == ["active", "archived"]
    (withdrawal,) = [line for line in found if line["kind"] == "withdrawal"]
    assert (withdrawal["metric"], withdrawal["id"], withdrawal["reason"]) == ("stars", HISTORY[3].id, "wrong")
    derived = [line for line in found if line.get("derived_from")]
    assert [tuple(line["derived_from"]) for line in derived] == [HISTORY[6].derived_from]
    assert all(line["recorded_at"] for line in found if line["kind"] in ("observation", "withdrawal"))


def test_may_be_of_some_frameworks(run: Run, tmp_path: Path) -> None:
    run("export", tmp_path / "one.jsonl", "--framework", "beta", "--framework", "beta")
    assert [line["id"] for line in lines(tmp_path / "one.jsonl") if line["kind"] == "framework"] == ["beta"]
    assert Counter(line["kind"] for line in lines(tmp_path / "one.jsonl")) == {"metric": 4, "framework": 1}


def test_goes_to_standard_output_alone(run: Run, tmp_path: Path) -> None:
    run("export", tmp_path / "all.jsonl")
    result = run("export", "-")
    assert result.stdout == (tmp_path / "all.jsonl").read_text(encoding="utf-8")
    assert "10 observations of 2 frameworks" in result.stderr


@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_that_comes_to_no_end_leaves_the_file_that_was_there(name: str, run: Run, table: Table, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    run("export", path)
    before = path.read_bytes()
    table.delete(keys.framework(name), keys.CURRENT)
    result = run("export", path)
    assert result.exit_code == 1
    assert f"framework {name!r} is not loaded to the end" in result.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_leaves_out_what_is_being_deleted(run: Run, table: Table, connect: Connect, tmp_path: Path) -> None:
    client = connect()
    faults.fail_call(client, 3, done=False)
    with pytest.raises(StorageUnavailable):
        frameworks.delete(Table(client, table.name), "alpha")
    run("export", tmp_path / "all.jsonl")
    assert [line["id"] for line in lines(tmp_path / "all.jsonl") if line["kind"] == "framework"] == ["beta"]
    result = run("export", tmp_path / "one.jsonl", "--framework", "alpha")
    assert "framework 'alpha' is being deleted" in result.stderr
    assert not (tmp_path / "one.jsonl").exists()


def test_withdraws_nothing_that_it_does_not_hold(table: Table, connect: Connect) -> None:
    """A row that comes and is withdrawn meanwhile, where the export has passed already, is in it with its marker or not at all."""
    client = connect()
    late = a_row("ease", 5, "2000-01-01")
    turns = iter([False, True])

    def overtake(params: Any) -> None:
        if "OW#" in str(params.get("ExpressionAttributeValues")) and next(turns, False):
            EvidenceStore(table).append(late)
            EvidenceStore(table).withdraw("alpha", late.metric, late.observed_on, "wrong")

    faults.before(client, "Query", overtake)
    found = [json.loads(encode(entry)) for entry in export(Table(client, table.name))]
    rows = {(line["metric"], line["observed_on"], line["revision"]) for line in found if line["kind"] == "observation"}
    withdrawn = {(line["metric"], line["observed_on"], line["revision"]) for line in found if line["kind"] == "withdrawal"}
    assert withdrawn <= rows


@pytest.mark.parametrize(
    ("target", "words"), [("/dev/null", "no plain file; write - for standard output"), ("/no/such/folder/x", "can't be written")]
)
def test_to_where_it_can_t_be_is_told_in_a_plain_line(target: str, words: str, run: Run) -> None:
    result = run("export", target)
    assert result.exit_code == 1
    assert words in result.stderr


def test_of_an_unknown_framework_is_refused(run: Run, tmp_path: Path) -> None:
    assert "framework 'gamma' is not in the catalogue" in run("export", tmp_path / "x", "--framework", "gamma").stderr
    assert "no framework id" in run("export", tmp_path / "x", "--framework", "F#").stderr
    assert not list(tmp_path.iterdir())


def test_the_file_is_readable_as_any_other_and_a_link_to_it_stays_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text("")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "all.jsonl")
    run("export", tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(lines(tmp_path / "all.jsonl")) == 18
    other = tmp_path / "other"
    other.write_text("")
    assert (tmp_path / "all.jsonl").stat().st_mode == other.stat().st_mode


class TestTheRoundTrip:
    def test_loses_nothing(self, run: Run, table: Table, connect: Connect, tmp_path: Path) -> None:
        client = connect()
        run("export", tmp_path / "first.jsonl")
        with fresh_table(client) as name:
            assert run("import", tmp_path / "first.jsonl", table=name).exit_code == 0
            run("export", tmp_path / "second.jsonl", table=name)
            # beta has no facts: a seed writes that down, an import does not.
            expected = {key: item for key, item in without_rev(client, table.name).items() if key != ("F#beta", keys.FACTS)}
            assert without_rev(client, name) == expected
        assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()
        assert len(SMALL.metrics) == 4

    def test_of_the_real_data_gives_the_same_bytes(self, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        client, found = connect(), data_folder.read(DATA)
        with fresh_table(client) as name, fresh_table(client) as other:
            table = seeded(client, name, found)
            row = found.observations["flask"][0]
            EvidenceStore(table).withdraw("flask", row.metric, row.observed_on, "wrong", row_id=row.id)
            run = command_line(client, name, monkeypatch)
            run("export", tmp_path / "first.jsonl")
            result = run("import", tmp_path / "first.jsonl", "--strict", table=other)
            assert f"{found.size:,} observations new, 1 withdrawal new\n" in result.stdout
            run("export", tmp_path / "second.jsonl", table=other)
            assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()
            assert without_rev(client, name) == without_rev(client, other)
            before = everything(client, other)
            again = run("import", tmp_path / "first.jsonl", table=other)
            assert "new" not in again.stdout
            assert everything(client, other) == before
