"""Routes for reading what plugins and callers offer to ask by: criteria, metrics, profiles, methods, plugins; and the health of it all."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Request

from chalicelib.api import requests, shapes
from chalicelib.api.operations import Parameter
from chalicelib.api.received import name_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.storage.table import StorageUnavailable
from chalicelib.use_cases import look_up
from chalicelib.use_cases.faults import NotFound
from chalicelib.use_cases.question import find_profile, names_of_profiles
from chalicelib.use_cases.service import Service
from frameworth import __version__

_LISTED = {"problems": (HTTPStatus.UNPROCESSABLE_ENTITY,)}
_NAMED = {"problems": (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)}


def name_of(what: str) -> Parameter:
    """A name in the path."""
    return Parameter("name", about=f"Name of a {what}.", schema={"type": "string", "maxLength": 63}, place="path")


def routes(service: Callable[[], Service]) -> Routes:
    """The routes for reading offers."""
    offers = Routes(__name__, service)

    @offers.reads("/v1/criteria", answer="CriterionList", example="/v1/criteria", **_LISTED)
    def list_criteria(request: Request) -> Reply:
        """The criteria: a question each, and the indicators that answer it."""
        requests.no_parameters(request)
        return Reply({"criteria": [shapes.criterion(one) for one in service().catalogue.criteria.values()]})

    @offers.reads("/v1/criteria/{name}", answer="Criterion", parameters=(name_of("criterion"),), example="/v1/criteria/jobs", **_NAMED)
    def show_criterion(request: Request, name: str) -> Reply:
        """One criterion."""
        requests.no_parameters(request)
        return Reply(shapes.criterion(look_up.named("criterion", name_typed(name), service().catalogue.criteria)))

    @offers.reads("/v1/metrics", answer="MetricList", example="/v1/metrics", **_LISTED)
    def list_metrics(request: Request) -> Reply:
        """The metrics: what is observed, in which unit, and how criteria that read it turn a figure into a value."""
        requests.no_parameters(request)
        return Reply({"metrics": [shapes.metric(one) for one in look_up.metrics(service())]})

    @offers.reads("/v1/metrics/{name}", answer="Metric", parameters=(name_of("metric"),), example="/v1/metrics/github_stars", **_NAMED)
    def show_metric(request: Request, name: str) -> Reply:
        """One metric."""
        requests.no_parameters(request)
        return Reply(shapes.metric(look_up.named("metric", name_typed(name), {one.name: one for one in look_up.metrics(service())})))

    @offers.reads("/v1/profiles", answer="ProfileList", example="/v1/profiles", **_LISTED)
    def list_profiles(request: Request) -> Reply:
        """The profiles: kinds of project, those of plugins, and the last version of each that is stored."""
        requests.no_parameters(request)
        found = service()
        offered = [shapes.profile(one) for one in found.catalogue.profiles.values()]
        return Reply({"profiles": [*offered, *(shapes.stored_profile(one) for one in found.profiles.all())]})

    @offers.reads("/v1/profiles/{name}", answer="Profile", parameters=(name_of("profile"),), example="/v1/profiles/microservice", **_NAMED)
    def show_profile(request: Request, name: str) -> Reply:
        """One profile.

        Of one that is stored, the last version, or that which the name gives, such as `ours@3`.
        """
        requests.no_parameters(request)
        return Reply(_profile(name_typed(name), service()))

    @offers.reads("/v1/methods", answer="MethodList", example="/v1/methods", **_LISTED)
    def list_methods(request: Request) -> Reply:
        """The methods: ways to put the criteria together."""
        requests.no_parameters(request)
        return Reply({"methods": [shapes.method(one) for one in service().catalogue.methods.values()]})

    @offers.reads("/v1/methods/{name}", answer="Method", parameters=(name_of("method"),), example="/v1/methods/additive", **_NAMED)
    def show_method(request: Request, name: str) -> Reply:
        """One method."""
        requests.no_parameters(request)
        return Reply(shapes.method(look_up.named("method", name_typed(name), service().catalogue.methods)))

    @offers.reads("/v1/plugins", answer="PluginList", example="/v1/plugins", **_LISTED)
    def list_plugins(request: Request) -> Reply:
        """The plugins: what each offers, in which version, and what is wrong with it."""
        requests.no_parameters(request)
        found = service()
        return Reply(shapes.plugins(found.catalogue.plugins, look_up.plugin_faults(found)))

    @offers.reads("/v1/plugins/{name}", answer="Plugin", parameters=(name_of("plugin"),), example="/v1/plugins/jobs", **_NAMED)
    def show_plugin(request: Request, name: str) -> Reply:
        """One plugin."""
        requests.no_parameters(request)
        found = service()
        plugin = look_up.named("plugin", name_typed(name), {one.name: one for one in found.catalogue.plugins})
        return Reply(shapes.plugin(plugin, look_up.plugin_faults(found)))

    @offers.reads("/health", answer="Health", statuses=(HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE), example="/health")
    def health(request: Request) -> Reply:
        """Whether the service can answer: `ok`, `degraded` if a plugin is at fault, or `unavailable` (503) without the table."""
        found = service()
        try:
            found.registers.reachable()
            status, table, faults = HTTPStatus.OK, "reachable", look_up.plugin_faults(found)
        except StorageUnavailable:
            status, table, faults = HTTPStatus.SERVICE_UNAVAILABLE, "unreachable", found.faults
        word = "unavailable" if status is not HTTPStatus.OK else "degraded" if faults else "ok"
        body = {"status": word, "version": __version__, "table": table, "plugin_faults": [shapes.fault(fault) for fault in faults]}
        return Reply(body, status, {"Cache-Control": "no-store"})

    return offers


def _profile(name: str, service: Service) -> dict[str, Any]:
    found = find_profile(name, service)
    if found is None:
        raise NotFound("profile", name, names_of_profiles(name, service))
    return shapes.stored_profile(found.stored) if found.stored else shapes.profile(found.profile)
