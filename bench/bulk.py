"""Import of a big file: rows a second, the memory that it takes, and what is there after it was killed half-way and run again.

Run with `python -m bench.bulk` (`--rows 10000` for a quick one). The engine is dynalite (`make dynalite`), which keeps all in memory and
does not throttle: the times are those of the client and of that engine, not of DynamoDB. Catalogue and figures are SYNTHETIC: made by a
rule, for this benchmark only.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.results import CanNotRun, Found, show
from chalicelib.settings import PROJECT
from chalicelib.storage.registers import Registers
from chalicelib.storage.table import Table
from chalicelib.use_cases.exporting import export
from chalicelib.use_cases.json_lines import encode
from frameworth.evidence import Basis, Observation, Source
from frameworth.register import MetricEntry
from tests.chalicelib.storage.engines import dynalite, fresh_table, missing_for_dynalite

ROWS = 100_000
FRAMEWORKS, METRICS = 20, 50
SYNTHETIC = Source("Synthetic figures for benchmarks, observed by nobody", "https://synthetic.invalid/benchmark")
FIRST_DAY = date(2015, 1, 1)
# The file is killed once about so much of it was taken in.
KILLED_AT = 0.5


@dataclass(frozen=True)
class Run:
    """One run of `import`: what it said, how long it took, and the most memory that it had."""

    said: str
    seconds: float
    peak_mb: float


def write_file(path: Path, rows: int) -> None:
    """A file of that many observations: figures of a day come together, as somebody who measures would write them."""
    with path.open("w", encoding="utf-8") as file:
        for line in lines(rows):
            file.write(f"{line}\n")


def lines(rows: int) -> Iterator[str]:
    """Frameworks first, then rows by day, framework and metric."""
    from bench.storage import synthetic_framework
    from chalicelib.storage.items import Recorded

    frameworks = [synthetic_framework(place) for place in range(FRAMEWORKS)]
    yield from map(encode, frameworks)
    for number in range(rows):
        day, place = divmod(number, FRAMEWORKS * METRICS)
        yield encode(
            Recorded(
                Observation(
                    frameworks[place // METRICS].id,
                    f"synthetic_{place % METRICS}",
                    value=float(number),
                    unit="synthetic units",
                    observed_on=FIRST_DAY + timedelta(days=day),
                    basis=Basis.MEASURED,
                    source=SYNTHETIC,
                    note="synthetic",
                )
            )
        )


def register(table: Table) -> None:
    """The metrics, without which no row is taken."""
    Registers(table).put_metrics(
        MetricEntry(
            f"synthetic_{place}",
            title=f"Synthetic {place}",
            unit="synthetic units",
            direction="higher",
            factor="none",
            description="Made by a rule",
        )
        for place in range(METRICS)
    )


def import_file(client: Any, table: str, file: Path, *, kill_after: float | None = None) -> Run:
    """Runs the command in a process of its own; kills it after so many seconds."""
    environment = {
        **os.environ,
        "FRAMEWORTH_TABLE": table,
        "AWS_ENDPOINT_URL_DYNAMODB": client.meta.endpoint_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "chalicelib", "import", str(file)],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, resident_mb(process.pid))
        if kill_after is not None and time.monotonic() - started > kill_after:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.05)
    seconds = time.monotonic() - started
    said = process.stdout.read() if process.stdout else ""
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the import ended with status {process.returncode}: {said}")
    return Run(said.strip(), seconds, peak)


def resident_mb(process: int) -> float:
    """Memory of a process in MB, as Linux tells it; 0 where it does not, or when the process has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def state(table: Table) -> list[str]:
    """All that a table holds, but for when it was recorded."""
    return [line.partition(', "recorded_at"')[0] for line in map(encode, export(table))]


def found(rows: int = ROWS) -> list[Found]:
    """One table: rows a second and memory for two sizes of file, then what a kill leaves and what the run after it makes of that.

    Raises `CanNotRun` if dynalite is not there, `RuntimeError` if the table is another one than after a run that nobody broke off.
    """
    if missing := missing_for_dynalite():
        raise CanNotRun(missing)
    admin = dynalite()
    told: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in (rows // 10, rows):
            file = Path(folder, f"{number}.jsonl")
            write_file(file, number)
            with fresh_table(admin) as name:
                register(Table(admin, name))
                first = import_file(admin, name, file)
                told.append(row(f"{number:,} rows into an empty table", number, first))
                told.append(row(f"{number:,} rows again, all there already", number, import_file(admin, name, file)))
                if number == rows:
                    expected = state(Table(admin, name))
        with fresh_table(admin) as name:
            table = Table(admin, name)
            register(table)
            killed = import_file(admin, name, file, kill_after=first.seconds * KILLED_AT)
            left = sum('"kind": "observation"' in line for line in state(table))
            told.append(row(f"{rows:,} rows, the file run again after it was killed", rows, import_file(admin, name, file)))
            if state(table) != expected:
                raise RuntimeError("the table holds something else than after a run that nobody broke off")
    if not 0 < left < rows:
        raise RuntimeError(f"the run was not killed half-way: {left:,} of {rows:,} rows were there")
    return [
        Found(
            "Import of a big file",
            f"SYNTHETIC rows of {FRAMEWORKS} frameworks and {METRICS} metrics. The engine is dynalite, which keeps all in memory and does "
            "not throttle: the times are those of the client and of that engine, not of DynamoDB.",
            ("import", "seconds", "rows a second", "peak memory"),
            told,
            notes=[
                f"Killed after {killed.seconds:.1f} s, {left:,} of {rows:,} rows were there. After the file was run again the table held "
                f"the same {len(expected):,} entries as after a run that nobody broke off."
            ],
        )
    ]


def row(what: str, rows: int, run: Run) -> tuple[str, ...]:
    """A line of the table."""
    return what, f"{run.seconds:,.1f}", f"{rows / run.seconds:,.0f}", f"{run.peak_mb:,.0f} MB"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of the larger file ({ROWS:,})")
    show(found(parser.parse_args().rows))


if __name__ == "__main__":
    main()
