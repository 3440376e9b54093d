"""Order: ranks with ties, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frameworth.explain import lead_in_words
from frameworth.methods import ADDITIVE, Method
from frameworth.scorecard import Ranked, Reason, Row, Unranked, Verdict

# Two scores this close differ by rounding only.
TIE = 1e-9


def ranked(rows: Sequence[Row]) -> tuple[Ranked, ...]:
    """Rows by score, 1-2-2-4; inside a tie dominance decides the order, then more known, then the slug."""
    by_score = sorted(rows, key=lambda row: (-row.score, row.framework))
    ranking: list[Ranked] = []
    while len(ranking) < len(by_score):
        first = len(ranking)
        lowest = by_score[first].score - TIE
        last = first + 1
        while last < len(by_score) and by_score[last].score >= lowest:
            last += 1
        tied = by_score[first:last]
        # Not `tied.sort`: a list is empty while it sorts itself, and nobody would dominate anybody.
        in_order = (
            sorted(tied, key=lambda row: (sum(dominates(other, row) for other in tied), -row.known, row.framework))
            if len(tied) > 1
            else tied
        )
        ranking += [Ranked(first + 1, len(tied) > 1, row) for row in in_order]
    return tuple(ranking)


def dominates(a: Row, b: Row) -> bool:
    """Whether `a` is at least as good as `b` on every criterion, counted or not, and better on one."""
    pairs = [(a.findings[name].value, b.findings[name].value) for name in a.findings]
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


def verdict(
    ranking: Sequence[Ranked], not_ranked: Sequence[Unranked], titles: Mapping[str, str], band: float, method: Method = ADDITIVE
) -> tuple[Verdict, str]:
    """What the ranking says, and why in words. `band` is the margin (a share) below which a lead is called close."""
    if not ranking:
        if any(unranked.reason is Reason.NOT_ENOUGH_EVIDENCE for unranked in not_ranked):
            return Verdict.NOT_ENOUGH_EVIDENCE, "Too little is known to rank any candidate."
        return Verdict.NO_CANDIDATES, "Gates or release dates left no candidate."
    if len(ranking) == 1:
        return Verdict.CLEAR, f"{ranking[0].row.framework} is the only candidate that could be ranked."
    leader, runner_up = ranking[0].row, ranking[1].row
    outcome = Verdict.CLOSE if leader.score - runner_up.score < band - TIE else Verdict.CLEAR
    if not method.adds_up:  # then points can't tell why one is ahead
        return outcome, f"{leader.framework} scores highest by the method {method.title.lower()}."
    return outcome, lead_in_words(leader, runner_up, titles)
