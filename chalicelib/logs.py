"""Logging: a line of JSON for each event, its text constant and its facts beside it. Nothing here says what is logged."""

from __future__ import annotations

import json
import logging
from typing import Any, TextIO


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: `event`, `level`, the `facts` given as `extra={"facts": …}`, and the trace of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts: dict[str, Any] = getattr(record, "facts", {})
        line: dict[str, Any] = {"event": record.getMessage(), "level": record.levelname.lower(), **facts}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to(stream: TextIO) -> None:
    """Sends everything that the service logs to a stream, which takes the place of any before.

    It is kept from the loggers above: those of Lambda and of `chalice local` would write it a second time.
    """
    log = logging.getLogger("chalicelib")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log.handlers[:] = [*(one for one in log.handlers if not isinstance(one.formatter, JsonLines)), handler]
    log.setLevel(logging.INFO)
    log.propagate = False
