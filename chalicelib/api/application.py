"""All routes, put into one Chalice application."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.api import catalogue, pages, scores
from chalicelib.api.routing import Application
from chalicelib.use_cases.service import Service


def application(service: Callable[[], Service]) -> Application:
    """The application; `service` is asked on each request and may be made on the first."""
    app = Application(app_name="frameworth")
    for blueprint in (scores.routes(service), catalogue.routes(service), pages.routes(service)):
        app.register_blueprint(blueprint)
    return app
