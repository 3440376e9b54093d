"""The package under load: 20 clients at once, two processes of Lambda's own runtime, and a table that is throttled for some seconds.

Run with `python -m bench.load` (`make lambda` and `make dynalite` first; Linux only). The processes are those that the tests of the package
run, with nothing changed in them. Clients, table, and what stands before the table are processes of their own, so that their CPU does not
count; they share the processor all the same. Lambda would start a process for each of the 20 at once: here they wait for one of two, so
that a client's time is mostly waiting, and the time in the process, as its log tells it, is given as well.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from bench.cold import unpacked
from bench.load_clients import Noted
from bench.load_run import HANDLERS, TABLES, Plan, Run, run
from bench.results import Bound, CanNotRun, Found, show
from tests.chalicelib.storage.engines import missing_for_dynalite
from tests.packaging.functions import missing_for_lambda
from tools import package

# A part of one thread that takes more than this of a core has the others wait for it.
BUSY = 0.9
PHASES = ("before the storm", "amid the storm", "settling", "after the storm")
BEFORE, STORM, SETTLING, AFTER = range(len(PHASES))


def phase_of(noted: Noted, marks: Sequence[float]) -> int:
    """The phase of a request: what was under way at any moment of the storm is of the storm, all else of the phase in which it began."""
    if noted.ended < marks[STORM]:
        return BEFORE
    return max(STORM, sum(noted.began >= mark for mark in marks[1 : AFTER + 1]))


def is_wrong(noted: Noted, phase: int) -> bool:
    """Whether an answer is none that may come: it may be 200, and in the storm 503 with Retry-After."""
    turned_away = noted.status == HTTPStatus.SERVICE_UNAVAILABLE and noted.retry_after.isdigit()
    return noted.status != HTTPStatus.OK and not (turned_away and phase == STORM)


def tables(plan: Plan, done: Run) -> list[Found]:
    """What a run found."""
    phases = [[one for one in done.noted if phase_of(one, done.marks) == number] for number in range(len(PHASES))]
    rows = [_row(number, some, done) for number, some in enumerate(phases)]
    wrong = [sum(is_wrong(one, number) for one in some) for number, some in enumerate(phases)]
    before, after = (percentiles(_waited(phases[number]))[1] for number in (BEFORE, AFTER))
    last = max((one.ended for one in done.noted if one.status != HTTPStatus.OK), default=done.marks[STORM + 1])
    bounds = (
        Bound("answers other than 200 outside the storm", sum(wrong) - wrong[STORM], 0, "answers"),
        Bound("answers in the storm that are neither 200 nor 503 with Retry-After", wrong[STORM], 0, "answers"),
        Bound("the last 503 after the end of the storm", max(0.0, last - done.marks[STORM + 1]), 1, "s"),
        Bound("p95 after the storm, by that before", after / before if before else 0.0, 1.5),
        Bound("memory of a process", done.peak_mb, done.memory_mb, "MB"),
    )
    begin, end = plan.storm
    return [
        Found(
            f"Load: {plan.clients} clients at once on {plan.processes} processes of Lambda's runtime",
            f"{plan.seconds:g} s, of which the table is throttled for {end - begin:g}; in milliseconds what a client waits, its turn "
            "included, and what the process takes; last what a CPU second of the processes answers.",
            ("", "requests", "503", "wrong", *_three("waited"), *_three("inside"), "a CPU second"),
            rows,
            bounds,
            notes(done),
        )
    ]


def _row(number: int, noted: Sequence[Noted], done: Run) -> Sequence[str]:
    """What a phase was like."""
    begin, end = done.marks[number], done.marks[number + 1]
    inside = [one.ms for one in done.logged if begin <= one.ended < end]
    refused = sum(one.status == HTTPStatus.SERVICE_UNAVAILABLE for one in noted)
    wrong = sum(is_wrong(one, number) for one in noted)
    milliseconds = (*percentiles(_waited(noted)), *percentiles(inside))
    cpu_s = done.cpu[HANDLERS][number]
    rate = f"{len(inside) / cpu_s:,.0f}" if cpu_s else "–"
    return (PHASES[number], f"{len(noted):,}", str(refused), str(wrong), *(f"{one:,.0f}" for one in milliseconds), rate)


def _waited(noted: Sequence[Noted]) -> list[float]:
    return [1000 * (one.ended - one.began) for one in noted]


def _three(what: str) -> list[str]:
    return [f"{name} {what}" for name in ("p50", "p95", "p99")]


def percentiles(figures: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th percentile, each a figure that came; 0 if there are none."""
    ordered = sorted(figures) or [0.0]
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99))
    return p50, p95, p99


def notes(done: Run) -> list[str]:
    """What else is to be known: who took the processor before the storm, and what the processes did meanwhile."""
    begin, end = done.marks[BEFORE], done.marks[STORM]
    shares = {part: some[BEFORE] / (end - begin) for part, some in done.cpu.items()}
    said = ", ".join(f"{part} {share:.2f}" for part, share in shares.items())
    on_requests = sum(one.ms for one in done.logged if one.ended < end) / 1000 / (end - begin)
    lines = [
        "Lambda would start a process for each client; here they wait for their turn, in the storm behind those whose calls are repeated.",
        f"CPU seconds a second before the storm, on {os.cpu_count()} cores: {said}; in all {sum(shares.values()):.2f}.",
        f"The processes were on requests for {on_requests:.2f} seconds a second; but for their CPU they waited, for the table or a core.",
    ]
    if shares[TABLES] > BUSY:
        lines.append(f"The table is the bottleneck: dynalite, which is one thread, took {shares[TABLES]:.2f} CPU seconds a second.")
    else:
        lines.append(f"The table, dynalite, is one thread and took {shares[TABLES]:.2f} of a core: it is no bottleneck, though waited for.")
    return lines


def found() -> list[Found]:
    """Packages the project, runs the load, and returns what was found. Raises `CanNotRun` if a part of it is not there."""
    if missing := missing_for_lambda() or missing_for_dynalite():
        raise CanNotRun(missing)
    with tempfile.TemporaryDirectory(prefix="frameworth-bench-") as temporary:
        package.package("dev", Path(temporary, "build"))
        template = json.loads(Path(temporary, "build", package.TEMPLATE).read_text(encoding="utf-8"))
        code = unpacked(Path(temporary, "build", package.ZIP), Path(temporary, "unpacked"))
        plan = Plan()
        return tables(plan, run(plan, template, code))


def main() -> None:
    """Prints what was found."""
    show(found())


if __name__ == "__main__":
    main()
