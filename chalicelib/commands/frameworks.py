"""`framework put`, `archive` and `delete`, and `withdraw`: what an operator changes in a table that a deployment reads."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from chalicelib.commands.loading import named_table
from chalicelib.commands.options import day
from chalicelib.storage.evidence_store import EvidenceStore
from chalicelib.storage.frameworks import delete as delete_framework
from chalicelib.storage.frameworks import set_status
from chalicelib.storage.registers import Registers
from frameworth.evidence import MOST_NOTE
from frameworth.names import checked_slug
from frameworth.register import Framework

# Who the table says it was; a name of somebody's account is no business of whoever reads the catalogue.
BY = "command line"


@click.group("framework")
def framework_commands() -> None:
    """Enter a framework, change its entry, archive or delete it, in the table that FRAMEWORTH_TABLE names."""


@framework_commands.command("put")
@click.argument("framework_id", metavar="ID")
@click.option("--name", help="What people call it; needed for a new one.")
@click.option("--package", help="Its name on PyPI.")
@click.option("--repository", help="Address of its source code.")
@click.option("--homepage", help="Address of its documentation.")
@click.option("--licence", help="Short name of its licence, such as MIT.")
@click.option("--first-release", callback=day, metavar="YYYY-MM-DD", help="Day of its first release.")
@click.option("--summary", help="What it is, in a sentence.")
def put(framework_id: str, **given: Any) -> None:
    """Enter the framework ID, or change what is mentioned of its entry; its history stays.

    \b
    Example:
      python -m chalicelib framework put bottle --name Bottle --licence MIT --first-release 2009-07-01
    """
    table = named_table()
    changes = {name: value for name, value in given.items() if value is not None}
    known = Registers(table).framework(checked_slug(framework_id, "framework"))
    if known is None and "name" not in changes:
        raise click.ClickException(f"framework {framework_id!r} is new; give it a --name")
    nothing: dict[str, Any] = {one.name: "" for one in fields(Framework) if one.name not in ("id", "status", "_")}
    made = replace(known, **changes) if known else Framework(framework_id, **{**nothing, "first_release": None, **changes})
    EvidenceStore(table).put(made, by=BY)
    click.echo(f"{framework_id} is in {table.name}; {'changed' if known else 'new'}: {', '.join(sorted(changes)) or 'nothing'}")


@framework_commands.command("archive")
@click.argument("framework_id", metavar="ID")
@click.option("--undo", is_flag=True, help="Take it back among the active ones.")
def archive(framework_id: str, undo: bool) -> None:
    """Leave the framework ID out when a question names none; asked for by name it is still scored, with a note.

    \b
    Example:
      python -m chalicelib framework archive cherrypy
    """
    table = named_table()
    set_status(
        table,
        checked_slug(framework_id, "framework"),
        "active" if undo else "archived",
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        by=BY,
    )
    click.echo(f"{framework_id} is {'active' if undo else 'archived'}; a running service takes up to a minute to list it so")


@framework_commands.command("delete")
@click.argument("framework_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Delete it, its facts and its whole history for good.")
def delete(framework_id: str, yes: bool) -> None:
    """Delete the framework ID with its whole history; broken off, do it again. To keep the history, archive it instead.

    \b
    Example:
      python -m chalicelib framework delete bottle --yes
    """
    table = named_table()
    checked_slug(framework_id, "framework")
    if not yes:
        raise click.ClickException(f"this deletes all that is known of {framework_id!r} for good; say --yes, or archive it instead")
    deleted = 0
    # How many items there are would be known only from reading all of them first.
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Deleting {framework_id}", total=None)

        def progress(more: int) -> None:
            nonlocal deleted
            deleted += more
            bar.update(task, description=f"Deleting {framework_id}: {deleted:,} items")

        delete_framework(table, framework_id, progress)
    click.echo(f"{framework_id} is gone from {table.name}: {deleted:,} items beside its entry and its current figures")


@click.command()
@click.argument("framework")
@click.argument("metric")
@click.argument("observed_on", callback=day, metavar="YYYY-MM-DD")
@click.option("--id", "row_id", default="", help="Id of the observation, where the day has several; the history shows it.")
@click.option("--reason", required=True, help=f"Why it must not count, up to {MOST_NOTE:,} characters; shown beside the figure.")
def withdraw(framework: str, metric: str, observed_on: date, row_id: str, reason: str) -> None:
    """Take the figure of METRIC of that day for FRAMEWORK out of every score, and with it what was derived from it. They stay in the
    history, with the reason.

    For a figure under a wrong metric, date or framework; a wrong number is corrected by a figure with a higher revision instead.

    \b
    Example:
      python -m chalicelib withdraw flask github_stars 2021-07-01 --reason "stars of another repository"
    """
    store = EvidenceStore(named_table())
    row, is_new = store.withdraw(framework, metric, observed_on, reason, row_id=row_id, by=BY)
    figure = f"{row.metric} of {row.framework} on {row.observed_on}, {row.value:.15g} {row.unit} (id {row.id})"
    click.echo(f"{figure}, is withdrawn{'' if is_new else '; it was before, and keeps the reason it had'}")
    for one in store.withdraw_derived(row, reason, by=BY):
        click.echo(f"with it {one.metric} of {one.observed_on}, {one.value:.15g} {one.unit} (id {one.id}), which is derived from it")
