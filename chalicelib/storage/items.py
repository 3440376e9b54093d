"""Items of the one table, to and from domain values. Pure.

Each item carries `schema`, the version of its form; a reader takes this version and the one before, and refuses every other, since it would
take it for something that it is not. Figures are kept as text: an engine's number type would change 15 digits into something else, and text
is decoded fastest.

1: the first form. 2: an observation may have a marker beside it that withdraws it, a current item says whether its framework is archived,
and a catalogue entry whether it is being deleted. What reads 1 alone would score what was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from chalicelib.storage import keys
from frameworth.errors import FrameworthError
from frameworth.evidence import MOST_NOTE, Basis, Figure, Observation, Source
from frameworth.names import checked_text
from frameworth.register import Fact, Framework, MetricEntry

SCHEMA = 2
_READABLE = (str(SCHEMA - 1), str(SCHEMA))

# The status of a catalogue entry while everything else of its framework is being deleted; the domain never sees it.
DELETING = "deleting"

# Attributes of the current-evidence item that are figures start with this; the rest of the name is the metric.
FIGURE = "m:"

# A DynamoDB item in the low-level form: attribute → {type: value}.
Item = Mapping[str, Mapping[str, Any]]

_BASIS_BY_LETTER = {"m": Basis.MEASURED, "r": Basis.REPORTED, "o": Basis.OPINION}
_LETTER_BY_BASIS = {basis: letter for letter, basis in _BASIS_BY_LETTER.items()}

_More = ParamSpec("_More")
_Read = TypeVar("_Read")


class UnreadableItem(FrameworthError):
    """An item of the table can't be read: its `partition` and `sort` key, and the `fault`. To try again does not help."""

    def __init__(self, partition: str, sort: str, fault: str) -> None:
        self.partition, self.sort, self.fault = partition, sort, fault
        super().__init__(f"item {partition} {sort} can't be read: {fault}; `python -m chalicelib doctor` says more")


def reader(decode: Callable[Concatenate[Item, _More], _Read]) -> Callable[Concatenate[Item, _More], _Read]:
    """Has a decoder refuse forms that this version does not know, and say which item is broken."""

    @wraps(decode)
    def read(item: Item, /, *more: _More.args, **named: _More.kwargs) -> _Read:
        schema = item.get("schema", {}).get("N")
        try:
            if schema in _READABLE:
                return decode(item, *more, **named)
            fault = f"its schema is {schema or 'not said'}, and this version reads {' and '.join(_READABLE)}"
        except KeyError as error:
            fault = f"{error} is missing"
        except (IndexError, TypeError, ValueError) as error:
            fault = str(error)
        raise UnreadableItem(item["PK"]["S"], item["SK"]["S"], fault)

    return read


@dataclass(frozen=True, slots=True)
class PackedFigure:
    """A current figure as stored: the source still an id, `precedence` the text that decides between two."""

    precedence: str
    value: float
    observed_on: date
    basis: Basis
    source: str
    derived_from: tuple[str, ...]

    def figure(self, sources: Mapping[str, Source]) -> Figure:
        """The figure with its source looked up."""
        return Figure(self.value, self.observed_on, self.basis, sources[self.source], self.derived_from)


@dataclass(frozen=True, slots=True)
class Current:
    """A decoded current-evidence item: `rev` rises with every change of the framework's history."""

    framework: str
    rev: int
    released: date | None
    figures: Mapping[str, PackedFigure]
    newest: date
    has_opinions: bool
    archived: bool = False

    def answers(self, as_of: date, opinions: bool) -> bool:
        """Whether the newest figures are also those of `as_of`, so that the history need not be read."""
        return self.newest <= as_of and (opinions or not self.has_opinions)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An observation, when it was recorded as a UTC time in ISO form ("" is now), and by whom ("" is nobody in particular)."""

    observation: Observation
    recorded_at: str = ""
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A marker beside an observation that is not to count: where that one stands in its framework's history, and why it was withdrawn.

    `recorded_at` is a UTC time in ISO form, `recorded_by` who withdrew it ("" is nobody in particular).
    """

    framework: str
    position: str
    reason: str
    recorded_at: str
    recorded_by: str = ""

    def __post_init__(self) -> None:
        checked_text(self.reason, f"reason for withdrawing {self.position} of {self.framework}", MOST_NOTE)

    @property
    def metric(self) -> str:
        """The metric of the observation."""
        return self.position.split("#")[0]

    @property
    def id(self) -> str:
        """The id of the observation."""
        return self.position.split("#")[3]


def text(value: str) -> dict[str, str]:
    """A string attribute."""
    return {"S": value}


def number(value: int) -> dict[str, str]:
    """A number attribute."""
    return {"N": str(value)}


def key(partition: str, sort: str) -> dict[str, dict[str, str]]:
    """The primary key of an item."""
    return {"PK": text(partition), "SK": text(sort)}


def pack(row: Observation) -> str:
    """One current figure as text that sorts by precedence and then carries value, basis, source and parents."""
    return "|".join((keys.precedence(row), repr(row.value), _LETTER_BY_BASIS[row.basis], row.source.id, ",".join(row.derived_from)))


def unpack(packed: str) -> PackedFigure:
    """The inverse of `pack`, as far as scoring needs it."""
    precedence, value, basis, source, parents = packed.split("|")
    return PackedFigure(
        precedence,
        float(value),
        date.fromisoformat(precedence[:10]),
        _BASIS_BY_LETTER[basis],
        source,
        tuple(parents.split(",")) if parents else (),
    )


@reader
def packed(item: Item) -> str:
    """What `pack` makes of the observation in a history row; it needs no source."""
    precedence = item["SK"]["S"].split("#", 2)[2]
    letter = _LETTER_BY_BASIS[Basis(item["basis"]["S"])]
    return "|".join((precedence, item["value"]["S"], letter, item["source"]["S"], item["derived_from"]["S"]))


def current_item(framework: Framework, packed: Mapping[str, str], rev: int) -> dict[str, dict[str, str]]:
    """The current-evidence item of a framework."""
    return {
        **key(keys.framework(framework.id), keys.CURRENT),
        "schema": number(SCHEMA),
        "rev": number(rev),
        "released": text(_day_or_none(framework.first_release)),
        "status": text(framework.status),
        **{f"{FIGURE}{metric}": text(value) for metric, value in packed.items()},
    }


@reader
def rev(item: Item) -> int:
    """The `rev` of a current-evidence item, whatever its figures are like."""
    return int(item["rev"]["N"])


@reader
def current(item: Item) -> Current:
    """Decodes a current-evidence item."""
    # Schema 1 left `released` out where there was none, and had no `status`.
    released, status = item.get("released", text("")), item.get("status", text("active"))
    figures = {name[len(FIGURE) :]: unpack(value["S"]) for name, value in item.items() if name.startswith(FIGURE)}
    return Current(
        item["PK"]["S"][2:],
        int(item["rev"]["N"]),
        date.fromisoformat(released["S"]) if released["S"] else None,
        figures,
        newest=max((figure.observed_on for figure in figures.values()), default=date.min),
        has_opinions=any(figure.basis is Basis.OPINION for figure in figures.values()),
        archived=status["S"] == "archived",
    )


def observation_item(row: Observation, recorded_at: str, recorded_by: str = "") -> dict[str, dict[str, str]]:
    """The history row of an observation; `recorded_at` is a UTC time in ISO form."""
    return {
        **key(*keys.observation(row)),
        "schema": number(SCHEMA),
        "value": text(repr(row.value)),
        "unit": text(row.unit),
        "basis": text(row.basis.value),
        "source": text(row.source.id),
        "note": text(row.note),
        "derived_from": text(",".join(row.derived_from)),
        "recorded_at": text(recorded_at),
        **_by(recorded_by),
    }


@reader
def observation(item: Item, sources: Mapping[str, Source]) -> Observation:
    """Decodes a history row."""
    metric, observed_on, revision, _id = item["SK"]["S"][len(keys.OBSERVATION) :].split("#")
    parents = item["derived_from"]["S"]
    return Observation(
        item["PK"]["S"][2:],
        metric,
        value=float(item["value"]["S"]),
        unit=item["unit"]["S"],
        observed_on=date.fromisoformat(observed_on),
        basis=Basis(item["basis"]["S"]),
        source=sources[item["source"]["S"]],
        note=item["note"]["S"],
        revision=int(revision),
        derived_from=tuple(parents.split(",")) if parents else (),
    )


@reader
def record(item: Item) -> tuple[str, str]:
    """When and by whom a history row was recorded."""
    return item["recorded_at"]["S"], _recorded_by(item)


def withdrawal_item(row: Observation, reason: str, recorded_at: str, recorded_by: str = "") -> dict[str, dict[str, str]]:
    """The marker that withdraws an observation. Raises `InvalidValue` if the reason is no plain text of up to 1,000 characters."""
    return marker_item(Withdrawal(row.framework, keys.position(row), reason, recorded_at, recorded_by))


def marker_item(made: Withdrawal) -> dict[str, dict[str, str]]:
    """The marker of a withdrawal."""
    return {
        **key(keys.framework(made.framework), f"{keys.WITHDRAWAL}{made.position}"),
        "schema": number(SCHEMA),
        "reason": text(made.reason),
        "recorded_at": text(made.recorded_at),
        **_by(made.recorded_by),
    }


@reader
def withdrawal(item: Item) -> Withdrawal:
    """Decodes a marker."""
    position = item["SK"]["S"][len(keys.WITHDRAWAL) :]
    return Withdrawal(item["PK"]["S"][2:], position, item["reason"]["S"], item["recorded_at"]["S"], _recorded_by(item))


def source_item(source: Source) -> dict[str, dict[str, str]]:
    """The register entry of a source."""
    return {**key(keys.SOURCES, source.id), "schema": number(SCHEMA), "title": text(source.title), "url": text(source.url)}


@reader
def source(item: Item) -> tuple[str, Source]:
    """Decodes a source: its id and the source."""
    return item["SK"]["S"], Source(item["title"]["S"], item["url"]["S"])


def framework_item(framework: Framework) -> dict[str, dict[str, str]]:
    """The catalogue entry of a framework; its `kind` puts it into the index."""
    return {
        **key(keys.framework(framework.id), keys.META),
        "schema": number(SCHEMA),
        keys.INDEX_KEY: text(keys.FRAMEWORKS),
        "id": text(framework.id),
        "name": text(framework.name),
        "package": text(framework.package),
        "repository": text(framework.repository),
        "homepage": text(framework.homepage),
        "licence": text(framework.licence),
        "first_release": text(_day_or_none(framework.first_release)),
        "summary": text(framework.summary),
        "status": text(framework.status),
    }


def is_deleting(item: Item) -> bool:
    """Whether a catalogue entry says that its framework is being deleted."""
    return item.get("status") == text(DELETING)


@reader
def framework(item: Item) -> Framework:
    """Decodes a catalogue entry."""
    released = item["first_release"]["S"]
    return Framework(
        item["id"]["S"],
        name=item["name"]["S"],
        package=item["package"]["S"],
        repository=item["repository"]["S"],
        homepage=item["homepage"]["S"],
        licence=item["licence"]["S"],
        first_release=date.fromisoformat(released) if released else None,
        summary=item["summary"]["S"],
        status=item["status"]["S"],
    )


@reader
def change(item: Item) -> tuple[int, str, str]:
    """Version of a catalogue entry, when it was changed last and by whom. Entries of old say none of it: 0 and ""."""
    return int(item.get("version", number(0))["N"]), item.get("changed_at", text(""))["S"], item.get("changed_by", text(""))["S"]


def facts_item(framework_id: str, facts: Iterable[Fact]) -> dict[str, dict[str, str]]:
    """The textual facts of a framework, in one item."""
    rows = [
        [fact.metric, fact.value, fact.unit, fact.observed_on.isoformat(), fact.basis.value, fact.source.title, fact.source.url, fact.note]
        for fact in facts
    ]
    return {**key(keys.framework(framework_id), keys.FACTS), "schema": number(SCHEMA), "facts": text(json.dumps(rows, ensure_ascii=False))}


@reader
def facts(item: Item) -> tuple[Fact, ...]:
    """Decodes the textual facts of a framework."""
    return tuple(
        Fact(metric, value=value, unit=unit, observed_on=date.fromisoformat(day), basis=Basis(basis), source=Source(title, url), note=note)
        for metric, value, unit, day, basis, title, url, note in json.loads(item["facts"]["S"])
    )


def metric_item(entry: MetricEntry) -> dict[str, dict[str, str]]:
    """The register entry of a metric."""
    return {
        **key(keys.METRICS, entry.name),
        "schema": number(SCHEMA),
        "title": text(entry.title),
        "unit": text(entry.unit),
        "direction": text(entry.direction),
        "factor": text(entry.factor),
        "description": text(entry.description),
        # Left out where there is nothing: nearly all metrics are observed.
        **({"derived_from": text(",".join(entry.derived_from))} if entry.derived_from else {}),
    }


@reader
def metric(item: Item) -> MetricEntry:
    """Decodes a metric's register entry."""
    parts = item.get("derived_from", text(""))["S"]
    return MetricEntry(
        item["SK"]["S"],
        title=item["title"]["S"],
        unit=item["unit"]["S"],
        direction=item["direction"]["S"],
        factor=item["factor"]["S"],
        description=item["description"]["S"],
        derived_from=tuple(parts.split(",")) if parts else (),
    )


def _by(recorded_by: str) -> dict[str, dict[str, str]]:
    # Left out where nobody is named: seeds are most of all rows.
    return {"recorded_by": text(recorded_by)} if recorded_by else {}


def _recorded_by(item: Item) -> str:
    by: str = item.get("recorded_by", text(""))["S"]
    return by


def _day_or_none(day: date | None) -> str:
    return day.isoformat() if day else ""
