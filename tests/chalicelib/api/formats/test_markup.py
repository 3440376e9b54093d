"""Foreign text in Markdown stays text, wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.formats.markup import code, escaped, link, seen, table
from tests.chalicelib.api.formats.documents import Document

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.text("`*_[]()<>&|#~$!\\-+=:.1 \t\nx/w@", max_size=25)


@given(TEXTS)
def test_a_paragraph_shows_the_text_and_nothing_else(text):
    shown = seen(text).strip()
    document = Document(escaped(text))
    assert "".join(document.paragraphs) == shown
    assert document.kinds <= {"root", "paragraph", "inline", "text"}


@given(TEXTS)
def test_a_cell_shows_the_text_and_breaks_no_table(text):
    [found] = Document(table(["a", "b"], [[escaped(text), "end"]]) + "\n").tables
    assert found.rows[1] == [seen(text).strip(), "end"]


@given(TEXTS)
def test_the_text_of_a_link_is_the_text(text):
    assert Document(link(f"S{text}", "https://example.org/")).links == [(seen(f"S{text}").strip(), "https://example.org/")]


@given(TEXTS)
def test_an_address_ends_neither_its_link_nor_its_cell(text):
    document = Document(table(["a"], [[link("x", f"https://example.org/{text}")]]) + "\n")
    assert len(document.links) == 1
    assert document.tables[0].rows[1] == ["x"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", ""])
def test_only_addresses_of_the_web_become_links(url):
    document = Document(link("x", url))
    assert document.links == []
    assert document.paragraphs == ["x"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("10.5 %", "10.5 %"),
        ("-10.84 percent", "-10.84 percent"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("===", r"\==="),
        ("a\u202eb\nc", r"a\\u202eb\\u000ac"),
        ("see https://example.org", r"see https\://example.org"),
        ("www.example.org", r"www\.example.org"),
    ],
)
def test_no_more_is_escaped_than_has_to_be(text, written):
    assert escaped(text) == written


def test_a_name_is_code_and_anything_else_is_escaped():
    assert code("supports_asgi >= 1") == "`supports_asgi >= 1`"
    assert code("a`b") == r"a\`b"
