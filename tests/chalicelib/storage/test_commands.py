"""Commands over real tables: what an operator enters, imports, exports, withdraws, archives, deletes and has examined."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.__main__ import main
from chalicelib.data_folder import read
from chalicelib.local import DATA
from chalicelib.storage import items, keys
from chalicelib.storage.doctor import examine
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import set_status
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases.exporting import export
from chalicelib.use_cases.importing import Importer
from chalicelib.use_cases.json_lines import encode
from chalicelib.use_cases.reading import json_lines
from chalicelib.use_cases.seed import seed
from frameworth.rows import COLUMNS
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, Seeded, everything, fresh_table
from tests.chalicelib.storage.samples import HISTORY, LAB, a_framework, a_row
from tests.chalicelib.storage.states import assert_holds, kept, partition
from tests.chalicelib.storage.test_faults import SMALL

Run = Callable[..., Result]


@pytest.fixture
def run(connect: Connect, table: Table) -> Run:
    """Runs a command on the table of the test, which is on the engine of the test."""
    environ = {
        "FRAMEWORTH_TABLE": table.name,
        "AWS_ENDPOINT_URL_DYNAMODB": connect().meta.endpoint_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
    }
    return lambda *arguments, **more: CliRunner().invoke(main, [str(one) for one in arguments], env={**environ, **more})


@pytest.fixture
def filled(table: Table) -> Table:
    """A small catalogue: alpha with HISTORY, beta with some of it, their metrics."""
    seed(SMALL, EvidenceStore(table), Registers(table))
    return table


def told(result: Result) -> list[str]:
    """The lines on standard error, without the progress bar."""
    return [line for line in result.stderr.splitlines() if line.startswith(("Error", "figures", "back", "file"))]


def csv(*rows: str) -> str:
    return "\n".join((",".join(COLUMNS), *rows, ""))


def row(
    framework: str = "alpha", metric: str = "stars", value: str = "7", day: str = "2024-01-01", unit: str = "things", note: str = ""
) -> str:
    return f"{framework},{metric},{value},{unit},{day},measured,{LAB.title},{LAB.url},{note}"


class TestImport:
    def test_of_a_csv_file_puts_its_rows_in_and_again_writes_nothing(self, run: Run, filled: Table, tmp_path: Path) -> None:
        file = tmp_path / "figures.csv"
        file.write_text(csv(row(), row(day="2025-01-01", value="8"), row("beta", "speed")), encoding="utf-8")
        first = run("import", file)
        assert (first.exit_code, first.stdout) == (0, f"into {filled.name}: 3 observations new\n")
        assert [one.value for one in kept(filled) if one.observed_on.year > 2023] == [7, 8]
        assert examine(filled) == []
        before = items.rev(filled.get("F#alpha", keys.CURRENT, consistent=True) or {})
        again = run("import", file)
        assert (again.exit_code, again.stdout) == (0, f"into {filled.name}: 3 observations there already\n")
        assert items.rev(filled.get("F#alpha", keys.CURRENT, consistent=True) or {}) == before

    def test_tells_every_wrong_row_with_its_line_and_puts_the_others_in(self, run: Run, filled: Table, tmp_path: Path) -> None:
        file = tmp_path / "figures.csv"
        rows = [
            row(),
            row("nobody"),
            row(metric="dreams"),
            row(unit="apples"),
            row(value="NaN"),
            row(value="1e400"),
            row(value="9" * 5000),
            row(value="0.12345678901234567"),
            row(day="2024-02-30"),
            row(note='"no end'),
            "too,short",
            row(day="2025-01-01"),
        ]
        file.write_text(csv(*rows), encoding="utf-8")
        result = run("import", file)
        assert result.exit_code == 1
        assert result.stdout == f"into {filled.name}: 2 observations new\n"
        faulty = told(result)
        assert [line.split(":")[0] for line in faulty[:-1]] == [f"figures.csv, line {number}" for number in range(3, 13)]
        for says, line in zip(
            ["'nobody' is not in the catalogue", "'dreams' is not in the table's register", "should be 'things'", "no plain decimal",
             "no plain decimal", "no plain decimal", "no plain decimal", "no day of the calendar", "is no CSV", "has 2 cells, not 9"],
            faulty, strict=False,
        ):  # fmt: skip
            assert says in line
        assert faulty[-1] == "Error: 10 lines are wrong, the others are in"
        assert examine(filled) == []

    @pytest.mark.parametrize("option", ["--strict", "--dry-run"])
    def test_writes_nothing_where_it_must_not(self, option: str, run: Run, filled: Table, client: Any, tmp_path: Path) -> None:
        file = tmp_path / "figures.csv"
        file.write_text(csv(row(), row("nobody")), encoding="utf-8")
        before = everything(client, filled.name)
        result = run("import", file, option)
        assert result.exit_code == 1
        assert "figures.csv, line 3" in result.stderr
        assert everything(client, filled.name) == before

    def test_strictly_puts_a_sound_file_in_and_a_dry_run_says_what_that_would_do(self, run: Run, filled: Table, tmp_path: Path) -> None:
        file = tmp_path / "figures.csv"
        file.write_text(csv(row(), row(), row(day="2018-01-01", value="100")), encoding="utf-8")
        dry = run("import", file, "--dry-run")
        assert dry.exit_code == 0
        assert dry.stdout.startswith(f"nothing was written to {filled.name}; it would be: ")
        assert run("import", file, "--strict").exit_code == 0
        assert dry.stdout.partition("be: ")[2] == "2 observations new, 1 observation there already\n"

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "is empty; the first line must be framework,metric,value"),
            (b"a,b\n", "the header is 'a,b', not framework,metric,value"),
            (b"\xff\xfea\x00", "is UTF-16; save the file as UTF-8"),
            (csv(row(note="caf\xe9")).encode("latin-1"), "byte 0xe9 at character"),
        ],
    )
    def test_of_what_is_no_such_file_says_what_is_wrong(self, content: bytes, says: str, run: Run, filled: Table, tmp_path: Path) -> None:
        (tmp_path / "figures.csv").write_bytes(content)
        result = run("import", tmp_path / "figures.csv")
        assert result.exit_code == 1
        assert says in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize("form", ["bom", "crlf", "no-final-newline", "other-order"])
    def test_takes_a_file_as_programs_write_it(self, form: str, run: Run, filled: Table, tmp_path: Path) -> None:
        text = csv(row(), row(day="2025-01-01"))
        if form == "other-order":
            names = list(COLUMNS)
            Random(0).shuffle(names)
            cells = dict(zip(COLUMNS, row().split(","), strict=True))
            text = f"{','.join(names)}\n{','.join(cells[name] for name in names)}\n" + ",".join(
                {**cells, "observed_on": "2025-01-01"}[name] for name in names
            )
        raw = {
            "bom": b"\xef\xbb\xbf" + text.encode(),
            "crlf": text.replace("\n", "\r\n").encode(),
            "no-final-newline": text.rstrip().encode(),
        }
        (tmp_path / "figures.csv").write_bytes(raw.get(form, text.encode()))
        result = run("import", tmp_path / "figures.csv")
        assert (result.exit_code, result.stdout) == (0, f"into {filled.name}: 2 observations new\n")

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("[]", "is no JSON object"),
            ("{", "is no JSON"),
            ('{"kind": "dream"}', "kind 'dream' is none of"),
            ('{"kind": "framework"}', "are missing"),
            ('{"kind": "metric", "kind": "metric"}', "is there twice"),
            ("[" * 100_000, "nested too deeply"),
            ('{"kind": "observation", "value": NaN}', "NaN is no number of JSON"),
            ('{"kind": "observation", "value": 1e400}', "beyond every number"),
            (f'{{"kind": "observation", "value": {"9" * 5000}}}', "a number of 5,000 digits"),
            ('{"kind": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"), "is none of"),
        ],
    )
    def test_of_a_wrong_line_of_json_is_a_fault_of_that_line(self, line: str, says: str, run: Run, filled: Table, tmp_path: Path) -> None:
        (tmp_path / "back.jsonl").write_text(f"{line}\n", encoding="utf-8")
        result = run("import", tmp_path / "back.jsonl")
        assert result.exit_code == 1
        assert "back.jsonl, line 1: " in result.stderr
        assert says in result.stderr

    def test_of_a_file_that_is_not_there_or_is_none_of_ours_is_one_plain_line(self, run: Run, filled: Table, tmp_path: Path) -> None:
        assert told(run("import", tmp_path / "file.csv"))[0].endswith("file.csv can't be read: No such file or directory")
        assert told(run("import", tmp_path / "file.xlsx")) == ["Error: file.xlsx is neither .csv nor .jsonl, and its name must say which"]

    def test_needs_a_table(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "figures.csv").write_text(csv(row()), encoding="utf-8")
        result = run("import", tmp_path / "figures.csv", FRAMEWORTH_TABLE="")
        assert result.exit_code == 1
        assert "no table is named; set FRAMEWORTH_TABLE" in result.stderr


class TestExport:
    def test_and_import_into_an_empty_table_make_the_same_table_of_real_data(
        self, run: Run, admin: Any, seeded: Seeded, table: Table, tmp_path: Path, show: Callable[[str], None], connect: Connect
    ) -> None:
        first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
        out = run("export", first, FRAMEWORTH_TABLE=seeded.table)
        assert out.exit_code == 0, out.stderr
        into = run("import", first, "--strict")
        assert into.exit_code == 0, into.stderr
        assert run("export", second).exit_code == 0
        assert first.read_bytes() == second.read_bytes()
        assert examine(table) == []
        here, there = everything(admin, seeded.table), everything(admin, table.name)
        assert here.keys() == there.keys()
        assert [key for key in here if {**here[key], "rev": 0} != {**there[key], "rev": 0}] == []
        again = run("import", first)
        assert "new" not in again.stdout
        name = connect.__name__  # type: ignore[attr-defined]
        show(f"{name:8} export, import, export of {read(DATA).size:,} observations: {len(first.read_bytes()):,} equal bytes")

    def test_keeps_withdrawals_archives_corrections_and_every_sign(self, run: Run, filled: Table, admin: Any, tmp_path: Path) -> None:
        store = EvidenceStore(filled)
        odd = a_row("stars", -0.1, "1999-12-31", note='a "quote", 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 and a \\ backslash', revision=999_999)
        store.append(odd)
        store.withdraw("alpha", "stars", date(2018, 1, 1), "of another “repository”")
        set_status(filled, "beta", "archived")
        store.put(a_framework("gamma", first_release=None, summary="No figures yet."))
        file = tmp_path / "back.jsonl"
        assert run("export", file).exit_code == 0
        with fresh_table(admin) as name:
            assert run("import", file, FRAMEWORTH_TABLE=name).exit_code == 0
            other = Table(admin, name)
            assert_holds(other, (*HISTORY, odd), withdrawn=[HISTORY[0]])
            assert {one.id: one.status for one in Registers(other).frameworks()} == {
                "alpha": "active",
                "beta": "archived",
                "gamma": "active",
            }
            assert run("export", "-", FRAMEWORTH_TABLE=name).stdout == file.read_text(encoding="utf-8")

    def test_of_one_framework_is_its_lines_alone(self, run: Run, filled: Table) -> None:
        lines = [json.loads(line) for line in run("export", "-", "--framework", "beta").stdout.splitlines()]
        assert {line.get("framework", line.get("id")) for line in lines if line["kind"] != "metric"} == {"beta"}
        assert [line["kind"] for line in lines].count("observation") == 3

    def test_of_what_is_not_there_writes_no_file(self, run: Run, filled: Table, tmp_path: Path) -> None:
        result = run("export", tmp_path / "back.jsonl", "--framework", "nobody")
        assert result.exit_code == 1
        assert "'nobody' is not in the catalogue" in result.stderr
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
def test_every_call_of_an_import_may_fail_and_the_repeat_ends_as_if_none_had(
    done: bool, admin: Any, connect: Connect, tmp_path: Path, show: Callable[[str], None]
) -> None:
    """A file with a new framework, more of a known one, a correction, and a withdrawal, broken off at each of its calls."""
    alpha = [*HISTORY, a_row("stars", 300, "2026-01-01"), a_row("stars", 1, "2015-01-01")]
    with fresh_table(admin) as name:
        whole = Table(admin, name)
        seed(SMALL, EvidenceStore(whole), Registers(whole))
        store = EvidenceStore(whole)
        for one in alpha:
            store.append(one)
        store.load(a_framework("gamma"), [replace(one, framework="gamma") for one in HISTORY[:4]])
        store.withdraw("alpha", "stars", date(2026, 1, 1), "a slip")
        file = tmp_path / "back.jsonl"
        file.write_text(exported(whole), encoding="utf-8")
    number = 0
    while True:
        number += 1
        with fresh_table(admin) as name:
            plain = Table(admin, name)
            seed(SMALL, EvidenceStore(plain), Registers(plain))
            client = connect()
            made = faults.requests_of(client)
            faults.fail_call(client, number, done=done)
            try:
                imported(Table(client, name), file)
            except StorageUnavailable:
                assert len(made) == number
            else:
                assert len(made) == number - 1
                break
            imported(plain, file)
            assert exported(plain) == file.read_text(encoding="utf-8")
            assert_holds(plain, alpha, withdrawn=[alpha[-2]])
    assert number > 5
    engine = connect.__name__  # type: ignore[attr-defined]
    what = "lost its answer" if done else "was not sent"
    show(f"{engine:8} import                 each of {number - 1:2} calls {what:15}: lost 0, doubled 0")


def imported(table: Table, file: Path) -> None:
    with file.open("rb") as lines:
        tally = Importer(table).run(json_lines(lines, file.name), file.name, lambda fault: pytest.fail(str(fault)))
    assert tally.wrong == 0


def exported(table: Table) -> str:
    """What `export` writes, but for when rows were recorded."""
    lines = [{name: "" if name == "recorded_at" else value for name, value in json.loads(encode(entry)).items()} for entry in export(table)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


class TestFrameworks:
    def test_put_enters_and_changes(self, run: Run, filled: Table) -> None:
        assert "give it a --name" in run("framework", "put", "gamma").stderr
        assert run("framework", "put", "gamma", "--name", "Gamma", "--first-release", "2011-02-03").exit_code == 0
        assert run("framework", "put", "gamma", "--licence", "MIT").exit_code == 0
        made = Registers(filled).framework("gamma")
        assert made is not None
        assert (made.name, made.licence, made.first_release, made.status) == ("Gamma", "MIT", date(2011, 2, 3), "active")
        assert run("framework", "put", "alpha", "--summary", "New words.").exit_code == 0
        assert_holds(filled, HISTORY)

    def test_archive_and_its_undoing(self, run: Run, filled: Table) -> None:
        for arguments, status in ((["alpha"], "archived"), (["alpha", "--undo"], "active")):
            assert run("framework", "archive", *arguments).exit_code == 0
            assert {one.id: one.status for one in Registers(filled).frameworks()}["alpha"] == status
            assert_holds(filled, HISTORY)

    def test_delete_asks_for_a_yes_and_leaves_nothing(self, run: Run, filled: Table, client: Any) -> None:
        assert "say --yes, or archive it instead" in run("framework", "delete", "alpha").stderr
        assert_holds(filled, HISTORY)
        result = run("framework", "delete", "alpha", "--yes")
        assert result.exit_code == 0
        assert result.stdout == f"alpha is gone from {filled.name}: 11 items beside its entry and its current figures\n"
        assert partition(client, filled) == []
        assert "'alpha' is not in the catalogue" in run("framework", "delete", "alpha", "--yes").stderr

    @pytest.mark.parametrize("command", [["put", "x", "--name", "X"], ["archive", "x"], ["delete", "x", "--yes"]])
    def test_each_needs_a_table_and_an_id(self, command: list[str], run: Run) -> None:
        assert "no table is named" in run("framework", *command, FRAMEWORTH_TABLE="").stderr
        assert "is no" in run("framework", command[0], "No Id", *command[2:]).stderr


class TestWithdraw:
    def test_takes_a_figure_out_and_says_which(self, run: Run, filled: Table) -> None:
        result = run("withdraw", "alpha", "stars", "2018-01-01", "--reason", "a slip")
        assert result.exit_code == 0
        assert "stars of alpha on 2018-01-01, 100 things" in result.stdout
        assert "it was before" in run("withdraw", "alpha", "stars", "2018-01-01", "--reason", "another").stdout
        assert_holds(filled, HISTORY, withdrawn=[HISTORY[0]])

    def test_of_several_asks_for_an_id_and_takes_it(self, run: Run, filled: Table) -> None:
        asked = run("withdraw", "alpha", "stars", "2020-01-01", "--reason", "a slip")
        assert asked.exit_code == 1
        assert "2 observations of 'stars' on 2020-01-01 for 'alpha', name one by its id" in asked.stderr
        assert HISTORY[4].id in asked.stderr
        assert run("withdraw", "alpha", "stars", "2020-01-01", "--id", HISTORY[4].id, "--reason", "a slip").exit_code == 0
        assert_holds(filled, HISTORY, withdrawn=[HISTORY[4]])


class TestDoctor:
    @pytest.fixture
    def spoilt(self, filled: Table) -> Table:
        item = filled.get("F#alpha", keys.CURRENT, consistent=True)
        assert item is not None
        filled.put({**item, "m:stars": items.text(items.pack(HISTORY[0]))})
        return filled

    def test_of_a_sound_table_says_so(self, run: Run, filled: Table) -> None:
        result = run("doctor")
        assert (result.exit_code, result.stdout) == (0, "nothing is wrong\n")
        assert json.loads(run("doctor", "--json").stdout) == {"faults": []}

    def test_tells_what_is_wrong_and_fails_until_it_is_mended(self, run: Run, spoilt: Table) -> None:
        result = run("doctor")
        assert result.exit_code == 1
        assert "alpha: its current figure of stars is not the greatest of its history; not mended: doctor --repair" in result.stdout
        mended = run("doctor", "--repair")
        assert (mended.exit_code, mended.stdout.splitlines()[-1]) == (0, "1 fault(s) found, 0 left")
        assert run("doctor").exit_code == 0

    def test_tells_it_to_programs(self, run: Run, spoilt: Table) -> None:
        [fault] = json.loads(run("doctor", "--repair", "--json").stdout)["faults"]
        assert (fault["framework"], fault["mended"]) == ("alpha", True)
