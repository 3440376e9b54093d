"""CPU that finding plugins costs at a cold start, each time in a fresh process: by folders first, beside asking importlib.metadata.

Run with `python -m bench.plugins`. The clock of a child starts once frameworth is imported, so what is timed is the search, with those
imports that it makes itself. Times are CPU, medians over processes that have bytecode to read, as a package without it has not.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.results import Found, show

PROCESSES = 25

CHILD = """
import sys, time
import frameworth.distributions
{before}
started = time.process_time()
{work}
print((time.process_time() - started) * 1000)
"""
SEARCH = {"work": "frameworth.distributions.installed(sys.path)"}
SCAN = {"work": "from importlib.metadata import entry_points\nentry_points(group='frameworth')"}
WHOLE = {
    "before": "from chalicelib import bootstrap\nfrom chalicelib.settings import Settings",
    "work": "bootstrap.plugins(Settings.of({}))",
}
# What is timed, and whether a distribution with a plugin is installed.
CASES: dict[str, tuple[Mapping[str, str], bool]] = {
    "installed(sys.path), none installed": (SEARCH, False),
    "installed(sys.path), one installed": (SEARCH, True),
    "importlib.metadata.entry_points": (SCAN, False),
    "bootstrap.plugins, none installed": (WHOLE, False),
    "bootstrap.plugins, one installed": (WHOLE, True),
}

MODULE = '''"""One criterion without figures."""

from frameworth import Criterion, Indicator, Metric, hookimpl, yes_no


@hookimpl
def frameworth_criteria():
    yield Criterion("bench", question="Is it?", indicators=[Indicator("it", [Metric("bench", unit="boolean", value=yes_no())])])
'''


def write_distribution(site: Path) -> None:
    """Writes what pip would: a module, and the metadata that names it."""
    info = site / "frameworth_bench-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: frameworth-bench\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[frameworth]\nbench = frameworth_bench\n", encoding="utf-8")
    (site / "frameworth_bench.py").write_text(MODULE, encoding="utf-8")


def cpu_ms(code: Mapping[str, str], environ: Mapping[str, str]) -> float:
    """Milliseconds of CPU that a fresh process measures."""
    command = [sys.executable, "-c", CHILD.format_map({"before": "", **code})]
    return float(subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout)


def found(processes: int = PROCESSES) -> list[Found]:
    """One table: the median of CPU per start, the least and the most."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMEWORTH_", "PYTHON"))}
    times: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory(prefix="frameworth-bench-") as temporary:
        write_distribution(Path(temporary, "site"))
        # Bytecode is written there, not into the project. The first process of each case writes it, and is not counted.
        environ = {**kept, "PYTHONPYCACHEPREFIX": str(Path(temporary, "bytecode"))}
        for number in range(processes + 1):
            for name, (code, one) in CASES.items():
                time = cpu_ms(code, {**environ, "PYTHONPATH": str(Path(temporary, "site"))} if one else environ)
                times[name] += [time] if number else []
    return [
        Found(
            "Finding plugins at a start",
            f"CPU of a fresh process, {processes} each, taking turns, with bytecode to read: the search with its own imports.",
            ("at start", "median", "least", "most"),
            [
                (name, f"{statistics.median(taken):,.2f} ms", f"{min(taken):,.2f} ms", f"{max(taken):,.2f} ms")
                for name, taken in times.items()
            ],
        )
    ]


def main() -> None:
    """Prints the table."""
    show(found())


if __name__ == "__main__":
    main()
