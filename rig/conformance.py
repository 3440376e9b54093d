"""Whether the applications do what all must do: `python -m rig.conformance [FRAMEWORK …]` installs, serves and checks each.

Prints a line for each that conforms, and for one that does not what is wrong; ends with 1 if any does not.
"""

from __future__ import annotations

import argparse
import http.client
import tempfile
from pathlib import Path

from rig.catalogue import App, read_catalogue
from rig.checks import CHECKS, Subject
from rig.environments import NotInstalled, environment
from rig.remote import remote
from rig.serving import NotServed, serving

ENVIRONMENTS = Path(".venv", "rig")
DELAY = 0.05  # seconds


def faults(subject: Subject) -> list[str]:
    """What is wrong with an application that is served, in words; empty if it conforms."""
    found: list[str] = []
    for check in CHECKS:
        try:
            found += check(subject)
        except (OSError, http.client.HTTPException) as error:
            found.append(f"{check.__name__}: no answer ({error!r})")
    return found


def check(app: App, installed: Path) -> list[str]:
    """Serves and checks one application, whose virtual environment is `installed`; what is wrong, in words."""
    try:
        with tempfile.TemporaryDirectory(prefix="rig-") as folder, remote(DELAY) as address:
            variables = {"REMOTE": address, "DATABASE": str(Path(folder, "notes.sqlite3"))}
            with serving(app.command, app.folder, environment=installed, variables=variables) as served:
                return faults(Subject(served.port, address, DELAY))
    except NotServed as error:
        return [str(error)]


def check_app(app: App, environments: Path = ENVIRONMENTS) -> list[str]:
    """Installs, serves and checks one application; what is wrong, in words."""
    try:
        return check(app, environment(app.requirements, (environments / app.framework).absolute()))
    except NotInstalled as error:
        return [str(error)]


def main(arguments: list[str] | None = None) -> int:
    """Reads the options, checks, and returns the exit status."""
    catalogue = read_catalogue()
    parser = argparse.ArgumentParser(prog="python -m rig.conformance", description="Check that the reference applications conform.")
    parser.add_argument("frameworks", nargs="*", metavar="FRAMEWORK", help=f"of {', '.join(catalogue)} (default: all)")
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS, help=f"where they are installed (default: {ENVIRONMENTS})")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.frameworks) - catalogue.keys()):
        parser.error(f"no application for {', '.join(unknown)}; there is {', '.join(catalogue)}")
    wrong = False
    for framework in options.frameworks or catalogue:
        found = check_app(catalogue[framework], options.environments)
        print(f"{framework}: conforms" if not found else "\n  ".join([f"{framework}:", *found]), flush=True)
        wrong = wrong or bool(found)
    return int(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
