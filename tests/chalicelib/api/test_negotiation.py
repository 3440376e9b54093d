"""Which format an answer comes in."""

from __future__ import annotations

import pytest

from chalicelib.api.negotiation import chosen
from chalicelib.api.operations import CSV, JSON, MARKDOWN, TABULAR
from chalicelib.use_cases.faults import InvalidRequest


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("text/markdown, application/json", JSON),
        ("text/markdown, application/json;q=0.9", MARKDOWN),
        ("text/*;q=0.3, text/markdown;q=0.7", MARKDOWN),
        ("text/csv;q=0, */*", JSON),
        ("application/json;q=0, text/csv;q=0, */*;q=0.1", MARKDOWN),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),  # what a browser sends
        ("text/csv; charset=utf-8; header=present", CSV),
        # What is not offered, or can't be read, is answered in the first format: that helps more than a 406.
        ("image/png", JSON),
        ("text/csv;q=0", JSON),
        ("nonsense", JSON),
        (",,;q=;", JSON),
        ("text/csv;q=5", CSV),
    ],
)
def test_the_accept_header_chooses_among_the_formats(accept, media_type):
    assert chosen(None, accept, TABULAR) == media_type


def test_a_named_format_takes_the_place_of_the_accept_header():
    assert chosen("markdown", "text/csv", TABULAR) == MARKDOWN
    assert chosen("json", "text/csv", TABULAR) == JSON


@pytest.mark.parametrize("name", ["", "xml", "JSON", "text/csv", "x" * 5_000])
def test_a_format_that_is_not_offered_is_refused_with_those_that_are(name):
    with pytest.raises(InvalidRequest) as refused:
        chosen(name, "", (JSON, CSV))
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code, fault.fix) == ("/format", "unknown_format", "give json or csv")
    assert len(fault.message) < 200
