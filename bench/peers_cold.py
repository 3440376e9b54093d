"""CPU of a cold start, import and first `POST /v1/scores` about two frameworks, beside peers that do the same job.

Run with `python -m bench.peers_cold`. Each time in a fresh process that can import nothing but what is deployed (`python -I -S -B`), taking
turns. The table is a moto server in another process, so its CPU does not count.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import cold, peers_job
from bench.results import Bound, Found, show
from tools.package import MOST_UNZIPPED_BYTES

PROCESSES = 15
QUESTION = {**cold.BODY, "include": ["metrics"]}
# A process that has just started has kept nothing, so the peer that keeps rows would be the same again.
ASKED = (peers_job.OURS, peers_job.PYMCDM, peers_job.PLAIN)


def found(processes: int = PROCESSES) -> list[Found]:
    """One table. Raises `DiffersFromOurs` if a peer answers something else than we do."""
    sides = peers_job.side_by_side()
    times: dict[str, list[float]] = {name: [] for name in ASKED}
    with cold.served_table() as address:
        environ = {**sides.environ, "AWS_ENDPOINT_URL_DYNAMODB": address}
        for _ in range(processes):
            for name, taken in times.items():
                taken.append(sum(cold.cold_start(sides.handlers[name], environ, peers_job.event(QUESTION)).values()))
    return [told(times, sides)]


def told(times: Mapping[str, Sequence[float]], sides: peers_job.SideBySide) -> Found:
    """The table of milliseconds of CPU by handler, ours first."""
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ours = medians[peers_job.OURS]
    return Found(
        "Cold start beside peers that do the same job",
        f"CPU of imports and of the first `POST /v1/scores` about two frameworks with every figure; {len(times[peers_job.OURS])} fresh "
        f"processes each, taking turns, all code compiled; DynamoDB is a moto server in another process. {peers_job.same(sides)} "
        f"{peers_job.ANSWERS}",
        ("handler", "CPU, median", "least to most", "ours ÷ it"),
        [
            (name, f"{medians[name]:,.0f} ms", f"{min(taken):,.0f} to {max(taken):,.0f} ms", f"{ours / medians[name]:.2f}")
            for name, taken in times.items()
        ],
        bounds=[Bound(f"ours ÷ {name}", ours / median, 1.0) for name, median in medians.items() if name != peers_job.OURS],
        notes=[
            f"The distributions of the peer with pymcdm take {_megabytes(cold.SITE):,.0f} MB as pip installs them, without bytecode; "
            f"Lambda takes {MOST_UNZIPPED_BYTES / 1e6:,.0f} MB from a zip, so whoever does not thin them out deploys an image."
        ],
    )


def _megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sum(path.stat().st_size for path in files) / 1e6


def main() -> None:
    """Prints the table."""
    show(found())


if __name__ == "__main__":
    main()
