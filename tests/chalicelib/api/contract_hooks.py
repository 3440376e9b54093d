"""What schemathesis does not send. schemathesis.toml names this module."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import schemathesis

# API Gateway takes no more of a request line and headers, and answers what is longer itself, in words that can't be ours.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MOST_BYTES = 10_240


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leaves out what is too long an address to reach the service."""
    return len(case.formatted_path) + len(urlencode(case.query or {}, doseq=True)) < MOST_BYTES
