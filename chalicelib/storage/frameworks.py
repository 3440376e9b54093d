"""Catalogue entries in the table, and the life of a framework: entered, archived, deleted.

The entry is the first thing of a framework that is written and the last that is deleted; the current item is the last that is written and
the first that is deleted. So a framework without its current item is known to no request, and whatever has no entry is rubbish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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


def entry(table: Table, framework: str) -> Framework:
    """The catalogue entry as it stands now. Raises `UnknownFramework` or `BeingDeleted`."""
    item = table.get(keys.framework(framework), keys.META, consistent=True)
    if item is None:
        raise UnknownFramework(framework)
    if items.is_deleting(item):
        raise BeingDeleted(framework)
    return items.framework(item)


def why_not_there(table: Table, framework: str) -> FrameworthError:
    """Why a framework has no current item: its history is being loaded, or it is being deleted, or the catalogue does not hold it."""
    try:
        entry(table, framework)
    except (UnknownFramework, BeingDeleted) as error:
        return error
    return BeingLoaded(framework)


def put_entry(table: Table, framework: Framework) -> None:
    """Makes or renews a catalogue entry. An entry that is there keeps its status, which `archive` alone changes. Raises `BeingDeleted`."""
    made = items.framework_item(framework)
    refused_by = table.update(
        keys.framework(framework.id),
        keys.META,
        UpdateExpression="SET #schema = :schema, #kind = :kind, id = :id, #name = :name, package = :package, repository = :repository, "
        "homepage = :homepage, licence = :licence, first_release = :first_release, summary = :summary, "
        "#status = if_not_exists(#status, :status)",
        # True as well where there is no entry yet, and so no status.
        ConditionExpression="NOT #status = :deleting",
        ExpressionAttributeNames={"#schema": "schema", "#kind": keys.INDEX_KEY, "#name": "name", "#status": "status"},
        ExpressionAttributeValues={
            **{f":{name}": value for name, value in made.items() if name not in ("PK", "SK")},
            ":deleting": text(items.DELETING),
        },
    )
    if refused_by is not None:
        raise BeingDeleted(framework.id)


def set_status(table: Table, framework: str, status: str) -> None:
    """Archives a framework, or takes it back among the active ones. Raises `UnknownFramework`, `BeingDeleted` or `BeingLoaded`."""
    refused_by = table.update(
        keys.framework(framework),
        keys.META,
        UpdateExpression="SET #status = :status, #schema = :schema",
        ConditionExpression="attribute_exists(PK) AND #status <> :deleting",
        ExpressionAttributeNames={"#status": "status", "#schema": "schema"},
        ExpressionAttributeValues={":status": text(status), ":deleting": text(items.DELETING), ":schema": number(items.SCHEMA)},
    )
    if refused_by is not None:
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


def delete(table: Table, framework: str, progress: Callable[[int], None] = lambda deleted: None) -> None:
    """Deletes a framework and all that is known of it. Broken off, it can be done again. Raises `UnknownFramework`.

    `progress` hears how many items were deleted.
    """
    partition = keys.framework(framework)
    refused_by = table.update(
        partition,
        keys.META,
        UpdateExpression="SET #status = :deleting",
        ConditionExpression="attribute_exists(PK)",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":deleting": text(items.DELETING)},
    )
    if refused_by is not None:
        raise UnknownFramework(framework)
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
