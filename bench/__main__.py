"""All benchmarks in one run, written to bench/RESULTS.md with machine, versions and date: `make bench`.

Takes about half an hour. What is told are ratios and medians of CPU; a bound that was missed is told with its reason and ends the run with
status 1. `python -m bench score cold` runs those alone and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import bulk, cold, cost, growth, load, peers_cold, peers_warm, plugins, score, storage
from bench.results import Found, as_markdown, as_text, machine

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"

# In this order; the last reckons with what the others found.
BENCHMARKS: Mapping[str, Callable[[], list[Found]]] = {
    "score": score.found,
    "cold": cold.found,
    "peers_cold": peers_cold.found,
    "peers_warm": peers_warm.found,
    "growth": growth.found,
    "storage": storage.found,
    "load": load.found,
    "cost": cost.found,
    "plugins": plugins.found,
    "bulk": bulk.found,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs what is named, or all; returns 1 if a bound was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help=f"one of {', '.join(BENCHMARKS)}; all if left out"
    )
    names: list[str] = parser.parse_args(arguments).names
    print(machine(), flush=True)
    found: list[Found] = []
    for number, name in enumerate(names or BENCHMARKS, 1):
        print(f"\n{number}/{len(names or BENCHMARKS)} {name} …", file=sys.stderr, flush=True)
        started = time.monotonic()
        some = BENCHMARKS[name]()
        found += some
        print(*map(as_text, some), sep="\n", flush=True)
        print(f"  {name} took {time.monotonic() - started:,.0f} s", file=sys.stderr, flush=True)
    missed = [bound for one in found for bound in one.bounds if not bound.holds]
    if not names:
        RESULTS.write_text(report(found), encoding="utf-8")
        growth.write_charts(HERE)
        print(f"\n{RESULTS.relative_to(HERE.parent)} is written", flush=True)
    print(f"\n{sum(len(one.bounds) for one in found)} bounds, {len(missed)} missed", *map(str, missed), sep="\n  ")
    return int(bool(missed))


def report(found: Sequence[Found]) -> str:
    """What was found, as bench/RESULTS.md holds it."""
    bounds = [bound for one in found for bound in one.bounds]
    head = (
        "# What the benchmarks found",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}; {machine()}.",
        "Times are CPU and medians unless a table says otherwise. They hold for this machine; what is promised are ratios of what ran "
        "side by side.",
        "\n".join(f"- {bound}" for bound in bounds),
    )
    return "\n\n".join((*head, *map(as_markdown, found))) + "\n"


if __name__ == "__main__":
    sys.exit(main())
