"""One framework as a page: scores, figures with history and source, gaps, disagreements. Everything that is shown is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from chalicelib.api.firmness import Doubts, doubts_about_readings
from chalicelib.api.formats.html_text import escaped, named
from chalicelib.api.formats.markup import listed
from chalicelib.api.style import template
from chalicelib.api.verdict import why_not
from chalicelib.use_cases.look_up import names_of
from chalicelib.use_cases.portray import Portrait, placed
from chalicelib.use_cases.score import Answer
from chalicelib.use_cases.service import Service
from frameworth.criteria import Criterion
from frameworth.evidence import Observation, Source
from frameworth.explain import quantity
from frameworth.findings import Finding, Reading
from frameworth.scorecard import Ranked
from frameworth.shown import shown_margin, shown_score, whole_points

# The picture of a history, in pixels.
_WIDTH, _HEIGHT = 120, 24
_FEWEST_POINTS = 3
_COLUMNS = ("What", "Now", "Of", "Basis", "Source", "Since")
_HISTORY_COLUMNS = ("What", "Of", "Figure", "Basis", "Source", "Note")


def page(portrait: Portrait, service: Service, style: str) -> str:
    """The whole page."""
    known, framework = portrait.known, portrait.known.framework
    titles = {one.name: one.title for one in service.registers.metrics()}
    criteria = service.catalogue.criteria
    doubts = doubts_about_readings(next(iter(portrait.answers.values())), service.catalogue) if portrait.answers else {}
    read = {metric.name for criterion in criteria.values() for metric in criterion.metrics}
    others = sorted(portrait.history.keys() - read)
    findings = portrait.row.findings if portrait.row else {}
    return template("framework").substitute(
        style=style,
        id=escape(framework.id),
        name=escaped(framework.name),
        summary=escaped(framework.summary),
        entry=" · ".join(_entry(portrait)),
        as_of=known.evidence.as_of.isoformat(),
        scores="".join(_score(answer, portrait, names_of(service), criteria) for answer in portrait.answers.values()),
        criteria="".join(_criterion(one, findings.get(name), portrait, titles) for name, one in criteria.items()),
        others=_section("others", "Figures that no criterion reads", "", [(one, None) for one in others], portrait, titles),
        facts=_facts(portrait, titles),
        gaps=_gaps(portrait, criteria, findings, doubts, titles),
    )


def _entry(portrait: Portrait) -> Iterator[str]:
    framework = portrait.known.framework
    if framework.status != "active":
        yield f"<strong>{escape(framework.status)}</strong>"
    for what, address in (("homepage", framework.homepage), ("repository", framework.repository)):
        if address:
            yield f'<a href="{escape(address)}">{what}</a>'
    if framework.package:
        yield f"package <code>{named(framework.package)}</code>"
    if framework.licence:
        yield f"licence {named(framework.licence)}"
    if framework.first_release:
        yield f"first released on {framework.first_release}"


def _score(answer: Answer, portrait: Portrait, names: Mapping[str, str], criteria: Mapping[str, Criterion]) -> str:
    framework, card = portrait.known.framework.id, answer.scorecard
    profile = answer.asked_by
    title = f'<th scope="row"><a href="../?profile={escape(answer.profile or "")}">{escaped(profile.title if profile else "")}</a></th>'
    place = placed(card, framework)
    if not isinstance(place, Ranked):
        why = "archived: it is scored only where it is named" if place is None else why_not(place)
        return f"<tr>{title}<td>–</td><td>not ranked</td><td>–</td><td>–</td><td>{escaped(why)}</td></tr>"
    row, leader = place.row, card.ranking[0].row
    low, high = (whole_points(shown_score(bound)) for bound in (row.low, row.high))
    why = "it leads"
    if leader.framework != framework:
        behind = {name: leader.points[name] - points for name, points in row.points.items()}
        most = max(behind, key=lambda name: behind[name])
        lost = f"most of all by {criteria[most].title.lower()} ({100 * behind[most]:.1f})" if behind[most] > 0 else "in small parts"
        first = named(names.get(leader.framework, leader.framework))
        why = f"{shown_margin(leader.score, row.score):.1f} behind {first}, {escaped(lost)}"
    tied = ", shared" if place.tied else ""
    return (
        f'<tr>{title}<td class="n">{shown_score(row.score):.1f}</td><td>{place.rank} of {len(card.ranking)}{tied}</td>'
        f'<td class="n">{low}–{high}</td><td class="n">{100 * row.known:.0f} %</td><td>{why}</td></tr>'
    )


def _criterion(criterion: Criterion, finding: Finding | None, portrait: Portrait, titles: Mapping[str, str]) -> str:
    counting = {reading.metric.name: reading for reading in finding.readings if reading.figure} if finding else {}
    worth = f"{whole_points(shown_score(finding.value))} of 100" if finding and finding.known > 0 else "unknown"
    metrics = [(metric.name, counting.get(metric.name)) for metric in criterion.metrics if metric.name in portrait.history]
    return _section(criterion.name, f"{criterion.title}: {worth}", criterion.question, metrics, portrait, titles)


def _section(
    name: str, title: str, question: str, metrics: Sequence[tuple[str, Reading | None]], portrait: Portrait, titles: Mapping[str, str]
) -> str:
    """A table of what is known now, and folded away every figure that it ever was."""
    rows = "".join(_now(metric, reading, portrait, titles) for metric, reading in metrics)
    every = [one for metric, _ in metrics for one in portrait.history[metric]]
    if not metrics and not question:
        return ""
    asks = f"<p>{escaped(question)}</p>" if question else ""
    label = f"of-{escape(name)}"
    head = f'<section aria-labelledby="{label}"><h3 id="{label}">{escaped(title)}</h3>{asks}'
    if not rows:
        return f"{head}<p>No figure.</p></section>"
    then = "".join(_then(one, portrait, titles) for one in every)
    return (
        f"{head}{_table(label, _COLUMNS, rows)}"
        f"<details><summary>Every figure ({len(every):,})</summary>{_table(label, _HISTORY_COLUMNS, then)}</details></section>"
    )


def _table(label: str, columns: Iterable[str], rows: str) -> str:
    heads = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<div class="wide" role="group" aria-labelledby="{escape(label)}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _now(metric: str, reading: Reading | None, portrait: Portrait, titles: Mapping[str, str]) -> str:
    counting = portrait.counting(metric)
    title = f'<th scope="row"><a href="../v1/metrics/{escape(metric)}">{escaped(titles.get(metric, metric))}</a></th>'
    if not counting:
        return f"<tr>{title}<td>withdrawn</td><td></td><td></td><td></td><td></td></tr>"
    last = counting[-1]
    worth = f", worth {whole_points(shown_score(reading.value))} of 100" if reading else ""
    return (
        f"<tr>{title}<td>{escaped(quantity(last.value, last.unit))}{worth}</td><td>{last.observed_on}</td><td>{last.basis.value}</td>"
        f"<td>{_source(last.source)}</td><td>{_line(counting)}</td></tr>"
    )


def _then(one: Observation, portrait: Portrait, titles: Mapping[str, str]) -> str:
    gone = portrait.withdrawn.get(one.id)
    mark = ' class="withdrawn"' if gone else ""
    note = f"withdrawn on {gone.recorded_at[:10]}: {gone.reason}" if gone else one.note
    return (
        f'<tr><th scope="row">{escaped(titles.get(one.metric, one.metric))}</th><td>{one.observed_on}</td>'
        f"<td{mark}>{escaped(quantity(one.value, one.unit))}</td><td>{one.basis.value}</td><td>{_source(one.source)}</td>"
        f"<td>{escaped(note)}</td></tr>"
    )


def _source(source: Source) -> str:
    return f'<a href="{escape(source.url)}">{escaped(source.title)}</a>'


def _line(counting: Sequence[Observation]) -> str:
    """A history as a small line, with its first and last in words; of one or two figures there is none to draw."""
    first, last = counting[0], counting[-1]
    if len(counting) < _FEWEST_POINTS:
        return "" if len(counting) == 1 else f"{escaped(quantity(first.value, first.unit))} on {first.observed_on}"
    least, most = min(one.value for one in counting), max(one.value for one in counting)
    days, rise = (last.observed_on - first.observed_on).days, most - least
    points = [
        (
            (one.observed_on - first.observed_on).days / days * _WIDTH,
            _HEIGHT - (one.value - least) / rise * _HEIGHT if rise else _HEIGHT / 2,
        )
        for one in counting
    ]
    said = (
        f"{len(counting)} figures, from {quantity(first.value, first.unit)} on {first.observed_on} "
        f"to {quantity(last.value, last.unit)} on {last.observed_on}"
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg class="line" width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{escaped(said)}"><title>{escaped(said)}</title>'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2"/></svg>'
    )


def _facts(portrait: Portrait, titles: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escaped(titles.get(fact.metric, fact.metric))}</th><td>{escaped(fact.value)}</td><td>{fact.observed_on}</td>'
        f"<td>{fact.basis.value}</td><td>{_source(fact.source)}</td></tr>"
        for fact in portrait.known.facts
    )
    if not rows:
        return ""
    table = _table("facts", ("What", "Fact", "Of", "Basis", "Source"), rows)
    return f'<section aria-labelledby="facts"><h3 id="facts">Facts that are no numbers</h3>{table}</section>'


def _gaps(
    portrait: Portrait, criteria: Mapping[str, Criterion], findings: Mapping[str, Finding], doubts: Doubts, titles: Mapping[str, str]
) -> str:
    entries: list[str] = []
    framework = portrait.known.framework.id
    for name, finding in findings.items():
        missing = [reading.indicator.title for reading in finding.readings if reading.figure is None]
        if missing:
            entries.append(f"{criteria[name].title}: no figure of {listed(missing)}")
        for reading in finding.readings:
            others = doubts.get((framework, name, reading.indicator.name), [])
            if others and reading.figure:
                told = listed([titles.get(one, one) for one in others])
                entries.append(f"{criteria[name].title}: {titles.get(reading.metric.name, reading.metric.name)} and {told} disagree")
    if not portrait.is_whole:
        entries.append("The history is longer than this page shows; all of it is in the list below")
    items = "".join(f"<li>{escaped(one)}</li>" for one in entries)
    return f"<ul>{items}</ul>" if items else "<p>Nothing that a criterion asks for is missing, and no two sources disagree.</p>"
