"""`score`: the answer of the API without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from chalicelib.api.scorecard import as_json
from chalicelib.commands.loading import prints_aside, service
from chalicelib.commands.options import day
from chalicelib.commands.printing import CONSOLE, grid
from chalicelib.use_cases.question import DEFAULT_METHOD, Question
from chalicelib.use_cases.score import CATALOGUE_LIMIT, Answer, ask
from frameworth.catalogue import Catalogue
from frameworth.judging import WhenMissing
from frameworth.shown import shown_margin, shown_score

_SIDE_BY_SIDE = 4


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for value in values:
        name, colon, text = value.partition(":")
        try:
            found[name] = float(text) if colon else 1 / 0
        except (ValueError, ZeroDivisionError):
            raise click.BadParameter(f"{value!r} is no pair; write criterion:number, such as jobs:2") from None
    return found


@click.command()
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
@click.option("--as-of", callback=day, metavar="YYYY-MM-DD", help="What could be known on this day; today if left out.")
@click.option("--opinions/--no-opinions", default=True, help="Whether figures of basis 'opinion' count.")
@click.option("--when-missing", type=click.Choice([one.value for one in WhenMissing]), default="neutral", show_default=True)
@click.option("--method", default=DEFAULT_METHOD, show_default=True, help="How criteria are added up; `plugins` lists what there is.")
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
    method: str,
    limit: int | None,
    as_text: bool,
) -> None:
    """Rank FRAMEWORKS (all of the catalogue if none is named), without a server."""
    known = service()
    question = Question(
        frameworks=frameworks or None,
        profile=profile,
        weights=weights or None,
        emphasis=emphasis,
        as_of=as_of,
        opinions=opinions,
        when_missing=WhenMissing(when_missing),
        method=method,
        limit=limit,
    )
    with prints_aside():  # judges, methods and observers run now
        answer = ask(question, known)
    if as_text:
        click.echo(json.dumps(as_json(answer, known.catalogue, frozenset({"metrics"})), indent=2, ensure_ascii=False))
    else:
        _show(answer, known.catalogue)


def _show(answer: Answer, catalogue: Catalogue) -> None:
    card = answer.scorecard
    shown = card.ranking[: answer.limit]
    title = f"{answer.profile or 'own weights'}, as of {card.as_of}"
    if not card.method.adds_up:
        title += f"\nby the method {card.method.name}"
    ranking = grid(title, "#", "framework", "score", "low–high", "known")
    for ranked in shown:
        row = ranked.row
        bounds = f"{shown_score(row.low):.0f}–{shown_score(row.high):.0f}"
        ranking.add_row(
            f"{ranked.rank}{'=' if ranked.tied else ''}", row.framework, f"{shown_score(row.score):.1f}", bounds, f"{100 * row.known:.0f} %"
        )
    CONSOLE.print(ranking)
    # A criterion a line and a framework a column: the first few fit on a terminal of 80.
    beside = shown[:_SIDE_BY_SIDE]
    if beside:
        criteria = grid("", "criterion", "weight", *(ranked.row.framework for ranked in beside))
        for name, weight in card.weights.items():
            judged = [ranked.row.findings[name] for ranked in beside]
            values = ["unknown" if finding.known == 0 else f"{shown_score(finding.value):.1f}" for finding in judged]
            criteria.add_row(catalogue.criteria[name].title.lower(), f"{100 * weight:.0f} %", *values)
        CONSOLE.print(criteria)
    margin = f" by {shown_margin(card.ranking[0].row.score, card.ranking[1].row.score):.1f}" if len(card.ranking) > 1 else ""
    leader = f": {card.leader.framework} leads{margin}" if card.leader else ""
    _say(f"{card.verdict.value.replace('_', ' ')}{leader}. {card.because}")
    for unranked in card.not_ranked:
        missing = f", missing {', '.join(unranked.missing)}" if unranked.missing else ""
        _say(f"not ranked: {unranked.framework} ({unranked.reason.value.replace('_', ' ')}{missing})")
    for warning in answer.warnings:
        _say(f"note: {warning}")
    if answer.question.as_of is None:
        _say(f"computed {datetime.now(UTC):%Y-%m-%d} (UTC); --json shows every figure with its date and source")


def _say(words: str) -> None:
    # Without markup: words of plugins may hold brackets, which rich would take for its own.
    CONSOLE.print(words, highlight=False, markup=False)
