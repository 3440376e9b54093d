"""Curate: frameworks entered, changed and deleted, and profiles stored. Each write says what it takes the place of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.storage.frameworks import Stands
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases.faults import InputFault, NameTaken, escaped, unknown
from chalicelib.use_cases.service import Service
from frameworth.register import Framework

# A deletion that takes longer is broken off and goes on when it is asked for again: the gateway waits 29 s.
DELETION_S = 20.0


class DeletionUnfinished(StorageUnavailable):
    """A framework has more history than can be deleted in one request: ask again, and it goes on."""

    def __init__(self, framework: str, deleted: int) -> None:
        self.framework, self.deleted = framework, deleted
        super().__init__("delete", f"{framework!r} is not deleted to the end; {deleted} items are gone, and to ask again goes on")


def put_framework(framework: Framework, instead_of: Stands, service: Service, by: str) -> None:
    """Enters or changes a framework. Raises `EntryChanged`, `BeingDeleted` or `StorageUnavailable`."""
    service.store.put(framework, instead_of, by=by)
    service.registers.forget_frameworks()


def delete_framework(framework: str, instead_of: int, service: Service) -> int:
    """Deletes a framework with its history; says how many items went. Raises `UnknownFramework`, `EntryChanged` or `DeletionUnfinished`."""
    deleted, until = 0, service.monotonic() + DELETION_S

    def progress(more: int) -> None:
        nonlocal deleted
        deleted += more
        if service.monotonic() > until:
            raise DeletionUnfinished(framework, deleted)

    service.store.delete(framework, progress, instead_of=instead_of)
    service.registers.forget_frameworks()
    return deleted


def check_name(profile: str, service: Service) -> None:
    """Whether a profile may be stored here under this name. Raises `NameTaken`."""
    if profile in service.catalogue.profiles:
        raise NameTaken("profile", profile)


def faults_of_names(weights: Iterable[str], gates: Mapping[int, str], service: Service) -> list[InputFault]:
    """The criteria that a profile weighs, and the metrics of its gates, by their places, that there are not."""
    criteria = service.catalogue.criteria
    metrics = {one.name for one in service.registers.metrics()} | set(service.catalogue.metrics)
    return [
        *(unknown(f"/weights/{escaped(name)}", "criterion", name, criteria) for name in weights if name not in criteria),
        *(unknown(f"/gates/{place}/metric", "metric", name, metrics) for place, name in gates.items() if name not in metrics),
    ]
