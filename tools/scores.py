"""Says when scores move: `make scores-diff` shows what the present code, plugins and data move, `make scores-write` takes it over.

`check` fails while the golden files are not what is computed, or while the newest Scores section of the changelog does not hold their
digest: so a move needs new files, new files have a new digest, and the digest needs a line that says why. A test does the same.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.settings import PROJECT
from tools.golden import GOLDEN, Golden, committed, digest, present, write

CHANGELOG = PROJECT / "CHANGELOG.md"

# What counts for an unknown criterion when the greatest move is looked for; the files don't hold its stand-in.
UNKNOWN = 50.0
# How many moves a refusal names; `diff` names all.
NAMED = 5

WAY_OUT = (
    "see what moved with `make scores-diff`; if it is not meant, mend it; if it is, run `make scores-write` and put the line it prints, "
    "with the reason, into the newest Scores section of CHANGELOG.md"
)


@dataclass(frozen=True, slots=True)
class Move:
    """One framework's row in one request before and after; a row that is not there is empty. `most` is what moved its score most."""

    request: str
    framework: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    most: str

    @property
    def size(self) -> float:
        """How far the score moved, in points; where there was or is none, the whole of the other."""
        before, after = (float(side.get("score", 0.0)) for side in (self.old, self.new))
        return abs(after - before)

    @property
    def cells(self) -> tuple[str, ...]:
        """The move as a row of a table."""
        return (self.request, self.framework, *(_arrow(self.old.get(name), self.new.get(name)) for name in ("score", "rank")), self.most)


def moves(old: Golden, new: Golden) -> list[Move]:
    """Every row that is not as it was, the largest moves of score first."""
    found: list[Move] = []
    for name in sorted({*old, *new}):
        before, after = _parsed(old, name), _parsed(new, name)
        rows_before, rows_after = ({row["framework"]: row for row in side["rows"]} for side in (before, after))
        for framework in sorted({*rows_before, *rows_after}):
            was, is_now = rows_before.get(framework, {}), rows_after.get(framework, {})
            if was != is_now:
                found.append(Move(name, framework, was, is_now, _most(was, is_now, before["weights"], after["weights"])))
    return sorted(found, key=lambda move: (-round(move.size, 1), move.request, move.framework))


def _parsed(golden: Golden, name: str) -> dict[str, Any]:
    """A file's content; one that is not there, or that a merge left unreadable, has no rows."""
    try:
        parsed: dict[str, Any] = json.loads(golden.get(name, ""))
    except json.JSONDecodeError:
        return {"leader": None, "weights": {}, "rows": []}
    return parsed


def _most(old: Mapping[str, Any], new: Mapping[str, Any], old_weights: Mapping[str, float], new_weights: Mapping[str, float]) -> str:
    """The criterion behind a move: the one whose weight moved most or whose own score did, whichever kind has the larger effect.

    A score is Σ w·v, so its move is Σ (mean w)·Δv + Σ Δw·(mean v), exactly.
    """
    if not old or not new:
        return "row is new" if new else "row is gone"
    if old.get("score") == new.get("score"):
        return "-"
    before, after = old.get("criteria", {}), new.get("criteria", {})
    if not before or not after:
        return "-"
    by_value: dict[str, float] = {}
    by_weight: dict[str, float] = {}
    weight_moves: dict[str, float] = {}
    for name in sorted({*before, *after}):
        values = [UNKNOWN if side[name] is None else side[name] for side in (before, after) if name in side]
        weights = old_weights.get(name, 0.0), new_weights.get(name, 0.0)
        by_value[name] = sum(weights) / 2 * (values[-1] - values[0])
        weight_moves[name] = weights[1] - weights[0]
        by_weight[name] = weight_moves[name] * (values[0] + values[-1]) / 2
    if not any(by_value.values()) and not any(weight_moves.values()):
        return "stand-ins or rounding"
    if abs(sum(by_value.values())) >= abs(sum(by_weight.values())):
        name = max(by_value, key=lambda name: abs(by_value[name]))
        return f"{name} {_arrow(before.get(name), after.get(name))}"
    name = max(weight_moves, key=lambda name: abs(weight_moves[name]))
    return f"weight of {name} {_arrow(old_weights.get(name, 0.0), new_weights.get(name, 0.0))}"


def _arrow(old: object, new: object) -> str:
    was, is_now = ("-" if side is None else str(side) for side in (old, new))
    return was if was == is_now else f"{was} → {is_now}"


def report(old: Golden, new: Golden) -> str:
    """A table of every score and rank that moved, and a summary."""
    found = moves(old, new)
    scores = [move for move in found if move.old.get("score") != move.new.get("score")]
    listed = [move for move in found if move in scores or move.old.get("rank") != move.new.get("rank")]
    names = sorted({*old, *new})
    leaders = sum(_parsed(old, name)["leader"] != _parsed(new, name)["leader"] for name in names)
    total = sum("score" in row for name in new for row in _parsed(new, name)["rows"])
    summary = (
        f"{len(scores)} of {total} scores moved, {leaders} of {len(names)} leaders changed; "
        f"{len(listed) - len(scores)} more rows moved in rank only, {len(found) - len(listed)} in bounds, known or uncounted criteria only"
    )
    return "\n".join((*table(listed), summary))


def table(listed: list[Move]) -> list[str]:
    """Moves as lines of a table with a head; no move, no line."""
    if not listed:
        return []
    rows = [("request", "framework", "score", "rank", "what moved most"), *(move.cells for move in listed)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def changelog_line(golden: Golden) -> str:
    """What the changelog must say of these files."""
    return f"golden scores: {digest(golden)}"


def faults(old: Golden, new: Golden, changelog: str) -> list[str]:
    """Why a change can't go in as it is, each with the way out; empty if it can. `old` is what is committed, `new` what is computed."""
    if old != new:
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        seen = "\n  ".join(table(moves(old, new)[:NAMED])) or ", ".join(changed[:NAMED])
        return [
            f"{len(changed)} of {len({*old, *new})} golden files are not what is computed, the largest moves first:\n  {seen}\n{WAY_OUT}"
        ]
    line = changelog_line(old)
    if not re.search(rf"(?<!\w){line}(?!\w)", newest_scores_section(changelog)):
        return [f"the newest '### Scores' section of CHANGELOG.md does not say `{line}`: add it there, with what moved scores and why"]
    return []


def newest_scores_section(changelog: str) -> str:
    """The text of the first Scores section, without its heading; empty if there is none."""
    found = re.search(r"^### Scores[ \t]*$(.*?)(?=^##|\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def main(arguments: list[str] | None = None, *, golden: Path = GOLDEN, changelog: Path = CHANGELOG) -> int:
    """Does what is asked for and returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.scores", description="Golden scores: see them move, write them, check them.")
    parser.add_argument("what", choices=("write", "diff", "check"))
    what = parser.parse_args(arguments).what
    old, new = committed(golden), present()
    if what == "write":
        write(golden, new)
        print(changelog_line(new))
    elif what == "diff":
        print(report(old, new))
    elif found := faults(old, new, changelog.read_text(encoding="utf-8")):
        print("\n".join(found), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
