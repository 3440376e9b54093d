"""The composition root: settings in, a running service out. Everything is made here once and handed on."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.settings import Misconfigured, Settings
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.service import Service
from frameworth import __version__
from frameworth.catalogue import Catalogue
from frameworth.discovery import discover

if TYPE_CHECKING:
    from chalice.app import Chalice
    from mypy_boto3_dynamodb import DynamoDBClient

_LOG = logging.getLogger("chalicelib")

# The plugins that the project ships: they must load, and no other plugin can take their names.
SHIPPED_PLUGINS = (
    "cloud_native",
    "community",
    "ease_of_use",
    "jobs",
    "large_applications",
    "performance",
    "popularity",
    "profiles",
)


def create_app(environ: Mapping[str, str] = os.environ) -> Chalice:
    """The Chalice application. Plugins are loaded now; the table is not touched before the first request, so packaging needs none."""
    from chalicelib.api.application import application

    settings = Settings.of(environ)
    catalogue = plugins(settings)
    for fault in catalogue.faults:
        _LOG.warning("plugin %s left out at stage %s: %s", fault.plugin, fault.stage, fault.error)

    @cache
    def service() -> Service:
        return compose(settings, catalogue)

    if settings.embedded or settings.table:
        service()
    return application(service)


def compose(settings: Settings, catalogue: Catalogue) -> Service:
    """The service over the table that the settings name, or over an embedded one that is seeded first."""
    if settings.embedded:
        from chalicelib.local import embedded_table, seed_with_progress

        service = over(embedded_table(), catalogue)
        if not service.registers.frameworks():
            seed_with_progress(service.store, service.registers)
            return over(embedded_table(), catalogue)
        return service
    if not settings.table:
        raise Misconfigured("no table is named; set FRAMEWORTH_TABLE, or FRAMEWORTH_STORE=embedded to try it out")
    return over(Table(client(), settings.table), catalogue)


def over(table: Table, catalogue: Catalogue) -> Service:
    """The service over a table."""
    return Service(catalogue, EvidenceStore(table, catalogue.figures), Registers(table), today=lambda: datetime.now(UTC).date())


def plugins(settings: Settings) -> Catalogue:
    """The catalogue of plugins that the settings allow. Raises `PluginFailed` for a fault in a shipped one."""
    return discover(settings.plugin_folders, shipped=SHIPPED_PLUGINS, version=__version__, disabled=settings.disabled_plugins)


def client() -> DynamoDBClient:
    """A DynamoDB client that gives up well before the gateway does; AWS_ENDPOINT_URL_DYNAMODB leads it elsewhere."""
    import boto3
    from botocore.config import Config

    made: DynamoDBClient = boto3.client(
        "dynamodb",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=2, tcp_keepalive=True),
    )
    return made
