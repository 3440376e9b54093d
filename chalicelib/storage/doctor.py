"""The doctor: looks whether everything in the table that belongs together agrees, and mends what can be made anew from the rest.

A history is never mended: it is what everything else is made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from chalicelib.storage import items, keys
from chalicelib.storage.current import greatest, rebuild
from chalicelib.storage.frameworks import BeingDeleted, BeingLoaded, UnknownFramework, carry_over, delete
from chalicelib.storage.items import Item, UnreadableItem
from chalicelib.storage.table import Table
from frameworth.evidence import Observation, Source

_UNREADABLE = "if a newer version wrote it, use that one; else put the item back from a backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a framework ("" is a register): `what`, and `mend`, what to do about it.

    `cure` mends it; None where that takes somebody who knows more.
    """

    framework: str
    what: str
    mend: str
    cure: Callable[[], None] | None = field(default=None, compare=False)


def examine(table: Table) -> list[Fault]:
    """Everything that is wrong, by framework. Reads all of them, one after the other."""
    known: dict[str, Source] = {}
    found = list(_of_registers(table, known))
    entries = table.query_index(keys.INDEX, keys.FRAMEWORKS)
    for framework in sorted(item["PK"]["S"][2:] for item in entries):
        # What is found may be an append, a load or a deletion that is under way just now; what is really wrong is found again.
        if list(_of_framework(table, known, framework)):
            found += _of_framework(table, known, framework)
    return found


def repair(table: Table) -> tuple[list[Fault], list[Fault]]:
    """Mends what can be mended: the faults that were found, and those that are left."""
    found = examine(table)
    for fault in found:
        if fault.cure:
            # Whoever was quicker may have deleted it, or begun to load it.
            with suppress(UnknownFramework, BeingDeleted, BeingLoaded):
                fault.cure()
    return found, examine(table) if found else []


def _of_registers(table: Table, known: dict[str, Source]) -> Iterator[Fault]:
    """Faults of metrics and sources; puts the sources that can be read into `known`."""
    for item in table.query(keys.METRICS, first="0", last=keys.LAST):
        yield from _unreadable("", item, items.metric)
    for item in table.query(keys.SOURCES, first="0", last=keys.LAST, consistent=True):
        faults = list(_unreadable("", item, items.source))
        if not faults:
            known.update([items.source(item)])
        yield from faults


def _of_framework(table: Table, known: dict[str, Source], framework: str) -> Iterator[Fault]:
    partition = keys.framework(framework)
    entry = table.get(partition, keys.META, consistent=True)
    if entry is None:  # deleted a moment ago; the index has not heard of it yet
        return
    if items.is_deleting(entry):
        yield Fault(framework, "its deletion was broken off", f"framework delete {framework} --yes", partial(delete, table, framework))
        return
    yield from _unreadable(framework, entry, items.framework)
    facts = table.get(partition, keys.FACTS, consistent=True)
    if facts is not None:
        yield from _unreadable(framework, facts, items.facts)
    # Before the history: a row that comes in between is then greater than what stands here, and is found so the second time.
    current = table.get(partition, keys.CURRENT, consistent=True)
    yield from _of_history(table, known, framework)
    if current is None:
        mend = f"load it again, or delete it; if all that is known of it is there, `framework put {framework}` ends the load"
        yield Fault(framework, "its load was broken off: it has no current item, so no request knows it", mend)
    else:
        yield from _of_current(table, framework, entry, current)
    if table.get(partition, keys.UNTOLD, consistent=True) is not None:
        mend = "import the file again; if no import is running and there is no such file, doctor --repair ends it with what is there"
        yield Fault(framework, "an import into it was broken off", mend, partial(_end_import, table, framework))


def _of_history(table: Table, known: dict[str, Source], framework: str) -> Iterator[Fault]:
    """What is wrong with the rows, their sources and their markers."""
    partition = keys.framework(framework)
    found = list(table.query(partition, first=keys.OBSERVATION, last=f"{keys.WITHDRAWAL}{keys.LAST}", consistent=True))
    rows = {item["SK"]["S"].removeprefix(keys.OBSERVATION): item for item in found if item["SK"]["S"].startswith(keys.OBSERVATION)}
    for one in sorted({item.get("source", items.text(""))["S"] for item in rows.values()} - known.keys()):
        written = table.get(keys.SOURCES, one, consistent=True) if one else None
        if written is None:
            yield Fault(
                framework, f"figures name the source {one!r}, which is not in the register", "load it again, which brings its sources"
            )
        elif not list(_unreadable("", written, items.source)):
            known.update([items.source(written)])
    for item in rows.values():
        if item.get("source", {}).get("S") in known:
            yield from _unreadable(framework, item, partial(_observation, known=known))
    for item in found:
        if item["SK"]["S"].startswith(keys.WITHDRAWAL):
            yield from _unreadable(framework, item, items.withdrawal)
            where = item["SK"]["S"].removeprefix(keys.WITHDRAWAL)
            if where not in rows:
                what = f"{where} is withdrawn ({item.get('reason', {}).get('S', 'for no reason')}), but there is no such row"
                remove = partial(table.delete, partition, item["SK"]["S"])
                yield Fault(framework, what, "doctor --repair removes the marker", remove)


def _of_current(table: Table, framework: str, entry: Item, current: Item) -> Iterator[Fault]:
    """Where the current item says something else than catalogue entry and history."""
    try:
        items.rev(current)
    except UnreadableItem as error:
        yield Fault(framework, str(error), _UNREADABLE)
        return
    with suppress(UnreadableItem):  # of entry or history, as was said before
        should = items.current_item(items.framework(entry), greatest(table, framework), 0)
        # Schema 1 left both out where there was nothing to say.
        stands = {"released": items.text(""), "status": items.text("active"), **current}
        if any(stands[name] != should[name] for name in ("released", "status")):
            what = "its current item has another first release or status than the catalogue"
            yield Fault(framework, what, "doctor --repair takes it over", partial(carry_over, table, framework))
        for name in sorted(name for name in {*should, *current} if name.startswith(items.FIGURE)):
            if should.get(name) != current.get(name):
                metric = name.removeprefix(items.FIGURE)
                what = f"its current figure of {metric} is not the greatest of its history"
                yield Fault(framework, what, "doctor --repair makes it anew", partial(rebuild, table, framework, metric))


def _end_import(table: Table, framework: str) -> None:
    """Has the current item tell of all rows that are there. The note goes first: an import that begins now writes one of its own."""
    table.delete(keys.framework(framework), keys.UNTOLD)
    rebuild(table, framework)


def _observation(item: Item, known: Mapping[str, Source]) -> Observation:
    """Decodes a history row, which must be what its key says: the id is made of the content."""
    row = items.observation(item, known)
    if keys.observation(row)[1] != item["SK"]["S"]:
        raise UnreadableItem(item["PK"]["S"], item["SK"]["S"], "it holds something else than its key says")
    return row


def _unreadable(framework: str, item: Item, decode: Callable[[Item], object]) -> Iterator[Fault]:
    try:
        decode(item)
    except UnreadableItem as error:
        yield Fault(framework, str(error), _UNREADABLE)
