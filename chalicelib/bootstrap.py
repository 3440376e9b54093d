"""The composition root: settings in, a running service out. Everything is made here once and handed on."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.logs import log_to
from chalicelib.settings import Misconfigured, Settings
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.idempotency import Idempotency
from chalicelib.storage.profiles import Profiles
from chalicelib.storage.registers import Registers
from chalicelib.storage.secret import Secret
from chalicelib.storage.table import Table
from chalicelib.storage.tokens import Tokens
from chalicelib.use_cases.service import Service
from frameworth import __version__
from frameworth.catalogue import Catalogue
from frameworth.discovery import Trace, discover
from frameworth.distributions import installed
from frameworth.names import nearest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.api.application import Application

_LOG = logging.getLogger("chalicelib")

# The plugins that the project ships: they must load, and no other plugin can take their names.
SHIPPED_PLUGINS = (
    "cloud_native",
    "community",
    "ease_of_use",
    "jobs",
    "large_applications",
    "methods",
    "performance",
    "popularity",
    "profiles",
)


def create_app(environ: Mapping[str, str] = os.environ) -> Application:
    """The Chalice application. Plugins are loaded now; the table is not touched before the first request, so packaging needs none."""
    from chalicelib.api.application import application

    # Lambda takes what is written to the standard output over into the log; on a terminal that is for answers.
    on_lambda = "AWS_LAMBDA_FUNCTION_NAME" in environ
    log_to(sys.stdout if on_lambda else sys.stderr)
    settings = Settings.of(environ)
    catalogue = plugins(settings)
    for fault in catalogue.faults:
        _LOG.warning("plugin %s failed at stage %s: %s", fault.plugin, fault.stage, fault.error)
    for word in without_effect(settings, catalogue):
        _LOG.warning(word)

    @cache
    def service() -> Service:
        return compose(settings, catalogue)

    if settings.embedded or settings.table:
        service()
    if settings.embedded:
        from chalicelib.local import announce_token

        announce_token(service().tokens)
    return application(service)


def compose(settings: Settings, catalogue: Catalogue) -> Service:
    """The service over the table that the settings name, or over an embedded one that is seeded first."""
    if settings.embedded:
        from chalicelib.local import embedded_table, seed_with_progress

        service = over(embedded_table(), catalogue, _trace(settings))
        if not service.registers.frameworks():
            seed_with_progress(service.store, service.registers)
            return over(embedded_table(), catalogue, _trace(settings))
        return service
    if not settings.table:
        raise Misconfigured("no table is named; set FRAMEWORTH_TABLE, or FRAMEWORTH_STORE=embedded to try it out")
    return over(Table(client(), settings.table), catalogue, _trace(settings))


def _now() -> datetime:
    return datetime.now(UTC)


def over(
    table: Table, catalogue: Catalogue, trace: Trace = lambda plugin, hook, outcome: None, now: Callable[[], datetime] = _now
) -> Service:
    """The service over a table; `now` tells the time (UTC)."""
    return Service(
        catalogue,
        EvidenceStore(table, catalogue.figures, now=now),
        Registers(table),
        Profiles(table, now=now),
        Tokens(table, now=now),
        Idempotency(table, now=now),
        Secret(table),
        today=lambda: now().date(),
        clock=time.monotonic,
        trace=trace,
    )


def plugins(settings: Settings) -> Catalogue:
    """The catalogue of plugins that the settings allow: files and installed distributions. Raises `PluginFailed` for a shipped one."""
    return discover(
        settings.plugin_folders,
        shipped=SHIPPED_PLUGINS,
        version=__version__,
        disabled=settings.disabled_plugins,
        installed=installed(sys.path),
        trace=_trace(settings),
    )


def shipped_plugins() -> Catalogue:
    """The catalogue of what the project ships, whatever else is dropped in, installed or set: golden scores and documents rest on it."""
    folders = Settings.of({}).plugin_folders
    others = {path.stem for folder in folders for path in folder.glob("[!_]*.py")} - set(SHIPPED_PLUGINS)
    found = discover(folders, shipped=SHIPPED_PLUGINS, version=__version__, disabled=others)
    return replace(found, plugins=tuple(plugin for plugin in found.plugins if plugin.enabled))


def _trace(settings: Settings) -> Trace:
    """Logs each call of a hook if the settings say so; where nothing is logged yet, by a handler of its own."""
    log = logging.getLogger("chalicelib.hooks")
    if not settings.trace_hooks:
        return lambda plugin, hook, outcome: None
    if not log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    return lambda plugin, hook, outcome: log.info("hook %s of plugin %s: %s", hook, plugin, outcome)


def without_effect(settings: Settings, catalogue: Catalogue) -> list[str]:
    """What FRAMEWORTH_DISABLED_PLUGINS names although there is no such plugin, a sentence each."""
    known = {plugin.name for plugin in catalogue.plugins}
    sentences: list[str] = []
    for name in sorted(settings.disabled_plugins - known):
        near = nearest(name, known)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        sentences.append(f"FRAMEWORTH_DISABLED_PLUGINS names {name!r}, but no plugin is called so{hint}")
    return sentences


def client() -> DynamoDBClient:
    """A DynamoDB client that gives up well before the gateway does; AWS_ENDPOINT_URL_DYNAMODB leads it elsewhere."""
    # The client that boto3 would give; boto3 imports beside it what S3 needs, which is a fifth of a cold start (`make bench-cold`).
    from botocore.config import Config
    from botocore.session import get_session

    made: DynamoDBClient = get_session().create_client(  # type: ignore[assignment]  # the stubs know boto3's way alone
        "dynamodb",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=2, tcp_keepalive=True),
    )
    return made
