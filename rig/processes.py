"""What a server and the processes that it started have used; Linux, macOS and whatever else psutil reads."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """What processes have used up to a moment: CPU, user and system, in seconds. Only usages of the same `processes` can be subtracted."""

    processes: frozenset[int]
    cpu_seconds: float


def usage(leader: int) -> Usage:
    """Of a process and of all that descend from it and still run."""
    family = _family(leader)
    return Usage(frozenset(one.pid for one in family), cpu_seconds(one.pid for one in family))


def cpu_seconds(processes: Iterable[int]) -> float:
    """What processes of these ids have used so far; quick enough to be asked a hundred times a second."""
    return sum(map(_cpu_seconds, processes))


def memory_bytes(leader: int) -> int:
    """What the same processes hold in memory: what each has alone, and what they share once, as far as one of them has it."""
    alone, shared = 0, 0
    for one in _family(leader):
        with suppress(psutil.NoSuchProcess):
            held = one.memory_full_info()
            alone += held.uss
            shared = max(shared, held.rss - held.uss)
    return alone + shared


def _family(leader: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(leader)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_seconds(process: int) -> float:
    if psutil.LINUX:
        # The clock of another process counts nanoseconds, where what psutil reads counts hundredths of a second. The number of that clock
        # is made of the process's id as the kernel documents it (CPUCLOCK_SCHED, see clock_getcpuclockid).
        with suppress(OSError):
            return time.clock_gettime(~process << 3 | 2)
        return 0.0
    with suppress(psutil.NoSuchProcess):
        times = psutil.Process(process).cpu_times()
        return times.user + times.system
    return 0.0
