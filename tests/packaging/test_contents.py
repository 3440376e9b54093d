"""What is in the deployment package and what is not. Chalice leaves out silently what it can't reach, so the archive is opened."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import alone
from tools.package_zip import is_read

if TYPE_CHECKING:
    from tests.packaging.conftest import Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]


@pytest.mark.parametrize(
    "pattern", ["app.py", "chalicelib/**/*.py", "chalicelib/api/page/*", "frameworth/*.py", "plugins/*.py", "plugins/*.csv"]
)
def test_every_file_of_ours_is_in_it_unchanged(package: Package, checkout: Path, pattern: str) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        for path in (path for path in checkout.glob(pattern) if is_read(path.relative_to(checkout).as_posix())):
            assert archive.read(path.relative_to(checkout).as_posix()) == path.read_bytes()


def test_the_page_is_in_it(package: Package) -> None:
    assert {Path(name).suffix for name in package.names if name.startswith("chalicelib/api/page/")} >= {".html", ".css"}


def test_a_dropped_in_plugin_and_its_figures_are_in_it(package: Package, package_with_licence: Package) -> None:
    compiled = f"plugins/__pycache__/licence.{sys.implementation.cache_tag}.pyc"
    assert set(package_with_licence.names) - set(package.names) == {"plugins/licence.py", "plugins/licence.csv", compiled}


def test_nothing_that_only_development_needs_is_in_it(package: Package) -> None:
    first = {name.partition("/")[0].lower() for name in package.names}
    distributions = {name.partition("-")[0] for name in first}
    assert not distributions & {
        "tests",
        "bench",
        "tools",
        "data",
        "moto",
        "click",
        "rich",
        "pip",
        "setuptools",
        "pytest",
        "mypy_boto3_dynamodb",
    }


def test_it_holds_no_command_line_and_no_hidden_files(package: Package) -> None:
    assert not [
        name
        for name in package.names
        if Path(name).name.startswith(".") or name.startswith(("chalicelib/commands/", "chalicelib/__main__"))
    ]


def test_it_fits_into_lambda_and_its_size_is_told(package: Package, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        unzipped = sum(entry.file_size for entry in archive.infolist())
    with capsys.disabled():
        print(f"\n[package: {package.archive.stat().st_size / 1e6:.1f} MB, unzipped {unzipped / 1e6:.1f} MB, {package.seconds:.0f} s]")  # noqa: T201  # what it weighs is worth a line of every run
    assert f"{unzipped / 1e6:.1f} MB" in package.said
    assert unzipped < 50e6  # a fifth of what Lambda takes; more means that something heavy came along
