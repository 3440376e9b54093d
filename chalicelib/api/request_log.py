"""The log line of a request, which CloudWatch also reads as metrics (embedded metric format): one line, no body, no secret.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from chalice.app import Request

from chalicelib.api.received import gateway_id, request_id

_LOG = logging.getLogger("chalicelib.requests")
_FACTS: ContextVar[dict[str, Any] | None] = ContextVar("facts", default=None)

# For all routes together: CloudWatch takes money for each metric of each value of a dimension, and of all routes that would be most of
# what a small deployment costs. By route the lines themselves can be asked (CloudWatch Logs Insights).
_METRICS = {
    "Namespace": "Frameworth",
    "Dimensions": [[]],
    "Metrics": [
        {"Name": "milliseconds", "Unit": "Milliseconds"},
        {"Name": "storage_calls", "Unit": "Count"},
        {"Name": "client_error", "Unit": "Count"},
        {"Name": "server_error", "Unit": "Count"},
    ],
}
_KNOWN = {"Name": "known", "Unit": "None"}


@contextmanager
def telling() -> Iterator[dict[str, Any]]:
    """Gathers the facts that views `tell` of the answer at hand."""
    facts: dict[str, Any] = {}
    token = _FACTS.set(facts)
    try:
        yield facts
    finally:
        _FACTS.reset(token)


def tell(**facts: Any) -> None:
    """Tells facts about the answer at hand, such as `known`, the share of its weight that rests on figures."""
    gathered = _FACTS.get()
    if gathered is not None:
        gathered.update(facts)


def log(request: Request | None, status: int, milliseconds: float, storage_calls: int, facts: Mapping[str, Any]) -> None:
    """Logs an answered request."""
    metrics = {**_METRICS, "Metrics": [*_METRICS["Metrics"], _KNOWN]} if "known" in facts else _METRICS
    line = {
        **_names(request),
        "route": f"{request.method} {request.path}" if request else "none",
        "status": status,
        "milliseconds": round(milliseconds, 1),
        "storage_calls": storage_calls,
        **facts,
        "client_error": int(HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR),
        "server_error": int(status >= HTTPStatus.INTERNAL_SERVER_ERROR),
        "_aws": {"Timestamp": int(1000 * time.time()), "CloudWatchMetrics": [metrics]},
    }
    _LOG.info("request", extra={"facts": line})


def _names(request: Request | None) -> dict[str, str]:
    """What a request is called by its caller and by the gateway, and whose token came with it."""
    if request is None:
        return {}
    names = {"request_id": request_id(request)}
    if (by_gateway := gateway_id(request)) != names["request_id"]:
        names["gateway_request_id"] = by_gateway
    if token := (request.context.get("authorizer") or {}).get("principalId"):
        names["token"] = str(token)
    return names
