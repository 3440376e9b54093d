"""A cold start, tried on an application of the standard library alone; the real ones in the deep run."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from rig.catalogue import App, read_catalogue
from rig.cold import HANDLERS, REQUIREMENTS, ColdStart, NotAnswered, NotPackaged, Package, cold_start, event, first_answer, package
from rig.conformance import ENVIRONMENTS
from rig.environments import NotInstalled, environment, packages

SAYS_HELLO = """
import os
import greeting

def handler(event, context):
    print("asked for", event["rawPath"])
    return {"statusCode": 200, "body": greeting.hello(os.environ["DATABASE"], os.environ["REMOTE"])}
"""
GREETING = """
def hello(*variables):
    return '{"message": "Hello, World!"}'
"""
# A WSGI application, and the least adapter of the name of a real one.
WSGI = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"message": "Hello, World!"}']
"""
ADAPTER = """
def make_lambda_handler(app):
    return lambda event, context: {"statusCode": 200, "body": app({}, lambda status, headers: None)[0].decode()}
"""
VARIABLES = {"DATABASE": "notes.sqlite3", "REMOTE": "http://127.0.0.1:9"}


def distribution(site: Path, name: str, source: str = "", *requires: str) -> None:
    described = site / f"{name}-1.0.dist-info"
    described.mkdir(parents=True)
    (site / f"{name}.py").write_text(source, encoding="utf-8")
    lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {one}" for one in requires)]
    (described / "METADATA").write_text("\n".join(lines), encoding="utf-8")
    owned = (f"{name}.py", f"__pycache__/{name}.cpython-311.pyc", f"../../../bin/{name}", f"{described.name}/METADATA")
    (described / "RECORD").write_text("".join(f"{file},,\n" for file in owned), encoding="utf-8")


def application(folder: Path, source: str = SAYS_HELLO, adapter: str = "none", named: str = "app:handler") -> App:
    """An application called tiny, which requires greeting; its server and pip are installed as well."""
    home = folder / "apps" / "tiny"
    (home / "__pycache__").mkdir(parents=True)
    (home / "__pycache__" / "app.cpython-311.pyc").touch()
    (home / "app.py").write_text(source, encoding="utf-8")
    (home / "requirements.txt").write_text("greeting[loud]==1.0  # says hello\nserver==1.0\n", encoding="utf-8")
    (folder / "apps" / "catalogue.toml").write_text(
        '[tiny]\ncommand = ["server", "$PORT"]\nserver = "server"\nworkers = 1\nconcurrency = "an event loop"\nproduction = true\n'
        f'why = "it is small"\ndocument = "https://example.org/"\nadapter = "{adapter}"\napplication = "{named}"\n',
        encoding="utf-8",
    )
    site = folder / "environment" / "lib" / "python3.11" / "site-packages"
    distribution(
        site, "greeting", GREETING, 'shout>=1 ; extra == "loud"', 'test_tools ; extra == "tests"', 'wine ; sys_platform == "win32"'
    )
    for name in ("shout", "test_tools", "server", "pip"):
        distribution(site, name)
    distribution(folder / "adapters", "apig_wsgi", ADAPTER)
    distribution(folder / "adapters", "mangum")
    return read_catalogue(folder / "apps")["tiny"]


def packed(folder: Path, source: str = SAYS_HELLO, *, bytecode: bool = True, adapter: str = "none", named: str = "app:handler") -> Package:
    app = application(folder, source, adapter, named)
    return package(app, folder / "environment", folder / "adapters", folder / "made", bytecode=bytecode)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def sources(package: Package) -> list[Path]:
    return list(package.folder.rglob("*.py"))


def test_what_is_packed_is_the_application_and_what_it_requires_without_the_server(tmp_path: Path) -> None:
    found = packed(tmp_path, bytecode=False)
    described = {"greeting-1.0.dist-info/METADATA", "shout-1.0.dist-info/METADATA"}
    assert names(found.folder) == {"app.py", "greeting.py", "shout.py"} | described


def test_a_start_says_hello_and_how_long_it_took(tmp_path: Path) -> None:
    start = cold_start(packed(tmp_path), variables=VARIABLES)
    assert 1 < start.cpu_ms < 5000
    assert 1 < start.wall_ms < 60_000
    assert json.loads(start.body) == {"message": "Hello, World!"}


def test_with_bytecode_no_source_is_compiled_and_nothing_is_written(tmp_path: Path) -> None:
    found = packed(tmp_path, bytecode=True)
    with zipfile.ZipFile(tmp_path / "made" / "tiny.zip") as archive:
        assert {name for name in archive.namelist() if name.endswith(".pyc")} == {
            f"__pycache__/{path.stem}.cpython-311.pyc" for path in sources(found)
        }
    for path in sources(found):
        path.write_text("this is no Python", encoding="utf-8")
    before = names(found.folder)
    cold_start(found, variables=VARIABLES)
    assert names(found.folder) == before


def test_without_bytecode_each_start_compiles_and_nothing_is_written(tmp_path: Path) -> None:
    found = packed(tmp_path, bytecode=False)
    before = names(found.folder)
    cold_start(found, variables=VARIABLES)
    assert names(found.folder) == before
    assert not [name for name in before if name.endswith(".pyc")]
    (found.folder / "greeting.py").write_text("this is no Python", encoding="utf-8")
    with pytest.raises(NotAnswered, match="SyntaxError"):
        cold_start(found, variables=VARIABLES)


def test_a_source_that_is_no_python_is_packed_as_it_is(tmp_path: Path) -> None:
    app = application(tmp_path)
    (app.folder / "template.py").write_text("class {{ name }}:", encoding="utf-8")
    found = package(app, tmp_path / "environment", tmp_path / "adapters", tmp_path / "made", bytecode=True)
    assert {"template.py"} == {name for name in names(found.folder) if "template" in name}


def test_an_adapter_is_packed_alone_and_hands_the_event_to_the_application(tmp_path: Path) -> None:
    found = packed(tmp_path, WSGI, adapter="apig-wsgi", named="app:app")
    cold_start(found, variables=VARIABLES)
    assert {"apig_wsgi.py", "lambda_function.py"} < names(found.folder)
    assert "mangum.py" not in names(found.folder)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SAYS_HELLO.replace("200", "500"), "it answered 500"),
        ("handler = lambda event, context: {'statusCode': 200, 'body': 'Hello'}", "it answered 200 Hello"),
        ("import pytest", "No module named 'pytest'"),
        ("def handler(event, context): raise LookupError('no such table')", "LookupError: no such table"),
        ("raise SystemExit(0)", "tiny ended before it answered /json"),
    ],
)
def test_one_that_does_not_say_hello_is_refused_with_what_it_said(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(NotAnswered, match=said):
        cold_start(packed(tmp_path, source), variables=VARIABLES)


def test_one_that_never_answers_is_ended_when_patience_is_over(tmp_path: Path) -> None:
    with pytest.raises(NotAnswered, match=r"tiny: no answer to /json within 0\.2 s"):
        cold_start(packed(tmp_path, "import time; time.sleep(60)"), variables=VARIABLES, patience=0.2)


def test_one_without_an_adapter_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(NotPackaged, match="tiny: no adapter answers inside the function"):
        packed(tmp_path, adapter="", named="")
    assert not (tmp_path / "made").exists()


def test_two_packages_are_not_mixed_in_one_folder(tmp_path: Path) -> None:
    found = packed(tmp_path)
    with pytest.raises(NotPackaged, match="is there already"):
        package(found.app, tmp_path / "environment", tmp_path / "adapters", tmp_path / "made", bytecode=False)


def test_without_an_environment_nothing_is_packed(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="no site-packages in"):
        package(application(tmp_path), tmp_path / "elsewhere", tmp_path / "adapters", tmp_path / "made", bytecode=True)


def test_chalice_is_told_the_resource_and_others_the_path_alone() -> None:
    rest = event("chalice", "/items/7")
    assert (rest["resource"], rest["pathParameters"]) == ("/items/{item_id}", {"item_id": "7"})
    assert (event("chalice", "/json")["resource"], event("chalice", "/json")["pathParameters"]) == ("/json", None)
    assert event("mangum", "/items/7")["rawPath"] == "/items/7"


def test_every_adapter_that_is_a_package_is_pinned() -> None:
    pinned = dict(line.split("==") for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    assert pinned.keys() >= HANDLERS.keys()
    assert {app.adapter for app in read_catalogue().values()} >= HANDLERS.keys()


@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "deep", reason="installs every framework; `make check-deep` runs it")
@pytest.mark.parametrize("bytecode", [True, False])
@pytest.mark.parametrize("framework", [framework for framework, app in read_catalogue().items() if app.adapter])
def test_every_reference_application_answers_on_lambda(tmp_path: Path, framework: str, bytecode: bool) -> None:
    app = read_catalogue()[framework]
    installed = environment(app.requirements, (ENVIRONMENTS / framework).absolute())
    adapters = packages(REQUIREMENTS, (ENVIRONMENTS / "adapters").absolute())
    found = package(app, installed, adapters, tmp_path, bytecode=bytecode)
    before = names(found.folder)
    variables = {"REMOTE": "http://127.0.0.1:9", "DATABASE": str(tmp_path / "notes.sqlite3")}
    cold_start(found, variables=variables)

    def answered(path: str) -> tuple[int, object]:
        start: ColdStart = first_answer(found, path, variables=variables)
        return start.status, json.loads(start.body)

    assert answered("/items/7") == (200, {"id": 7, "square": 49})
    assert answered("/notes") == (200, [])
    assert names(found.folder) == before
