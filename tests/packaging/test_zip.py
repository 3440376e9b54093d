"""The archive holds what is read, compiled, in the same bytes whenever it is made."""

from __future__ import annotations

import gzip
import importlib.util
import json
import marshal
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import botocore
import pytest

from tests.checkouts import alone
from tests.packaging.conftest import build
from tools.package_plugins import PackagingFailed
from tools.package_zip import ROOT, bytecode, compile_all, is_read, rewrite, shorten_descriptions, write

if TYPE_CHECKING:
    from tests.packaging.conftest import Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]

MOST_BYTES = 6_000_000
TAG = sys.implementation.cache_tag


def test_it_has_at_most_6_mb(package: Package) -> None:
    assert package.archive.stat().st_size <= MOST_BYTES


def test_two_clean_builds_give_the_same_bytes(checkout: Path, package: Package, tmp_path: Path) -> None:
    assert build(checkout, tmp_path).archive.read_bytes() == package.archive.read_bytes()


def test_all_code_is_compiled_and_is_not_compared_with_its_source(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        names = set(archive.namelist())
        for name in names:
            if name.endswith(".py"):
                assert bytecode(name, keeps_source=True) in names, name
            elif name.endswith(".pyc"):
                raw = archive.read(name)
                assert raw[:4] == importlib.util.MAGIC_NUMBER
                assert int.from_bytes(raw[4:8], "little") == 0b01, f"{name} is checked against its source"
                assert marshal.loads(raw[16:]).co_filename.startswith(f"{ROOT}/"), name


def test_our_own_code_keeps_its_sources_and_that_of_others_does_not(package: Package) -> None:
    sources = {name.partition("/")[0] for name in package.names if name.endswith(".py")}
    assert sources == {"app.py", "chalicelib", "frameworth", "plugins"}


def test_of_awss_services_only_ours_are_described_in_it(package: Package) -> None:
    services = {name.split("/")[2] for name in package.names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == {"dynamodb"}


def test_its_description_of_our_service_is_whole_but_for_texts(package: Package) -> None:
    data = Path(botocore.__file__).parent / "data" / "dynamodb" / "2012-08-10"
    described = json.loads(gzip.decompress((data / "service-2.json.gz").read_bytes()))
    with zipfile.ZipFile(package.archive) as archive:
        packed = json.loads(archive.read("botocore/data/dynamodb/2012-08-10/service-2.json"))
    assert packed.keys() == described.keys() - {"documentation"}
    assert packed["operations"].keys() == described["operations"].keys()
    for name, shape in described["shapes"].items():
        assert packed["shapes"][name].keys() == shape.keys() - {"documentation"}
        assert packed["shapes"][name].get("members", {}).keys() == shape.get("members", {}).keys()


def test_a_member_called_as_the_texts_are_is_kept(tmp_path: Path) -> None:
    service = tmp_path / "any" / "1"
    service.mkdir(parents=True)
    shape = {"members": {"documentation": {"shape": "Text", "documentation": "said"}}, "documentation": "said"}
    (service / "service-2.json.gz").write_bytes(gzip.compress(json.dumps({"shapes": {"One": shape}}).encode()))
    (tmp_path / "endpoints.json").write_text('{"partitions": [{"services": {"dynamodb": {}, "s3": {}}}]}', encoding="utf-8")
    shorten_descriptions(tmp_path)
    assert json.loads((service / "service-2.json").read_text()) == {"shapes": {"One": {"members": {"documentation": {"shape": "Text"}}}}}
    assert json.loads((tmp_path / "endpoints.json").read_text()) == {"partitions": [{"services": {"dynamodb": {}}}]}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/dynamodb/2012-08-10/examples-1.json", False),
        ("botocore/data/endpoints.json", True),
        ("botocore/data/s3/2006-03-01/service-2.json.gz", False),
        ("botocore/session.py", True),
        ("boto3/data/s3/2006-03-01/resources-1.json", False),
        ("chalicelib/commands/tokens.py", False),
        ("chalicelib/bootstrap.py", True),
        ("boto3-1.44.5.dist-info/RECORD", False),
        ("boto3-1.44.5.dist-info/METADATA", True),
        ("frameworth_licence-1.0.dist-info/entry_points.txt", True),
        ("pluggy-1.7.0.dist-info/licenses/LICENSE", True),
    ],
)
def test_what_is_read_is_kept(name: str, read: bool) -> None:
    assert is_read(name) is read


def test_it_is_written_alike_whatever_the_times_and_owners_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    for order, name in enumerate(("b/x.txt", "a.txt")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(str(order), encoding="utf-8")
    write(folder, tmp_path / "one.zip")
    (folder / "a.txt").touch()
    (folder / "a.txt").chmod(0o600)
    write(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a.txt", "b/x.txt"]


def test_what_is_in_the_folder_does_not_stand_in_for_the_standard_library(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    compile_all(tmp_path, [("json.py", "json.pyc")])
    assert (tmp_path / "json.pyc").is_file()


def test_code_that_can_not_be_compiled_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("botocore/data/endpoints.json", '{"partitions": []}')
        archive.writestr("plugins/broken.py", "def (:\n")
    with pytest.raises(PackagingFailed, match=r"plugins/broken\.py"):
        rewrite(tmp_path / "made.zip", tmp_path / "rewritten.zip", tmp_path / "folder", {"plugins/broken.py"})


def test_bytecode_lies_where_python_looks_for_it() -> None:
    assert bytecode("plugins/jobs.py", keeps_source=True) == f"plugins/__pycache__/jobs.{TAG}.pyc"
    assert bytecode("boto3/session.py", keeps_source=False) == "boto3/session.pyc"
