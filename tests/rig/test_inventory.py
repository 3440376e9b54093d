"""Tokens are those of code and templates; sizes and packages those that an application's requirements bring."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rig.catalogue import baseline
from rig.environments import environment
from rig.inventory import inventory, tokens
from tests.rig.variants import variant

CODE = "def hello(name):\n    return {'hello': name}\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_comments_docstrings_and_form_are_no_tokens(tmp_path: Path) -> None:
    bare = tokens(written(tmp_path, "bare.py", CODE))
    told = '"""What this is."""\n# A comment.\n\nclass Told:\n    """Only told."""\n\n\n' + CODE.replace(
        "{'hello': name}", '{"hello" : name}'
    )
    assert bare == len(["def", "hello", "(", "name", ")", ":", "return", "{", "'", "hello", "'", ":", "name", "}"])
    assert tokens(written(tmp_path, "told.py", told)) == bare + len(["class", "Told", ":", "pass"])


def test_everything_in_a_template_is_a_token(tmp_path: Path) -> None:
    assert tokens(written(tmp_path, "page.html", "<p>{{ row }}</p>")) == len(["<", "p", ">", "{", "{", "row", "}", "}", "<", "/", "p", ">"])


def test_the_files_of_an_application_count_but_for_what_python_leaves_there(tmp_path: Path) -> None:
    app = variant(tmp_path, "tiny")
    installed = environment(app.requirements, tmp_path / "environment")
    before = inventory(app, installed)
    (app.folder / "__pycache__").mkdir()
    written(app.folder / "__pycache__", "app.cpython-311.pyc", "not read")
    assert inventory(app, installed) == before
    assert (before.installed_bytes, before.versions, before.tokens) == (0, {}, tokens(baseline().folder / "app.py"))
    written(app.folder, "page.html", "<p>")
    after = inventory(app, installed)
    assert after.tokens == before.tokens + 3
    assert after.digest != before.digest


def test_another_command_is_another_application(tmp_path: Path) -> None:
    app = variant(tmp_path, "tiny")
    installed = environment(app.requirements, tmp_path / "environment")
    other = replace(app, command=(*app.command, "--fast"))
    assert inventory(other, installed).digest != inventory(app, installed).digest
