"""The pages: a ranking as a table that works without a script, and one framework. Everything that is shown is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from http import HTTPStatus

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.asking import PARAMETERS
from chalicelib.api.catalogue import FRAMEWORK
from chalicelib.api.firmness import flips_if
from chalicelib.api.formats.markup import listed
from chalicelib.api.operations import HTML
from chalicelib.api.received import name_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.api.scorecard import query_of, runners_up
from chalicelib.api.style import page_headers, style_sheet, template
from chalicelib.use_cases.look_up import names_of
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import Answer, ask
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue
from frameworth.explain import quantity
from frameworth.findings import Finding
from frameworth.scorecard import Row, Unranked, Verdict
from frameworth.shown import shown_margin, shown_score, whole_points

# The month that the 2018 comparison of Django and Flask speaks of.
_ARTICLE_DAY = date(2018, 5, 31)
_PAIR = ("flask", "django")

REASONS = {"gate": "fails a requirement", "not_released": "not released by then", "not_enough_evidence": "not enough evidence"}


def routes(service: Callable[[], Service]) -> Routes:
    """`GET /`, `GET /compare` and `GET /frameworks/{framework}`."""
    pages = Routes(__name__, service)

    @pages.reads(
        "/",
        answer="HTML",
        formats=(HTML,),
        parameters=PARAMETERS,
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/",
    )
    def show_ranking(request: Request) -> Reply:
        """The ranking as a page, which takes the parameters of /v1/scores."""
        return _ranking(requests.from_query(request, service()).question, service())

    @pages.reads(
        "/compare",
        answer="HTML",
        formats=(HTML,),
        parameters=PARAMETERS,
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/compare?frameworks=flask,django",
    )
    def show_comparison(request: Request) -> Reply:
        """The page with some frameworks side by side: Flask and Django, if none are named."""
        question = requests.from_query(request, service()).question
        return _ranking(question if question.frameworks else replace(question, frameworks=_PAIR), service())

    @pages.reads(
        "/frameworks/{framework}",
        answer="HTML",
        formats=(HTML,),
        parameters=(FRAMEWORK,),
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/frameworks/flask",
    )
    def show_portrait(request: Request, framework: str) -> Reply:
        """One framework as a page: its scores, each figure with history and source, what is missing and what disagrees."""
        # Only who opens the page pays for it.
        from chalicelib.api.framework_page import page
        from chalicelib.use_cases.portray import portray

        requests.no_parameters(request)
        style = style_sheet("ranking", "framework")
        return Reply(page(portray(name_typed(framework), service()), service(), style), headers=page_headers(style))

    return pages


def _ranking(question: Question, service: Service) -> Reply:
    style = style_sheet("ranking")
    return Reply(_html(ask(question, service), service, style), headers=page_headers(style))


def _html(answer: Answer, service: Service, style: str) -> str:
    catalogue, card = service.catalogue, answer.scorecard
    names = names_of(service)
    rows = [ranked.row for ranked in card.ranking]
    shown = rows[: max(answer.limit, len(rows) if answer.question.limit is None else 0)]
    asked_by = answer.asked_by.title if answer.asked_by else "Weights of your own"
    return template("ranking").substitute(
        style=style,
        prefix=".",
        profiles=_profile_links(answer, catalogue),
        dates=_date_links(answer),
        opinions=_opinion_links(answer),
        heading=escape(f"{asked_by}, as of {card.as_of}"),
        verdict=escape(_verdict(answer, names)),
        summary=escape(card.because),
        firmness="".join(f"<p>{escape(sentence)}</p>" for sentence in _firmness(answer, names, catalogue)),
        warnings="".join(f"<p><strong>Note:</strong> {escape(warning)}</p>" for warning in answer.warnings),
        criteria="".join(
            f'<th scope="col" class="n">{escape(catalogue.criteria[name].title)}<br><span class="small">{100 * weight:.0f} %</span></th>'
            for name, weight in card.weights.items()
        ),
        rows="".join(_row(ranked.rank, ranked.row, names) for ranked in card.ranking[: len(shown)]),
        unranked=_unranked(card.not_ranked, names),
        figures="".join(_figures(row, names, catalogue) for row in [*shown, *(one.row for one in card.not_ranked if one.row)]),
        json=escape(f"./v1/scores?{query_of(answer.question, answer.profile, card.as_of.isoformat())}&include=metrics"),
    )


def _verdict(answer: Answer, names: dict[str, str]) -> str:
    card = answer.scorecard
    if card.leader is None:
        return "Nothing can be ranked."
    leader = f"{names.get(card.leader.framework, card.leader.framework)} leads with {shown_score(card.leader.score):.1f} of 100"
    if len(card.ranking) == 1:
        return f"{leader}; it is the only one that can be ranked."
    margin = shown_margin(card.leader.score, card.ranking[1].row.score)
    seconds = listed([names.get(one, one) for one in runners_up(card)])
    close = "A close call: " if card.verdict is Verdict.CLOSE else ""
    return f"{close}{leader}, {margin:.1f} ahead of {seconds}."


def _firmness(answer: Answer, names: dict[str, str], catalogue: Catalogue) -> list[str]:
    """What would change the verdict, and what it is without opinions."""
    sentences: list[str] = []
    card, alone = answer.scorecard, answer.figures_alone
    flip = flips_if(card)
    if flip:
        name = flip["criterion"]
        weight = flip["weight_over"] if "weight_over" in flip else flip["weight_under"]
        sentences.append(
            f"{names.get(flip['to'], flip['to'])} takes over if the weight of {catalogue.criteria[name].title.lower()} goes "
            f"from {100 * card.weights[name]:.0f} % to {100 * weight:.0f} %."
        )
    if alone and alone.leader:
        margin = f" by {shown_margin(alone.leader.score, alone.ranking[1].row.score):.1f}" if len(alone.ranking) > 1 else ""
        sentences.append(
            f"By the figures alone, without opinions, {names.get(alone.leader.framework, alone.leader.framework)} leads{margin}."
        )
    return sentences


def _profile_links(answer: Answer, catalogue: Catalogue) -> str:
    # A profile takes the place of weights of one's own, and of emphasis on another one's.
    asked = replace(answer.question, weights=None, emphasis={})
    return "".join(
        _link(asked, name, profile.title, current=name == answer.profile, title=profile.summary)
        for name, profile in catalogue.profiles.items()
    )


def _date_links(answer: Answer) -> str:
    """The same question of today and of May 2018, about every framework, those that were named, and the article's pair."""
    asked, day = answer.question, answer.scorecard.as_of
    named = frozenset(asked.frameworks) if asked.frameworks is not None else None
    pair = frozenset(_PAIR)
    links = [("today, every framework", replace(asked, frameworks=None, as_of=None), asked.as_of is None and named is None)]
    if named is not None:
        links.append(
            (f"today, these {len(named)}" if len(named) > 1 else "today, this one", replace(asked, as_of=None), asked.as_of is None)
        )
        if named != pair:
            links.append(("May 2018, the same", replace(asked, as_of=_ARTICLE_DAY), day == _ARTICLE_DAY))
    links.append(
        ("May 2018, Django and Flask", replace(asked, frameworks=_PAIR, as_of=_ARTICLE_DAY), named == pair and day == _ARTICLE_DAY)
    )
    return "".join(_link(question, answer.profile, text, current=current) for text, question, current in links)


def _opinion_links(answer: Answer) -> str:
    return "".join(
        _link(replace(answer.question, opinions=opinions), answer.profile, text, current=answer.question.opinions == opinions)
        for text, opinions in (("with opinions", True), ("figures alone", False))
    )


def _link(question: Question, profile: str | None, text: str, *, current: bool, title: str = "") -> str:
    mark = ' aria-current="true"' if current else ""
    hint = f' title="{escape(title)}"' if title else ""
    day = question.as_of.isoformat() if question.as_of else None
    return f'<li><a href="./?{escape(query_of(question, profile, day))}"{mark}{hint}>{escape(text)}</a></li>'


def _row(rank: int, row: Row, names: dict[str, str]) -> str:
    cells = "".join(
        f'<td class="n">{whole_points(shown_score(finding.value))}</td>' if finding.known > 0 else '<td class="n">unknown</td>'
        for finding in row.findings.values()
    )
    name = escape(names.get(row.framework, row.framework))
    low, high = (whole_points(shown_score(bound)) for bound in (row.low, row.high))
    return (
        f'<tr><td>{rank}</td><th scope="row"><a href="#figures-{escape(row.framework)}">{name}</a></th>'
        f'<td class="n">{shown_score(row.score):.1f}</td><td class="n">{low}–{high}</td>'
        f'<td class="n">{100 * row.known:.0f} %</td>{cells}</tr>'
    )


def _unranked(not_ranked: Sequence[Unranked], names: dict[str, str]) -> str:
    if not not_ranked:
        return ""
    entries = "".join(
        f"<li><strong>{escape(names.get(one.framework, one.framework))}</strong>: {REASONS[one.reason.value]}"
        f"{escape(': ' + ', '.join(one.missing)) if one.missing else ''}</li>"
        for one in not_ranked
    )
    return f'<section aria-labelledby="unranked"><h2 id="unranked">Not ranked</h2><ul>{entries}</ul></section>'


def _figures(row: Row, names: dict[str, str], catalogue: Catalogue) -> str:
    entries = "".join(_criterion_figures(catalogue.criteria[name].title, finding) for name, finding in row.findings.items())
    name = escape(names.get(row.framework, row.framework))
    more = f'<p><a href="./frameworks/{escape(row.framework)}">All that is known about {name}, with its history</a></p>'
    return f'<details id="figures-{escape(row.framework)}"><summary>{name}</summary>{more}{entries}</details>'


def _criterion_figures(title: str, finding: Finding) -> str:
    if not finding.readings:
        return f"<h3>{escape(title)}</h3><p>{escape(finding.because)}</p>"
    items: list[str] = []
    for reading in finding.readings:
        what = escape(reading.indicator.title)
        if reading.figure is None:
            items.append(f"<li>{what}: no figure; {whole_points(shown_score(reading.value))} of 100 stands in for it</li>")
            continue
        figure = reading.figure
        origin = f'<a href="{escape(figure.source.url)}">{escape(figure.source.title)}</a>'
        items.append(
            f"<li>{what}: {escape(quantity(figure.value, reading.metric.unit))}, worth {whole_points(shown_score(reading.value))} of 100 "
            f"({escape(figure.basis.value)}, {figure.observed_on}, {origin})</li>"
        )
    return f"<h3>{escape(title)}</h3><ul>{''.join(items)}</ul>"
