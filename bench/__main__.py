"""All benchmarks in one run, written to bench/RESULTS.md with machine, versions and date: `make bench`.

Takes about a quarter of an hour. What is told are ratios and medians of CPU; a bound that was missed is told with its reason.
`python -m bench score cold` runs those alone and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import bulk, cold, cost, growth, load, page, peers_cold, peers_warm, plugins, score, storage
from bench.results import CanNotRun, Found, as_markdown, as_text, machine

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
    "page": page.found,
    "cost": cost.found,
    "plugins": plugins.found,
    "bulk": bulk.found,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs what is named, or all; returns 1 if in CI a part that one of them needs is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    one = f"one of {', '.join(BENCHMARKS)}; all if left out"
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help=one)
    names: list[str] = parser.parse_args(arguments).names
    print(machine(), flush=True)
    found: list[Found] = []
    left_out: list[str] = []
    for number, name in enumerate(names or BENCHMARKS, 1):
        print(f"\n{number}/{len(names or BENCHMARKS)} {name} …", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            some = BENCHMARKS[name]()
        except CanNotRun as error:
            left_out.append(f"{name} is left out: {error}")
            continue
        found += some
        print(*map(as_text, some), sep="\n", flush=True)
        print(f"  {name} took {time.monotonic() - started:,.0f} s", file=sys.stderr, flush=True)
    bounds = [bound for one in found for bound in one.bounds]
    print(f"\nBounds: {len(bounds)}, missed: {sum(not bound.holds for bound in bounds)}", *bounds, sep="\n  ")
    if left_out:
        print(*left_out, "bench/RESULTS.md is as it was", sep="\n", file=sys.stderr)
    elif not names:
        RESULTS.write_text(report(found), encoding="utf-8")
        growth.write_charts(HERE)
        print(f"{RESULTS.relative_to(HERE.parent)} is written")
    return int(bool(left_out) and os.environ.get("CI") == "true")


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
