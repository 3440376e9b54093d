"""The command line: `python -m chalicelib`. For development and for running a deployment; never imported on Lambda."""

from __future__ import annotations

import csv
import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from chalicelib import bootstrap, data_folder
from chalicelib.api.scorecard import as_json
from chalicelib.settings import Settings
from chalicelib.use_cases.faults import InvalidRequest
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import CATALOGUE_LIMIT, Answer, ask
from chalicelib.use_cases.seed import seed
from chalicelib.use_cases.service import Service
from frameworth.errors import FrameworthError
from frameworth.judging import WhenMissing
from frameworth.rows import plain_date
from frameworth.shown import shown_margin, shown_score

_CONSOLE = Console()
_SIDE_BY_SIDE = 4


class _Commands(click.Group):
    """Commands whose expected errors end in one plain line instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InvalidRequest as error:
            raise click.ClickException("\n".join(f"{fault.message}; {fault.fix}" for fault in error.faults)) from error
        except FrameworthError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Frameworth: which web framework for this project, answered with evidence.

    Commands work on the table that FRAMEWORTH_TABLE names, or, without it, on an embedded one that holds the figures of data/.
    """


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for value in values:
        name, colon, text = value.partition(":")
        try:
            found[name] = float(text) if colon else 1 / 0
        except (ValueError, ZeroDivisionError):
            raise click.BadParameter(f"{value!r} is no pair; write criterion:number, such as jobs:2") from None
    return found


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Any:
    try:
        return plain_date(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@main.command()
@click.argument("frameworks", nargs=-1)
@click.option("--profile", help="Kind of project; balanced if neither this nor --weight is given.")
@click.option(
    "--weight",
    "weights",
    multiple=True,
    callback=_pairs,
    metavar="CRITERION:N",
    help="A weight of your own, instead of a profile; repeatable.",
)
@click.option(
    "--emphasis", multiple=True, callback=_pairs, metavar="CRITERION:FACTOR", help="A factor on one of the profile's weights; repeatable."
)
@click.option("--as-of", callback=_day, metavar="YYYY-MM-DD", help="What could be known on this day; today if left out.")
@click.option("--opinions/--no-opinions", default=True, help="Whether figures of basis 'opinion' count.")
@click.option("--when-missing", type=click.Choice([one.value for one in WhenMissing]), default="neutral", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), help=f"Rows to show; {CATALOGUE_LIMIT} for the whole catalogue, all when named.")
@click.option("--json", "as_text", is_flag=True, help="The answer of the API, figures included, as JSON.")
def score(
    frameworks: tuple[str, ...],
    profile: str | None,
    weights: dict[str, float],
    emphasis: dict[str, float],
    as_of: Any,
    opinions: bool,
    when_missing: str,
    limit: int | None,
    as_text: bool,
) -> None:
    """Rank FRAMEWORKS (all of the catalogue if none is named), without a server."""
    service = _service()
    question = Question(
        frameworks=frameworks or None,
        profile=profile,
        weights=weights or None,
        emphasis=emphasis,
        as_of=as_of,
        opinions=opinions,
        when_missing=WhenMissing(when_missing),
        limit=limit,
    )
    answer = ask(question, service)
    if as_text:
        click.echo(json.dumps(as_json(answer, service.catalogue, frozenset({"metrics"})), indent=2, ensure_ascii=False))
    else:
        _show(answer, service)


@main.command("seed")
def seed_table() -> None:
    """Put the figures of data/ into the table that FRAMEWORTH_TABLE names; doing it again changes nothing."""
    settings = Settings.of(os.environ)
    if not settings.table:
        raise click.ClickException("no table is named; set FRAMEWORTH_TABLE (the embedded table is seeded by itself)")
    service = bootstrap.compose(settings, bootstrap.plugins(settings))
    from chalicelib.local import DATA

    found = data_folder.read(DATA)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Seeding {settings.table}", total=found.size)
        seed(found, service.store, service.registers, lambda written: bar.advance(task, written))
    click.echo(f"{found.size:,} observations of {len(found.frameworks)} frameworks are in {settings.table}")


@main.command("create-table")
@click.argument("name")
def create_table(name: str) -> None:
    """Create the table NAME as the deployment's template defines it: for DynamoDB Local, by AWS_ENDPOINT_URL_DYNAMODB."""
    from chalicelib.local import create_table as create

    create(bootstrap.client(), name)
    click.echo(f"table {name} is there; fill it with FRAMEWORTH_TABLE={name} python -m chalicelib seed")


@main.command("freeze-references")
def freeze_references() -> None:
    """Append the medians of benchmark tables that data/references.csv does not hold yet; what it holds is never changed."""
    from chalicelib.local import DATA

    missing = data_folder.missing_references(DATA)
    with (DATA / data_folder.REFERENCE_FILE).open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for one in missing:
            writer.writerow([one.metric, one.observed_on.isoformat(), f"{one.median:.15g}", one.rows])
    click.echo(f"{len(missing)} table(s) frozen")


def _service() -> Service:
    environ = dict(os.environ)
    if not environ.get("FRAMEWORTH_TABLE"):
        environ["FRAMEWORTH_STORE"] = "embedded"
    settings = Settings.of(environ)
    return bootstrap.compose(settings, bootstrap.plugins(settings))


def _show(answer: Answer, service: Service) -> None:
    card = answer.scorecard
    shown = card.ranking[: answer.limit]
    ranking = _grid(f"{answer.profile or 'own weights'}, as of {card.as_of}", "#", "framework", "score", "low–high", "known")
    for ranked in shown:
        row = ranked.row
        bounds = f"{shown_score(row.low):.0f}–{shown_score(row.high):.0f}"
        ranking.add_row(
            f"{ranked.rank}{'=' if ranked.tied else ''}", row.framework, f"{shown_score(row.score):.1f}", bounds, f"{100 * row.known:.0f} %"
        )
    _CONSOLE.print(ranking)
    # A criterion a line and a framework a column: the first few fit on a terminal of 80.
    beside = shown[:_SIDE_BY_SIDE]
    if beside:
        criteria = _grid("", "criterion", "weight", *(ranked.row.framework for ranked in beside))
        for name, weight in card.weights.items():
            judged = [ranked.row.findings[name] for ranked in beside]
            values = ["unknown" if finding.known == 0 else f"{shown_score(finding.value):.1f}" for finding in judged]
            criteria.add_row(service.catalogue.criteria[name].title.lower(), f"{100 * weight:.0f} %", *values)
        _CONSOLE.print(criteria)
    margin = f" by {shown_margin(card.ranking[0].row.score, card.ranking[1].row.score):.1f}" if len(card.ranking) > 1 else ""
    leader = f": {card.leader.framework} leads{margin}" if card.leader else ""
    _CONSOLE.print(f"{card.verdict.value.replace('_', ' ')}{leader}. {card.because}", highlight=False)
    for unranked in card.not_ranked:
        missing = f", missing {', '.join(unranked.missing)}" if unranked.missing else ""
        _CONSOLE.print(f"not ranked: {unranked.framework} ({unranked.reason.value.replace('_', ' ')}{missing})", highlight=False)
    for warning in answer.warnings:
        _CONSOLE.print(f"note: {warning}", highlight=False)
    if answer.question.as_of is None:
        _CONSOLE.print(f"computed {datetime.now(UTC):%Y-%m-%d} (UTC); --json shows every figure with its date and source", highlight=False)


def _grid(title: str, *columns: str) -> Grid:
    """A table whose numbers stand to the right and whose words are never cut."""
    grid = Grid(title=title or None, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        grid.add_column(column, justify="left" if column in ("framework", "criterion") else "right", no_wrap=True)
    return grid


if __name__ == "__main__":
    main(prog_name="python -m chalicelib", args=sys.argv[1:])
