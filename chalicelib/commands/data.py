"""`import` and `export`: what a table holds, from a file and into one."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from chalicelib import data_folder
from chalicelib.commands.loading import named_table, table
from chalicelib.storage.table import StorageUnavailable, Table
from chalicelib.use_cases.exporting import export
from chalicelib.use_cases.importing import Importer, Tally
from chalicelib.use_cases.json_lines import encode, kind
from chalicelib.use_cases.reading import Lines, csv_lines, json_lines
from frameworth.errors import InvalidRow
from frameworth.names import checked_slug

_SUFFIXES = (".csv", ".jsonl")


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be new, what is there already, and what is wrong.")
@click.option("--strict", is_flag=True, help="Write nothing if any line is wrong; the file is read twice.")
@click.option(
    "--revision",
    type=click.IntRange(0, 999_999),
    help="The revision of all rows of a CSV file, in place of that by basis and source; 1000 for corrections.",
)
def import_file(path: Path, dry_run: bool, strict: bool, revision: int | None) -> None:
    """Put the figures in FILE.csv or FILE.jsonl into the table that FRAMEWORTH_TABLE names.

    A .csv file has the columns of data/observations.csv, and may have those that a history in CSV has beside them: revision, derived_from,
    withdrawn, id. A .jsonl file has one JSON object a line, as `export` writes them: metrics, frameworks, facts, observations, withdrawals.
    Frameworks and metrics must be in the table or on an earlier line, and units be those of the metrics. Good lines go in; each wrong one
    is told on standard error with its number, and the exit status is 1.

    Of two figures for one metric and day the higher revision counts. A .jsonl file says it in each line. A row of a .csv file that does not
    gets the one that `seed` would give it, by its basis (measured before reported before opinion) and then by data/source_order.csv; so a
    row that the table was seeded with is known again. Figures that are derived from others are not made; add rows to data/ and `seed` for
    that.

    Doing it again writes nothing. Broken off, do it again: it ends as if it had never been. What a framework or a metric is said to be
    replaces what the table says, apart from the status of a framework, which `framework archive` changes.

    \b
    Examples:
      python -m chalicelib import figures.csv --dry-run
      python -m chalicelib import backup.jsonl --strict
    """
    if path.suffix not in _SUFFIXES:
        raise click.ClickException(f"{path.name} is neither {' nor '.join(_SUFFIXES)}, and its name must say which")
    if revision is not None and path.suffix != ".csv":
        raise click.UsageError("--revision is for .csv files; a .jsonl file says the revision of each observation")
    into = named_table()
    if strict and not dry_run:
        tally = _run(path, into, revision, writes=False, what="Checking")
        if tally.wrong:
            raise click.ClickException(f"{_lines(tally.wrong)} wrong; nothing was written")
    tally = _run(path, into, revision, writes=not dry_run, what="Checking" if dry_run else "Importing")
    click.echo(_summary(tally, into.name, dry_run))
    if tally.wrong:
        raise click.ClickException(f"{_lines(tally.wrong)} wrong{'' if dry_run else ', the others are in'}")


def _run(path: Path, into: Table, revision: int | None, *, writes: bool, what: str) -> Tally:
    """One way through the file; tells of each wrong line as it is met."""
    with _opened(path) as file, _progress() as bar:
        task = bar.add_task(f"{what} {path.name}", total=os.fstat(file.fileno()).st_size)

        def report(fault: InvalidRow) -> None:
            # Without markup, and never broken into lines: a line is a fault.
            bar.console.print(str(fault), markup=False, highlight=False, soft_wrap=True)

        told = 0

        def progress(share: float) -> None:
            nonlocal told
            now = file.tell()
            bar.update(task, completed=told + share * (now - told))
            told = now if share == 1.0 else told

        try:
            return Importer(into, writes=writes).run(_read(file, path, revision), path.name, report, progress)
        except StorageUnavailable as error:
            raise click.ClickException(f"{error}; do it again, and it goes on where this ended" if writes else str(error)) from error


def _read(file: BinaryIO, path: Path, revision: int | None) -> Lines:
    if path.suffix == ".jsonl":
        return json_lines(file, path.name)
    if revision is not None:
        return csv_lines(file, path.name, lambda basis, source: revision, own_revisions=False)
    from chalicelib.local import DATA

    return csv_lines(file, path.name, data_folder.revisions(DATA))


def _summary(tally: Tally, name: str, dry_run: bool) -> str:
    """What was done, in a sentence."""
    told = [
        f"{counter[one]:,} {one if one.endswith('s') or counter[one] == 1 else f'{one}s'} {word}"
        for word, counter in (("new", tally.new), ("changed", tally.changed), ("there already", tally.there))
        for one in ("metric", "framework", "facts", "observation", "withdrawal")
        if counter[one]
    ]
    where = f"nothing was written to {name}; it would be" if dry_run else f"into {name}"
    return f"{where}: {', '.join(told) or 'nothing'}"


def _lines(count: int) -> str:
    return f"{count:,} line{' is' if count == 1 else 's are'}"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise click.ClickException(f"{path} can't be read: {error.strerror}") from error
    with file:
        yield file


@click.command("export")
@click.argument("target", metavar="FILE")
@click.option("--framework", "frameworks", multiple=True, metavar="ID", help="Only this framework, and all metrics; repeatable.")
def export_file(target: str, frameworks: tuple[str, ...]) -> None:
    """Write everything that the table holds to FILE.jsonl, or to standard output if FILE is "-".

    The table is that of FRAMEWORTH_TABLE, or, without it, an embedded one that holds the figures of data/. Metrics, frameworks, facts,
    observations and withdrawals, one JSON object a line; `import` makes the same table of it again. FILE is there once all of it is
    written: until then it is called otherwise.

    \b
    Examples:
      python -m chalicelib export backup.jsonl
      python -m chalicelib export - --framework flask | grep jobs
    """
    for framework in frameworks:
        checked_slug(framework, "framework")
    with _target(target) as file, _progress() as bar:
        source = table()
        task = bar.add_task(f"Exporting {source.name}", total=None)
        observations = 0
        done = -1

        def progress(framework: str, of: int) -> None:
            nonlocal done
            done += 1
            bar.update(task, total=of, completed=done, description=f"Exporting {framework}")

        for entry in export(source, frameworks, progress):
            observations += kind(entry) == "observation"
            file.write(f"{encode(entry)}\n")
        bar.update(task, total=done + 1, completed=done + 1, description=f"Exported {source.name}")
    click.echo(f"{observations:,} observations of {done + 1:,} frameworks are in {target}", err=target == "-")


@contextmanager
def _target(name: str) -> Iterator[TextIO]:
    """Where to write to: standard output, or a temporary file that takes its name once it is whole."""
    if name == "-":
        # Whatever the terminal's encoding, the lines are UTF-8 and end as in a file.
        stream = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="\n")
        try:
            yield stream
        finally:
            stream.detach()
        return
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        raise click.ClickException(f"{name} is no plain file; write - for standard output")
    try:
        handle, part_name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise click.ClickException(f"{name} can't be written: {error.strerror}") from error
    os.close(handle)
    part = Path(part_name)
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is for its owner alone; this one is to be like any other.
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"{name} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), console=Console(stderr=True))
