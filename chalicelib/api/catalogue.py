"""Routes for reading what there is: frameworks, criteria, metrics, profiles, plugins, health."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlencode

from chalicelib.api import requests
from chalicelib.api.routing import Reply, Routes
from chalicelib.api.scorecard import figure_value, share, source
from chalicelib.storage.items import Withdrawal
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases import look_up
from chalicelib.use_cases.faults import InputFault, InvalidRequest, unknown
from chalicelib.use_cases.service import Service
from frameworth import __version__
from frameworth.catalogue import Fault, Plugin
from frameworth.criteria import Criterion, Metric
from frameworth.evidence import Observation
from frameworth.hooks import HOOK_API
from frameworth.methods import Method
from frameworth.profiles import Profile
from frameworth.register import Fact, Framework

MOST_ROWS = 500
DEFAULT_ROWS = 100
_OBSERVATION_PARAMETERS = ("metric", "since", "until", "limit", "cursor")


def routes(service: Callable[[], Service]) -> Routes:
    """The routes of the catalogue."""
    catalogue = Routes(__name__)

    @catalogue.route("/v1/frameworks", methods=["GET"])
    def list_frameworks() -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply({"frameworks": [_framework(one) for one in service().registers.frameworks()]})

    @catalogue.route("/v1/frameworks/{framework}", methods=["GET"])
    def show_framework(framework: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        known = look_up.framework(_name(framework), service())
        return Reply(
            {
                **_framework(known.framework),
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
                "links": {"observations": f"{known.framework.id}/observations"},
            }
        )

    @catalogue.route("/v1/frameworks/{framework}/observations", methods=["GET"])
    def list_observations(framework: str) -> Reply:
        return _observations(_name(framework), requests.query_parameters(catalogue.current_request), service())

    @catalogue.route("/v1/criteria", methods=["GET"])
    def list_criteria() -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply({"criteria": [_criterion(one) for one in service().catalogue.criteria.values()]})

    @catalogue.route("/v1/criteria/{name}", methods=["GET"])
    def show_criterion(name: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply(_criterion(look_up.named("criterion", _name(name), service().catalogue.criteria)))

    @catalogue.route("/v1/metrics", methods=["GET"])
    def list_metrics() -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply({"metrics": [_known_metric(one) for one in look_up.metrics(service())]})

    @catalogue.route("/v1/metrics/{name}", methods=["GET"])
    def show_metric(name: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        known = {one.name: one for one in look_up.metrics(service())}
        return Reply(_known_metric(look_up.named("metric", _name(name), known)))

    @catalogue.route("/v1/profiles", methods=["GET"])
    def list_profiles() -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply({"profiles": [_profile(one) for one in service().catalogue.profiles.values()]})

    @catalogue.route("/v1/profiles/{name}", methods=["GET"])
    def show_profile(name: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply(_profile(look_up.named("profile", _name(name), service().catalogue.profiles)))

    @catalogue.route("/v1/methods", methods=["GET"])
    def list_methods() -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply({"methods": [_method(one) for one in service().catalogue.methods.values()]})

    @catalogue.route("/v1/methods/{name}", methods=["GET"])
    def show_method(name: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        return Reply(_method(look_up.named("method", _name(name), service().catalogue.methods)))

    @catalogue.route("/v1/plugins", methods=["GET"])
    def list_plugins() -> Reply:
        requests.no_parameters(catalogue.current_request)
        found = service()
        faults = look_up.plugin_faults(found)
        return Reply(plugins_as_json(found.catalogue.plugins, faults))

    @catalogue.route("/v1/plugins/{name}", methods=["GET"])
    def show_plugin(name: str) -> Reply:
        requests.no_parameters(catalogue.current_request)
        found = service()
        plugin = look_up.named("plugin", _name(name), {one.name: one for one in found.catalogue.plugins})
        return Reply(_plugin(plugin, look_up.plugin_faults(found)))

    @catalogue.route("/health", methods=["GET"])
    def health() -> Reply:
        found = service()
        try:
            found.registers.reachable()
            status, table, faults = HTTPStatus.OK, "reachable", look_up.plugin_faults(found)
        except StorageUnavailable:
            status, table, faults = HTTPStatus.SERVICE_UNAVAILABLE, "unreachable", found.faults
        word = "unavailable" if status is not HTTPStatus.OK else "degraded" if faults else "ok"
        return Reply({"status": word, "version": __version__, "table": table, "plugin_faults": [_fault(fault) for fault in faults]}, status)

    return catalogue


def _observations(framework: str, parameters: dict[str, list[str]], service: Service) -> Reply:
    faults = [
        InputFault(
            f"/{name}", "unknown_parameter", f"there is no parameter {name[:60]!r}", f"there are {', '.join(_OBSERVATION_PARAMETERS)}"
        )
        for name in parameters
        if name not in _OBSERVATION_PARAMETERS
    ]
    faults += [
        InputFault(f"/{name}", "duplicate", f"{name[:60]} is given twice", "give it once")
        for name, values in parameters.items()
        if len(values) > 1
    ]
    given = {name: values[-1] for name, values in parameters.items()}
    metric = given.get("metric")
    if metric is not None:
        known = {one.name for one in service.registers.metrics()} | set(service.catalogue.metrics)
        if metric not in known:
            faults.append(unknown("/metric", "metric", metric, known))
    since = requests.date_parameter("since", given.get("since"), faults)
    until = requests.date_parameter("until", given.get("until"), faults)
    if since and until and since > until:
        faults.append(InputFault("/since", "empty_span", f"since {since} is after until {until}", "give a span that holds a day"))
    limit_text = given.get("limit", str(DEFAULT_ROWS))
    limit = int(limit_text) if limit_text.isascii() and limit_text.isdigit() and len(limit_text) <= 4 else 0
    if not 1 <= limit <= MOST_ROWS:
        faults.append(
            InputFault("/limit", "invalid_limit", f"limit {limit_text[:60]!r} is no number from 1 to {MOST_ROWS}", f"give 1 to {MOST_ROWS}")
        )
    after = _position(given.get("cursor", ""), faults)
    if faults:
        raise InvalidRequest(faults)
    page = look_up.observations(framework, service, metric=metric, since=since, until=until, after=after, limit=limit)
    cursor = _cursor(page.next_position) if page.next_position else None
    following = f"observations?{urlencode({**given, 'cursor': cursor})}" if cursor else None
    return Reply(
        {
            "framework": framework,
            "observations": [_observation(row, page.withdrawals.get(row.id)) for row in page.observations],
            "next_cursor": cursor,
            "links": {"next": following},
        }
    )


def _cursor(position: str) -> str:
    """A position as an opaque token. It holds a place in the framework's own history and nothing else, so there is nothing to forge."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def _position(cursor: str, faults: list[InputFault]) -> str:
    try:
        position = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        position = "?"
    if cursor and position.count("#") != 3:
        faults.append(
            InputFault(
                "/cursor", "invalid_cursor", "this cursor was not given out here", "use next_cursor of the page before, or leave it out"
            )
        )
    return position


def _name(path_parameter: str) -> str:
    """A name from the path; the gateway hands it over as it was typed, escapes included."""
    return unquote(path_parameter)


def _framework(one: Framework) -> dict[str, Any]:
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


def _observation(row: Observation, withdrawal: Withdrawal | None) -> dict[str, Any]:
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
    }
    if row.derived_from:
        shown["derived_from"] = list(row.derived_from)
    if withdrawal:
        shown["withdrawn"] = {"on": withdrawal.recorded_at[:10], "reason": withdrawal.reason}
    return shown


def _criterion(one: Criterion) -> dict[str, Any]:
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


def _known_metric(one: look_up.KnownMetric) -> dict[str, Any]:
    definition, entry = one.definition, one.entry
    return {
        "metric": one.name,
        "title": entry.title if entry else definition.title if definition else one.name,
        "unit": entry.unit if entry else definition.unit if definition else "",
        "direction": entry.direction if entry else None,
        "factor": entry.factor if entry else None,
        "description": entry.description if entry else None,
        "read_by": list(one.criteria),
        "definition": _metric(definition) if definition else None,
    }


def _profile(one: Profile) -> dict[str, Any]:
    return {
        "profile": one.name,
        "title": one.title,
        "summary": one.summary,
        "plugin": one.provider,
        "weights": {name: share(weight.value) for name, weight in one.weights.items()},
        "reasons": {name: weight.because for name, weight in one.weights.items()},
        "gates": [{"metric": gate.metric, "required": gate.required} for gate in one.gates],
    }


def _method(one: Method) -> dict[str, Any]:
    return {
        "method": one.name,
        "title": one.title,
        "summary": one.summary,
        "depends_on_candidates": one.depends_on_candidates,
        "plugin": one.provider,
    }


def plugins_as_json(plugins: Sequence[Plugin], faults: Sequence[Fault]) -> dict[str, Any]:
    """The version of the hooks, and every plugin with its part of the faults."""
    return {"hook_api": HOOK_API, "plugins": [_plugin(plugin, faults) for plugin in plugins]}


def _plugin(plugin: Plugin, faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "plugin": plugin.name,
        "origin": plugin.origin.value,
        "distribution": plugin.distribution or None,
        "version": plugin.version,
        "enabled": plugin.enabled,
        "criteria": list(plugin.criteria),
        "profiles": list(plugin.profiles),
        "methods": list(plugin.methods),
        "collectors": list(plugin.collectors),
        "observes": plugin.observes,
        "figures": plugin.figures,
        "faults": [_fault(fault) for fault in faults if fault.plugin == plugin.name],
    }


def _fault(fault: Fault) -> dict[str, str]:
    return {"plugin": fault.plugin, "stage": fault.stage.value, "error": fault.error}
