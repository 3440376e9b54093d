"""Every answer as a model, by the names that operations give: /openapi.json is made of them, and tests hold real answers to them.

Nothing that answers a request imports this: answers are made as plain values, and Lambda pays for no model of them. A model is closed, so
an answer that gains or loses a member fails a test. What a member may be without is either null, and then said so, or `ABSENT`: not there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frameworth.score import BAND

# The default is never seen by anyone: no answer is made by a model.
ABSENT: Any = Field(default_factory=lambda: None)

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), Field(json_schema_extra={"format": "date"})]
Instant = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*\+00:00$"), Field(json_schema_extra={"format": "date-time"})
]
Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=100)]
Weight = Annotated[float, Field(ge=0)]
Basis = Literal["measured", "reported", "opinion"]
Ending = Literal["clear", "close", "not_enough_evidence", "no_candidates"]


class Answer(BaseModel):
    """Something that is answered: what is named and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Source(Answer):
    """Where a figure can be looked up."""

    title: str
    url: str


class Done(Answer):
    """When something was done, and by whom."""

    at: Annotated[Instant, Field(description="In UTC.")]
    by: Annotated[str | None, Field(description="Id of a token; null where nobody is known, as for what was loaded at first.")]


class FlipsOver(Answer):
    """The nearest change of one weight that has somebody else lead: to more than this."""

    criterion: str
    weight_over: Annotated[Share, Field(description="The other weights keep their proportions.")]
    to: Annotated[str, Field(description="Who leads then.")]


class FlipsUnder(Answer):
    """The nearest change of one weight that has somebody else lead: to less than this."""

    criterion: str
    weight_under: Annotated[Share, Field(description="The other weights keep their proportions.")]
    to: Annotated[str, Field(description="Who leads then.")]


class FiguresAlone(Answer):
    """The verdict without opinions."""

    outcome: Ending
    leader: str | None
    margin: Annotated[Score | None, Field(description="In points of 100.")]


class Verdict(Answer):
    """How the question ended."""

    outcome: Annotated[Ending, Field(description=f"close: the leader is less than {100 * BAND:g} points of 100 ahead.")]
    leader: Annotated[str | None, Field(description="Id of the first; null if nobody is ranked.")]
    margin: Annotated[Score | None, Field(description="Points of 100 between the first two; null with fewer than two.")]
    because: str
    flips_if: Annotated[FlipsOver | FlipsUnder | None, Field(description="null if no change of one weight does it.")]
    figures_alone: Annotated[FiguresAlone | None, Field(description="null where no opinion counted.")]


class ReadIndicator(Answer):
    """An indicator of a criterion, read for one framework."""

    indicator: str
    weight: Annotated[Share, Field(description="Its part of the criterion.")]
    score: Annotated[Score | None, Field(description="What its figure is worth, of 100; null without a figure.")]
    stand_in: Annotated[Score | None, Field(description="What counts in place of a missing figure, of 100; null with one.")]
    metric: str
    unit: str
    clamped: Annotated[bool, Field(description="Whether the figure lies beyond the anchors of its metric.")]
    value: Annotated[float | None, Field(description="The figure, in `unit`.")]
    observed_on: Day | None
    basis: Basis | None
    source: Source | None
    derived_from: Annotated[
        list[str], ABSENT, Field(description="framework/metric/date of what it was worked out of; only of such a figure.")
    ]
    disagrees: Annotated[list[str], Field(description="Metrics that would put this framework elsewhere.")]


class JudgedCriterion(Answer):
    """What one criterion found out about one framework."""

    criterion: str
    score: Annotated[Score | None, Field(description="Of 100; null if nothing is known.")]
    weight: Share
    points: Annotated[float | None, Field(description="What it adds to the score; null by a method that adds nothing up.")]
    known: Annotated[Share, Field(description="How much of it rests on figures.")]
    because: str
    indicators: Annotated[list[ReadIndicator], ABSENT, Field(description="Only with include=metrics.")]


class Judged(Answer):
    """One framework judged."""

    framework: str
    score: Annotated[Score, Field(description="Of 100.")]
    low: Annotated[Score, Field(description="How low missing, old or doubtful figures could bring it.")]
    high: Annotated[Score, Field(description="How high they could.")]
    known: Annotated[Share, Field(description="How much of the weight rests on figures.")]
    confidence: Share
    opinion_share: Annotated[Share, Field(description="The part of the points that opinions make.")]
    criteria: list[JudgedCriterion]


class Ranked(Judged):
    """A framework in the ranking."""

    rank: Annotated[int, Field(ge=1, description="Counts 1, 2, 2, 4.")]
    tied: Annotated[bool, Field(description="Whether others share the rank.")]


class FailedGate(Answer):
    """The requirement that a framework fails."""

    metric: str
    required: Annotated[str, Field(description=">= or <=, and a number.")]
    found: Annotated[float | None, Field(description="null if nothing is known.")]
    observed_on: Day | None
    source: Source | None


class LeftOutByGate(Answer):
    """Not ranked, since it fails a requirement."""

    framework: str
    reason: Literal["gate"]
    gate: FailedGate


class LeftOutByRelease(Answer):
    """Not ranked, since it was not released by then."""

    framework: str
    reason: Literal["not_released"]
    first_release: Day


class LeftOutForEvidence(Judged):
    """Not ranked, since too little is known; judged all the same."""

    reason: Literal["not_enough_evidence"]
    missing: Annotated[list[str], Field(description="The indicators that have no figure.")]


class Span(Answer):
    """Weights from one to another, both shares of all weight."""

    from_: Annotated[Share, Field(alias="from")]
    to: Share


class Stretch(Span):
    """Weights under which one framework leads."""

    leader: str


class Sensitivity(Answer):
    """What the weight of one criterion does to the verdict, the other weights keeping their proportions."""

    criterion: str
    weight: Share
    leads_while: Annotated[Span, Field(description="The weights under which the leader leads.")]
    then: Annotated[str | None, Field(description="Who leads beyond: above, or else below.")]
    below: str | None
    above: str | None
    order_stands_while: Annotated[Span, Field(description="The weights under which the whole order stands.")]
    strip: Annotated[list[Stretch], Field(description="Who leads at each weight from 0 to 1.")]


class Difference(Answer):
    """By how many points of 100 the leader is ahead on one criterion."""

    criterion: str
    points: float


class Chance(Answer):
    """How often the leader is ahead of the runner-up, whatever the weights."""

    probability: Annotated[Share, Field(description="To four decimals; whether it is always so, leader_dominates tells.")]
    weights: str


class WeightMoved(Answer):
    """The least weight that, moved to one criterion, has the two draw level."""

    weight: Share
    to: str
    from_: Annotated[dict[str, Share], Field(alias="from", description="By criterion: how much is taken from it.")]


class Need(Answer):
    """What the runner-up would need of one metric to draw level."""

    criterion: str
    indicator: str
    metric: str
    unit: str
    value: Annotated[float | None, Field(description="What it has; null without a figure.")]
    needed: float


class Disagreement(Answer):
    """Two metrics of one indicator that do not see the same."""

    criterion: str
    indicator: str
    metric: Annotated[str, Field(description="The one that counts.")]
    leader: Annotated[str, Field(description="Who leads by it.")]
    other_metric: str
    leader_by_other: str
    apart: Annotated[list[str], Field(description="Frameworks that the two put far from each other.")]


class Explanation(Answer):
    """Why the leader is ahead of the runner-up, and what would close the gap."""

    leader: str
    runner_up: str
    differences: Annotated[list[Difference], Field(description="They add up to the margin.")]
    leader_beats_runner_up: Chance
    leader_dominates: Annotated[bool, Field(description="Whether no weights at all put the runner-up ahead.")]
    least_weight_moved: Annotated[WeightMoved | None, Field(description="null if the leader dominates.")]
    needs: list[Need]
    disagreements: list[Disagreement]


class NoComparison(Answer):
    """The explanation where fewer than two are ranked."""

    leader: str | None
    runner_up: None
    differences: Annotated[list[Difference], Field(max_length=0)]
    disagreements: list[Disagreement]


class MadeWith(Answer):
    """What made an answer."""

    frameworth: Annotated[str, Field(description="Version of the library.")]
    plugins: Annotated[dict[str, str], Field(description="Version by plugin.")]


class QuestionLinks(Answer):
    """The same question as addresses, relative to /v1/scores."""

    self: Annotated[str, Field(description="This answer.")]  # type: ignore[valid-type,unused-ignore]
    page: Annotated[str, Field(description="The page that shows it.")]


class Scorecard(Answer):
    """The answer to a question: a ranking with its reasons."""

    profile: Annotated[str | None, Field(description="null if weights were given; a stored one with its version.")]
    as_of: Day
    method: str
    opinions: bool
    when_missing: Literal["neutral", "worst", "ignore", "leave_out"]
    weights: Annotated[dict[str, Share], Field(description="By criterion; they add up to 1.")]
    verdict: Verdict
    ranking: list[Ranked]
    not_ranked: list[Annotated[LeftOutByGate | LeftOutByRelease | LeftOutForEvidence, Field(discriminator="reason")]]
    total: Annotated[int, Field(ge=0, description="How many candidates there were.")]
    warnings: list[str]
    sensitivity: Annotated[
        list[Sensitivity], ABSENT, Field(description="Only with include=sensitivity; empty where a score is no straight line in a weight.")
    ]
    explanation: Annotated[Explanation | NoComparison, ABSENT, Field(description="Only with include=explanation.")]
    made_with: MadeWith
    links: QuestionLinks


class Framework(Answer):
    """The entry of a framework."""

    framework: Annotated[str, Field(description="Its id.")]
    name: str
    package: Annotated[str, Field(description="Its name on PyPI; may be empty, as may the next three.")]
    repository: str
    homepage: str
    licence: str
    first_release: Day | None
    status: Literal["active", "archived"]
    summary: str


class Fact(Answer):
    """Something that is known in words."""

    metric: str
    value: str
    unit: str
    observed_on: Day
    basis: Basis
    source: Source
    note: str


class KnownFigure(Answer):
    """A current figure, in the unit of its metric."""

    metric: str
    value: float
    observed_on: Day
    basis: Basis
    source: Source


class Changed(Answer):
    """When an entry was changed last, and by whom; null where that is not known."""

    at: Instant | None
    by: str | None


class FrameworkLinks(Answer):
    """Addresses, relative to that of the framework."""

    observations: str


class KnownFramework(Framework):
    """A framework: its entry, facts, and current figures."""

    facts: list[Fact]
    as_of: Annotated[Day, Field(description="The day of which the figures are current.")]
    figures: list[KnownFigure]
    changed: Changed
    links: FrameworkLinks


class PageLinks(Answer):
    """Addresses, relative to that of the page."""

    next: Annotated[str | None, Field(description="The next page; null on the last.")]


class FrameworkPage(Answer):
    """A page of the catalogue."""

    frameworks: list[Framework]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null on the last.")]
    links: PageLinks


class Withdrawal(Answer):
    """When, why and by whom a figure was withdrawn."""

    on: Day
    reason: str
    at: Instant
    by: str | None


class Observation(Answer):
    """A dated figure with its source."""

    id: str
    metric: str
    value: float
    unit: str
    observed_on: Day
    basis: Basis
    source: Source
    note: str
    revision: Annotated[int, Field(ge=0, le=999_999, description="Of two of one metric and day the higher counts.")]
    recorded: Annotated[Done | None, Field(description="null for a figure that a plugin brings.")]
    derived_from: Annotated[
        list[str], ABSENT, Field(description="framework/metric/date of what it was worked out of; only of such a figure.")
    ]
    withdrawn: Annotated[Withdrawal, ABSENT, Field(description="Only of a figure that was withdrawn.")]


class ObservationPage(Answer):
    """A page of a framework's history."""

    framework: str
    observations: list[Observation]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null on the last.")]
    links: PageLinks


class Anchors(Answer):
    """How a figure becomes a value from 0 to 1: the form of the function, and the numbers that it is made of, which depend on the form."""

    model_config = ConfigDict(extra="allow")

    form: Annotated[str, Field(description="log, ratio, reciprocal, piecewise, levels or place; plugins may bring others.")]


class MetricReading(Answer):
    """How a metric is read."""

    metric: str
    unit: str
    value: Anchors
    prior: Annotated[Share, Field(description="What stands in for a missing figure, from 0 to 1.")]
    half_life_years: Annotated[float | None, Field(description="After how long a figure is worth half as much; null: never.")]
    since: Annotated[Day | None, Field(description="From when on it is read.")]
    until: Day | None
    opinion: bool


class IndicatorReading(Answer):
    """An indicator: its metrics in the order in which they are looked for."""

    indicator: str
    title: str
    weight: Weight
    metrics: list[MetricReading]


class Criterion(Answer):
    """A criterion with its indicators."""

    criterion: str
    title: str
    question: str
    plugin: str
    judged_by: Literal["indicators", "its own judge"]
    weight_in: Annotated[dict[str, Weight], Field(description="By profile: the weight that it proposes for itself.")]
    indicators: list[IndicatorReading]


class CriterionList(Answer):
    """All criteria."""

    criteria: list[Criterion]


class Metric(Answer):
    """A metric: its entry in the register (null where it has none), and how criteria read it."""

    metric: str
    title: str
    unit: str
    direction: Annotated[Literal["higher", "lower", "none"] | None, Field(description="Which figures are better.")]
    factor: str | None
    description: str | None
    derived_from: Annotated[list[str], Field(description="Metrics that its figures are made of, where they are not observed.")]
    read_by: Annotated[list[str], Field(description="Criteria.")]
    definition: Annotated[MetricReading | None, Field(description="null if no criterion reads it.")]


class MetricList(Answer):
    """All metrics."""

    metrics: list[Metric]


class GateAtLeast(Answer):
    """A hard requirement: at least so much of a metric."""

    metric: str
    required: str
    at_least: float


class GateAtMost(Answer):
    """A hard requirement: at most so much of a metric."""

    metric: str
    required: str
    at_most: float


class Profile(Answer):
    """A profile: a kind of project."""

    profile: Annotated[str, Field(description="Its name.")]
    title: str
    summary: str
    plugin: Annotated[str | None, Field(description="null if it is stored.")]
    weights: Annotated[dict[str, Weight], Field(description="By criterion, on a scale of its own.")]
    reasons: Annotated[dict[str, str], Field(description="By criterion: why it weighs what it does.")]
    gates: list[GateAtLeast | GateAtMost]
    version: Annotated[int | None, Field(description="Counts from 1; null if it is a plugin's.")]
    made: Done | None


class ProfileList(Answer):
    """All profiles."""

    profiles: list[Profile]


class Method(Answer):
    """A way to put the criteria together."""

    method: str
    title: str
    summary: str
    depends_on_candidates: Annotated[bool, Field(description="Whether a score depends on who else is asked about.")]
    plugin: str


class MethodList(Answer):
    """All methods."""

    methods: list[Method]


class PluginFault(Answer):
    """What is wrong with a plugin."""

    plugin: str
    stage: Literal["load", "admit", "offer", "value", "conflict", "figures", "judge", "aggregate", "collect", "observe"]
    error: str


class Plugin(Answer):
    """A plugin: what it offers, and what is wrong with it."""

    plugin: str
    origin: Literal["shipped", "file", "distribution"]
    distribution: str | None
    version: str
    enabled: bool
    criteria: list[str]
    profiles: list[str]
    methods: list[str]
    collectors: list[str]
    observes: Annotated[bool, Field(description="Whether it is told of each scorecard.")]
    figures: Annotated[int, Field(ge=0, description="How many it brings.")]
    faults: list[PluginFault]


class PluginList(Answer):
    """All plugins."""

    hook_api: Annotated[int, Field(description="Version of the hooks.")]
    plugins: list[Plugin]


class Health(Answer):
    """Whether the service can answer."""

    status: Literal["ok", "degraded", "unavailable"]
    version: str
    table: Literal["reachable", "unreachable"]
    plugin_faults: list[PluginFault]


class InputError(Answer):
    """One thing that is wrong with a request."""

    pointer: Annotated[str, Field(description="Where, as a JSON pointer (RFC 6901); empty for the whole.")]
    code: str
    message: str
    fix: Annotated[str, Field(description="What to do.")]


class RowOutcome(Answer):
    """What became of one row, in the order of the body."""

    outcome: Literal["recorded", "already_there", "refused"]
    id: Annotated[str | None, Field(description="null if the row is no observation.")]
    standing: Annotated[
        Literal["counts", "outranked", "withdrawn"] | None,
        Field(
            description="Whether it is the figure of its metric and day now, or another is, or it was withdrawn; null if it was refused."
        ),
    ]
    hint: Annotated[str, Field(description="Why it does not count, and what to do to have it count; else empty.")]
    errors: list[InputError]


class BatchOutcome(Answer):
    """What became of the rows: how many of each, and each."""

    recorded: Annotated[int, Field(ge=0)]
    already_there: Annotated[int, Field(ge=0)]
    refused: Annotated[int, Field(ge=0)]
    outcomes: list[RowOutcome]


class Withdrawn(Answer):
    """The figure that was withdrawn, and with it those that were made of it."""

    framework: str
    observation: Observation
    derived: Annotated[
        list[Observation], Field(description="Withdrawn with it; they are derived anew when rows are added to data/ and seeded.")
    ]


class Deleted(Answer):
    """What was deleted."""

    framework: str
    deleted_items: Annotated[
        int, Field(ge=0, description="How many items of its history and facts went beside the entry; 0 where there was none.")
    ]


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(description="Where /docs tells of this code.")]
    title: str
    status: Annotated[int, ABSENT, Field(ge=400, le=599, description="Absent where the gateway alone knows it.")]
    detail: Annotated[str, Field(description="For people: what is wrong, and the way out.")]
    instance: Annotated[str, Field(description="The path that was asked.")]
    code: Annotated[str, Field(description="For programs; it stays.")]
    request_id: str
    errors: Annotated[list[InputError], ABSENT, Field(description="Only of invalid_request: everything that is wrong, at once.")]


class ShieldsBadge(Answer):
    """A badge, as an endpoint badge of shields.io takes it."""

    schemaVersion: Literal[1]  # noqa: N815  # shields.io's name
    label: str
    message: str
    color: Literal["blue", "lightgrey"]
