"""What people are shown of the figures of a run, on the terminal and in docs/measuring.md."""

from __future__ import annotations

from collections.abc import Mapping

from rig.trials import LOADS

# The tables by what stands above them, in each the columns by metric.
TABLES: Mapping[str, Mapping[str, str]] = {
    "Requests per CPU second, as multiples of the bare server's; more is better": {
        "rig_json_requests_per_cpu_s": "JSON",
        "rig_remote_requests_per_cpu_s": "remote",
        "rig_orm_requests_per_cpu_s": "ORM",
        "rig_page_requests_per_cpu_s": "page",
    },
    f"Latency at {LOADS.rate:g} requests a second, as multiples of the bare server's median; less is better": {
        "rig_json_latency_p50": "JSON, p50",
        "rig_json_latency_p99": "p99",
        "rig_remote_latency_p50": "remote, p50",
        "rig_remote_latency_p99": "p99",
        "rig_orm_latency_p50": "ORM, p50",
        "rig_orm_latency_p99": "p99",
    },
    "Memory and CPU of a start, as multiples of the bare server's; less is better": {
        "rig_memory": "memory",
        "rig_import_cpu": "import",
        "rig_start_cpu": "start",
        "rig_cold_start_cpu": "cold start on Lambda",
        "rig_cold_start_cpu_no_bytecode": "without bytecode",
    },
}
