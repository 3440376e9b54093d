"""CPU and memory are those of a server and of what it started, and of nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from rig.processes import Usage, memory_bytes, usage

# Starts a child that burns half a second of CPU and holds 60 MB, and says when both are so.
PARENT = """
import subprocess, sys
child = "import time; held = bytearray(60_000_000)\\nwhile time.process_time() < 0.5: pass\\nprint(flush=True); time.sleep(60)"
with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE) as one:
    one.stdout.readline()
    print(flush=True)
    sys.stdin.read()
    one.kill()
"""


@pytest.fixture
def family() -> Iterator[int]:
    """The id of a process with a busy child."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()
        yield parent.pid
        assert parent.stdin
        parent.stdin.close()


def test_what_a_child_uses_counts(family: int) -> None:
    used = usage(family)
    assert len(used.processes) == 2
    assert 0.5 <= used.cpu_seconds < 1.5
    assert 60_000_000 < memory_bytes(family) < 150_000_000


def test_who_has_ended_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert (usage(ended.pid), memory_bytes(ended.pid)) == (Usage(frozenset(), 0), 0)
