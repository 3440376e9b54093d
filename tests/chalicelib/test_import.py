"""`import`: good lines go in, each wrong one is told, and doing it again writes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import data_folder
from chalicelib.local import DATA
from chalicelib.storage import frameworks, keys
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.keys import position
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases import importing
from chalicelib.use_cases.exporting import export
from chalicelib.use_cases.importing import Importer
from chalicelib.use_cases.json_lines import encode
from chalicelib.use_cases.reading import LONGEST_LINE, csv_lines, json_lines
from chalicelib.use_cases.seen import Seen
from frameworth.evidence import Observation
from frameworth.rows import COLUMNS
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import ENGINES, Connect, everything, fresh_table, moto, on_swept_engines
from tests.chalicelib.storage.samples import HISTORY, LAB, a_row
from tests.chalicelib.tables import SMALL, Run, command_line, seeded, without_rev

HEADER = ",".join(COLUMNS)
GOOD = "alpha,stars,300,things,2021-01-01,measured,The lab,https://lab.example/results,"
OTHER = "beta,speed,1.5,things,2021-01-01,reported,The lab,https://lab.example/results,a note"
AN_OBSERVATION = {
    "kind": "observation",
    "framework": "alpha",
    "metric": "stars",
    "value": 300.0,
    "unit": "things",
    "observed_on": "2021-01-01",
    "basis": "measured",
    "source_title": LAB.title,
    "source_url": LAB.url,
    "revision": 7,
}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES)
def connect(request: pytest.FixtureRequest) -> Connect:
    return request.param


@pytest.fixture
def table(connect: Connect) -> Iterator[Table]:
    client = connect()
    with fresh_table(client) as name:
        yield seeded(client, name)


@pytest.fixture
def run(table: Table, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(connect(), table.name, monkeypatch)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines (or bytes as they are) into a file; its suffix says what they are."""

    def write(*lines: str, suffix: str = ".csv", raw: bytes = b"") -> Path:
        path = tmp_path / f"figures{suffix}"
        path.write_bytes(raw or "".join(f"{line}\n" for line in lines).encode())
        return path

    return write


def kept(table: Table, framework: str = "alpha") -> list[Observation]:
    rows, *_ = EvidenceStore(table).page(framework, metric=None, since=None, until=None, after="", limit=10_000)
    return rows


def a_line(**changed: Any) -> str:
    return json.dumps({**AN_OBSERVATION, **changed})


class TestRowsOfCsv:
    def test_go_in_and_a_second_time_write_nothing(self, run: Run, written: Callable[..., Path], table: Table, connect: Connect) -> None:
        path = written(HEADER, GOOD, OTHER)
        result = run("import", path)
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: 2 observations new\n")
        assert len(kept(table)) == len(HISTORY) + 1
        before = everything(connect(), table.name)
        result = run("import", path)
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: 2 observations there already\n")
        assert everything(connect(), table.name) == before

    def test_get_the_revision_of_their_basis_and_source_or_the_one_that_is_given(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        path = written(HEADER, GOOD, OTHER)
        run("import", path)
        run("import", path, "--revision", 1000)
        assert [row.revision for row in kept(table) if row.value == 300] == [200, 1000]
        assert [row.revision for row in kept(table, "beta")] == [100, 1000]

    def test_that_a_table_was_seeded_with_are_there_already(self, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
        client = connect()
        with fresh_table(client) as name:
            seeded(client, name, data_folder.read(DATA))
            result = command_line(client, name, monkeypatch)("import", DATA / "observations.csv")
            assert result.stdout == f"into {name}: 4,884 observations there already\n"

    def test_that_are_the_same_count_once(self, run: Run, written: Callable[..., Path], table: Table) -> None:
        result = run("import", written(HEADER, GOOD, GOOD))
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: 1 observation new, 1 observation there already\n")

    def test_of_an_unknown_framework_metric_or_unit_are_told_and_the_others_go_in(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        lines = [GOOD.replace("alpha", "gamma"), GOOD.replace("stars", "moons"), GOOD.replace("things", "pieces"), OTHER]
        result = run("import", written(HEADER, *lines))
        assert result.exit_code == 1
        told = [line for line in result.stderr.splitlines() if line.startswith("figures.csv")]
        assert told == [
            "figures.csv, line 2: framework 'gamma' is not in the catalogue; add it first",
            "figures.csv, line 3: metric 'moons' is not in the table's register",
            "figures.csv, line 4: unit 'pieces' of stars should be 'things'",
        ]
        assert "3 lines are wrong, the others are in" in result.stderr
        assert len(kept(table, "beta")) == 1
        assert len(kept(table)) == len(HISTORY)

    def test_of_a_framework_that_is_being_deleted_or_loaded_are_told(
        self, run: Run, written: Callable[..., Path], table: Table, connect: Connect
    ) -> None:
        client = connect()
        faults.fail_call(client, 3, done=False)
        with pytest.raises(StorageUnavailable):
            frameworks.delete(Table(client, table.name), "alpha")
        table.delete("F#beta", keys.CURRENT)
        result = run("import", written(HEADER, GOOD, OTHER))
        assert "line 2: framework 'alpha' is being deleted" in result.stderr
        assert "line 3: framework 'beta' is not loaded to the end" in result.stderr


class TestEveryWrongLineOfCsv:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            (GOOD.replace("300", "nan"), "no plain decimal number"),
            (GOOD.replace("300", "1e400"), "no plain decimal number"),
            (GOOD.replace("300", "9" * 5000), "no plain decimal number"),
            (GOOD.replace("300", ""), "value is empty"),
            (GOOD.replace("2021-01-01", "01.01.2021"), "write YYYY-MM-DD"),
            (GOOD.replace("2021-01-01", "2021-02-30"), "no day of the calendar"),
            (GOOD.replace("measured", "guessed"), "basis 'guessed' is none of"),
            (GOOD.replace("https://", "javascript:"), "no address"),
            (GOOD.replace("The lab", '"The lab'), "is no CSV: unexpected end of data; a row is one line"),
            (GOOD.replace("The lab", '"The" lab'), "is no CSV"),
            (f"{GOOD},", "has 10 cells, not 9"),
            ("alpha", "has 1 cells, not 9"),
            (f"{GOOD}{'x' * 2000}", "use at most 1000"),
            (f"{GOOD}{'x' * (LONGEST_LINE + 5)}", f"longer than {LONGEST_LINE:,} bytes"),
            (f"{GOOD}a\x00b", "control character"),
        ],
    )
    def test_costs_itself_alone(self, line: str, words: str, tmp_path: Path) -> None:
        file = io.BytesIO(f"{HEADER}\n{GOOD}\n{line}\n{OTHER}\n".encode())
        found = list(csv_lines(file, "figures.csv", lambda basis, source: 0))
        assert [type(one).__name__ for one in found] == ["Line", "InvalidRow", "Line"]
        assert found[1].line == 3
        assert words in str(found[1])
        assert len(str(found[1])) < 300

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            (b"", "line 1: is empty; the first line must be framework,metric"),
            (b"\n\n", "line 1: is empty"),
            (GOOD.encode(), "line 1: the header is"),
            (HEADER.replace(",", ";").encode(), "line 1: the header is"),
            (HEADER.encode("utf-16"), "line 1: is UTF-16; save the file as UTF-8"),
            (f"{HEADER},note\n".encode(), "line 1: the header is"),
            (f"{HEADER}\n{GOOD}M\xfcnchen\n".encode("latin-1"), "line 2: byte 0xfc at character 81 is no UTF-8"),
        ],
    )
    def test_of_a_file_that_is_none_is_a_plain_line(self, raw: bytes, words: str, written: Callable[..., Path], run: Run) -> None:
        result = run("import", written(raw=raw) if raw else written())
        assert result.exit_code == 1
        assert words in result.stderr
        assert "Traceback" not in result.output

    @pytest.mark.parametrize(
        "raw",
        [
            b"\xef\xbb\xbf" + f"{HEADER}\n{GOOD}\n".encode(),
            f"{HEADER}\r\n{GOOD}\r\n".encode(),
            f"{HEADER}\n{GOOD}".encode(),
            f"{HEADER}\n\n{GOOD}\n\n".encode(),
            "\n".join(",".join(reversed(line.split(","))) for line in (HEADER, GOOD)).encode(),
        ],
        ids=["BOM", "CRLF", "no-final-newline", "blank-lines", "another-order"],
    )
    def test_is_none_of_these(self, raw: bytes, written: Callable[..., Path], run: Run, table: Table) -> None:
        assert run("import", written(raw=raw)).exit_code == 0
        assert len(kept(table)) == len(HISTORY) + 1

    def test_of_a_long_file_is_told_one_by_one_in_order(
        self, written: Callable[..., Path], run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "LINES_AT_ONCE", 7)
        wrong = [GOOD.replace("alpha", "gamma"), GOOD.replace("300", "x"), GOOD.replace("stars", "moons")]
        result = run("import", written(HEADER, *(wrong[number % 3] for number in range(100))))
        told = [line.partition(":")[0] for line in result.stderr.splitlines() if line.startswith("figures.csv")]
        assert told == [f"figures.csv, line {number}" for number in range(2, 102)]

    def test_of_a_history_bring_revision_and_withdrawal_along(self, run: Run, written: Callable[..., Path], table: Table) -> None:
        result = run("import", written(f"{HEADER},revision,withdrawn", f"{GOOD},7,of a fork", f"{OTHER},,"))
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: 2 observations new, 1 withdrawal new\n")
        (row,) = [row for row in kept(table) if row.revision == 7]
        marker = EvidenceStore(table).days("alpha", {(row.metric, row.observed_on)}).withdrawals[position(row)]
        assert marker.reason == "of a fork"
        assert marker.recorded_at


class TestLinesOfJson:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("{", "is no JSON"),
            ("[]", "is no JSON object"),
            ("null", "is no JSON object"),
            ("{}", "kind None is none of metric, framework"),
            ('{"kind": ["metric"]}', "kind ['metric'] is none of"),
            ('{"kind": "observation"}', "framework, metric, value"),
            (a_line(colour="red"), "unknown field 'colour'"),
            (a_line().replace("300.0", "NaN"), "NaN is no number of JSON"),
            (a_line().replace("300.0", "-Infinity"), "-Infinity is no number of JSON"),
            (a_line().replace("300.0", "1e400"), "beyond every number"),
            (a_line().replace("300.0", "9" * 5000), "a number of 5,000 digits"),
            (a_line().replace("300.0", "0.12345678901234567"), "more than 15 significant digits"),
            (a_line().replace("300.0", "true"), "is not a number"),
            (a_line().replace("300.0", '"300"'), "is not a number"),
            (a_line().replace('"value": 300.0', '"value": 300.0, "value": 301.0'), "field 'value' is there twice"),
            (f"{'[' * 100_000}{']' * 100_000}", "nested too deeply"),
            ('{"kind": ' + '{"a": ' * 50_000 + "1" + "}" * 50_001, "nested too deeply"),
            (a_line(observed_on=20210101), "no date"),
            (a_line(observed_on="2021-1-1"), "no date"),
            (a_line(basis=["measured"]), "basis"),
            (a_line(revision=-1), "revision -1"),
            (a_line(revision=True), "revision True"),
            (a_line(revision=1.5), "revision 1.5"),
            (a_line(derived_from="alpha/stars/2020-01-01"), "derived_from is not a list"),
            (a_line(derived_from=["a b"]), "derived_from"),
            (a_line(recorded_at="yesterday"), "recorded_at"),
            (a_line(recorded_at=7), "recorded_at"),
            (a_line(note="\ud800"), "control character"),
            (a_line(note=None), "not text"),
            (a_line(framework="F#alpha"), "no framework id"),
            (a_line(metric=None), "no name"),
            ('{"kind": "facts", "framework": "alpha", "facts": [1]}', "not a list of objects"),
            ('{"kind": "facts", "framework": "alpha", "facts": [{}]}', "are missing"),
            (
                '{"kind": "metric", "name": "a", "title": "A", "unit": "b", "direction": "none", "factor": "c", "description": "d", '
                '"derived_from": "b"}',
                "derived_from is not a list",
            ),
            (json.dumps({**AN_OBSERVATION, "kind": "withdrawal"}), "id, reason are missing"),
        ],
    )
    def test_that_are_wrong_are_told_and_cost_themselves_alone(self, line: str, words: str) -> None:
        found = list(json_lines(io.BytesIO(f"{a_line()}\n{line}\n\n{a_line()}".encode()), "figures.jsonl"))
        assert [type(one).__name__ for one in found] == ["Line", "InvalidRow", "Line"]
        assert found[1].line == 2
        assert words in str(found[1])
        assert len(str(found[1])) < 300

    def test_may_say_that_a_metric_is_derived_and_then_take_no_figure_without_parents(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        entry = {"kind": "metric", "name": "gain", "title": "Gain", "unit": "percent", "direction": "higher", "factor": "jobs"}
        gain = json.dumps({**entry, "description": "gain", "derived_from": ["stars"]})
        rows = [a_line(metric="gain", unit="percent", value=value) for value in (50, 101)]
        made = a_line(metric="gain", unit="percent", value=50, derived_from=["alpha/stars/2020-01-01"])
        result = run("import", written(gain, *rows, made, suffix=".jsonl"))
        assert "line 2: gain is derived from stars; no figure of it is entered\n" in result.stderr
        assert "line 3: gain is derived from stars; no figure of it is entered; 101 is no figure in 'percent'" in result.stderr
        assert [row.derived_from for row in kept(table) if row.metric == "gain"] == [("alpha/stars/2020-01-01",)]
        assert next(one for one in Registers(table).metrics() if one.name == "gain").derived_from == ("stars",)

    def test_keep_revision_parents_and_the_time_of_recording(
        self, run: Run, written: Callable[..., Path], table: Table, connect: Connect
    ) -> None:
        line = a_line(derived_from=["alpha/speed/2020-01-01"], recorded_at="2021-02-03T04:05:06+00:00", note="ünïcode")
        assert run("import", written(line, suffix=".jsonl")).exit_code == 0
        (row,) = [row for row in kept(table) if row.value == 300]
        assert (row.revision, row.derived_from, row.note) == (7, ("alpha/speed/2020-01-01",), "ünïcode")
        assert everything(connect(), table.name)[keys.observation(row)]["recorded_at"] == {"S": "2021-02-03T04:05:06+00:00"}

    def test_may_bring_the_metric_and_the_framework_of_later_ones_but_not_of_earlier_ones(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        texts = ("name", "package", "repository", "homepage", "licence", "summary")
        entries = [
            {
                "kind": "metric",
                "unit": "moons",
                "direction": "higher",
                **dict.fromkeys(("name", "title", "factor", "description"), "moons"),
            },
            {"kind": "framework", "id": "gamma", **dict.fromkeys(texts, ""), "name": "G", "first_release": None, "status": "archived"},
        ]
        row = a_line(framework="gamma", metric="moons", unit="moons")
        path = written(row, *map(json.dumps, entries), row, suffix=".jsonl")
        for options in (["--dry-run"], []):
            result = run("import", path, *options)
            assert result.exit_code == 1
            assert "line 1: framework 'gamma' is not in the catalogue" in result.stderr
            assert "1 metric new, 1 framework new, 1 observation new" in result.stdout
        assert len(kept(table, "gamma")) == 1
        assert Registers(table).framework("gamma").status == "archived"
        assert EvidenceStore(table).evidence(["gamma"], as_of=HISTORY[-1].observed_on)["gamma"].released is None
        result = run("import", path)
        assert "1 metric there already, 1 framework there already, 2 observations there already" in result.stdout

    def test_change_an_entry_but_neither_its_status_nor_the_unit_of_a_metric(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        frameworks.set_status(table, "alpha", "archived")
        lines = {kind: line for line in map(encode, export(table)) if (kind := json.loads(line)["kind"])}
        alpha = next(line for line in map(encode, export(table)) if '"id": "alpha"' in line)
        renamed = alpha.replace('"summary": ""', '"summary": "new words"').replace("archived", "active")
        facts = lines["facts"].replace("2.0", "2.1")
        metric = lines["metric"].replace('"direction": "higher"', '"direction": "lower"')
        result = run("import", written(renamed, facts, metric, metric.replace("things", "pieces"), suffix=".jsonl"))
        assert "1 metric changed, 1 framework changed, 1 facts changed" in result.stdout
        assert "line 4: unit 'pieces' of metric 'starship' should be 'things', as its figures are" in result.stderr
        known = Registers(table).framework("alpha")
        assert (known.summary, known.status) == ("new words", "archived")
        assert Registers(table).facts("alpha")[0].value == "2.1"
        assert Registers(table).metrics()[-1].direction == "lower"

    def test_withdraw_what_is_there_or_comes_before_and_keep_the_first_reason(
        self, run: Run, written: Callable[..., Path], table: Table
    ) -> None:
        def withdrawal(row: Observation, reason: str) -> str:
            made = {"kind": "withdrawal", "framework": row.framework, "metric": row.metric, "observed_on": row.observed_on.isoformat()}
            return json.dumps({**made, "revision": row.revision, "id": row.id, "reason": reason})

        brought = a_row("stars", 300, "2021-01-01", revision=7)
        lines = [withdrawal(brought, "too early"), withdrawal(HISTORY[4], "wrong"), a_line(), withdrawal(brought, "wrong as well")]
        path = written(*lines, withdrawal(brought, "again"), suffix=".jsonl")
        for options in (["--dry-run"], []):
            result = run("import", path, *options)
            assert "line 1: no such observation: stars 2021-01-01 000007" in result.stderr
            assert "2 withdrawals new, 1 withdrawal there already" in result.stdout
        reader = EvidenceStore(table)
        assert reader.evidence(["alpha"], as_of=brought.observed_on)["alpha"].figures["stars"] == HISTORY[3].figure
        assert {row.reason for row in reader.withdrawals("alpha").values()} == {"wrong", "wrong as well"}
        assert position(brought) in reader.withdrawals("alpha")


class TestTheOptions:
    def test_a_dry_run_says_everything_and_writes_nothing(
        self, run: Run, written: Callable[..., Path], table: Table, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "LINES_AT_ONCE", 2)
        before = everything(connect(), table.name)
        path = written(HEADER, GOOD, OTHER, GOOD, GOOD.replace("alpha", "gamma"), OTHER, GOOD.replace("300", "301"))
        result = run("import", path, "--dry-run")
        assert result.exit_code == 1
        assert result.stdout == f"nothing was written to {table.name}; it would be: 3 observations new, 2 observations there already\n"
        assert "line 5: framework 'gamma'" in result.stderr
        assert everything(connect(), table.name) == before
        run("import", path)
        assert "5 observations there already" in run("import", path, "--dry-run").stdout

    def test_strict_writes_nothing_if_a_line_is_wrong_even_the_last(
        self, run: Run, written: Callable[..., Path], table: Table, connect: Connect
    ) -> None:
        before = everything(connect(), table.name)
        result = run("import", written(HEADER, GOOD, OTHER, GOOD.replace("300", "x")), "--strict")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "line 4: value 'x'" in result.stderr
        assert "1 line is wrong; nothing was written" in result.stderr
        assert everything(connect(), table.name) == before
        result = run("import", written(HEADER, GOOD, OTHER), "--strict")
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: 2 observations new\n")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["missing.csv"], "missing.csv can't be read: No such file or directory"),
            ([Path(__file__)], "is neither .csv nor .jsonl"),
            (["missing.jsonl", "--revision", 5], "--revision is for .csv files"),
            (["missing.csv", "--revision", 1_000_000], "--revision"),
        ],
    )
    def test_a_mistake_ends_in_a_plain_line(self, arguments: list[object], words: str, run: Run) -> None:
        result = run("import", *arguments)
        assert result.exit_code in (1, 2)
        assert words in result.stderr
        assert result.stdout == ""

    def test_without_a_table_nothing_is_read(self, run: Run, written: Callable[..., Path]) -> None:
        result = run("import", written(HEADER, GOOD), table="")
        assert result.exit_code == 1
        assert "no table is named; set FRAMEWORTH_TABLE" in result.stderr

    def test_a_table_that_can_t_be_reached_is_told_with_the_way_on(self, run: Run, written: Callable[..., Path]) -> None:
        result = run("import", written(HEADER, GOOD), table="no-such-table")
        assert result.exit_code == 1
        assert "failed: ResourceNotFoundException" in result.stderr
        assert "do it again, and it goes on where this ended" in result.stderr

    def test_an_empty_file_of_json_lines_brings_nothing(self, run: Run, written: Callable[..., Path], table: Table) -> None:
        result = run("import", written(suffix=".jsonl"))
        assert (result.exit_code, result.stdout) == (0, f"into {table.name}: nothing\n")


@on_swept_engines
@pytest.mark.parametrize("done", [False, True], ids=["not-sent", "answer-lost"])
def test_whichever_call_fails_the_repeat_ends_in_the_same_state(
    done: bool, connect: Connect, show: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LINES_AT_ONCE", 12)
    admin = connect()
    with fresh_table(admin) as name:
        source = seeded(admin, name)
        EvidenceStore(source).withdraw("alpha", "stars", HISTORY[1].observed_on, "wrong", row_id=HISTORY[1].id)
        frameworks.set_status(source, "beta", "archived")
        content = "".join(f"{encode(entry)}\n" for entry in export(source))
        whole = without_rev(admin, name)

    def run(client: Any, name: str) -> None:
        Importer(Table(client, name)).run(json_lines(io.BytesIO(content.encode()), "x"), "x", pytest.fail)

    number = 0
    while True:
        number += 1
        with fresh_table(admin) as name:
            client = connect()
            made = faults.requests_of(client)
            faults.fail_call(client, number, done=done)
            try:
                run(client, name)
            except StorageUnavailable:
                assert len(made) == number
            else:
                break
            run(admin, name)
            # beta has no facts: a seed writes that down, an import does not.
            assert without_rev(admin, name) == {key: item for key, item in whole.items() if key != ("F#beta", keys.FACTS)}
    assert number > 30
    what = "lost its answer" if done else "was not sent"
    show(f"{connect.__name__:8} import                 each of {number - 1:2} calls {what:15}: lost 0, doubled 0")  # type: ignore[attr-defined]


def test_memory_does_not_grow_with_what_was_seen() -> None:
    seen = Seen()
    assert seen.add(["a", "b", "a"]) == 2
    assert seen.add(["b", "c"]) == 1
    assert "c" in seen
    assert "d" not in seen
    seen.close()


def test_a_line_of_each_kind_is_read_as_it_was_written() -> None:
    client = moto()
    with fresh_table(client) as name:
        table = seeded(client, name)
        EvidenceStore(table).withdraw("alpha", "stars", HISTORY[0].observed_on, "wrong")
        entries = list(export(table))
    lines = json_lines(io.BytesIO("".join(f"{encode(entry)}\n" for entry in entries).encode()), "x")
    assert [line.entry for line in lines] == entries
    assert len({type(entry) for entry in entries}) == 5
    assert len(entries) == len(SMALL.metrics) + len(SMALL.frameworks) + 1 + len(HISTORY) + 1


def test_what_csv_calls_a_row_is_what_data_calls_one() -> None:
    with (DATA / "observations.csv").open("rb") as file:
        found = [line.entry.observation for line in csv_lines(file, "x", data_folder.revisions(DATA))]
    known = data_folder.read(DATA)
    seeded_ids = {row.id for rows in known.observations.values() for row in rows}
    assert {row.id for row in found} <= seeded_ids
    with (DATA / "observations.csv").open(encoding="utf-8", newline="") as file:
        assert len(found) == sum(1 for _ in csv.reader(file)) - 1


def test_progress_never_falls_back_and_reaches_the_end() -> None:
    client = moto()
    with fresh_table(client) as name:
        seeded(client, name)
        heard: list[float] = []
        lines = json_lines(io.BytesIO("\n".join(a_line(framework=one) for one in ("alpha", "beta")).encode()), "x")
        Importer(Table(client, name)).run(lines, "x", pytest.fail, heard.append)
    assert heard == sorted(heard)
    assert len(heard) == 3
    assert heard[-1] == 1.0
