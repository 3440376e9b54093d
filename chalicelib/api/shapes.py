"""What the table and the catalogue of plugins hold, as JSON: one function a thing. Scorecards have a module of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.api.scorecard import figure_value, source
from chalicelib.storage.items import Withdrawal
from chalicelib.storage.profiles import StoredProfile
from chalicelib.use_cases import look_up
from frameworth.catalogue import Fault, Plugin
from frameworth.criteria import Criterion, Metric
from frameworth.evidence import Observation
from frameworth.hooks import HOOK_API
from frameworth.methods import Method
from frameworth.profiles import Gate, Profile
from frameworth.register import Fact, Framework
from frameworth.shown import shown_share


def known_framework(known: look_up.KnownFramework) -> dict[str, Any]:
    """All that is known about a framework."""
    return {
        **framework(known.framework),
        "facts": [_fact(fact) for fact in known.facts],
        "as_of": known.evidence.as_of.isoformat(),
        "figures": [
            {
                "metric": metric,
                "value": figure_value(figure.value),
                "observed_on": figure.observed_on.isoformat(),
                "basis": figure.basis.value,
                "source": source(figure.source),
            }
            for metric, figure in sorted(known.evidence.figures.items())
        ],
        "changed": {"at": known.changed_at or None, "by": known.changed_by or None},
        "links": {"observations": f"{known.framework.id}/observations"},
    }


def framework(one: Framework) -> dict[str, Any]:
    """The entry of a framework."""
    return {
        "framework": one.id,
        "name": one.name,
        "package": one.package,
        "repository": one.repository,
        "homepage": one.homepage,
        "licence": one.licence,
        "first_release": one.first_release.isoformat() if one.first_release else None,
        "status": one.status,
        "summary": one.summary,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "metric": fact.metric,
        "value": fact.value,
        "unit": fact.unit,
        "observed_on": fact.observed_on.isoformat(),
        "basis": fact.basis.value,
        "source": source(fact.source),
        "note": fact.note,
    }


def observation(row: Observation, withdrawal: Withdrawal | None, recorded: tuple[str, str] | None) -> dict[str, Any]:
    """A figure of a history, with when and by whom it was recorded and, if it was, withdrawn."""
    shown: dict[str, Any] = {
        "id": row.id,
        "metric": row.metric,
        "value": figure_value(row.value),
        "unit": row.unit,
        "observed_on": row.observed_on.isoformat(),
        "basis": row.basis.value,
        "source": source(row.source),
        "note": row.note,
        "revision": row.revision,
        "recorded": {"at": recorded[0], "by": recorded[1] or None} if recorded else None,
    }
    if row.derived_from:
        shown["derived_from"] = list(row.derived_from)
    if withdrawal:
        shown["withdrawn"] = {
            "on": withdrawal.recorded_at[:10],
            "reason": withdrawal.reason,
            "at": withdrawal.recorded_at,
            "by": withdrawal.recorded_by or None,
        }
    return shown


def criterion(one: Criterion) -> dict[str, Any]:
    """A criterion with its indicators."""
    return {
        "criterion": one.name,
        "title": one.title,
        "question": one.question,
        "plugin": one.provider,
        "judged_by": "its own judge" if one.judge else "indicators",
        "weight_in": dict(one.weight_in),
        "indicators": [
            {
                "indicator": indicator.name,
                "title": indicator.title,
                "weight": indicator.weight,
                "metrics": [_metric(metric) for metric in indicator.metrics],
            }
            for indicator in one.indicators
        ],
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "unit": metric.unit,
        "value": dict(metric.value.anchors),
        "prior": metric.prior,
        "half_life_years": metric.half_life,
        "since": metric.since.isoformat() if metric.since else None,
        "until": metric.until.isoformat() if metric.until else None,
        "opinion": metric.opinion,
    }


def metric(one: look_up.KnownMetric) -> dict[str, Any]:
    """A metric: its register entry, and how criteria read it."""
    definition, entry = one.definition, one.entry
    return {
        "metric": one.name,
        "title": entry.title if entry else definition.title if definition else one.name,
        "unit": entry.unit if entry else definition.unit if definition else "",
        "direction": entry.direction if entry else None,
        "factor": entry.factor if entry else None,
        "description": entry.description if entry else None,
        "derived_from": list(entry.derived_from) if entry else [],
        "read_by": list(one.criteria),
        "definition": _metric(definition) if definition else None,
    }


def profile(one: Profile) -> dict[str, Any]:
    """A profile as shown."""
    return {
        "profile": one.name,
        "title": one.title,
        "summary": one.summary,
        "plugin": one.provider or None,
        "weights": {name: shown_share(weight.value) for name, weight in one.weights.items()},
        "reasons": {name: weight.because for name, weight in one.weights.items()},
        "gates": [_gate(gate) for gate in one.gates],
        "version": None,
        "made": None,
    }


def stored_profile(one: StoredProfile) -> dict[str, Any]:
    """A version of a stored profile as shown."""
    return {**profile(one.profile), "version": one.version, "made": {"at": one.made_at, "by": one.made_by or None}}


def _gate(gate: Gate) -> dict[str, Any]:
    bound = {"at_least": gate.at_least} if gate.at_least is not None else {"at_most": gate.at_most}
    return {"metric": gate.metric, "required": gate.required, **bound}


def method(one: Method) -> dict[str, Any]:
    """A method."""
    return {
        "method": one.name,
        "title": one.title,
        "summary": one.summary,
        "depends_on_candidates": one.depends_on_candidates,
        "plugin": one.provider,
    }


def plugins(plugins: Sequence[Plugin], faults: Sequence[Fault]) -> dict[str, Any]:
    """The version of the hooks, and every plugin with its part of the faults."""
    return {"hook_api": HOOK_API, "plugins": [plugin(one, faults) for one in plugins]}


def plugin(one: Plugin, faults: Sequence[Fault]) -> dict[str, Any]:
    """A plugin with its part of the faults."""
    return {
        "plugin": one.name,
        "origin": one.origin.value,
        "distribution": one.distribution or None,
        "version": one.version,
        "enabled": one.enabled,
        "criteria": list(one.criteria),
        "profiles": list(one.profiles),
        "methods": list(one.methods),
        "collectors": list(one.collectors),
        "observes": one.observes,
        "figures": one.figures,
        "faults": [fault(found) for found in faults if found.plugin == one.name],
    }


def fault(one: Fault) -> dict[str, str]:
    """What is wrong with a plugin."""
    return {"plugin": one.plugin, "stage": one.stage.value, "error": one.error}
