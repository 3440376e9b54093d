"""Serving ends what it started, also what that started, and says why something does not answer."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from rig.serving import NotServed, serving

# Starts a child that ignores the request to end, writes its id, and serves; the server itself ends when it is asked.
WITH_CHILD = """
import http.server, os, pathlib, subprocess, sys
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
child.stdout.readline()
pathlib.Path("child").write_text(str(child.pid))
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def runs(process: int) -> bool:
    try:
        return Path("/proc", str(process), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_the_server_and_a_child_that_will_not_end_are_ended(tmp_path: Path) -> None:
    with serving((sys.executable, "-c", WITH_CHILD, "$PORT"), tmp_path) as served:
        child = int((tmp_path / "child").read_text(encoding="utf-8"))
        assert runs(served.process)
        assert runs(child)
    deadline = time.monotonic() + 2
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(served.process)
    assert not runs(child)


def test_a_server_that_ends_at_once_is_refused_with_what_it_wrote(tmp_path: Path) -> None:
    with (
        pytest.raises(NotServed, match="no such table"),
        serving((sys.executable, "-c", "raise SystemExit('no such table')", "$PORT"), tmp_path),
    ):
        pass


def test_a_server_that_never_answers_is_ended_when_patience_is_over(tmp_path: Path) -> None:
    started = time.monotonic()
    with (
        pytest.raises(NotServed, match=r"did not answer /json within 0\.2 s"),
        serving((sys.executable, "-c", "import time; time.sleep(60)"), tmp_path, patience=0.2),
    ):
        pass
    assert time.monotonic() - started < 5
