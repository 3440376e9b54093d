"""Catalogue entries in the table, and the life of a framework: entered, archived, deleted.

The entry is the first thing of a framework that is written and the last that is deleted; the current item is the last that is written and
the first that is deleted. So a framework without its current item is known to no request, and whatever has no entry is rubbish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.storage import items, keys
from chalicelib.storage.items import number, text
from chalicelib.storage.table import ATTEMPTS, StorageUnavailable, Table
from frameworth.errors import FrameworthError
from frameworth.register import Framework


class UnknownFramework(FrameworthError):
    """No framework with this id is in the catalogue."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        super().__init__(f"framework {framework!r} is not in the catalogue; add it first")


class BeingLoaded(StorageUnavailable):
    """A framework's history is being loaded, or a load of it was broken off: try again once it is done."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        super().__init__("load", f"framework {framework!r} is not loaded to the end; try again when it is, or load it again")


class BeingDeleted(FrameworthError):
    """A framework is being deleted, or its deletion was broken off."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        super().__init__(f"framework {framework!r} is being deleted; finish the deletion first")


class EntryChanged(FrameworthError):
    """A catalogue entry is not, or no longer, the one that was to be replaced."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        super().__init__(f"the entry of {framework!r} is not the one that was to be replaced; read it again, then decide")


@dataclass(frozen=True, slots=True)
class Entry:
    """A catalogue entry as it stands: its `version` rises with every change; when it was changed last and by whom, where that is known."""

    framework: Framework
    version: int
    changed_at: str
    changed_by: str


NOTHING: Literal["nothing"] = "nothing"
# What must stand where an entry is written: the version of an entry, or nothing at all.
Stands = int | Literal["nothing"]


def entry(table: Table, framework: str) -> Framework:
    """The catalogue entry as it stands now. Raises `UnknownFramework` or `BeingDeleted`."""
    return versioned_entry(table, framework).framework


def versioned_entry(table: Table, framework: str) -> Entry:
    """The catalogue entry as it stands now, with its version. Raises `UnknownFramework` or `BeingDeleted`."""
    item = table.get(keys.framework(framework), keys.META, consistent=True)
    if item is None:
        raise UnknownFramework(framework)
    if items.is_deleting(item):
        raise BeingDeleted(framework)
    return Entry(items.framework(item), *items.change(item))


def why_not_there(table: Table, framework: str) -> FrameworthError:
    """Why a framework has no current item: its history is being loaded, or it is being deleted, or the catalogue does not hold it."""
    try:
        entry(table, framework)
    except (UnknownFramework, BeingDeleted) as error:
        return error
    return BeingLoaded(framework)


def renew_entry(table: Table, framework: Framework, *, at: str, by: str = "") -> None:
    """Makes a catalogue entry, or renews the one that is there, which keeps its status, unless it says the same. Raises `BeingDeleted`."""
    instead_of: Stands
    for attempt in range(ATTEMPTS):
        if attempt:
            table.pause(attempt)
        try:
            stands = versioned_entry(table, framework.id)
        except UnknownFramework:
            made, instead_of = framework, NOTHING
        else:
            made, instead_of = replace(framework, status=stands.framework.status), stands.version
            if made == stands.framework:
                return None
        try:
            return put_entry(table, made, instead_of, at=at, by=by)
        except EntryChanged:
            continue
    raise StorageUnavailable("renew", f"the entry of {framework.id!r} changed {ATTEMPTS} times meanwhile")


def put_entry(table: Table, framework: Framework, instead_of: Stands, *, at: str, by: str) -> None:
    """Writes a catalogue entry in place of what stands there; `at` and `by` say when and who. Raises `EntryChanged` or `BeingDeleted`."""
    made = {**items.framework_item(framework), "changed_at": text(at), "changed_by": text(by)}
    refused_by = table.update(
        keys.framework(framework.id),
        keys.META,
        UpdateExpression="SET #schema = :schema, #kind = :kind, id = :id, #name = :name, package = :package, repository = :repository, "
        "homepage = :homepage, licence = :licence, first_release = :first_release, summary = :summary, #status = :status, "
        "changed_at = :changed_at, changed_by = :changed_by, #version = if_not_exists(#version, :zero) + :one",
        ConditionExpression=_NEW if instead_of == NOTHING else _OF_THIS_VERSION if instead_of else _WITHOUT_VERSION,
        ExpressionAttributeNames={
            "#schema": "schema",
            "#kind": keys.INDEX_KEY,
            "#name": "name",
            "#status": "status",
            "#version": "version",
        },
        ExpressionAttributeValues={
            **{f":{name}": value for name, value in made.items() if name not in ("PK", "SK")},
            **({} if instead_of == NOTHING else {":deleting": text(items.DELETING)}),
            **_FIRST_VERSION,
            **_standing(instead_of),
        },
    )
    if refused_by is None or made.items() <= refused_by.items():
        # Refused by our own write, the answer to which was lost: its time to the microsecond is in it.
        return
    raise BeingDeleted(framework.id) if items.is_deleting(refused_by) else EntryChanged(framework.id)


_FIRST_VERSION = {":zero": number(0), ":one": number(1)}

# What must stand where an entry is written. Entries of old have no version, which is read as 0.
_NEW = "attribute_not_exists(PK)"
_OF_THIS_VERSION = "#version = :stands AND #status <> :deleting"
_WITHOUT_VERSION = "attribute_exists(PK) AND attribute_not_exists(#version) AND #status <> :deleting"


def _standing(stands: Stands) -> dict[str, dict[str, str]]:
    return {":stands": number(stands)} if isinstance(stands, int) and stands else {}


def set_status(table: Table, framework: str, status: str, *, at: str = "", by: str = "") -> None:
    """Archives a framework, or takes it back among the active ones. Raises `UnknownFramework`, `BeingDeleted` or `BeingLoaded`."""
    refused_by = table.update(
        keys.framework(framework),
        keys.META,
        UpdateExpression="SET #status = :status, #schema = :schema, changed_at = :at, changed_by = :by, "
        "#version = if_not_exists(#version, :zero) + :one",
        ConditionExpression="attribute_exists(PK) AND #status <> :deleting AND #status <> :status",
        ExpressionAttributeNames={"#status": "status", "#schema": "schema", "#version": "version"},
        ExpressionAttributeValues={
            ":status": text(status),
            ":deleting": text(items.DELETING),
            ":schema": number(items.SCHEMA),
            ":at": text(at),
            ":by": text(by),
            **_FIRST_VERSION,
        },
    )
    if refused_by is not None and refused_by.get("status") != text(status):
        raise BeingDeleted(framework) if refused_by else UnknownFramework(framework)
    carry_over(table, framework)


def carry_over(table: Table, framework: str) -> None:
    """Takes first release and status over into the current item, from which answers are given; `rev` tells those who keep that item.

    The entry is read again afterwards: of two who change it at once, the one whose entry stands is also the last to be carried over.
    """
    stands = entry(table, framework)
    for attempt in range(ATTEMPTS):
        if attempt:
            table.pause(attempt)
        made = items.current_item(stands, {}, 0)
        refused_by = table.update(
            keys.framework(framework),
            keys.CURRENT,
            UpdateExpression="SET released = :released, #status = :status, #schema = :schema ADD rev :one",
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames={"#status": "status", "#schema": "schema"},
            ExpressionAttributeValues={
                ":released": made["released"],
                ":status": made["status"],
                ":schema": made["schema"],
                ":one": number(1),
            },
        )
        if refused_by is not None:
            raise BeingLoaded(framework)
        carried, stands = stands, entry(table, framework)
        if stands == carried:
            return
    raise StorageUnavailable("carry over", f"the entry of {framework!r} changed {ATTEMPTS} times meanwhile")


def delete(table: Table, framework: str, progress: Callable[[int], None] = lambda deleted: None, *, instead_of: int | None = None) -> None:
    """Deletes a framework and all that is known of it. Broken off, it can be done again. Raises `UnknownFramework`.

    `instead_of` is the version that its entry must have, or None; else it raises `EntryChanged`. A deletion that has begun is finished
    whatever it says. `progress` hears how many items were deleted, and may break it off by raising.
    """
    partition = keys.framework(framework)
    refused_by = table.update(
        partition,
        keys.META,
        UpdateExpression="SET #status = :deleting",
        ConditionExpression="attribute_exists(PK)"
        if instead_of is None
        else "#status = :deleting OR #version = :stands"
        if instead_of
        else "#status = :deleting OR (attribute_exists(PK) AND attribute_not_exists(#version))",
        ExpressionAttributeNames={"#status": "status", **({"#version": "version"} if instead_of is not None else {})},
        ExpressionAttributeValues={":deleting": text(items.DELETING), **_standing(instead_of or 0)},
    )
    if refused_by is not None:
        raise EntryChanged(framework) if refused_by else UnknownFramework(framework)
    table.delete(partition, keys.CURRENT)
    # Again until nothing is left: an append may have written its row just now, and finds out only afterwards that there is no framework.
    while left := [sort for sort in _sort_keys(table, partition) if sort != keys.META]:
        table.batch_delete(((partition, sort) for sort in left), progress)
    # Another deletion may have come to its end before, and a load may have entered the framework anew since.
    table.delete_if(
        partition,
        keys.META,
        ConditionExpression="#status = :deleting",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":deleting": text(items.DELETING)},
    )


def _sort_keys(table: Table, partition: str) -> Iterator[str]:
    return (item["SK"]["S"] for item in table.query(partition, first="0", last=keys.LAST, consistent=True))
