"""`make run` with a plugin that was installed by pip: the real server in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests import wheels
from tests.checkouts import alone, copy_of

pytestmark = [pytest.mark.xdist_group("server"), alone]


@pytest.fixture(scope="module")
def ask(project, tmp_path_factory):
    """The answer of a server whose Python finds the plugin among what is installed."""
    made = tmp_path_factory.mktemp("licence")
    site = wheels.install(wheels.build_wheel(made / "project"), made / "site")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(site)}
    command = [str(Path(sys.executable).with_name("chalice")), "local", "--stage", "local", "--no-autoreload", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=copy_of(project, made / "checkout"), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def ask(address):
        with urlopen(f"http://127.0.0.1:{port}{address}", timeout=30) as answer:
            return json.load(answer)

    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "the server ended"
            time.sleep(0.05)
        yield ask
    finally:
        server.terminate()
        server.wait(10)


def test_the_server_names_the_distribution_and_its_version(ask):
    [plugin] = (one for one in ask("/v1/plugins")["plugins"] if one["plugin"] == "licence")
    assert (plugin["origin"], plugin["distribution"], plugin["version"]) == ("distribution", wheels.NAME, wheels.VERSION)
    assert (plugin["criteria"], plugin["figures"], plugin["faults"]) == (["licence"], 4, [])


def test_the_server_scores_with_it_and_the_receipt_says_so(ask):
    answer = ask("/v1/scores?frameworks=flask,tornado&weights=licence:1")
    assert {row["framework"]: row["score"] for row in answer["ranking"]} == {"flask": 100, "tornado": 60}
    assert answer["made_with"]["plugins"]["licence"] == wheels.VERSION


def test_the_server_reads_the_figures_beside_its_module(ask):
    [figure] = ask("/v1/frameworks/tornado/observations?metric=licence_permissiveness")["observations"]
    assert (figure["value"], figure["observed_on"]) == (2, "2026-11-22")
