"""The tutorial in plugins/README.md, followed to the letter: in a checkout with a `.venv` of its own, by nothing but what stands there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sysconfig
import time
import venv
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest

from chalicelib.bootstrap import SHIPPED_PLUGINS
from tests import tutorial
from tests.checkouts import alone, copy_of

pytestmark = [pytest.mark.xdist_group("tutorial"), alone]

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMEWORTH_", "PYTHON"))}


@dataclass
class Reader:
    """Somebody who follows the tutorial: what they saw of each command, and of each address that they asked."""

    folder: Path
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)

    def follow(self) -> None:
        """Writes each file and runs each command in the order in which they stand."""
        blocks = tutorial.blocks()
        # After the tutorial come examples; they are other tests' business.
        last = max(place for place, block in enumerate(blocks) if block.language == "sh")
        for block, after in zip(blocks[: last + 1], [*blocks[1 : last + 1], None], strict=True):
            if block.path:
                (self.folder / block.path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / block.path).write_text(block.content, encoding="utf-8")
            elif address := re.match(r"curl 'http://127\.0\.0\.1:8000(.*)'\n$", block.content):
                self.ask(address[1])
            elif block.language == "sh":
                shown = after.content if after and after.language == "text" else ""
                self.run(block.content, shown)

    def run(self, commands: str, shown: str) -> None:
        done = subprocess.run(
            ["sh", "-c" if shown.startswith("fault") else "-ec", commands],
            cwd=self.folder,
            env={**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == shown.startswith("fault"), f"{commands}\n{done.stdout}"
        self.seen.append((commands, shown, done.stdout))

    def ask(self, address: str) -> None:
        with self.serving() as port, urlopen(f"http://127.0.0.1:{port}{address}", timeout=30) as answer:
            self.answers.append(json.load(answer))

    @contextmanager
    def serving(self):
        """`make run`, at a port that is free."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None, "the server ended"
                time.sleep(0.05)
            yield port
        finally:
            os.killpg(server.pid, 15)
            server.wait(10)


@pytest.fixture(scope="module")
def reader(project, tmp_path_factory):
    """The tutorial, followed to its end, in a checkout in which nothing else was dropped."""
    folder = copy_of(project, tmp_path_factory.mktemp("reader") / "frameworth")
    own_python(folder / ".venv")
    one = Reader(folder)
    one.follow()
    return one


def own_python(folder: Path) -> None:
    """A virtual environment as `make test` makes it, but for its distributions, which it borrows from this one."""
    venv.create(folder, with_pip=False)
    [site] = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    script = folder / "bin" / "chalice"
    script.write_text(f"#!{folder}/bin/python\nimport sys\nfrom chalice.cli import main\nsys.exit(main())\n", encoding="utf-8")
    script.chmod(0o755)
    for mark in (".local", ".dev"):
        (folder / mark).touch()


def plain(text: str) -> str:
    """Words alone: tables are as wide as their terminal."""
    return " ".join(text.split())


def test_every_command_of_the_tutorial_prints_what_stands_below_it(reader):
    shown = [(expected, printed) for _, expected, printed in reader.seen if expected]
    assert len(shown) >= 4
    for expected, printed in shown:
        for line in expected.splitlines():
            assert plain(line) in plain(printed)


def test_its_tests_pass_as_a_file_and_as_a_distribution(reader):
    runs = [printed for commands, _, printed in reader.seen if "pytest" in commands]
    assert len(runs) == 2
    assert all("2 passed" in printed for printed in runs)


def test_the_address_of_the_tutorial_answers_with_the_criterion_and_its_figures(reader):
    [answer] = reader.answers
    by_name = {row["framework"]: {one["criterion"]: one for one in row["criteria"]} for row in answer["ranking"]}
    assert (by_name["flask"]["licence"]["score"], by_name["tornado"]["licence"]["score"]) == (100, 60)
    assert answer["weights"]["licence"] == 0.5


def test_the_package_holds_the_distribution_and_its_figures(reader):
    with zipfile.ZipFile(reader.folder / "build" / "deployment.zip") as archive:
        names = archive.namelist()
    assert {"frameworth_licence/__init__.py", "frameworth_licence/licence.csv"} <= set(names)
    assert not [name for name in names if name.startswith("plugins/licence")]


def test_nothing_of_it_is_left_once_it_is_uninstalled(reader):
    assert "uninstall" in reader.seen[-1][0]
    done = subprocess.run(
        [reader.folder / ".venv" / "bin" / "python", "-m", "chalicelib", "plugins", "--json"],
        cwd=reader.folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [one["plugin"] for one in json.loads(done.stdout)["plugins"]] == sorted(SHIPPED_PLUGINS)
