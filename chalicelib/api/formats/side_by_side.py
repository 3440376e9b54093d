"""The part of a report that sets frameworks side by side: a table for each criterion, with every figure and where it can be looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.api.formats.markup import bullets, escaped, link, table
from frameworth.catalogue import Catalogue
from frameworth.criteria import Criterion
from frameworth.explain import UNKNOWN, quantity
from frameworth.shown import whole_points

# More columns than these fit on no page.
MOST_COLUMNS = 6
NOTHING = "–"


class Sources:
    """The sources of a report, numbered as they are first cited: a cell links to the address, the list at the end says what it is."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def cited(self, source: Mapping[str, str]) -> str:
        """The number of a source as a link to it, such as `S3`."""
        return link(f"S{self._numbers.setdefault((source['title'], source['url']), len(self._numbers) + 1)}", source["url"])

    def listed(self) -> str:
        """Every source that was cited, by number."""
        return bullets(f"S{number}: {link(title, url)}" for (title, url), number in self._numbers.items())


def side_by_side(
    rows: Sequence[Mapping[str, Any]],
    weights: Mapping[str, float],
    criteria: Sequence[str],
    catalogue: Catalogue,
    names: Mapping[str, str],
    sources: Sources,
) -> list[str]:
    """Blocks of Markdown: for each of the `criteria` a heading and a table of the first `rows`, which are as JSON has them with metrics."""
    shown = rows[:MOST_COLUMNS]
    header = ["", *(escaped(names.get(row["framework"], row["framework"])) for row in shown)]
    blocks: list[str] = []
    for name in criteria:
        judged = [next(one for one in row["criteria"] if one["criterion"] == name) for row in shown]
        criterion = catalogue.criteria[name]
        blocks += [f"### {escaped(criterion.title)} ({percent(weights[name])})", escaped(criterion.question)]
        body = [*_reasons(judged), *_readings(judged, criterion, sources)]
        blocks.append(table(header, [_scores(judged), *body]) if body else "Nothing is known.")
    return blocks


def percent(share: float) -> str:
    """A share in percent, with as many decimals as it takes to tell it from nothing and from all (at most the two that JSON has)."""
    shown = f"{100 * share:.1f}"
    tells = share in (0, 1) or float(shown) not in (0, 100)
    return f"{(shown if tells else f'{100 * share:.2f}').removesuffix('.0')} %"


def _scores(judged: Sequence[Mapping[str, Any]]) -> list[str]:
    return ["**score of 100**", *(f"**{one['score']:.1f}**" if one["score"] is not None else UNKNOWN for one in judged)]


def _reasons(judged: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A row of reasons where there are no figures to speak: of a criterion with a judge of its own, or one that failed."""
    reasons = [one["because"] if not one["indicators"] else NOTHING for one in judged]
    return [["because", *map(escaped, reasons)]] if set(reasons) - {NOTHING, UNKNOWN} else []


def _readings(judged: Sequence[Mapping[str, Any]], criterion: Criterion, sources: Sources) -> list[list[str]]:
    by_indicator = [{one["indicator"]: one for one in of["indicators"]} for of in judged]
    return [
        [escaped(one.title), *(_cell(found[one.name], sources) if one.name in found else NOTHING for found in by_indicator)]
        for one in criterion.indicators
        if any(one.name in found for found in by_indicator)
    ]


def _cell(reading: Mapping[str, Any], sources: Sources) -> str:
    if reading["value"] is None:
        return f"*no figure (stand-in {whole_points(reading['stand_in'])})*"
    figure = escaped(quantity(reading["value"], reading["unit"]))
    return (
        f"{figure}, worth {whole_points(reading['score'])}; {reading['basis']} {reading['observed_on']}, {sources.cited(reading['source'])}"
    )
