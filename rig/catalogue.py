"""Which applications there are, and how each is served; read from apps/catalogue.toml. Nothing here starts anything."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

APPS = Path(__file__).parent / "apps"
BASELINE = "baseline"
CONCURRENCIES = "one request at a time|an event loop|[0-9]+ threads|a thread for each connection"
# What hands an event of AWS Lambda to an application: a package of that name, the framework itself, or none, as the application takes it.
ADAPTERS = ("mangum", "apig-wsgi", "chalice", "none")


class CatalogueInvalid(ValueError):
    """An entry of the catalogue can't be used; the message names it and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One reference application, and the server that its framework's documentation recommends.

    `command` is run in `folder`; `$PORT` in it stands for the port. `concurrency` says how one worker answers several
    requests, one of `CONCURRENCIES`. `document` is the address that recommends the server, `why` says in
    one line why it was taken. `production` is false where a framework brings nothing that it calls fit for production on one machine.

    On AWS Lambda `adapter`, one of `ADAPTERS`, hands events to `application`, the object as "module:name". Both are empty where no adapter
    answers inside the function, so that people start the server there too.
    """

    framework: str
    folder: Path
    command: tuple[str, ...]
    server: str
    workers: int
    concurrency: str
    production: bool
    why: str
    document: str
    adapter: str
    application: str

    def __post_init__(self) -> None:
        """Refuses an entry that could not be served, or whose choice of a server nobody could check."""
        if not self.command or not any("$PORT" in part for part in self.command):
            raise CatalogueInvalid(f"{self.framework}: the command must be told its port as $PORT")
        if self.workers < 1:
            raise CatalogueInvalid(f"{self.framework}: workers is a whole number from 1")
        if not re.fullmatch(CONCURRENCIES, self.concurrency):
            raise CatalogueInvalid(f"{self.framework}: concurrency is one of {CONCURRENCIES.replace('|', ', ')}")
        if not self.why or "\n" in self.why:
            raise CatalogueInvalid(f"{self.framework}: why this server, in one line")
        if not self.document.startswith("https://"):
            raise CatalogueInvalid(f"{self.framework}: document must be the https address of what recommends the server")
        if self.adapter and self.adapter not in ADAPTERS:
            raise CatalogueInvalid(
                f"{self.framework}: adapter is one of {', '.join(ADAPTERS)}, or empty if none answers inside the function"
            )
        if not re.fullmatch(r"[a-z_]+:[a-z_]+" if self.adapter else "", self.application):
            raise CatalogueInvalid(f"{self.framework}: application is what the adapter is given, as module:name, and empty without one")
        for file in ("app.py", "requirements.txt"):
            if not (self.folder / file).is_file():
                raise CatalogueInvalid(f"{self.framework}: there is no {file} in {self.folder}")

    @property
    def requirements(self) -> Path:
        """The file of pinned requirements."""
        return self.folder / "requirements.txt"

    @property
    def wanted(self) -> list[str]:
        """The requirements, a line each."""
        lines = self.requirements.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line and not line.startswith("#")]


def read_catalogue(folder: Path = APPS) -> dict[str, App]:
    """The applications by framework, in the order of the file; raises `CatalogueInvalid` for the first entry that can't be used."""
    entries = tomllib.loads((folder / "catalogue.toml").read_text(encoding="utf-8"))
    return {framework: _app(framework, folder / framework, entry) for framework, entry in entries.items()}


def baseline() -> App:
    """The application without a framework that is measured beside all others."""
    return App(
        framework=BASELINE,
        folder=Path(__file__).parent / "baseline",
        command=("python", "app.py", "$PORT"),
        server="asyncio",
        workers=1,
        concurrency="an event loop",
        production=False,
        why="what the standard library brings, so that only the interpreter can change under it",
        document="https://docs.python.org/3/library/asyncio-stream.html",
        adapter="none",
        application="app:handler",
    )


def _app(framework: str, folder: Path, entry: object) -> App:
    if not isinstance(entry, dict):
        raise CatalogueInvalid(f"{framework}: not a table")
    types = {
        "command": list,
        "server": str,
        "workers": int,
        "concurrency": str,
        "production": bool,
        "why": str,
        "document": str,
        "adapter": str,
        "application": str,
    }
    if entry.keys() != types.keys():
        odd = ", ".join(sorted(entry.keys() ^ types.keys()))
        raise CatalogueInvalid(f"{framework}: missing or unknown: {odd}")
    for name, type_ in types.items():
        if type(entry[name]) is not type_:
            raise CatalogueInvalid(f"{framework}: {name} is not of type {type_.__name__}")
    if not all(isinstance(part, str) for part in entry["command"]):
        raise CatalogueInvalid(f"{framework}: command is a list of texts")
    return App(framework=framework, folder=folder, **{**entry, "command": tuple(entry["command"])})
