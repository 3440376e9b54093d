"""Where a system holds processes on cores, servers get one of their own, and this process all of its own back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rig.cores import CORES, HELD, client_core, server_core

pytestmark = pytest.mark.skipif(not HELD, reason="needs two cores, and a system that holds processes on one")


def cores_of_a_child() -> str:
    return subprocess.check_output([sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))"], text=True).strip()


def test_a_server_is_not_where_its_client_is() -> None:
    with client_core():
        assert os.sched_getaffinity(0) == {CORES[0]}
        with server_core():
            assert cores_of_a_child() == str(CORES[-1])
        assert os.sched_getaffinity(0) == {CORES[0]}
    assert sorted(os.sched_getaffinity(0)) == CORES
