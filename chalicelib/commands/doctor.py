"""`doctor`: whether everything in the table agrees, and what to do where it does not."""

from __future__ import annotations

import json

import click

from chalicelib.commands.loading import table
from chalicelib.storage.doctor import Fault, examine, repair


@click.command()
@click.option("--repair", "mend", is_flag=True, help="Mend what can be made anew from history and catalogue, and finish deletions.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def doctor(mend: bool, as_json: bool) -> None:
    """Look whether everything in the table agrees: entries, histories, current figures, sources. Fails if something stays wrong.

    \b
    Examples:
      python -m chalicelib doctor
      python -m chalicelib doctor --repair --json
    """
    examined = table()
    found, left = repair(examined) if mend else (found := examine(examined), found)
    told = [(fault, fault not in left) for fault in found] + [(fault, False) for fault in left if fault not in found]
    if as_json:
        click.echo(json.dumps({"faults": [_shown(fault, mended) for fault, mended in told]}, indent=2, ensure_ascii=False))
    else:
        for fault, mended in told:
            where = fault.framework or "registers"
            click.echo(f"{where}: {fault.what}; {'mended' if mended else f'not mended: {fault.mend}'}")
        click.echo(f"{len(found)} fault(s) found, {len(left)} left" if found else "nothing is wrong")
    if left:
        raise click.exceptions.Exit(1)


def _shown(fault: Fault, mended: bool) -> dict[str, object]:
    return {"framework": fault.framework or None, "what": fault.what, "mend": fault.mend, "mended": mended}
