"""Logging as lines of JSON."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from chalicelib.logs import JsonLines, log_to

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the service logs, in place of where it went before."""
    log = logging.getLogger("chalicelib")
    before = (log.handlers[:], log.level, log.propagate)
    stream = io.StringIO()
    log_to(stream)
    yield stream
    log.handlers[:], log.propagate = before[0], before[2]
    log.setLevel(before[1])


def test_an_event_is_one_line_with_its_facts(lines: io.StringIO) -> None:
    logging.getLogger("chalicelib.requests").info("request", extra={"facts": {"status": 200, "route": "GET /v1/scores", "note": "ü\nx"}})
    assert lines.getvalue().count("\n") == 1
    assert json.loads(lines.getvalue()) == {"event": "request", "level": "info", "status": 200, "route": "GET /v1/scores", "note": "ü\nx"}


def test_an_exception_is_told_with_its_trace_on_the_same_line(lines: io.StringIO) -> None:
    try:
        raise LookupError("lost")
    except LookupError as error:
        logging.getLogger("chalicelib").error("request failed", exc_info=error)
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert told["event"] == "request failed"
    assert told["trace"].endswith("LookupError: lost")


def test_what_is_no_json_is_told_as_text(lines: io.StringIO) -> None:
    logging.getLogger("chalicelib").warning("odd", extra={"facts": {"what": {1, 2}.__class__}})
    assert json.loads(lines.getvalue())["what"] == "<class 'set'>"


def test_to_log_elsewhere_leaves_the_first_place_alone(lines: io.StringIO) -> None:
    other = io.StringIO()
    log_to(other)
    logging.getLogger("chalicelib").warning("once")
    assert (lines.getvalue(), other.getvalue().count("\n")) == ("", 1)


def test_nothing_is_said_twice_by_the_loggers_above(lines: io.StringIO) -> None:
    """The root logger of Lambda has a handler of its own, and so has that of `chalice local`."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        logging.getLogger("chalicelib.requests").info("request")
    finally:
        logging.getLogger().removeHandler(handler)
    assert (heard.getvalue(), lines.getvalue().count("\n")) == ("", 1)
