"""The net under the ladder: everything is caught and told with its place, but for what is not a plugin's doing."""

import asyncio
import sys
from types import ModuleType

import pytest

from frameworth.guard import Broke, attempt, described


class Own(BaseException):
    """What a plugin might derive from BaseException."""


class Shy(Exception):
    """An exception whose own words break."""

    def __str__(self):
        raise Own


def raising(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no ink"), "ValueError: no ink"),
        (SystemExit(3), "SystemExit: 3"),
        (Own("mine"), "Own: mine"),
        (asyncio.CancelledError(), "CancelledError: "),
        (RecursionError("deep"), "RecursionError: deep"),
        (MemoryError(), "MemoryError: "),
        (StopIteration(), "StopIteration: "),
        (BaseExceptionGroup("two", [Own(), ValueError()]), "BaseExceptionGroup: two (2 sub-exceptions)"),
        (Shy(), "Shy: <Shy without words: Own>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_is_raised_is_told_by_its_kind_its_words_and_its_place(error, words):
    with pytest.raises(Broke) as caught:
        attempt(raising(error))
    assert str(caught.value).startswith(f"{words} (test_guard.py, line ")
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_an_interrupt_passes(error):
    with pytest.raises(error):
        attempt(raising(error()))


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_an_interrupt_passes_also_while_something_is_described(error):
    class Slow:
        def __repr__(self):
            raise error

    with pytest.raises(error):
        described(repr, Slow())


def test_what_is_returned_comes_back():
    assert attempt(divmod, 7, 2) == (3, 1)


def test_a_long_message_is_cut_but_not_its_place():
    with pytest.raises(Broke) as caught:
        attempt(raising(ValueError("x" * 1_000_000)))
    assert len(str(caught.value)) < 400
    assert "(test_guard.py, line " in str(caught.value)


def test_the_place_is_the_plugin_s_own_line_and_not_that_of_a_library_it_calls(tmp_path):
    library, plugin = tmp_path / "library.py", tmp_path / "plugin.py"
    library.write_text("def work(back):\n    return back()\n", encoding="utf-8")
    plugin.write_text(
        "import library\n\ndef inner():\n    return 1 / 0\n\ndef judge():\n    return library.work(inner)\n", encoding="utf-8"
    )
    modules = {}
    for path in (library, plugin):
        modules[path.stem] = ModuleType(path.stem)
        sys.modules[path.stem] = modules[path.stem]
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(modules[path.stem]))
    try:
        with pytest.raises(Broke, match=r"ZeroDivisionError: division by zero \(plugin\.py, line 4\)"):
            attempt(modules["plugin"].judge)
    finally:
        del sys.modules["library"], sys.modules["plugin"]
