"""`seed`, `create-table` and `freeze-references`: the table and the files that it is filled from."""

from __future__ import annotations

import csv
import os

import click
from rich.console import Console
from rich.progress import Progress

from chalicelib import bootstrap, data_folder
from chalicelib.commands.loading import loaded
from chalicelib.settings import Settings
from chalicelib.use_cases.seed import seed


@click.command("seed")
def seed_table() -> None:
    """Put the figures of data/ into the table that FRAMEWORTH_TABLE names; doing it again changes nothing."""
    settings = Settings.of(os.environ)
    if not settings.table:
        raise click.ClickException("no table is named; set FRAMEWORTH_TABLE (the embedded table is seeded by itself)")
    service = bootstrap.compose(settings, loaded(settings))
    from chalicelib.local import DATA

    found = data_folder.read(DATA)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Seeding {settings.table}", total=found.size)
        seed(found, service.store, service.registers, lambda written: bar.advance(task, written))
    click.echo(f"{found.size:,} observations of {len(found.frameworks)} frameworks are in {settings.table}")


@click.command("create-table")
@click.argument("name")
def create_table(name: str) -> None:
    """Create the table NAME as the deployment's template defines it: for DynamoDB Local, by AWS_ENDPOINT_URL_DYNAMODB."""
    from chalicelib.local import create_table as create

    create(bootstrap.client(), name)
    click.echo(f"table {name} is there; fill it with FRAMEWORTH_TABLE={name} python -m chalicelib seed")


@click.command("freeze-references")
def freeze_references() -> None:
    """Append the medians of benchmark tables that data/references.csv does not hold yet; what it holds is never changed."""
    from chalicelib.local import DATA

    missing = data_folder.missing_references(DATA)
    with (DATA / data_folder.REFERENCE_FILE).open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for one in missing:
            writer.writerow([one.metric, one.observed_on.isoformat(), f"{one.median:.15g}", one.rows])
    click.echo(f"{len(missing)} table(s) frozen")
