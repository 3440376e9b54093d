"""`plugins` and `new-plugin`: what is loaded and what is at fault, and a plugin to start from."""

from __future__ import annotations

import json
import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.text import Text

from chalicelib import bootstrap, new_plugin
from chalicelib.api import shapes
from chalicelib.commands.loading import loaded
from chalicelib.commands.printing import CONSOLE, grid
from chalicelib.settings import PROJECT, Settings
from frameworth.catalogue import Plugin

_PLUGINS = PROJECT / "plugins"
_KINDS = ("criteria", "profiles", "methods", "collectors")


@click.command("plugins")
@click.option("--json", "as_text", is_flag=True, help="The answer of GET /v1/plugins as JSON.")
@click.pass_context
def list_plugins(context: click.Context, as_text: bool) -> None:
    """List every plugin and every fault.

    Of each plugin: where it comes from, its version, what of its offers was taken, and whether it is switched off. Faults stand below in
    full words; the exit status is 1 if there is one. No table is asked: what only the catalogue of frameworks can tell, such as a figure
    of a framework that it does not hold, stands in GET /v1/plugins.
    """
    settings = Settings.of(os.environ)
    catalogue = loaded(settings)
    if as_text:
        click.echo(json.dumps(shapes.plugins(catalogue.plugins, catalogue.faults), indent=2, ensure_ascii=False))
    else:
        table = grid("", "plugin", "origin", "version", "offers", folds=True)
        for plugin in catalogue.plugins:
            origin = f"{plugin.origin} {plugin.distribution}".strip()
            table.add_row(*(Text(cell) for cell in (plugin.name, origin, plugin.version, _offered(plugin))))
        CONSOLE.print(table)
        for fault in catalogue.faults:
            click.echo(f"fault: plugin {fault.plugin}, stage {fault.stage}: {' '.join(fault.error.split())}")
    for sentence in bootstrap.without_effect(settings, catalogue):
        click.echo(f"note: {sentence}", err=as_text)
    if catalogue.faults:
        context.exit(1)


def _offered(plugin: Plugin) -> str:
    """What of a plugin's offers was taken, in words."""
    if not plugin.enabled:
        return "nothing: switched off" if not plugin.faults else "nothing"
    offers = [f"{kind} {', '.join(names)}" for kind in _KINDS if (names := getattr(plugin, kind))]
    offers += [f"{plugin.figures:,} figures"] if plugin.figures else []
    offers += ["observes scores"] if plugin.observes else []
    return "; ".join(offers) or "nothing"


@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="plugins",
    help="A folder of plugins; in another than the project's the test goes into its tests/.",
)
@click.option(
    "--distribution",
    "package",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a distribution for pip into DIR instead.",
)
def start_plugin(name: str, folder: Path | None, package: Path | None) -> None:
    """Write a new plugin NAME that works.

    It has a criterion, a few figures that hold, and a test, all to be replaced by your own. Nothing is overwritten.
    """
    if folder and package:
        raise click.UsageError("--folder and --distribution are both given; give one of the two")
    new_plugin.checked_name(name, bootstrap.SHIPPED_PLUGINS)
    day = datetime.now(UTC).date()
    folder = folder or _PLUGINS
    if package:
        written = new_plugin.write(new_plugin.as_distribution(name, day), package)
    elif folder.resolve() == _PLUGINS.resolve():
        written = new_plugin.write(new_plugin.in_project(name, day), PROJECT)
    else:
        written = new_plugin.write(new_plugin.in_folder(name, day), folder)
    for path in written:
        click.echo(f"wrote {_from_here(path)}")
    python = _from_here(Path(sys.executable))
    run, setting = f"{python} -m chalicelib", ""
    steps = [("test it", f"{python} -m pytest {_from_here(package or written[-1])}")]
    if package:
        steps.append(("install it", f"{python} -m pip install {_from_here(package, './')}"))
    elif folder.resolve() not in {known.resolve() for known in Settings.of(os.environ).plugin_folders}:
        setting = f"FRAMEWORTH_PLUGINS_DIR={_from_here(folder)} "
    steps += [("see it found", f"{setting}{run} plugins"), ("see it scored", f"{setting}{run} score flask django --weight {name}:1")]
    click.echo()
    for step, command in steps:
        click.echo(f"{step + ':':14} {command}")
    click.echo("then put your own question, facts and figures in place of the example's; comments marked REPLACE say where")


def _from_here(path: Path, lead: str = "") -> str:
    """A path as it is typed here: relative where it lies below, quoted where a shell needs it. pip takes `lead` to know a folder by."""
    here, there = Path.cwd(), path.absolute()
    return shlex.quote(lead + str(there.relative_to(here)) if there.is_relative_to(here) else str(there))
