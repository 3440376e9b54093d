"""`make package` refuses what Chalice would hand over without a word."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from chalice.constants import MISSING_DEPENDENCIES_TEMPLATE

from tests.checkouts import alone
from tools import package as tool

pytestmark = [pytest.mark.xdist_group("packaging"), alone]


def names_of(archive: Path, names: Iterable[str]) -> list[str]:
    """The names in an archive that is made by hand and holds empty files of these names."""
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, b"")
    with zipfile.ZipFile(archive) as file:
        return file.namelist()


@pytest.fixture
def complete(project: Path) -> set[str]:
    """The names that a package must hold."""
    return {*tool.own_files(project), *tool.RUNTIME}


def test_a_complete_package_passes(complete: set[str], project: Path, tmp_path: Path) -> None:
    tool.check_contents(names_of(tmp_path / "a.zip", complete), project)


def test_a_package_without_plugins_is_refused(complete: set[str], project: Path, tmp_path: Path) -> None:
    without = (name for name in complete if not name.startswith("plugins/"))
    with pytest.raises(tool.PackagingFailed, match=r"lacks plugins/.*vendor/plugins must be symlinks"):
        tool.check_contents(names_of(tmp_path / "a.zip", without), project)


@pytest.mark.parametrize(
    "name",
    ["app.py", "plugins/jobs.py", "frameworth/score.py", "chalicelib/api/page/ranking.css", "chalice/app.py", "pydantic_core/__init__.py"],
)
def test_a_package_that_lacks_one_file_is_refused(complete: set[str], project: Path, name: str) -> None:
    with pytest.raises(tool.PackagingFailed, match=f"lacks {name}"):
        tool.check_contents(complete - {name}, project)


@pytest.mark.parametrize(
    "name",
    [
        "tests/test_app.py",
        "moto/__init__.py",
        "moto-5.1.22.dist-info/METADATA",
        "pip/__init__.py",
        "plugins/__pycache__/jobs.cpython-311.pyc",
    ],
)
def test_a_package_that_holds_what_only_development_needs_is_refused(complete: set[str], project: Path, name: str) -> None:
    with pytest.raises(tool.PackagingFailed, match=f"holds {name}"):
        tool.check_contents(complete | {name}, project)


def test_all_faults_of_a_package_are_named_at_once(complete: set[str], project: Path) -> None:
    with pytest.raises(tool.PackagingFailed, match=r"lacks app\.py.*holds moto/__init__\.py"):
        tool.check_contents(complete - {"app.py"} | {"moto/__init__.py"}, project)


def test_dependencies_that_chalice_left_out_with_exit_status_0_are_noticed() -> None:
    with pytest.raises(tool.PackagingFailed, match="have no wheel for Lambda"):
        tool.check_run(0, MISSING_DEPENDENCIES_TEMPLATE % "frob==1.0")


def test_a_failing_chalice_is_noticed() -> None:
    with pytest.raises(tool.PackagingFailed, match="status 2"):
        tool.check_run(2, "Traceback")


def test_a_package_that_lambda_would_refuse_for_its_size_is_refused() -> None:
    with pytest.raises(tool.PackagingFailed, match="Lambda takes"):
        tool.check_size(tool.MOST_UNZIPPED_BYTES + 1)


def test_a_template_whose_function_has_other_code_is_refused() -> None:
    with pytest.raises(tool.PackagingFailed, match="CodeUri"):
        tool.check_template({"Resources": {"APIHandler": {"Properties": {"CodeUri": "s3://bucket/other.zip"}}}})


@pytest.mark.parametrize("stage", ["prod", "local"])
def test_a_stage_without_a_policy_of_its_own_is_refused_before_anything_is_touched(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / "deployment.zip"
    earlier.touch()
    assert tool.main(["--stage", stage, "--out", str(tmp_path)]) == 1
    assert "there is dev" in capsys.readouterr().err
    assert earlier.exists()


def test_settings_of_this_shell_stay_out_of_the_package() -> None:
    environ = tool.chalice_environment({"FRAMEWORTH_STORE": "embedded", "FRAMEWORTH_PLUGINS_DIR": "/elsewhere", "HOME": "/somewhere"})
    assert environ == {"HOME": "/somewhere", "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_region_of_this_shell_is_kept() -> None:
    assert tool.chalice_environment({"AWS_DEFAULT_REGION": "cn-north-1"})["AWS_DEFAULT_REGION"] == "cn-north-1"
