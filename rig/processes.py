"""What a server and the processes that it started have used; Linux, macOS and whatever else psutil reads."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil


def cpu_seconds(leader: int) -> float:
    """CPU, user and system, of a process and of all that descend from it, in seconds since their start, as far as they still run."""
    return sum(_cpu_seconds(one) for one in _family(leader))


def memory_bytes(leader: int) -> int:
    """Memory of the same processes in bytes; what several of them share counts once, where the system can tell."""
    return sum(_memory_bytes(one) for one in _family(leader))


def _family(leader: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(leader)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_seconds(process: psutil.Process) -> float:
    if psutil.LINUX:
        # The clock of another process counts nanoseconds, where what psutil reads counts hundredths of a second. The number of that clock
        # is made of the process's id as the kernel documents it (CPUCLOCK_SCHED, see clock_getcpuclockid).
        with suppress(OSError):
            return time.clock_gettime(~process.pid << 3 | 2)
        return 0.0
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system
    return 0.0


def _memory_bytes(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):
        used = process.memory_full_info()
        return int(getattr(used, "pss", used.uss))
    return 0
