"""Cursors that can be known again."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.cursors import MOST_CHARACTERS, Cursors
from chalicelib.api.problems import MalformedRequest

CURSORS = Cursors(lambda: b"k" * 32)


@given(st.text(max_size=60), st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_a_cursor_opens_to_the_position_that_was_sealed(listing, position):
    cursor = CURSORS.seal(listing, position)
    assert CURSORS.open(listing, cursor) == position
    assert cursor.isascii()
    assert all(one.isalnum() or one in "-_" for one in cursor)


@given(st.integers(0, 10_000), st.characters(codec="ascii", categories=["L", "N"]))
def test_no_character_of_a_cursor_can_be_changed(place, character):
    cursor = CURSORS.seal("frameworks", "flask")
    place %= len(cursor)
    changed = f"{cursor[:place]}{character}{cursor[place + 1 :]}"
    if changed != cursor:
        with pytest.raises(MalformedRequest):
            CURSORS.open("frameworks", changed)


def test_a_cursor_is_for_one_listing_and_one_table():
    cursor = CURSORS.seal("observations flask None None None", "github_stars#2026")
    for others, listing in (
        (CURSORS, "observations django None None None"),
        (CURSORS, "frameworks"),
        (Cursors(lambda: b"j" * 32), "observations flask None None None"),
    ):
        with pytest.raises(MalformedRequest):
            others.open(listing, cursor)


def test_listing_and_position_can_not_run_into_each_other():
    cursor = CURSORS.seal("a", "bc")
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    moved = base64.urlsafe_b64encode(raw[:12] + b"c").decode().rstrip("=")
    with pytest.raises(MalformedRequest):
        CURSORS.open("ab", moved)


@pytest.mark.parametrize("cursor", ["", "x", "é", "====", "a" * (MOST_CHARACTERS + 1), "\ud800", "AAAA AAAA", "AA\nAA", "/+/+"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(MalformedRequest) as refused:
        CURSORS.open("frameworks", cursor)
    assert (refused.value.status, refused.value.code) == (400, "invalid_cursor")
