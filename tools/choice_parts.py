"""The parts of docs/choices.md that can be computed: criteria, profiles, constants, rankings, as tables and lists in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import import_module
from types import MappingProxyType

from chalicelib import bootstrap, data_folder
from chalicelib.settings import PROJECT
from frameworth.catalogue import Catalogue
from frameworth.criteria import Criterion, Indicator, Metric
from frameworth.evidence import Evidence
from frameworth.explain import number, quantity
from frameworth.judging import Rubric
from frameworth.score import score
from frameworth.scorecard import Row, Scorecard
from frameworth.shown import shown_margin, shown_score
from frameworth.values import Levels, Log, Piecewise, Place, Ratio, Reciprocal, ValueFunction
from frameworth.weighting import profile_weights
from tools.reasons import Reasons, reasons

# "Today" is the day of the newest figures, so that the page changes with the project and not with the calendar.
TODAY = date(2026, 11, 29)
THEN = date(2018, 5, 31)
PAIR = ("django", "flask")
FIRMNESS = ("firm", "fair", "weak")

# Every number that decides something and is no anchor, weight or half-life: where it stands, and what it does.
CONSTANTS: Mapping[str, str] = MappingProxyType(
    {
        "frameworth.evidence.CONFIDENCE_BY_BASIS": "how far a fresh figure is trusted, by its basis; widens bounds, never moves a score",
        "frameworth.judging.DAYS_A_YEAR": "days of a year when an age is compared with a half-life",
        "frameworth.findings.NEUTRAL_VALUE": "stands in (0..1) for a criterion of which nothing at all is known",
        "frameworth.score.ENOUGH_KNOWN": "share of the weight that must rest on figures; below it a framework is listed apart",
        "frameworth.score.BAND": "lead (0..1) below which a verdict says `close`",
        "frameworth.rank.TIE": "scores (0..1) this close are a tie; in it dominance decides the order, then `known`, then the name",
        "frameworth.disagreement.APART": "how far apart (0..1) two sources of one fact must be to be reported as disagreeing",
        "frameworth.opinions.LEVEL": "two criterion scores (0..1) this close count as level when opinions are compared with figures",
        "frameworth.shown._TENTHS": "shown scores are tenths of a point: one decimal of 100; points add up by largest remainders",
        "frameworth.shown._SHARE_DECIMALS": "decimals of weights, `known` and `confidence` in an answer",
        "frameworth.derive.FEWEST_ROWS": "fewest frameworks in a table of a benchmark for which a median is frozen",
        "frameworth.growth.MONTHS": "months over which a gain is taken",
        "frameworth.growth.FEWEST_MONTHS": "shortest distance in months to a figure that a gain may start from",
        "frameworth.growth.MOST_MONTHS": "longest such distance; the gain is brought to the months above",
        "frameworth.evidence.MOST_DIGITS": "significant digits that a figure may have",
        "frameworth.evidence.LARGEST": "largest figure",
        "chalicelib.use_cases.score.CATALOGUE_LIMIT": "rows shown when no framework is named and no `limit` is given",
        "chalicelib.api.forms.MOST_FRAMEWORKS": "most frameworks in a question",
        "chalicelib.api.forms.MOST_CRITERIA": "most weights in a question",
        "chalicelib.api.forms.MOST_GATES": "most gates in a question",
        "chalicelib.api.bodies.MOST_BYTES": "most bytes in the body of a question",
        "chalicelib.api.catalogue.DEFAULT_ROWS": "entries on a page when no `limit` is given",
        "chalicelib.api.catalogue.MOST_ROWS": "most entries on a page",
        "chalicelib.storage.registers.LIST_LIFE_S": "seconds for which lists of frameworks and metrics are kept in memory",
        "chalicelib.api.problems.RETRY_AFTER_S": "seconds after which to try again when the table does not answer",
    }
)
_DEFAULTS_OF_A_METRIC = ("prior", "half_life")


@dataclass(frozen=True, slots=True)
class Doubt:
    """How firm a metric is, and what it may get wrong."""

    firmness: str
    text: str


class World:
    """What the page is made from: the shipped plugins and the data folder, scored without a service or a table."""

    def __init__(self) -> None:
        self.catalogue: Catalogue = bootstrap.shipped_plugins()
        self.seed = data_folder.read(PROJECT / "data")
        self._cards: dict[tuple[str, date, bool], Scorecard] = {}

    @cached_property
    def reasons(self) -> Mapping[str, Reasons]:
        """The reasons that each shipped criterion's source gives."""
        folder = PROJECT / "plugins"
        return {name: reasons((folder / f"{one.provider}.py").read_text(encoding="utf-8")) for name, one in self.catalogue.criteria.items()}

    def evidence(self, day: date, opinions: bool = True) -> list[Evidence]:
        """What is known on a day about each framework."""
        return [
            Evidence.of(one.id, self.seed.observations[one.id], as_of=day, opinions=opinions, released=one.first_release)
            for one in self.seed.frameworks
        ]

    def card(self, profile: str, day: date, opinions: bool = True) -> Scorecard:
        """The scorecard of the whole catalogue under a profile."""
        key = profile, day, opinions
        if key not in self._cards:
            weights = profile_weights(self.catalogue.profiles[profile], self.catalogue.criteria)
            evidence = self.evidence(day, opinions)
            self._cards[key] = score(evidence, self.catalogue.criteria, weights, as_of=day, opinions=opinions)
        return self._cards[key]

    def rows(self, day: date, opinions: bool = True, profile: str = "balanced") -> dict[str, Row]:
        """Every judged framework by name, ranked or not."""
        card = self.card(profile, day, opinions)
        return {row.framework: row for row in (*(one.row for one in card.ranking), *(one.row for one in card.not_ranked if one.row))}

    def figures(self, metric: str, day: date) -> int:
        """How many frameworks have a figure of a metric on a day, whether or not its source is read then."""
        return sum(metric in one.figures for one in self.evidence(day) if not (one.released and one.released > day))


def doubts(text: str) -> dict[str, Doubt]:
    """The hand-written doubts by metric: a heading that names one metric or more, then `firm`, `fair` or `weak`, a colon and the text."""
    found: dict[str, Doubt] = {}
    for heading, body in re.findall(r"^## (.+)\n+((?:(?!^## ).*\n?)*)", text, re.MULTILINE):
        firmness, _, words = " ".join(body.split()).partition(": ")
        if firmness not in FIRMNESS or not words:
            raise ValueError(f"the doubt on {heading} does not begin with {', '.join(FIRMNESS)} and a colon")
        for name in heading.split(", "):
            if name in found:
                raise ValueError(f"{name} has two doubts")
            found[name] = Doubt(firmness, words)
    return found


def constant(path: str) -> object:
    """A constant by its full name; raises `AttributeError` if the code has no such name."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def in_words(value: ValueFunction, unit: str) -> str:
    """A value function with its anchors, in points of 100."""

    def shown(figure: float) -> str:
        return quantity(float(f"{figure:.3g}"), unit)

    half = f"50 at {shown(value.inverse(0.5))}"
    match value:
        case Log():
            return f"0 at {shown(value.zero)} or less, {half}, 100 at {shown(value.one)} or more; each doubling counts about the same"
        case Ratio():
            worst = shown(value.baseline * value.worst)
            return f"less is better: 100 at {shown(value.baseline)} or less, {half}, 0 at {worst}; each doubling costs the same"
        case Reciprocal():
            return f"0 at {shown(value.zero)}, {half}, 100 at {shown(value.one)}; linear in the time that a unit of work takes"
        case Piecewise():
            return "straight lines through " + ", ".join(f"{100 * worth:.0f} at {shown(figure)}" for figure, worth in value.knees)
        case Levels():
            kind, _, scale = unit.partition(" ")
            ordinal = kind == "ordinal"
            table_in_words = ", ".join(
                f"{100 * worth:.0f} for {number(level) if ordinal else shown(level)}" for level, worth in value.table
            )
            return f"{table_in_words}, on a scale of {scale}" if ordinal else table_in_words
        case Place():
            half = f"50 at place {value.inverse(0.5):,.0f}"
            return f"100 at place 1, {half}, 0 at place {number(value.worst)}; each doubling of the place costs the same"
    raise TypeError(f"no words for {type(value).__name__}")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; all columns but the first are to the right."""
    names = list(head)
    lines = [names, ["---", *["---:"] * (len(names) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def constants_part() -> str:
    """Every constant: its value, where it stands, what it does."""

    def shown(value: object) -> str:
        if isinstance(value, Mapping):
            return ", ".join(f"{key} {one:g}" for key, one in value.items())
        return number(value) if isinstance(value, int | float) and (value == int(value) or value > 1e-3) else f"{value:g}"

    rows = []
    for path, does in CONSTANTS.items():
        module, _, name = path.rpartition(".")
        rows.append((f"`{name}`", shown(constant(path)), f"`{module.replace('.', '/')}.py`", does))
    for name in _DEFAULTS_OF_A_METRIC:
        default = Metric.__dataclass_fields__[name].default
        rows.append((f"`{name}` of a metric", shown(default), "`frameworth/criteria.py`", "where a metric does not say otherwise"))
    return "\n".join(["| constant | value | stands in | does |", "|---|---|---|---|", *(f"| {' | '.join(cells)} |" for cells in rows)])


def half_lives_part(world: World) -> str:
    """Which half-lives there are, and which metrics have each."""
    by_years: dict[float, list[str]] = {}
    for name, metric in world.catalogue.metrics.items():
        by_years.setdefault(metric.half_life, []).append(f"`{name}`")
    return "\n".join(f"- {number(years)} years: {', '.join(names)}" for years, names in sorted(by_years.items()))


def criteria_part(world: World, told: Mapping[str, Doubt]) -> str:
    """One section for each criterion: its indicators with their shares, then each metric."""
    return "\n\n".join(_criterion(world, one, told) for one in world.catalogue.criteria.values())


def _criterion(world: World, one: Criterion, told: Mapping[str, Doubt]) -> str:
    shares = [
        {indicator.name: (share, metric.name) for indicator, metric, share in Rubric.on(day, one, opinions=opinions).parts}
        for day, opinions in ((TODAY, True), (THEN, True), (THEN, False))
    ]
    rows = [
        (
            indicator.title.lower(),
            number(indicator.weight),
            *(f"{100 * found[indicator.name][0]:.0f} %" if indicator.name in found else "–" for found in shares),
        )
        for indicator in one.indicators
    ]
    why = [
        f"- *{item.title.lower()}*: {text}" for item in one.indicators if (text := _sentence(world.reasons[one.name].indicators[item.name]))
    ]
    parts = [
        f"### {one.title}",
        one.question,
        table(("indicator", "weight", "share today", "May 2018", "May 2018, figures alone"), rows),
        *(["On the weights of indicators:\n\n" + "\n".join(why)] if why else []),
        *(_metric(world, one, indicator, metric, told) for indicator in one.indicators for metric in indicator.metrics),
    ]
    return "\n\n".join(parts)


def _metric(world: World, criterion: Criterion, indicator: Indicator, metric: Metric, told: Mapping[str, Doubt]) -> str:
    life = f"read from {metric.since}" if metric.since else "read on every day"
    life += f" to {metric.until}" if metric.until else ""
    place = indicator.metrics.index(metric) + 1
    order = f", choice {place} of {len(indicator.metrics)}" if len(indicator.metrics) > 1 else ""
    found = world.reasons[criterion.name]
    why = " ".join(_sentence(text) for text in (found.metrics[metric.name], found.values[metric.name]) if text)
    values = [
        reading.value
        for row in world.rows(TODAY).values()
        for reading in row.findings[criterion.name].readings
        if reading.metric == metric and reading.figure
    ]
    spread = f"; worth {100 * min(values):.0f} to {100 * max(values):.0f} today" if values else "; not read today"
    doubt = told[metric.name]
    return "\n".join(
        [
            f"**`{metric.name}`** ({metric.unit}{'; opinion' if metric.opinion else ''}) for *{indicator.title.lower()}*{order}",
            "",
            f"- {life}; stand-in {shown_score(metric.prior):g}; half-life {number(metric.half_life)} years; "
            f"{world.figures(metric.name, TODAY)} frameworks have a figure today, {world.figures(metric.name, THEN)} in May 2018{spread}",
            f"- Worth: {in_words(metric.value, metric.unit)}.",
            f"- Reason: {why}",
            f"- How firm: {doubt.firmness}. {doubt.text}",
        ]
    )


def _sentence(text: str) -> str:
    return text and text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def profiles_part(world: World) -> str:
    """All weights in percent, then the reason of each."""
    criteria, profiles = world.catalogue.criteria, world.catalogue.profiles
    shares = {name: profile_weights(one, criteria) for name, one in profiles.items()}
    rows = [(one.title.lower(), *(f"{100 * shares[name][one.name]:.1f}" for name in profiles)) for one in criteria.values()]
    parts = [table(("percent", *profiles), rows)]
    for name, profile in profiles.items():
        reasons_given = [
            f"- {criteria[criterion].title.lower()}, {100 * shares[name][criterion]:.1f} %: {weight.because}"
            for criterion, weight in sorted(profile.weights.items(), key=lambda item: -item[1].value)
        ]
        parts.append(f"**{profile.title}.** {profile.summary}\n\n" + "\n".join(reasons_given))
    return "\n\n".join(parts)


def ranking_part(world: World) -> str:
    """Place and score of every framework in every profile, today."""
    places: dict[str, dict[str, str]] = {one.id: {} for one in world.seed.frameworks}
    for profile in world.catalogue.profiles:
        card = world.card(profile, TODAY)
        for ranked in card.ranking:
            places[ranked.row.framework][profile] = f"{ranked.rank} ({shown_score(ranked.row.score)})"
        for unranked in card.not_ranked:
            told = f" ({shown_score(unranked.row.score)})" if unranked.row else ""
            places[unranked.framework][profile] = f"–{told}"
    order = sorted(places, key=lambda name: -world.rows(TODAY)[name].score)
    profiles = list(world.catalogue.profiles)
    return table(("framework", *profiles), ((name, *(places[name].get(profile, "–") for profile in profiles)) for name in order))


def criterion_scores_part(world: World) -> str:
    """The score of every framework in every criterion, today; in brackets what rests mostly on stand-ins."""
    criteria = list(world.catalogue.criteria.values())
    rows = world.rows(TODAY)

    def shown(row: Row, name: str) -> str:
        finding = row.findings[name]
        value = f"{shown_score(finding.value):.0f}"
        return "?" if finding.known == 0 else value if finding.known > 0.5 else f"({value})"

    lines = [(name, *(shown(rows[name], one.name) for one in criteria)) for name in sorted(rows, key=lambda name: -rows[name].score)]
    known = [[row.findings[one.name].value for row in rows.values() if row.findings[one.name].known > 0] for one in criteria]
    lines.append(("**best − worst**", *(f"**{100 * (max(values) - min(values)):.0f}**" for values in known)))
    return table(("framework", *(one.title.lower() for one in criteria)), lines)


def reading_2018_part(world: World) -> str:
    """The pair in May 2018 by criterion and by profile, with opinions and by figures alone."""

    def cells(values: Mapping[bool, tuple[float, ...]]) -> list[str]:
        shown: list[str] = []
        for opinions in (True, False):
            first, second = values[opinions]
            margin = shown_margin(first, second)
            lead = "level" if margin == 0 else f"{PAIR[0] if margin > 0 else PAIR[1]} by {abs(margin)}"
            shown += [str(shown_score(first)), str(shown_score(second)), lead]
        return shown

    head = [f"{name}{how}" for how in ("", ", figures alone") for name in (*PAIR, "ahead")]
    rows = {opinions: world.rows(THEN, opinions) for opinions in (True, False)}
    by_criterion = [
        (one.title.lower(), *cells({how: tuple(found[who].findings[one.name].value for who in PAIR) for how, found in rows.items()}))
        for one in world.catalogue.criteria.values()
    ]
    by_profile = [
        (name, *cells({how: tuple(world.rows(THEN, how, name)[who].score for who in PAIR) for how in rows}))
        for name in world.catalogue.profiles
    ]
    return table(("criterion", *head), by_criterion) + "\n\n" + table(("profile", *head), by_profile)


def unread_part(world: World) -> str:
    """The metrics of the register that could be scored, and are neither read nor part of what is read."""
    read = set(world.catalogue.metrics)
    for name in world.catalogue.metrics:
        for rows in world.seed.observations.values():
            read |= {parent.split("/")[1] for row in rows if row.metric == name for parent in row.derived_from}
    return ", ".join(
        f"`{one.name}`" for one in world.seed.metrics if one.direction != "none" and one.name not in read and "_vs_" not in one.name
    )
