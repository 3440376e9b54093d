"""`measure`: the reference application of each framework, on this machine."""

from __future__ import annotations

import csv
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from chalicelib.commands.data import import_file
from chalicelib.commands.loading import named_table
from chalicelib.commands.printing import CONSOLE, grid
from rig.catalogue import App, read_catalogue
from rig.conformance import ENVIRONMENTS
from rig.figures import Figure, figures
from rig.measuring import Asked, Report, begin, resume
from rig.preparing import Refused
from rig.rows import COLUMNS, Row, rows
from rig.samples import Record, RecordInvalid
from rig.tables import TABLES
from rig.trials import TESTS

RECORDS = Path("build", "rig")


def _tests(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    asked = [one.strip() for one in value.split(",") if one.strip()]
    if unknown := [one for one in asked if one not in TESTS]:
        raise click.BadParameter(f"there is no test {', '.join(unknown)}; there are {', '.join(TESTS)}")
    return tuple(test for test in TESTS if test in asked) or TESTS


def _apps(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, App]:
    catalogue = read_catalogue()
    if unknown := [one for one in value if one not in catalogue]:
        raise click.BadParameter(f"there is no application for {', '.join(unknown)}; there are {', '.join(catalogue)}")
    return {framework: catalogue[framework] for framework in value or catalogue}


@click.command("measure")
@click.argument("apps", nargs=-1, metavar="[FRAMEWORK …]", callback=_apps)
@click.option("--only", "tests", default=",".join(TESTS), show_default=True, callback=_tests, help="Which tests, with commas between them.")
@click.option("--rounds", default=4, show_default=True, type=click.IntRange(1, 100), help="How many; fewer than 3 give no timed rows.")
@click.option("--seed", default=1, show_default=True, help="For the order, and for the moments at which is asked.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the steady figures to this file, as rows of data/.")
@click.option("--import", "imports", is_flag=True, help="Put them into the table that FRAMEWORTH_TABLE names.")
@click.option("--resume", "record", type=click.Path(path_type=Path, dir_okay=False), help="Go on with the run that this is the record of.")
@click.pass_context
def measure(
    context: click.Context,
    apps: dict[str, App],
    tests: tuple[str, ...],
    rounds: int,
    seed: int,
    out: Path | None,
    imports: bool,
    record: Path | None,
) -> None:
    """Measure the reference application of each FRAMEWORK (default: of all) on this machine, beside a bare server without one.

    Each is installed into a virtual environment of its own in .venv/rig with pinned versions, must pass the check of conformance, and is
    served as its own documentation recommends. Then come rounds in random order. A figure is the median over the rounds of what the
    application took or did, as a multiple of the bare server's; one that spreads too widely is shown with a ~ and not written.

    Loads are short and never leave this machine, which should do nothing else meanwhile. All 16 take about 35 minutes. Ctrl-C keeps what is
    done: every reading goes to a record in build/rig at once, from which --resume goes on, doing again what failed.

    docs/measuring.md tells what each figure means, and where it misleads.

    \b
    Examples:
      python -m chalicelib measure flask django --only json,orm
      python -m chalicelib measure --out rows.csv
      python -m chalicelib measure --resume build/rig/2026-11-29-120000.jsonl --out rows.csv
    """
    _refuse_early(context, out, imports, record)
    # A server must not outlive what started it, whoever ends that.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    path, refused, broken_off = _run(Asked(apps, tests, rounds, seed), record)
    found = Record.read(path)
    _print(figures(found.samples))
    _give(context, rows(found), out, imports and not broken_off)
    click.echo(f"every reading is in {path}", err=True)
    faults = [f"{one.step.framework}, {one.step.test}, round {one.step.round}: {one.fault}" for one in found.samples if one.fault]
    if refused or faults:
        click.echo("\n".join(["not everything could be measured:", *refused, *faults]), err=True)
    if broken_off:
        raise click.ClickException(f"broken off; go on with --resume {path}")
    if refused or faults:
        context.exit(1)


def _run(asked: Asked, record: Path | None) -> tuple[Path, list[str], bool]:
    """Measures what was asked, or what is left of a record: where the record is, who was refused and why, and whether it was broken off."""
    now = datetime.now(UTC)
    path = record or RECORDS / f"{now:%Y-%m-%d-%H%M%S}.jsonl"
    refused, broken_off = [], False
    try:
        with _progress() as report:
            if record:
                refused = resume(path, read_catalogue(), ENVIRONMENTS, report)
            else:
                refused = begin(asked, path, now.date(), ENVIRONMENTS, report)
    except KeyboardInterrupt:
        broken_off = True
    except (Refused, RecordInvalid) as error:
        raise click.ClickException(str(error)) from error
    if not path.is_file():
        raise click.ClickException("broken off before anything was measured; what is installed stays installed")
    return path, refused, broken_off


def _refuse_early(context: click.Context, out: Path | None, imports: bool, record: Path | None) -> None:
    """Says before anything is measured what would fail after it."""
    given = [name for name in ("apps", "tests", "rounds", "seed") if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if record and given:
        raise click.UsageError("--resume goes on with what its run was asked for; name no frameworks, tests, rounds or seed with it")
    if out and not out.parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}; make it first", param_hint="--out")
    if imports:
        named_table()


def _print(found: Sequence[Figure]) -> None:
    """The figures that most people look for; ~ marks one that is not steady."""
    by_name = {(figure.framework, figure.measure.metric): figure for figure in found}
    for title, everything in TABLES.items():
        columns = {metric: column for metric, column in everything.items() if any(metric == known for _, known in by_name)}
        if not columns:
            continue
        table = grid(title, "framework", *columns.values())
        for framework in sorted({framework for framework, _ in by_name}):
            table.add_row(framework, *(_cell(by_name.get((framework, metric))) for metric in columns))
        CONSOLE.print(table)


def _cell(figure: Figure | None) -> str:
    return "–" if figure is None else f"{'' if figure.is_steady else '~'}{figure.value:.3g}"


def _give(context: click.Context, found: Sequence[Row], out: Path | None, imports: bool) -> None:
    """Writes rows to `out`, and puts them into the table if they are to be imported."""
    with tempfile.TemporaryDirectory() as folder:
        path = out or Path(folder, "measured.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(found)
        if out:
            click.echo(f"{len(found)} rows are in {out}", err=True)
        if imports:
            context.invoke(import_file, path=path, dry_run=False, strict=False, revision=None)


@contextmanager
def _progress() -> Iterator[Report]:
    """Tells what is being done and how much time is left: as a bar on a terminal, as lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda doing, done, total: click.echo(f"{doing} ({(total - done) / 60:.0f} min left)", err=True)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), TextColumn("left")
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Beginning")
        yield lambda doing, done, total: bar.update(task, description=doing, completed=done, total=total)
