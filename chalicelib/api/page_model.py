"""What the page's script weighs: values by framework and criterion, now and in past years. The script only weighs and sorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.api.scorecard import gates_in_query, query_of
from chalicelib.api.verdict import NEAR
from chalicelib.use_cases.outlook import Outlook
from chalicelib.use_cases.question import Question
from frameworth.catalogue import Catalogue
from frameworth.evidence import Evidence
from frameworth.findings import Finding
from frameworth.judgements import Judged
from frameworth.judging import WhenMissing
from frameworth.profiles import Gate
from frameworth.rank import TIE
from frameworth.score import ENOUGH_KNOWN
from frameworth.weighting import profile_weights

# Bounds, stand-ins and past values are only drawn and ranked: whole numbers of so many parts take half the room of shares.
PARTS = 1_000
_DECIMALS = 12


def can_be_weighed_anew(outlook: Outlook) -> bool:
    """Whether a score is a sum of weights times values that are the same under all weights, which is all that the script can do."""
    answer = outlook.answer
    return answer.scorecard.method.adds_up and answer.question.when_missing in (WhenMissing.NEUTRAL, WhenMissing.WORST)


def model(
    outlook: Outlook, picks: Sequence[str], names: Mapping[str, str], titles: Mapping[str, str], catalogue: Catalogue
) -> dict[str, Any]:
    """The whole of it, to be written as JSON; frameworks and criteria are called as `names` and `titles` have them."""
    answer, own = outlook.answer, outlook.asked_gates
    evidence = {one.framework: one for one in answer.evidence}
    return {
        "as_of": answer.scorecard.as_of.isoformat(),
        "band": answer.scorecard.band,
        "enough": ENOUGH_KNOWN,
        "near": NEAR,
        "tie": TIE,
        "limit": answer.question.limit,
        "profile": outlook.changed.label if outlook.changed else answer.profile,
        "changed": outlook.is_changed,
        "weights": [answer.scorecard.weights[name] for name in catalogue.criteria],
        "picks": list(picks),
        "asked": query_of(_without_weights(outlook), None, None),
        "day": answer.question.as_of.isoformat() if answer.question.as_of else None,
        "gates": gates_in_query(own),
        "kept_out": _kept_out(own, evidence, outlook),
        "criteria": [{"name": name, "title": titles[name]} for name in catalogue.criteria],
        "profiles": {
            name: {
                "title": profile.title,
                "summary": profile.summary,
                "weights": [*profile_weights(profile, catalogue.criteria).values()],
                "gates": gates_in_query(dict.fromkeys((*profile.gates, *own))),
                "kept_out": _kept_out((*profile.gates, *own), evidence, outlook),
            }
            for name, profile in outlook.profiles.items()
        },
        "frameworks": [
            {"id": name, "name": names.get(name, name), **_values(judged), **_alone(outlook.alone.get(name))}
            for name, judged in outlook.judged.items()
        ],
        "years": [
            {"day": day.isoformat(), "of": {name: _past_values(judged) for name, judged in found.items()}}
            for day, found in outlook.years.items()
        ],
    }


def _values(judged: Judged) -> dict[str, Any]:
    columns = judged.columns
    return {
        "released": judged.evidence.released is None or judged.evidence.released <= judged.evidence.as_of,
        "values": [*map(_exact, columns.value)],
        "known": [*map(_exact, columns.known)],
        "low": [*map(_parts, columns.low)],
        "high": [*map(_parts, columns.high)],
        "assumed": [_parts(assumed(finding)) for finding in judged.findings.values()],
    }


def _alone(judged: Judged | None) -> dict[str, Any]:
    return {"alone": [*map(_exact, judged.columns.value)], "alone_known": [*map(_exact, judged.columns.known)]} if judged else {}


def _past_values(judged: Judged) -> list[int]:
    """Of each criterion its value, then how much of it is known."""
    return [_parts(share) for pair in zip(judged.columns.value, judged.columns.known, strict=True) for share in pair]


def assumed(finding: Finding) -> float:
    """The part of a value (0..1) that stand-ins make."""
    if not finding.readings:
        return finding.value * (1.0 - finding.known)
    return min(finding.value, sum(reading.share * reading.value for reading in finding.readings if reading.figure is None))


def _exact(share: float) -> float:
    # What lies further behind the point moves no score that is shown, and no tie.
    return round(share, _DECIMALS)


def _parts(share: float) -> int:
    return round(share * PARTS)


def _without_weights(outlook: Outlook) -> Question:
    return replace(outlook.answer.question, weights=None, emphasis={}, gates=(), profile=None)


def _kept_out(gates: Sequence[Gate], evidence: Mapping[str, Evidence], outlook: Outlook) -> dict[str, str]:
    """By framework the first requirement that it fails."""
    found: dict[str, str] = {}
    for framework in outlook.judged:
        for gate in gates:
            figure = evidence[framework].figures.get(gate.metric)
            if not gate.admits(figure.value if figure else None):
                found[framework] = f"{gate.metric} {gate.required}"
                break
    return found
