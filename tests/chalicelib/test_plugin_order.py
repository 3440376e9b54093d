"""The order in which plugins are found, and the seed of hashes, change nothing; and no question is answered through the plugin system."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pluggy
import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.local import embedded_table
from frameworth import __version__
from frameworth.discovery import discover
from frameworth.distributions import installed
from tests import tutorial
from tests.conftest import PROJECT, TODAY
from tests.gateway import Gateway
from tests.sites import install

# Sound ones of every kind come from the tutorial; these offer what others offer too, or define it otherwise.
TWIN = """
from frameworth import *

@hookimpl
def frameworth_criteria():
    yield Criterion("{name}", question="Is it?", indicators=[Indicator("it", [Metric("{metric}", unit="boolean", value={value})])])

@hookimpl
def frameworth_methods():
    yield Method("{method}", aggregate=lambda values, weights: [1.0] * len(values), summary="All alike.")

@hookimpl
def frameworth_scored(scorecard):
    raise RuntimeError("{name}")
"""


def twin(name, *, metric="it", value="yes_no()", method="alike"):
    return TWIN.format(name=name, metric=metric, value=value, method=method)


FILES = {"aaa": twin("same"), "mmm": twin("same", method="odd"), "zzz": twin("other", metric="it", value="linear(0, 2)")}
# Two folders of the search path, and in each a distribution or two.
SITES = {
    "first": {"frameworth-b": {"bbb": twin("bee"), "shared": twin("shared")}, "frameworth-c": {"ccc": twin("sea", method="see")}},
    "second": {"frameworth-d": {"ddd": twin("bee", method="dee"), "shared": twin("shared")}},
}
ADDRESSES = [
    "/v1/plugins",
    "/v1/criteria",
    "/v1/metrics",
    "/v1/methods",
    "/v1/profiles",
    "/v1/scores?limit=100&include=metrics",
    "/v1/scores?frameworks=flask,django,tornado&weights=licence:1,famous:1,short_name:2,jobs:1&include=metrics",
    "/v1/scores?frameworks=flask,django&method=weakest_link",
    "/health",
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The folder of files, and the folders of what is installed."""
    folder, root = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("sites")
    for name in tutorial.PLUGINS:
        tutorial.write_plugin(name, folder)
    for name, source in FILES.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    for site, distributions in SITES.items():
        for name, plugins in distributions.items():
            install(root / site, name, plugins)
    return folder, [root / site for site in SITES]


class Listing:
    """A folder that lists its files in an order of its own, as file systems do."""

    def __init__(self, folder, turn):
        self.folder, self.turn = folder, turn

    def glob(self, pattern):
        paths = sorted(self.folder.glob(pattern))
        return paths[self.turn :] + paths[: self.turn] if self.turn >= 0 else paths[::-1]


@contextmanager
def importable(sites):
    """The folders on the search path; what was imported from them is forgotten afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        for site in sites:
            patch.syspath_prepend(site)
        patch.setattr(sys, "dont_write_bytecode", True)
        yield
    for name, module in list(sys.modules.items()):
        if Path(str(getattr(module, "__file__", ""))).parent in sites:
            del sys.modules[name]


def gateway_to(folders, sites):
    """A gateway to a service with these plugins."""
    with importable(sites):
        catalogue = discover(folders, shipped=bootstrap.SHIPPED_PLUGINS, version=__version__, installed=installed(map(str, sites)))
    made = replace(bootstrap.over(embedded_table(), catalogue), today=lambda: TODAY)
    return Gateway(application(lambda: made))


def answers(gateway):
    return [(answer.status, answer.body) for answer in map(gateway.get, ADDRESSES)]


@pytest.fixture(scope="module")
def expected(service, shipped_folder, found):
    """What is answered in the usual order."""
    folder, sites = found
    return answers(gateway_to([shipped_folder, folder], sites))


def test_the_crowd_has_sound_plugins_and_conflicts(expected):
    assert [status for status, _ in expected] == [200] * len(ADDRESSES)
    health = expected[-1][1]
    assert all(stage in health for stage in ('"conflict"', '"value"', '"observe"'))
    for taken in ("'same'", "'alike'", "'bee'", "'it'", "shared"):
        assert taken in health


@pytest.mark.parametrize("turn", [-1, 0, 3, 7])
def test_the_order_of_files_changes_no_byte(expected, shipped_folder, found, turn):
    folder, sites = found
    assert answers(gateway_to([Listing(shipped_folder, turn), Listing(folder, turn)], sites)) == expected


@pytest.mark.parametrize("order", list(permutations(range(len(SITES)))))
def test_the_order_of_distributions_changes_no_byte(expected, shipped_folder, found, order):
    folder, sites = found
    assert answers(gateway_to([shipped_folder, folder], [sites[place] for place in order])) == expected


PROCESS = f"""
import os, sys
from dataclasses import replace
from datetime import date
from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.settings import Settings
from tests.gateway import Gateway
settings = Settings.of(os.environ)
service = replace(bootstrap.compose(settings, bootstrap.plugins(settings)), today=lambda: date({TODAY.year}, {TODAY.month}, {TODAY.day}))
gateway = Gateway(application(lambda: service))
for address in sys.argv[1:]:
    print(gateway.get(address).body)
"""


def test_neither_the_seed_of_hashes_nor_the_search_path_changes_a_byte(service, shipped_folder, found):
    """Whole processes, as they are started: by settings and by what is installed."""
    folder, sites = found
    printed = set()
    for seed, order in (("0", sites), ("1", sites[::-1]), ("42", sites)):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FRAMEWORTH_")},
            "FRAMEWORTH_STORE": "embedded",
            "FRAMEWORTH_PLUGINS_DIR": str(folder),
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(map(str, order)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-c", PROCESS, *ADDRESSES]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == len(ADDRESSES)
        printed.add(done.stdout)
    assert len(printed) == 1


# --- The request path


@contextmanager
def calls_into_pluggy():
    """A list that grows with each function of pluggy that is called."""
    home = str(Path(pluggy.__file__).parent)
    called = []

    def note(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(home):
            called.append(frame.f_code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(before)


MORE_ROUTES = [
    "/",
    "/v1/frameworks",
    "/v1/frameworks/flask",
    "/v1/frameworks/flask/observations",
    "/v1/criteria/jobs",
    "/v1/profiles/balanced",
    "/v1/methods/additive",
]


def test_no_request_calls_the_plugin_system(service, shipped_folder, found):
    folder, sites = found
    with calls_into_pluggy() as at_start:
        gateway = gateway_to([shipped_folder, folder], sites)
    assert len(at_start) > 100
    with calls_into_pluggy() as while_answering:
        for address in (*ADDRESSES, *MORE_ROUTES):
            assert gateway.get(address).status == 200
        assert gateway.post("/v1/scores", {"frameworks": ["flask", "django"]}).status == 200
    assert while_answering == []
