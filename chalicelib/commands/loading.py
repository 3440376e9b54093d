"""Loading plugins for a command, whose standard output is its own: what a plugin prints goes to standard error."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, redirect_stdout

from chalicelib import bootstrap
from chalicelib.settings import Settings
from chalicelib.use_cases.service import Service
from frameworth.catalogue import Catalogue


def prints_aside() -> AbstractContextManager[object]:
    """A span in which code of plugins may run: what it prints does not get between the JSON that a command prints."""
    return redirect_stdout(sys.stderr)


def loaded(settings: Settings) -> Catalogue:
    """The catalogue of plugins that the settings allow."""
    with prints_aside():
        return bootstrap.plugins(settings)


def service() -> Service:
    """The service over the table that FRAMEWORTH_TABLE names, or, without it, over an embedded one that holds the figures of data/."""
    environ = dict(os.environ)
    if not environ.get("FRAMEWORTH_TABLE"):
        environ["FRAMEWORTH_STORE"] = "embedded"
    settings = Settings.of(environ)
    return bootstrap.compose(settings, loaded(settings))
