from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.settings import PROJECT, Misconfigured, Settings


def test_an_empty_environment_names_no_table_and_shipped_plugins_alone() -> None:
    assert Settings.of({}) == Settings(table=None, embedded=False, disabled_plugins=frozenset(), plugin_folders=(PROJECT / "plugins",))


def test_empty_variables_are_as_good_as_none() -> None:
    names = ("FRAMEWORTH_TABLE", "FRAMEWORTH_STORE", "FRAMEWORTH_DISABLED_PLUGINS", "FRAMEWORTH_PLUGINS_DIR")
    assert Settings.of(dict.fromkeys(names, "")) == Settings.of({})


def test_frameworth_table_names_the_table() -> None:
    assert Settings.of({"FRAMEWORTH_TABLE": "evidence"}).table == "evidence"


def test_frameworth_store_can_say_embedded() -> None:
    assert Settings.of({"FRAMEWORTH_STORE": "embedded"}).embedded


@pytest.mark.parametrize("wrong", ["Embedded", "memory", "embedded ", "dynamodb"])
def test_frameworth_store_can_say_nothing_else(wrong: str) -> None:
    with pytest.raises(Misconfigured, match="FRAMEWORTH_STORE") as raised:
        Settings.of({"FRAMEWORTH_STORE": wrong})
    assert repr(wrong) in str(raised.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("jobs", {"jobs"}), ("jobs,profiles", {"jobs", "profiles"}), (" jobs , ,profiles,", {"jobs", "profiles"}), (",", set())],
)
def test_frameworth_disabled_plugins_is_a_list_with_commas(given: str, expected: set[str]) -> None:
    assert Settings.of({"FRAMEWORTH_DISABLED_PLUGINS": given}).disabled_plugins == expected


def test_frameworth_plugins_dir_comes_after_the_shipped_plugins(tmp_path: Path) -> None:
    assert Settings.of({"FRAMEWORTH_PLUGINS_DIR": str(tmp_path)}).plugin_folders == (PROJECT / "plugins", tmp_path)


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_frameworth_plugins_dir_must_be_a_folder(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    if kind == "file":
        path.touch()
    with pytest.raises(Misconfigured, match="FRAMEWORTH_PLUGINS_DIR") as raised:
        Settings.of({"FRAMEWORTH_PLUGINS_DIR": str(path)})
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(("given", "traces"), [("1", True), ("0", False), ("", False)])
def test_frameworth_trace_hooks_is_a_switch(given: str, traces: bool) -> None:
    assert Settings.of({"FRAMEWORTH_TRACE_HOOKS": given}).trace_hooks is traces


@pytest.mark.parametrize("wrong", ["yes", "true", "2", " 1"])
def test_frameworth_trace_hooks_can_say_nothing_else(wrong: str) -> None:
    with pytest.raises(Misconfigured, match=f"FRAMEWORTH_TRACE_HOOKS is {wrong!r}; leave it unset or set it to 1"):
        Settings.of({"FRAMEWORTH_TRACE_HOOKS": wrong})


def test_other_variables_are_of_no_concern() -> None:
    assert Settings.of({"AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000", "FRAMEWORTH_UNKNOWN": "x"}) == Settings.of({})


def test_the_project_is_where_the_data_and_the_shipped_plugins_are() -> None:
    assert (PROJECT / "plugins").is_dir()
    assert (PROJECT / "data" / "observations.csv").is_file()
