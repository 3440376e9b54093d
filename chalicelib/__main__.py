"""The command line: `python -m chalicelib`. For development and for running a deployment; never imported on Lambda."""

from __future__ import annotations

import sys
from typing import Any

import click

from chalicelib.commands.data import export_file, import_file
from chalicelib.commands.doctor import doctor
from chalicelib.commands.frameworks import framework_commands, withdraw
from chalicelib.commands.measure import measure
from chalicelib.commands.plugins import list_plugins, start_plugin
from chalicelib.commands.scoring import score
from chalicelib.commands.tables import create_table, freeze_references, seed_table
from chalicelib.commands.tokens import token_commands
from chalicelib.use_cases.faults import InvalidRequest
from frameworth.errors import FrameworthError


class _Commands(click.Group):
    """Commands whose expected errors end in one plain line instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InvalidRequest as error:
            raise click.ClickException("\n".join(f"{fault.message}; {fault.fix}" for fault in error.faults)) from error
        except FrameworthError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Frameworth: which web framework for this project, answered with evidence.

    Commands work on the table that FRAMEWORTH_TABLE names, or, without it, on an embedded one that holds the figures of data/.
    """


for _command in (
    score,
    list_plugins,
    start_plugin,
    seed_table,
    import_file,
    export_file,
    create_table,
    freeze_references,
    measure,
    framework_commands,
    withdraw,
    token_commands,
    doctor,
):
    main.add_command(_command)

if __name__ == "__main__":
    main(prog_name="python -m chalicelib", args=sys.argv[1:])
