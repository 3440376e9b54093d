"""The API does what its description says, whatever is sent: schemathesis reads the description and tries to find where it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.settings import PROJECT
from tests.chalicelib.storage.engines import DEEP
from tests.servers import serve_gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chalicelib.api.conftest import Writer

CONFIG = Path(__file__).parent / "schemathesis.toml"
SEEDS = (1, 2, 3) if DEEP else (1,)
EXAMPLES = 50 if DEEP else 8
# First without deletions, so that there is something to read to the end; then what a deletion changes.
PARTS = {
    "everything but deletions": ["--exclude-operation-id", "delete_framework"],
    "deletions": ["--include-path-regex", "^/v1/(frameworks|observations)"],
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("part", PARTS)
def test_nothing_that_schemathesis_sends_is_answered_otherwise_than_described(
    writer: Writer, show: Callable[[str], None], tmp_path: Path, part: str, seed: int
) -> None:
    with serve_gateway(writer.gateway) as server:
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(CONFIG)),
            *("run", f"{server.base}/openapi.json", "--header", f"Authorization: Bearer {writer.token}"),
            *("--seed", str(seed), "--max-examples", str(EXAMPLES), "--continue-on-failure", "--no-color", *PARTS[part]),
        ]
        found = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=False
        )
    assert found.returncode == 0, found.stdout + found.stderr
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in found.stdout, found.stdout
    made = re.search(r"Test cases:\n +([\d,]+ generated.*)", found.stdout)
    assert made, found.stdout
    show(f"schemathesis, seed {seed}, {part}: {made[1]}")
