"""CPU of a warm `POST /v1/scores` about all frameworks with new weights at each request, beside peers that do the same job.

Run with `python -m bench.peers_warm`. Each handler stays in a process of its own, which answers storage from memory; they take turns.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator

from bench import peers_job
from bench.results import Bound, Found, show

ROUNDS = 15
REQUESTS_A_ROUND = 20
# Requests before the first round: what is kept is there, and the interpreter has specialised its code.
WARM_UP = 40
SEED = 20261128

CASES: dict[str, list[str]] = {
    "scores and values": [],
    "with every figure": ["metrics"],
}
# What storage answers, and from where.
LEVELS = {"client": "own work", "wire": "with botocore"}

# Told beside a bound that is missed.
WHY = (
    "Where ours takes longer it answers more: its rows are made anew for each request, readings and sources of `metrics` above all, which "
    "do not hang on the weights; beside that come the second reading without opinions, what flips the verdict, and the log line."
)


def found(
    rounds: int = ROUNDS, requests: int = REQUESTS_A_ROUND, warm_up: int = WARM_UP, sides: peers_job.SideBySide | None = None
) -> list[Found]:
    """A table for each way of asking. Raises `DiffersFromOurs` if a peer answers something else than we do."""
    sides = sides or peers_job.side_by_side()
    questions = _questions(sides)
    with peers_job.warm(sides) as handlers:
        for include in CASES.values():
            for handler in handlers:
                handler.turn([{**next(questions), "include": include} for _ in range(warm_up)])
        return [_measured(title, include, handlers, questions, sides, rounds, requests) for title, include in CASES.items()]


def _questions(sides: peers_job.SideBySide) -> Iterator[dict[str, object]]:
    """All frameworks, with weights that were never asked for before."""
    drawn = random.Random(SEED)  # noqa: S311  # weights, no secrets
    while True:
        yield {"frameworks": sides.frameworks, "weights": {name: round(drawn.uniform(0.1, 5), 3) for name in sides.criteria}}


def _measured(
    title: str,
    include: list[str],
    handlers: list[peers_job.Warm],
    questions: Iterator[dict[str, object]],
    sides: peers_job.SideBySide,
    rounds: int,
    requests: int,
) -> Found:
    times: dict[tuple[str, str], list[float]] = {(one.name, over): [] for one in handlers for over in LEVELS}
    sizes: dict[str, int] = {}
    for _ in range(rounds):
        for over in LEVELS:
            asked = [{**next(questions), "include": include} for _ in range(requests)]
            for handler in handlers:
                told = handler.turn(asked, over)
                times[handler.name, over].append(told["cpu_ms"])
                sizes[handler.name] = told["bytes"]
    medians = {at: statistics.median(taken) for at, taken in times.items()}
    ratios = {(name, over): medians[peers_job.OURS, over] / medians[name, over] for name, over in medians}

    def cells(name: str) -> Iterator[str]:
        yield name
        for over in LEVELS:
            yield f"{medians[name, over]:.2f} ms"
            yield f"{ratios[name, over]:.2f}"
        yield f"{sizes[name] / 1000:,.0f} kB"

    bounds = [
        Bound(f"ours ÷ {name}, {told}", ratios[name, over], 1.0)
        for name in (peers_job.PYMCDM, peers_job.KEPT)
        if name in sizes
        for over, told in LEVELS.items()
    ]
    return Found(
        f"Warm request beside peers that do the same job: {title}",
        f"CPU of `POST /v1/scores` about {len(sides.frameworks)} frameworks with weights not asked for before; {rounds} rounds of "
        f"{requests} requests each, taking turns. Own work: the client hands out what is stored. With botocore: it writes and signs the "
        f"request and reads the bytes that DynamoDB would send. {peers_job.same(sides)} {peers_job.ANSWERS}",
        ("handler", *(column for told in LEVELS.values() for column in (f"CPU, {told}", "ours ÷ it")), "answer"),
        [tuple(cells(handler.name)) for handler in handlers],
        bounds=bounds,
        notes=[] if all(bound.holds for bound in bounds) else [WHY],
    )


def main() -> None:
    """Prints the tables."""
    show(found())


if __name__ == "__main__":
    main()
