"""The snapshot of everything that a plugin can see is what the code offers, and a change of it is told."""

import os
import re
import subprocess
import sys

import pytest

import frameworth
from frameworth import hooks
from tools.plugin_api import SNAPSHOT, digest, signature, text

COMMITTED = SNAPSHOT.read_text(encoding="utf-8")


def test_the_committed_snapshot_is_of_this_code():
    assert text() == COMMITTED, "the plugin API changed: run `make plugin-api`, and read what differs"


def test_the_changelog_tells_of_the_snapshot_under_plugin_api(project):
    changelog = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    told = re.search(r"^### Plugin API\n(.*?)(?=^##)", changelog, re.MULTILINE | re.DOTALL)[1]
    assert f"(plugin API: {digest(COMMITTED)})" in told, "say under Plugin API what changed, with the line that `make plugin-api` prints"


@pytest.mark.parametrize("seed", ["0", "42"])
def test_it_is_the_same_in_every_process(project, seed):
    code = "from tools.plugin_api import text; print(text(), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=project, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == COMMITTED


def test_every_hook_and_every_public_name_is_in_it():
    named = set(re.findall(r"\w+", COMMITTED))
    assert {name for name, hook in vars(hooks).items() if hasattr(hook, "frameworth_spec")} <= named
    assert set(frameworth.__all__) <= named
    assert f"HOOK_API {hooks.HOOK_API}\n" in COMMITTED


@pytest.mark.parametrize("change", ["field", "default", "method", "hook"])
def test_a_change_of_the_api_is_seen(monkeypatch, change):
    if change == "field":
        monkeypatch.delitem(frameworth.Gate.__dataclass_fields__, "at_most")
    elif change == "default":
        monkeypatch.setattr(frameworth.Metric.__dataclass_fields__["prior"], "default", 0.4)
    elif change == "method":
        monkeypatch.setattr(frameworth.Evidence, "more", lambda self: None, raising=False)
    else:
        monkeypatch.setattr(hooks.frameworth_scored, "__annotations__", {"scorecard": "Row", "return": "None"})
    assert text() != COMMITTED


def test_a_signature_is_shown_as_it_is_written():
    def sample(one, two: "int" = 2, *rest: "str", three: "bool" = True, **more: "float") -> "None": ...

    assert signature(sample) == "(one, two: int = 2, *rest: str, three: bool = True, **more: float) -> None"
