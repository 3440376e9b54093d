"""The ranking as a page that says everything without a script. Everything that is shown is escaped here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.api.drawing import bar, swatch
from chalicelib.api.firmness import doubts_about_readings, sensitivity
from chalicelib.api.formats.html_text import escaped
from chalicelib.api.formats.markup import listed, seen
from chalicelib.api.page_address import Sight, address_of
from chalicelib.api.page_model import can_be_weighed_anew, model
from chalicelib.api.scorecard import query_of
from chalicelib.api.side_by_side import SideBySide
from chalicelib.api.style import script, template
from chalicelib.api.verdict import in_words, percent, why_not
from chalicelib.use_cases.look_up import names_of
from chalicelib.use_cases.outlook import Outlook
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.service import Service
from frameworth import __version__
from frameworth.criteria import Criterion
from frameworth.names import plain
from frameworth.score import weighed
from frameworth.scorecard import Ranked, Row
from frameworth.shown import shown_score, whole_points

# The month that the 2018 comparison of Django and Flask speaks of.
ARTICLE_DAY = date(2018, 5, 31)
PAIR = ("flask", "django")
SCRIPTS = ("weighing", "ranking")
_MOST_PICKS = 3


def page(asked: Sight, outlook: Outlook, service: Service, style: str) -> str:
    """The whole page."""
    return _Page(asked, outlook, service).html(style)


class _Page:
    """One page being written: what all of its parts look at."""

    def __init__(self, asked: Sight, outlook: Outlook, service: Service) -> None:
        self.asked, self.outlook, self.catalogue = asked, outlook, service.catalogue
        self.answer, self.card = outlook.answer, outlook.answer.scorecard
        self.criteria: Mapping[str, Criterion] = service.catalogue.criteria
        self.names = {name: seen(called) for name, called in names_of(service).items()}
        self.metrics = {one.name: one.title for one in service.registers.metrics()}
        self.titles = {name: seen(criterion.title) for name, criterion in self.criteria.items()}
        self.ranking = [one for one in self.card.ranking if one.row.framework in outlook.judged]
        shown = [one.row.framework for one in self.ranking]
        self.columns = [*shown, *(name for name in outlook.judged if name not in shown)]
        self.picks = [one for one in (self.columns[:_MOST_PICKS] if asked.picks is None else asked.picks) if one in outlook.judged]
        self.moves = can_be_weighed_anew(outlook)

    def html(self, style: str) -> str:
        doubts = doubts_about_readings(self.answer, self.catalogue)
        side = SideBySide(self.outlook.judged, self.columns, self.picks, doubts, self.names, self.titles, self.metrics)
        words = in_words(self.card, self.answer.figures_alone, self.names, self.titles)
        query = query_of(self.answer.question, self.answer.profile, self.card.as_of.isoformat())
        return template("ranking").substitute(
            style=style,
            profiles=self._profiles(),
            summary=escaped(self._profile_summary()),
            dates=self._dates(),
            opinions=self._opinions(),
            heading=escaped(f"{self._asked_by()}, as of {self.card.as_of}"),
            headline=escaped(words.headline),
            numbers=escaped(f"{words.numbers} {words.flip}".strip()),
            why=escaped(words.why),
            alone=escaped(words.alone),
            warnings="".join(f"<p><strong>Note:</strong> {escaped(warning)}</p>" for warning in self.answer.warnings),
            legend="".join(
                f'<li>{swatch(place)}{escaped(title)} <span class="share">{percent(self.card.weights[name])}</span></li>'
                for place, (name, title) in enumerate(self.titles.items())
            ),
            rows=self._rows(),
            others=f" {self.outlook.others:,} more that score less are not shown; name the ones you want in the address."
            if self.outlook.others
            else "",
            unranked=self._unranked(),
            criteria="".join(f'<th scope="col" class="n">{escaped(title)}</th>' for title in self.titles.values()),
            table="".join(self._numbers(one) for one in self._shown()),
            hidden=self._hidden(),
            weights="".join(self._weight(place, name) for place, name in enumerate(self.criteria)),
            strips=self._strips() if self.moves and self.ranking else "",
            columns=side.heads(),
            figures=side.bodies(),
            history=self._history() if self.moves and self.outlook.years else "",
            kinds_of=escaped(self._kinds_of()),
            kinds="".join(self._kind(name) for name in self.outlook.cards),
            json=escape(f"./v1/scores?{query}&include=metrics"),
            csv=escape(f"./v1/scores?{query}&format=csv"),
            markdown=escape(f"./v1/scores?{query}&format=markdown"),
            badge=self._badge(),
            as_of=self.card.as_of.isoformat(),
            version=escape(__version__),
            script=self._script() if self.moves else "",
        )

    def _script(self) -> str:
        data = json.dumps(
            model(self.outlook, self.picks, self.names, self.titles, self.catalogue), separators=(",", ":"), ensure_ascii=False
        ).replace("<", "\\u003c")
        return f'<script type="application/json" id="model">{data}</script>\n<script type="module">{script(*SCRIPTS)}</script>'

    def _name(self, framework: str) -> str:
        return escape(self.names.get(framework, framework))

    def _shown(self) -> Sequence[Ranked]:
        return self.ranking[: self.answer.question.limit]

    def _asked_by(self) -> str:
        profile = self.outlook.changed.profile if self.outlook.changed else self.answer.asked_by
        if profile is None:
            return "Weights of your own"
        return f"{profile.title}, changed" if self.outlook.is_changed else profile.title

    def _profile_summary(self) -> str:
        profile = self.outlook.changed.profile if self.outlook.changed else self.answer.asked_by
        return profile.summary if profile else ""

    # What can be asked instead.

    def _profiles(self) -> str:
        asked = replace(self.answer.question, weights=None, emphasis={}, gates=self.outlook.asked_gates)
        current = None if self.outlook.is_changed else self.answer.profile
        return "".join(
            self._link(address_of(asked, name, None, self.asked.picks), profile.title, current=name == current)
            for name, profile in self.outlook.profiles.items()
        )

    def _dates(self) -> str:
        """The same question of today and of May 2018, about every framework, those that were named, and the article's pair."""
        asked, day = self.answer.question, self.card.as_of
        named = frozenset(asked.frameworks) if asked.frameworks is not None else None
        pair = frozenset(PAIR)
        links = [("today, every framework", replace(asked, frameworks=None, as_of=None), asked.as_of is None and named is None)]
        if named is not None:
            these = f"today, these {len(named)}" if len(named) > 1 else "today, this one"
            links.append((these, replace(asked, as_of=None), asked.as_of is None))
            if named != pair:
                links.append(("May 2018, the same", replace(asked, as_of=ARTICLE_DAY), day == ARTICLE_DAY))
        links.append(
            ("May 2018, Django and Flask", replace(asked, frameworks=PAIR, as_of=ARTICLE_DAY), named == pair and day == ARTICLE_DAY)
        )
        return "".join(self._link_to(question, text, current=current) for text, question, current in links)

    def _opinions(self) -> str:
        asked = self.answer.question
        if asked.opinions and not self.answer.figures_alone:
            return "<li>No opinion counts here.</li>"
        return "".join(
            self._link_to(replace(asked, opinions=opinions), text, current=asked.opinions == opinions)
            for text, opinions in (("with opinions", True), ("figures alone", False))
        )

    def _link_to(self, question: Question, text: str, *, current: bool) -> str:
        # The script puts the weights of the moment before this part of the address.
        rest = query_of(replace(question, weights=None, emphasis={}, gates=self.outlook.asked_gates), None, _day(question))
        # Among other frameworks other ones are looked at.
        picks = self.asked.picks if question.frameworks == self.answer.question.frameworks else None
        address = address_of(question, self.answer.profile, self.outlook.changed, picks)
        return self._link(address, text, current=current, rest=rest)

    def _link(self, query: str, text: str, *, current: bool, rest: str | None = None) -> str:
        mark = ' aria-current="true"' if current else ""
        more = f' data-rest="{escape(rest)}"' if rest is not None else ""
        return f'<li><a href="./?{escape(query)}"{mark}{more}>{escaped(text)}</a></li>'

    # The form.

    def _hidden(self) -> str:
        """What the form has to say beside weights, so that nothing else changes."""
        question, changed = self.answer.question, self.outlook.changed
        bare = replace(question, weights=None, emphasis={}, gates=self.outlook.asked_gates)
        query = query_of(bare, changed.label if changed else self.answer.profile, _day(question))
        return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parse_qsl(query))

    def _weight(self, place: int, name: str) -> str:
        share = self.card.weights[name]
        return (
            f'<p class="weight"><label for="w{place}">{swatch(place)}{escaped(self.titles[name])}</label>'
            f'<span class="share" aria-hidden="true">{percent(share)}</span>'
            f'<input id="w{place}" name="weight[{escape(name)}]" type="number" min="0" max="100" step="any" '
            f'value="{plain(round(100 * share, 2))}"></p>'
        )

    # The ranking.

    def _rows(self) -> str:
        """A row for each framework: those that are ranked and shown, in order, then hidden ones, which other weights may bring forth."""
        shown = {one.row.framework: self._row(one.row, str(one.rank)) for one in self._shown()}
        waiting = [name for name in self.columns if name not in shown] if self.moves else []
        return "".join([*shown.values(), *(self._row(self._weighed(name), "") for name in waiting)])

    def _weighed(self, framework: str) -> Row:
        judged = self.outlook.judged[framework]
        return weighed(framework, judged.findings, self.card.weights, self.answer.question.when_missing, judged.columns)

    def _row(self, row: Row, rank: str) -> str:
        framework, name = escape(row.framework), self._name(row.framework)
        picked = " checked" if row.framework in self.picks else ""
        return (
            f'<li data-id="{framework}"{"" if rank else " hidden"}><span class="rank">{rank}</span>'
            f'<input type="checkbox" name="picks" value="{framework}" form="ask" aria-label="Compare {name}"{picked}>'
            f'<a href="./frameworks/{framework}">{name}</a><b class="n">{shown_score(row.score):.1f}</b>'
            f"{bar(row, self.titles, adds_up=self.card.method.adds_up)}"
            f'<span class="small">{self._doubt(row)}</span></li>'
        )

    def _doubt(self, row: Row) -> str:
        low, high = (whole_points(shown_score(bound)) for bound in (row.low, row.high))
        return f"{low}–{high} possible, {percent(row.known)} known"

    def _numbers(self, ranked: Ranked) -> str:
        row = ranked.row
        cells = "".join(
            f'<td class="n">{whole_points(shown_score(finding.value)) if finding.known > 0 else "unknown"}</td>'
            for finding in row.findings.values()
        )
        low, high = (whole_points(shown_score(bound)) for bound in (row.low, row.high))
        return (
            f'<tr><td>{ranked.rank}</td><th scope="row">{self._name(row.framework)}</th><td class="n">{shown_score(row.score):.1f}</td>'
            f'<td class="n">{low}–{high}</td><td class="n">{percent(row.known)}</td>{cells}</tr>'
        )

    def _unranked(self) -> str:
        if not self.card.not_ranked:
            return ""
        entries = "".join(f"<li>{self._name(one.framework)}: {escaped(why_not(one))}</li>" for one in self.card.not_ranked)
        return f"<h3>Not ranked</h3><ul>{entries}</ul>"

    # What would change the winner.

    def _strips(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escaped(self.titles[one["criterion"]])}</th><td class="n">{percent(one["weight"])}</td>'
            f"<td>{'; '.join(self._stretch(part) for part in one['strip'])}</td></tr>"
            for one in sensitivity(self.card)
        )
        return template("strips").substitute(rows=rows)

    def _stretch(self, part: Mapping[str, Any]) -> str:
        start, end = percent(part["from"]), percent(part["to"])
        return f"{f'at {end}' if start == end else f'{start[:-2]}–{end}'} {self._name(part['leader'])}"

    # Past years, other profiles, sharing.

    def _history(self) -> str:
        ranks = {day: {one.row.framework: str(one.rank) for one in self.outlook.ranking_on(day)} for day in self.outlook.years}
        ranks[self.card.as_of] = {one.row.framework: str(one.rank) for one in self.ranking}
        ranks = {day: found for day, found in ranks.items() if found}
        heads = "".join(f'<th scope="col" class="n">{day.year}</th>' for day in ranks)
        cells = {one: "".join(f'<td class="n">{found.get(one, "–")}</td>' for found in ranks.values()) for one in self.columns}
        rows = "".join(f'<tr><th scope="row">{self._name(one)}</th>{some}</tr>' for one, some in cells.items())
        return template("history").substitute(heads=heads, rows=rows)

    def _kinds_of(self) -> str:
        asked = self.answer.question.frameworks
        day = "" if self.answer.question.as_of is None else f", as of {self.card.as_of}"
        return (
            f"{': ' + listed([self.names.get(one, one) for one in asked]) if asked is not None and len(asked) <= _MOST_PICKS else ''}{day}"
        )

    def _kind(self, profile: str) -> str:
        words = in_words(self.outlook.cards[profile], None, self.names, self.titles)
        asked = replace(self.answer.question, weights=None, emphasis={}, gates=self.outlook.asked_gates)
        title = f'<a href="./?{escape(address_of(asked, profile, None))}">{escaped(self.outlook.profiles[profile].title)}</a>'
        return f"<li>{title}: {escaped(f'{words.headline} {words.numbers}')}</li>"

    def _badge(self) -> str:
        profile = self.outlook.changed.label if self.outlook.changed else self.answer.profile
        if self.card.leader is None or profile is None or profile not in self.catalogue.profiles:
            return ""
        framework = self.card.leader.framework
        address = escape(f"./badge/{framework}?profile={profile}")
        return f'<p>A badge: <a href="{address}">{self._name(framework)} for {escaped(self.outlook.profiles[profile].title)}</a></p>'


def _day(question: Question) -> str | None:
    return question.as_of.isoformat() if question.as_of else None
