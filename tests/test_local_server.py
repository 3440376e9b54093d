"""`make run`: the real server in a process of its own, asked over a real socket."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.checkouts import alone, copy_of

pytestmark = [pytest.mark.xdist_group("server"), alone]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Where the server writes what it logs."""
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def port(project, log, tmp_path_factory):
    """A server as `make run` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(Path(sys.executable).with_name("chalice")), "local", "--stage", "local", "--no-autoreload", "--port", str(number)]
    checkout = copy_of(project, tmp_path_factory.mktemp("checkout") / "frameworth")
    with log.open("wb") as errors:
        server = subprocess.Popen(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            assert server.poll() is None, "the server ended"
            time.sleep(0.05)
        yield number
    finally:
        server.terminate()
        server.wait(10)


def ask(port, method, address, body=None, headers=None):
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, address, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


WHEN = re.compile(r'"at":"[^"]*"')


def test_the_server_answers_as_the_gateway_does(port, gateway):
    for address in (
        "/v1/scores?frameworks=flask,django&profile=microservice&as_of=2018-05-31",
        "/v1/scores?frameworks=flask,django&as_of=2018-05-31&include=metrics&opinions=false",
        "/v1/frameworks",
        "/v1/criteria/jobs",
        "/v1/metrics",
        "/v1/profiles",
        "/v1/plugins",
        "/health",
        "/v1/frameworks/flask/observations?metric=github_stars",
        "/?frameworks=django,flask&as_of=2018-05-31",
    ):
        status, _, body = ask(port, "GET", address)
        assert status == 200
        # Each of the two has filled its table at a time of its own.
        assert WHEN.sub("", body.decode()) == WHEN.sub("", gateway.get(address).body)


def test_requests_at_once_get_the_answers_they_asked_for(port, gateway):
    """Threads share one moto, which loses calls but for the one thread that does all its work."""
    addresses = [f"/v1/scores?frameworks=flask,django&as_of=20{year}-06-30" for year in range(16, 26)] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda address: ask(port, "GET", address), addresses))
    for address, (status, _, body) in zip(addresses, answers, strict=True):
        assert status == 200
        assert body.decode() == gateway.get(address).body


def test_a_request_is_told_once(port, log):
    before = log.read_text(encoding="utf-8")
    assert ask(port, "GET", "/v1/criteria/jobs", headers={"X-Request-Id": "told-once"})[0] == 200
    for _ in range(100):  # the server may still be writing when its answer is here
        said = log.read_text(encoding="utf-8").removeprefix(before).splitlines()
        if any("HTTP/1.1" in line for line in said):
            break
        time.sleep(0.05)
    # Ours, and the line of the server itself.
    ours, servers = said
    assert json.loads(ours)["request_id"] == "told-once"
    assert '"GET /v1/criteria/jobs HTTP/1.1" 200' in servers
