"""What a command works with: the plugins, whose prints go to standard error, the service, and the table."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, redirect_stdout

import click

from chalicelib import bootstrap
from chalicelib.settings import Settings
from chalicelib.storage.table import Table
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue


def prints_aside() -> AbstractContextManager[object]:
    """A span in which code of plugins may run: what it prints does not get between the JSON that a command prints."""
    return redirect_stdout(sys.stderr)


def loaded(settings: Settings) -> Catalogue:
    """The catalogue of plugins that the settings allow."""
    with prints_aside():
        return bootstrap.plugins(settings)


def named_table() -> Table:
    """The table that FRAMEWORTH_TABLE names: what is written to an embedded one is gone when the command ends."""
    name = Settings.of(os.environ).table
    if not name:
        raise click.ClickException("no table is named; set FRAMEWORTH_TABLE (the embedded table is filled from data/ each time)")
    return Table(bootstrap.client(), name)


def table() -> Table:
    """The table that FRAMEWORTH_TABLE names, or, without it, an embedded one that holds the figures of data/."""
    if os.environ.get("FRAMEWORTH_TABLE"):
        return named_table()
    service()
    from chalicelib.local import embedded_table

    return embedded_table()


def service() -> Service:
    """The service over the table that FRAMEWORTH_TABLE names, or, without it, over an embedded one that holds the figures of data/."""
    environ = dict(os.environ)
    if not environ.get("FRAMEWORTH_TABLE"):
        environ["FRAMEWORTH_STORE"] = "embedded"
    settings = Settings.of(environ)
    return bootstrap.compose(settings, loaded(settings))
