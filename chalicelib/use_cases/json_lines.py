"""What a table holds as JSON, an object a line: what `export` writes and `import` reads. Pure.

`kind` says what a line is: metric, framework, facts (of one framework), observation or withdrawal. A line is read strictly: unknown fields,
fields given twice and numbers that no double holds are refused. Everything needed to write the same item again is there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from chalicelib.storage.items import Recorded, Withdrawal
from frameworth.errors import InvalidValue
from frameworth.evidence import Basis, Observation, Source
from frameworth.names import checked_name, checked_slug, checked_text, shortened
from frameworth.register import MOST_NAME, Fact, Framework, MetricEntry
from frameworth.rows import plain_date

# Longer than every number that the domain takes; Python itself refuses to read whole numbers of 4,300 digits and more.
_MOST_DIGITS = 40
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """All textual facts of one framework."""

    framework: str
    facts: tuple[Fact, ...]


Entry = MetricEntry | Framework | Facts | Recorded | Withdrawal


def kind(entry: Entry) -> str:
    """What an entry is called."""
    return _KINDS[type(entry)]


def encode(entry: Entry) -> str:
    """The line of an entry, without its end."""
    return json.dumps({"kind": kind(entry), **_fields_of(entry)}, ensure_ascii=False)


def decode(line: str) -> Entry:
    """The entry of a line. Raises `ValueError` or `InvalidValue` with what is wrong."""
    try:
        found = json.loads(line, parse_constant=_no_number, parse_float=_finite, parse_int=_whole, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError(f"is no JSON object: {shortened(found)}")
    name = found.pop("kind", None)
    if not isinstance(name, str) or name not in _MAKERS:
        raise ValueError(f"kind {shortened(name)} is none of {', '.join(_MAKERS)}")
    return _MAKERS[name](found)


def _fields_of(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, Facts):
        return {"framework": entry.framework, "facts": [_fact_fields(fact) for fact in entry.facts]}
    if isinstance(entry, Recorded):
        row = entry.observation
        return {
            "framework": row.framework,
            "metric": row.metric,
            "value": row.value,
            "unit": row.unit,
            "observed_on": row.observed_on.isoformat(),
            "basis": row.basis.value,
            "source_title": row.source.title,
            "source_url": row.source.url,
            "note": row.note,
            "revision": row.revision,
            "derived_from": list(row.derived_from),
            "recorded_at": entry.recorded_at,
            **_by(entry.recorded_by),
        }
    if isinstance(entry, Withdrawal):
        metric, observed_on, revision, row_id = entry.position.split("#")
        return {
            "framework": entry.framework,
            "metric": metric,
            "observed_on": observed_on,
            "revision": int(revision),
            "id": row_id,
            "reason": entry.reason,
            "recorded_at": entry.recorded_at,
            **_by(entry.recorded_by),
        }
    if isinstance(entry, Framework):
        released = entry.first_release.isoformat() if entry.first_release else None
        return {name: released if name == "first_release" else getattr(entry, name) for name in _FRAMEWORK}
    made_of = {"derived_from": list(entry.derived_from)} if entry.derived_from else {}
    return {**{name: getattr(entry, name) for name in _METRIC}, **made_of}


def _by(recorded_by: str) -> dict[str, str]:
    return {"recorded_by": recorded_by} if recorded_by else {}


def _fact_fields(fact: Fact) -> dict[str, str]:
    return {
        "metric": fact.metric,
        "value": fact.value,
        "unit": fact.unit,
        "observed_on": fact.observed_on.isoformat(),
        "basis": fact.basis.value,
        "source_title": fact.source.title,
        "source_url": fact.source.url,
        "note": fact.note,
    }


_METRIC = ("name", "title", "unit", "direction", "factor", "description")
_FRAMEWORK = ("id", "name", "package", "repository", "homepage", "licence", "first_release", "summary", "status")
_FACT = ("metric", "value", "unit", "observed_on", "basis", "source_title", "source_url", "note")
_OBSERVATION = ("framework", "metric", "value", "unit", "observed_on", "basis", "source_title", "source_url", "revision")
_WITHDRAWAL = ("framework", "metric", "observed_on", "revision", "id", "reason")


def _metric(found: Mapping[str, Any]) -> MetricEntry:
    _checked_fields(found, _METRIC, ("derived_from",))
    return MetricEntry(found["name"], **{name: found[name] for name in _METRIC[1:]}, derived_from=_parents(found))


def _framework(found: Mapping[str, Any]) -> Framework:
    _checked_fields(found, _FRAMEWORK)
    released = found["first_release"]
    named = {name: found[name] for name in _FRAMEWORK[1:]}
    return Framework(found["id"], **{**named, "first_release": None if released is None else _day(released)})


def _facts(found: Mapping[str, Any]) -> Facts:
    _checked_fields(found, ("framework", "facts"))
    if not isinstance(found["facts"], list) or not all(isinstance(one, dict) for one in found["facts"]):
        raise ValueError("facts are not a list of objects")
    return Facts(checked_slug(found["framework"], "facts"), tuple(_fact(one) for one in found["facts"]))


def _fact(found: Mapping[str, Any]) -> Fact:
    _checked_fields(found, _FACT)
    return Fact(
        found["metric"],
        value=found["value"],
        unit=found["unit"],
        observed_on=_day(found["observed_on"]),
        basis=_basis(found["basis"]),
        source=Source(found["source_title"], found["source_url"]),
        note=found["note"],
    )


def _observation(found: Mapping[str, Any]) -> Recorded:
    _checked_fields(found, _OBSERVATION, ("note", "derived_from", "recorded_at", "recorded_by"))
    return Recorded(
        Observation(
            found["framework"],
            found["metric"],
            value=found["value"],
            unit=found["unit"],
            observed_on=_day(found["observed_on"]),
            basis=_basis(found["basis"]),
            source=Source(found["source_title"], found["source_url"]),
            note=found.get("note", ""),
            revision=_revision(found["revision"]),
            derived_from=_parents(found),
        ),
        _time(found.get("recorded_at", "")),
        _who(found.get("recorded_by", "")),
    )


def _withdrawal(found: Mapping[str, Any]) -> Withdrawal:
    _checked_fields(found, _WITHDRAWAL, ("recorded_at", "recorded_by"))
    framework, metric = checked_slug(found["framework"], "withdrawal"), checked_name(found["metric"], "withdrawal")
    day, revision, row_id = _day(found["observed_on"]), _revision(found["revision"]), found["id"]
    if not isinstance(row_id, str) or not _ID.fullmatch(row_id):
        raise ValueError(f"id {shortened(row_id)} is not that of an observation, 16 hexadecimal digits")
    position = f"{metric}#{day.isoformat()}#{revision:06d}#{row_id}"
    return Withdrawal(framework, position, found["reason"], _time(found.get("recorded_at", "")), _who(found.get("recorded_by", "")))


_KINDS: Mapping[type, str] = {
    MetricEntry: "metric",
    Framework: "framework",
    Facts: "facts",
    Recorded: "observation",
    Withdrawal: "withdrawal",
}
_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Entry]] = {
    "metric": _metric,
    "framework": _framework,
    "facts": _facts,
    "observation": _observation,
    "withdrawal": _withdrawal,
}


def _checked_fields(found: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    missing = [name for name in needed if name not in found]
    if missing:
        raise ValueError(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    unknown = [name for name in found if name not in needed and name not in optional]
    if unknown:
        raise ValueError(f"unknown field {shortened(unknown[0])}; known are {', '.join((*needed, *optional))}")


def _parents(found: Mapping[str, Any]) -> tuple[str, ...]:
    parents = found.get("derived_from", [])
    if not isinstance(parents, list) or not all(isinstance(parent, str) for parent in parents):
        raise ValueError("derived_from is not a list of texts")
    return tuple(parents)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError(f"{shortened(value)} is no date; write YYYY-MM-DD")
    return plain_date(value)


def _basis(value: object) -> Basis:
    if not isinstance(value, str) or value not in list(Basis):
        raise ValueError(f"basis {shortened(value)} is none of {', '.join(Basis)}")
    return Basis(value)


def _revision(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 999_999:
        raise ValueError(f"revision {shortened(value)} is no whole number within 0..999999")
    return value


def _time(value: object) -> str:
    try:
        if value != "":
            datetime.fromisoformat(value)  # type: ignore[arg-type]  # what is no text is refused below
    except (TypeError, ValueError):
        raise ValueError(f"recorded_at {shortened(value)} is no time; write 2026-11-22T10:00:00+00:00") from None
    return str(value)


def _who(value: object) -> str:
    return checked_text(value, "recorded_by", MOST_NAME, empty=True)


def _no_number(name: str) -> NoReturn:
    raise InvalidValue("a value", f"{name} is no number of JSON", "leave a missing figure out")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{shortened(digits)} is beyond every number that a figure can be")
    return number


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits; a figure has at most 15")
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"field {shortened(next(name for name in names if names.count(name) > 1))} is there twice")
    return found
