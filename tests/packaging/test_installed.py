"""What is installed where the package is made, and offers plugins, is in the package and works there; what could not is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import wheels
from tests.checkouts import alone
from tools import package as tool
from tools.package_plugins import PackagingFailed, add_plugins
from tools.package_zip import bytecode

if TYPE_CHECKING:
    from tests.gateway import Gateway
    from tests.packaging.conftest import Invoke, Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]

OURS = f"{wheels.NAME} {wheels.VERSION}"


# --- The package of a real run


def test_the_files_of_the_distribution_are_in_it_with_the_metadata_by_which_it_is_found(
    package: Package, package_with_installed: Package
) -> None:
    more = {name for name in set(package_with_installed.names) - set(package.names) if not name.startswith("iniconfig")}
    source = f"{wheels.MODULE}/__init__.py"
    code = {source, bytecode(source, keeps_source=True), f"{wheels.MODULE}/licence.csv"}
    metadata = {f"{wheels.INFO}/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt")}
    assert more == code | metadata


def test_no_file_is_in_it_twice(package_with_installed: Package) -> None:
    assert len(package_with_installed.names) == len(set(package_with_installed.names))


def test_what_it_requires_is_in_it_but_for_extras_and_other_systems(package_with_installed: Package) -> None:
    names = package_with_installed.names
    assert "iniconfig/__init__.pyc" in names
    assert not [name for name in names if name.startswith(("pytest", "_pytest", "pywin32"))]


def test_it_is_told_what_came_along(package_with_installed: Package) -> None:
    assert f"and {OURS}, which is installed here" in package_with_installed.said


def test_the_plugin_works_in_it_and_is_named_with_its_distribution(
    package_with_installed: Package, invoke: Invoke, gateway: Gateway
) -> None:
    question = "frameworks=tornado,flask,django&weights=licence:1&as_of=2026-11-23"
    answer, plugins = invoke(
        package_with_installed,
        [gateway.event("GET", "/v1/scores", question, None, {}), gateway.event("GET", "/v1/plugins", "", None, {})],
    )
    assert answer["statusCode"] == 200, answer["body"]
    scores = {row["framework"]: row["score"] for row in json.loads(answer["body"])["ranking"]}
    assert scores == {"django": 100, "flask": 100, "tornado": 60}
    [plugin] = (one for one in json.loads(plugins["body"])["plugins"] if one["plugin"] == "licence")
    assert (plugin["origin"], plugin["distribution"], plugin["version"]) == ("distribution", wheels.NAME, wheels.VERSION)
    assert (plugin["criteria"], plugin["figures"], plugin["faults"]) == (["licence"], 4, [])


# --- The step of it that adds what is installed


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The part of a tree for Chalice that is added to."""
    made = tmp_path / "tree"
    for name in ("frameworth", "plugins", "vendor"):
        (made / name).mkdir(parents=True)
    for name in ("frameworth", "plugins"):
        (made / "vendor" / name).symlink_to(f"../{name}")
    (made / "requirements.txt").write_text("# What runs on Lambda.\npluggy==1.7.0\n", encoding="utf-8")
    return made


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Path:
    """A copy of the folder with the distribution, to be spoilt."""
    return shutil.copytree(site, tmp_path / "own")


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_where_nothing_is_installed_nothing_changes(tree: Path, tmp_path: Path) -> None:
    before = (tree / "requirements.txt").read_bytes()
    assert add_plugins(tree, [str(tmp_path)]) == []
    assert files_in(tree / "vendor") == set()
    assert (tree / "requirements.txt").read_bytes() == before


@pytest.mark.parametrize("line", ["frameworth-licence==1.0.0", "Frameworth_Licence >= 1", "frameworth.licence[more]; python_version > '3'"])
def test_one_that_requirements_name_is_left_to_chalice(tree: Path, site: Path, line: str) -> None:
    (tree / "requirements.txt").write_text(f"{line}  # the licence\n", encoding="utf-8")
    assert add_plugins(tree, [str(site)]) == []
    assert files_in(tree / "vendor") == set()


def test_requirements_are_added_with_their_markers(tree: Path, site: Path) -> None:
    assert add_plugins(tree, [str(site)]) == [OURS]
    _, pluggy, iniconfig, windows, extra = (tree / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert (pluggy, iniconfig) == ("pluggy==1.7.0", "iniconfig>=2")
    assert "sys_platform" in windows
    assert "extra ==" in extra


def test_a_last_requirement_without_a_line_end_stays_whole(tree: Path, site: Path) -> None:
    (tree / "requirements.txt").write_text("pluggy==1.7.0", encoding="utf-8")
    add_plugins(tree, [str(site)])
    assert (tree / "requirements.txt").read_text(encoding="utf-8").splitlines()[:2] == ["pluggy==1.7.0", "iniconfig>=2"]


def test_neither_the_host_nor_another_plugin_that_is_installed_is_downloaded(tree: Path, own: Path) -> None:
    """Neither need be on any index, and a stranger's distribution of that name would be fetched otherwise."""
    second = own / "more-1.dist-info"
    second.mkdir()
    requires = "Requires-Dist: Frameworth_Licence>=1\nRequires-Dist: frameworth>=0.1\nRequires-Dist: frameworth-else\n"
    (second / "METADATA").write_text(f"Metadata-Version: 2.1\nName: more\nVersion: 1\n{requires}", encoding="utf-8")
    (second / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\n", encoding="utf-8")
    (second / "RECORD").write_text("more-1.dist-info/METADATA,,\n", encoding="utf-8")
    (second / "entry_points.txt").write_text("[frameworth]\nmore = more\nmost = more\n", encoding="utf-8")
    assert sorted(add_plugins(tree, [str(own)])) == [OURS, "more 1"]
    lines = (tree / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "rameworth" in line] == ["frameworth-else"]


def test_bytecode_scripts_and_where_it_came_from_stay_behind(tree: Path, own: Path) -> None:
    (own / wheels.MODULE / "__pycache__").mkdir(exist_ok=True)
    (own / wheels.MODULE / "__pycache__" / "__init__.cpython-311.pyc").touch()
    script, outside = own.parent / "licence-of", own.parent / "outside"
    script.touch()
    outside.touch()
    with (own / wheels.INFO / "RECORD").open("a", encoding="utf-8") as record:
        record.write(f"{wheels.MODULE}/__pycache__/__init__.cpython-311.pyc,,\n../licence-of,,\n{outside},,\n")
    assert "file:" in (own / wheels.INFO / "direct_url.json").read_text(encoding="utf-8")
    add_plugins(tree, [str(own)])
    assert {name for name in files_in(tree / "vendor") if not name.startswith(wheels.INFO)} == {
        f"{wheels.MODULE}/__init__.py",
        f"{wheels.MODULE}/licence.csv",
    }
    assert f"{wheels.INFO}/direct_url.json" not in files_in(tree / "vendor")
    assert {path.name for path in tree.parent.iterdir()} == {"tree", "own", "licence-of", "outside"}


def test_a_package_that_lacks_a_file_of_it_is_refused(tree: Path, site: Path) -> None:
    add_plugins(tree, [str(site)])
    complete = {*tool.own_files(tree), *tool.RUNTIME}
    tool.check_contents(complete, tree)
    assert f"{wheels.INFO}/entry_points.txt" in complete
    with pytest.raises(PackagingFailed, match=f"lacks {wheels.MODULE}/licence.csv"):
        tool.check_contents(complete - {f"{wheels.MODULE}/licence.csv"}, tree)


# --- What is refused


def test_one_that_is_not_pure_python_is_refused(tree: Path, own: Path) -> None:
    wheel = own / wheels.INFO / "WHEEL"
    wheel.write_text(wheel.read_text(encoding="utf-8").replace("Purelib: true", "Purelib: false"), encoding="utf-8")
    with pytest.raises(PackagingFailed, match=r"is not pure Python.*put frameworth-licence==1\.0\.0 on requirements\.txt"):
        add_plugins(tree, [str(own)])


def test_an_editable_install_is_refused(tree: Path, own: Path) -> None:
    origin = {"url": "file:///somewhere/licence", "dir_info": {"editable": True}}
    (own / wheels.INFO / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
    with pytest.raises(PackagingFailed, match=r"frameworth-licence is an editable install.*file:///somewhere/licence.*without -e"):
        add_plugins(tree, [str(own)])


@pytest.mark.parametrize("file", ["WHEEL", "RECORD"])
def test_one_that_does_not_say_what_it_consists_of_is_refused(tree: Path, own: Path, file: str) -> None:
    (own / wheels.INFO / file).unlink()
    with pytest.raises(PackagingFailed, match=r"frameworth-licence was not installed from a wheel.*install it with pip"):
        add_plugins(tree, [str(own)])


@pytest.mark.parametrize(
    ("file", "content"),
    [("METADATA", b"\x89PNG\xff\xfe"), ("WHEEL", b"\x89PNG\xff\xfe"), ("direct_url.json", b"{")],
)
def test_one_whose_metadata_is_garbled_is_refused(tree: Path, own: Path, file: str, content: bytes) -> None:
    (own / wheels.INFO / file).write_bytes(content)
    with pytest.raises(PackagingFailed, match=r"frameworth.licence can't be read .*install it anew"):
        add_plugins(tree, [str(own)])


def test_one_that_requires_something_by_its_address_is_refused(tree: Path, own: Path) -> None:
    """Chalice looks for wheels by name and version."""
    metadata = own / wheels.INFO / "METADATA"
    text = metadata.read_text(encoding="utf-8")
    metadata.write_text(text.replace("Requires-Dist: iniconfig>=2", "Requires-Dist: iniconfig @ https://example.org/iniconfig.whl"))
    with pytest.raises(PackagingFailed, match=r"requires iniconfig @ https://example\.org/iniconfig\.whl.*in vendor/"):
        add_plugins(tree, [str(own)])


@pytest.mark.parametrize("taken", ["plugins/licence.py", "frameworth/licence.py", "chalicelib/licence.py", "app.py", "mine.py"])
def test_one_that_would_overwrite_what_is_in_the_package_is_refused(tree: Path, own: Path, taken: str) -> None:
    (tree / "vendor" / "mine.py").touch()
    (own / taken).parent.mkdir(exist_ok=True)
    (own / taken).touch()
    with (own / wheels.INFO / "RECORD").open("a", encoding="utf-8") as record:
        record.write(f"{taken},,\n")
    with pytest.raises(PackagingFailed, match=f"frameworth-licence brings {taken}, a name that is taken"):
        add_plugins(tree, [str(own)])
    assert files_in(tree / "plugins") | files_in(tree / "frameworth") == set()


def test_a_refusal_is_told_in_one_line_and_leaves_no_package(
    project: Path, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / wheels.INFO / "direct_url.json").write_text('{"url": "", "dir_info": {"editable": true}}', encoding="utf-8")
    monkeypatch.syspath_prepend(own)
    assert tool.main(["--out", str(tmp_path / "out")]) == 1
    assert "Not packaged: distribution frameworth-licence is an editable install" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
