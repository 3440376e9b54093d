"""The register: what frameworks, metrics and textual facts there are. Known by name, whether or not anything scores them."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date

from frameworth.errors import InvalidValue
from frameworth.evidence import MOST_NOTE, MOST_UNIT, MOST_URL, Basis, Source
from frameworth.names import checked_address, checked_name, checked_slug, checked_text

MOST_NAME = 80
MOST_FACT = 200

DIRECTIONS = ("higher", "lower", "none")
STATUSES = ("active", "archived")


@dataclass(frozen=True, slots=True)
class Framework:
    """What the catalogue says of a framework."""

    id: str
    _: KW_ONLY
    name: str
    package: str
    repository: str
    homepage: str
    licence: str
    first_release: date | None
    summary: str
    status: str = "active"

    def __post_init__(self) -> None:
        what = f"framework {checked_slug(self.id, 'framework')!r}"
        checked_text(self.name, f"name of {what}", MOST_NAME)
        for field, most in (("package", MOST_NAME), ("licence", MOST_NAME), ("summary", MOST_NOTE)):
            checked_text(getattr(self, field), f"{field} of {what}", most, empty=True)
        for field in ("repository", "homepage"):
            checked_address(getattr(self, field), f"{field} of {what}", MOST_URL, empty=True)
        if self.status not in STATUSES:
            raise InvalidValue(what, f"status {self.status!r} is none of {', '.join(STATUSES)}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A textual fact, dated and sourced: shown, never scored."""

    metric: str
    _: KW_ONLY
    value: str
    unit: str
    observed_on: date
    basis: Basis
    source: Source
    note: str

    def __post_init__(self) -> None:
        what = f"fact {checked_name(self.metric, 'fact')!r}"
        checked_text(self.value, what, MOST_FACT)
        checked_text(self.unit, f"unit of {what}", MOST_UNIT)
        checked_text(self.note, f"note on {what}", MOST_NOTE, empty=True)
        object.__setattr__(self, "basis", Basis(self.basis))


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """One entry of the register of known metrics: what a series is, whether or not a criterion reads it.

    `derived_from` names the metrics whose figures its own are made of, where they are not observed.
    """

    name: str
    _: KW_ONLY
    title: str
    unit: str
    direction: str
    factor: str
    description: str
    derived_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        what = f"metric {checked_name(self.name, 'metric')!r}"
        checked_text(self.title, f"title of {what}", MOST_NAME)
        checked_text(self.unit, f"unit of {what}", MOST_UNIT)
        checked_text(self.factor, f"factor of {what}", MOST_NAME)
        checked_text(self.description, f"description of {what}", MOST_NOTE)
        object.__setattr__(self, "derived_from", tuple(checked_name(part, f"part of {what}") for part in self.derived_from))
        if self.direction not in DIRECTIONS:
            raise InvalidValue(what, f"direction {self.direction!r} is none of {', '.join(DIRECTIONS)}")
