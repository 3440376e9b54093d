"""On what a run was measured, in words for the note of each figure."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from rig import cores


def machine() -> str:
    """The version of Python, the system, the processor, and how servers are held apart from what asks them."""
    count = len(cores.CORES) or os.cpu_count() or 1
    held = "one for the server" if cores.HELD else "not held apart"
    system = f"{platform.system()} {platform.machine()}"
    return f"Python {platform.python_version()}, {system}, {_processor()}, {count} core{'s' if count > 1 else ''} ({held})"


def load_average() -> float:
    """How many processes wanted to run in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _processor() -> str:
    # platform.processor() is empty or the architecture again on Linux.
    about = Path("/proc/cpuinfo")
    if about.is_file():
        for line in about.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "processor unknown"
