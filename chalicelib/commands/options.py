"""Values that several commands take, read the same way."""

from __future__ import annotations

from datetime import date

import click

from frameworth.rows import plain_date


def day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """A date as YYYY-MM-DD, or None where none is given."""
    try:
        return plain_date(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
