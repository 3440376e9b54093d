"""Applications that are the baseline with one thing changed, so that no framework is needed to try the rig on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rig.catalogue import App, baseline

# Each answer burns two milliseconds of CPU first.
SLOWED = """
import time
bare = answer

async def answer(method, path, body):
    until = time.process_time() + 0.002
    while time.process_time() < until:
        pass
    return await bare(method, path, body)
"""
# Does what all must do, but gives up after a number of requests that a check does not reach and a load does.
TIRES = """
bare = answer
asked = 0

async def answer(method, path, body):
    global asked
    asked += 1
    return (503, {}) if asked > 60 else await bare(method, path, body)
"""
WRONG = """
def hello():
    return 200, {"message": "Hello"}
"""


def variant(folder: Path, name: str, change: str = "") -> App:
    """The baseline with `change` at its end, as an application called `name` in `folder`."""
    home = folder / name
    home.mkdir(parents=True)
    (home / "requirements.txt").touch()
    bare = baseline()
    source = (bare.folder / "app.py").read_text(encoding="utf-8")
    (home / "app.py").write_text(source.replace("async def main():", f"{change}\n\nasync def main():"), encoding="utf-8")
    return replace(bare, framework=name, folder=home)
