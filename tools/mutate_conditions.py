"""Drops each clause of each condition, and each action of each update, in `chalicelib/storage`: a test must fail each time. `make mutate`.

Each mutant is a copy of the tree in a temporary folder, on which the storage tests run on moto until the first fails. The expressions are
found in the source, so a new one is tried without being named here.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.expressions import without_a_clause, without_an_action

PROJECT = Path(__file__).resolve().parent.parent
MUTATED = "chalicelib/storage"
COPIED = (".chalice", "chalicelib", "frameworth", "plugins", "data", "tests", "app.py", "pyproject.toml")
DROPPED_FROM = {"ConditionExpression": without_a_clause, "UpdateExpression": without_an_action}

# The tests that are likely to notice come first; those of pure code and those that take long are left out.
FIRST = (
    *("test_append.py", "test_table.py", "test_load.py", "test_withdraw.py", "test_frameworks.py", "test_doctor.py", "test_schema.py"),
    *("test_idempotency.py", "test_tokens.py", "test_profiles.py", "test_secret.py"),
)
LEFT_OUT = ("test_engines.py", "test_items.py", "test_keys.py", "test_history_pages.py")
BESIDE = ("test_seed.py", "test_bulk*.py", "test_import*.py", "test_doctor*.py")
LONGEST_S = 900

# DynamoDB refuses names and values that no expression uses, and empty expressions; a mutant must not be found out by that.
_PRUNED = """

def _pruned(request: Any) -> Any:
    import re

    request = {name: value for name, value in request.items() if not (name.endswith("Expression") and value == "")}
    said = {word for name, value in request.items() if name.endswith("Expression") for word in re.findall("[#:][A-Za-z_0-9]+", value)}
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {word: value for word, value in request.pop(name, {}).items() if word in said}
        if kept:
            request[name] = kept
    return request


_unpruned = Table._call
Table._call = lambda self, operation, **request: _unpruned(self, operation, **_pruned(request))
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One expression of one file with one part left out; without `dropped` nothing is, and all tests must pass."""

    file: str
    line: int
    kind: str
    dropped: str
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: the test that noticed it ("" if none did), and how long that took."""

    mutant: Mutant
    killed_by: str
    seconds: float


class NotRun(Exception):
    """The tests of a mutant did not run as tests do; the message has what pytest said."""


def main(arguments: list[str] | None = None) -> int:
    """Tries all mutants, prints a table, and returns 1 if one survived."""
    parser = argparse.ArgumentParser(
        prog="tools/mutate_conditions.py", description="Drop clauses of conditions; a test must fail each time."
    )
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried at once (default: 2)")
    parser.add_argument("--only", default="", help="try only those whose file, kind or dropped part holds this text")
    options = parser.parse_args(arguments)
    every = [mutant for path in sorted((PROJECT / MUTATED).glob("*.py")) for mutant in mutants_of(path)]
    chosen = [mutant for mutant in every if options.only in f"{mutant.file} {mutant.kind} {mutant.dropped}"]
    unchanged = Mutant(f"{MUTATED}/table.py", 0, "nothing", "", (PROJECT / MUTATED / "table.py").read_text(encoding="utf-8"))
    started = time.monotonic()
    with ThreadPoolExecutor(options.workers) as threads:
        control = threads.submit(tried, unchanged)
        outcomes = list(threads.map(tried, chosen))
    if control.result().killed_by:
        print(f"Nothing was dropped and yet {control.result().killed_by} fails: mend that first.", file=sys.stderr)
        return 2
    survivors = [outcome for outcome in outcomes if not outcome.killed_by]
    print(f"{'where':34} {'dropped':46} {'noticed by':80}   time")
    for outcome in outcomes:
        mutant = outcome.mutant
        where = f"{Path(mutant.file).name}:{mutant.line} {mutant.kind}"
        print(f"{where:34} {mutant.dropped:46} {outcome.killed_by or 'NO TEST':80} {outcome.seconds:4.0f} s")
    seconds = time.monotonic() - started
    print(f"\n{len(outcomes)} mutants, {len(outcomes) - len(survivors)} noticed, {len(survivors)} survived; {seconds:.0f} s")
    return 1 if survivors else 0


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    source = path.read_text(encoding="utf-8")
    for kind, constant in sorted(expressions(ast.parse(source)), key=lambda found: found[1].lineno):
        for dropped, left in DROPPED_FROM[kind](str(constant.value)):
            changed = replaced(source, constant, repr(left))
            yield Mutant(path.relative_to(PROJECT).as_posix(), constant.lineno, kind.removesuffix("Expression").lower(), dropped, changed)


def expressions(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    """The texts of all expressions: given by keyword or in a dictionary, outright, as one of several, or by the name of a constant."""
    constants = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    seen: set[tuple[int, int]] = set()
    for node in ast.walk(tree):
        given: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.keyword) and node.arg in DROPPED_FROM:
            given = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            given = [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value in DROPPED_FROM
            ]
        for kind, value in given:
            for constant in texts(value, constants):
                if (constant.lineno, constant.col_offset) not in seen:
                    seen.add((constant.lineno, constant.col_offset))
                    yield kind, constant


def texts(value: ast.expr, constants: dict[str, ast.expr]) -> list[ast.Constant]:
    """The texts that an expression of Python may stand for; raises `ValueError` where that can't be told from the source."""
    match value:
        case ast.Constant(value=str()):
            return [value]
        case ast.IfExp():
            return texts(value.body, constants) + texts(value.orelse, constants)
        case ast.Name() if value.id in constants:
            return texts(constants[value.id], constants)
    raise ValueError(
        f"line {value.lineno}: {ast.unparse(value)} can't be mutated; write the expression as one text, or as a constant's name"
    )


def replaced(source: str, constant: ast.Constant, by: str) -> str:
    """The source with other text in place of a constant; positions are in bytes."""
    lines = source.encode().splitlines(keepends=True)
    first, last = constant.lineno - 1, (constant.end_lineno or 0) - 1
    before = b"".join(lines[:first]) + lines[first][: constant.col_offset]
    after = lines[last][constant.end_col_offset :] + b"".join(lines[last + 1 :])
    return (before + by.encode() + after).decode()


def tried(mutant: Mutant) -> Outcome:
    """Runs the tests on a mutant."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="frameworth-mutant-") as folder:
        tree = Path(folder)
        for name in COPIED:
            source = PROJECT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__", "golden", "engines", "deployments"))
            else:
                shutil.copy2(source, tree / name)
        (tree / mutant.file).write_text(mutant.source, encoding="utf-8")
        with (tree / MUTATED / "table.py").open("a", encoding="utf-8") as table:
            table.write(_PRUNED)
        killed_by = first_failure(tree)
    outcome = Outcome(mutant, killed_by, time.monotonic() - started)
    print(f"{mutant.kind} without {mutant.dropped}: {killed_by or 'all tests pass'}", file=sys.stderr, flush=True)
    return outcome


def first_failure(tree: Path) -> str:
    """The first test that fails in a tree, or "" if all pass."""
    # Without CI, which would insist on the second engine.
    environ = {name: value for name, value in os.environ.items() if name not in ("CI", "FRAMEWORTH_TEST_DYNAMODB", "HYPOTHESIS_PROFILE")}
    command = (sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", *test_files(tree))
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env={**environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LONGEST_S} s"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) \S*?(\w+\.py::.*?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode != 1 or not failed:
        raise NotRun(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[1]


def test_files(tree: Path) -> list[str]:
    """The test files to run, those first that are likely to notice something."""
    storage, beside = tree / "tests/chalicelib/storage", tree / "tests/chalicelib"
    first = [storage / name for name in FIRST]
    others = [path for path in sorted(storage.glob("test_*.py")) if path.name not in (*FIRST, *LEFT_OUT)]
    also = [path for pattern in BESIDE for path in sorted(beside.glob(pattern))]
    return [str(path.relative_to(tree)) for path in (*first, *others, *also)]


if __name__ == "__main__":
    sys.exit(main())
