"""Foreign text in HTML is shown, all of it, and does nothing."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.formats.html_text import escaped, named
from chalicelib.api.formats.markup import seen


@given(st.text())
def test_a_reader_sees_the_text_and_no_tag_of_it(text: str) -> None:
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, _: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(f'<a title="{escaped(text)}">{named(text)}</a>')
    reader.close()
    assert tags == ["a", "bdi"]
    assert unescape(escaped(text)) == seen(text)


def test_what_turns_the_direction_is_shown_by_its_number() -> None:
    assert escaped("a\u202eb\n<") == "a\\u202eb\\u000a&lt;"


def test_a_name_from_right_to_left_leaves_the_sentence_around_it_alone() -> None:
    assert named("\u05d0") == "<bdi>\u05d0</bdi>"
