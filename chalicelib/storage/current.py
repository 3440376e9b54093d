"""The current item of a framework: of each metric the greatest observation that was not withdrawn.

Two writers change its figures. An append takes one observation in, and can only raise; a rebuild puts down what the history holds, and can
lower as well, so it writes on condition that `rev` is what it was before the history was read. Neither can undo the other: an observation
is in the history before it is taken in, and being taken in raises `rev` and leaves nothing smaller than itself.
"""

from __future__ import annotations

from chalicelib.storage import items, keys
from chalicelib.storage.frameworks import why_not_there
from chalicelib.storage.items import number, text
from chalicelib.storage.table import ATTEMPTS, StorageUnavailable, Table
from frameworth.evidence import Observation


def take_in(table: Table, row: Observation) -> bool:
    """Makes an observation the current figure of its metric unless a greater one is. False if there is no current item."""
    partition = keys.framework(row.framework)
    names = {"#m": f"{items.FIGURE}{row.metric}"}
    values = {":p": text(items.pack(row)), ":one": number(1)}
    for attempt in range(ATTEMPTS):
        if attempt:
            table.pause(attempt)
        refused_by = table.update(
            partition,
            keys.CURRENT,
            UpdateExpression="SET #m = :p, #schema = :schema ADD rev :one",
            ConditionExpression="attribute_exists(PK) AND (attribute_not_exists(#m) OR #m < :p)",
            ExpressionAttributeNames={**names, "#schema": "schema"},
            ExpressionAttributeValues={**values, ":schema": number(items.SCHEMA)},
        )
        if refused_by:
            # An older row arrived late, or a repeat: the greatest stands, but whoever keeps the history in memory must read it again.
            # It must still stand, for a rebuild may have lowered it since, from a history in which our row was not yet.
            refused_by = table.update(
                partition,
                keys.CURRENT,
                UpdateExpression="ADD rev :one",
                ConditionExpression="#m >= :p",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        if not refused_by:
            return refused_by is None
    raise StorageUnavailable("append", f"{row.metric} of {row.framework!r} changed {ATTEMPTS} times meanwhile")


def rebuild(table: Table, framework: str, metric: str | None = None) -> None:
    """Makes the current figures of a metric, or of all, from the history. Raises `UnknownFramework`, `BeingDeleted` or `BeingLoaded`."""
    partition = keys.framework(framework)
    for attempt in range(ATTEMPTS):
        if attempt:
            table.pause(attempt)
        stood = table.get(partition, keys.CURRENT, consistent=True)
        if stood is None:
            raise why_not_there(table, framework)
        rev = items.rev(stood)
        figures = greatest(table, framework, metric)
        renewed = {name for name in stood if name.startswith(items.FIGURE)} if metric is None else {f"{items.FIGURE}{metric}"}
        made = {
            **{name: value for name, value in stood.items() if name not in renewed},
            **{f"{items.FIGURE}{name}": text(packed) for name, packed in figures.items()},
            "rev": number(rev + 1),
            "schema": number(items.SCHEMA),
        }
        if table.put_if(made, ConditionExpression="rev = :rev", ExpressionAttributeValues={":rev": number(rev)}) is None:
            return
    raise StorageUnavailable("rebuild", f"{framework!r} changed {ATTEMPTS} times meanwhile")


def greatest(table: Table, framework: str, metric: str | None = None) -> dict[str, str]:
    """The packed current figure of a metric, or of each, as the history has it now: the greatest of what was not withdrawn."""
    partition = keys.framework(framework)
    if metric is None:
        spans = [(keys.OBSERVATION, f"{keys.WITHDRAWAL}{keys.LAST}")]
    else:
        spans = [(f"{kind}{metric}#", f"{kind}{metric}#{keys.LAST}") for kind in (keys.OBSERVATION, keys.WITHDRAWAL)]
    found = [item for first, last in spans for item in table.query(partition, first=first, last=last, consistent=True)]
    withdrawn = {item["SK"]["S"][len(keys.WITHDRAWAL) :] for item in found if item["SK"]["S"].startswith(keys.WITHDRAWAL)}
    figures: dict[str, str] = {}
    for item in found:
        kind, name, _ = item["SK"]["S"].split("#", 2)
        if f"{kind}#" == keys.OBSERVATION and item["SK"]["S"][len(keys.OBSERVATION) :] not in withdrawn:
            figures[name] = max(figures.get(name, ""), items.packed(item))
    return figures
