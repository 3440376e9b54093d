"""Routes for reading the catalogue: frameworks, and the history of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from chalice.app import Request

from chalicelib.api import requests, shapes
from chalicelib.api.cursors import Cursors
from chalicelib.api.formats.csv_text import frameworks_csv, observations_csv
from chalicelib.api.formats.markdown import frameworks_markdown, observations_markdown
from chalicelib.api.operations import CSV, MARKDOWN, TABULAR, Parameter, format_parameter, page_parameters
from chalicelib.api.received import name_typed, path_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.use_cases import look_up
from chalicelib.use_cases.faults import InputFault, InvalidRequest, unknown
from chalicelib.use_cases.service import Service
from frameworth.names import shortened

MOST_ROWS = 100
DEFAULT_ROWS = 100
FRAMEWORK = Parameter("framework", about="Id of a framework.", schema={"type": "string", "maxLength": 63}, place="path")
_DAY = {"type": "string", "format": "date"}
_PAGE = (*page_parameters(MOST_ROWS, DEFAULT_ROWS), format_parameter())
_OF_HISTORY = (
    Parameter("metric", about="Only this metric; left out, all.", schema={"type": "string", "maxLength": 48}),
    Parameter("since", about="Only from this day on.", schema=_DAY),
    Parameter("until", about="Only up to this day.", schema=_DAY),
    *_PAGE,
)


def routes(service: Callable[[], Service]) -> Routes:
    """The routes for reading the catalogue."""
    catalogue = Routes(__name__, service)
    cursors = Cursors(lambda: service().secret.value())  # noqa: PLW0108  # there is no service yet

    @catalogue.reads(
        "/v1/frameworks",
        answer="FrameworkPage",
        formats=TABULAR,
        parameters=_PAGE,
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/v1/frameworks?limit=2",
    )
    def list_frameworks(request: Request) -> Reply:
        """The catalogue: frameworks by id, archived ones too, in pages."""
        return _frameworks(request, cursors, service())

    @catalogue.reads(
        "/v1/frameworks/{framework}",
        answer="KnownFramework",
        parameters=(FRAMEWORK,),
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/v1/frameworks/flask",
    )
    def show_framework(request: Request, framework: str) -> Reply:
        """One framework: its entry, facts, and current figures."""
        requests.no_parameters(request)
        return Reply(shapes.known_framework(look_up.framework(name_typed(framework), service())))

    @catalogue.reads(
        "/v1/frameworks/{framework}/observations",
        answer="ObservationPage",
        formats=TABULAR,
        parameters=(FRAMEWORK, *_OF_HISTORY),
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/v1/frameworks/flask/observations?metric=github_stars&limit=2",
    )
    def list_observations(request: Request, framework: str) -> Reply:
        """The history of a framework by metric and day, in pages.

        Figures that were withdrawn are among them, with the reason, and those that plugins bring.
        """
        return _observations(request, name_typed(framework), cursors, service())

    return catalogue


def _frameworks(request: Request, cursors: Cursors, service: Service) -> Reply:
    faults: list[InputFault] = []
    given = requests.parameters(request, [one.name for one in _PAGE], faults)
    limit = _limit(given, faults)
    if faults:
        raise InvalidRequest(faults)
    after = cursors.open("frameworks", given["cursor"]) if "cursor" in given else ""
    found, has_more = service.registers.frameworks_after(after, limit)
    rows = [shapes.framework(one) for one in found]
    cursor = cursors.seal("frameworks", found[-1].id) if has_more else None
    written = {CSV: lambda: frameworks_csv(rows), MARKDOWN: lambda: frameworks_markdown(rows)}
    return _page(request, "frameworks", {"frameworks": rows}, given, cursor, written)


def _observations(request: Request, framework: str, cursors: Cursors, service: Service) -> Reply:
    faults: list[InputFault] = []
    given = requests.parameters(request, [one.name for one in _OF_HISTORY], faults)
    metric = given.get("metric")
    if metric is not None:
        known = {one.name for one in service.registers.metrics()} | set(service.catalogue.metrics)
        if metric not in known:
            faults.append(unknown("/metric", "metric", metric, known))
    since = requests.date_parameter("since", given.get("since"), faults)
    until = requests.date_parameter("until", given.get("until"), faults)
    if since and until and since > until:
        faults.append(InputFault("/since", "empty_span", f"since {since} is after until {until}", "give a span that holds a day"))
    limit = _limit(given, faults)
    if faults:
        raise InvalidRequest(faults)
    listing = f"observations {framework} {metric} {since} {until}"
    after = cursors.open(listing, given["cursor"]) if "cursor" in given else ""
    page = look_up.observations(framework, service, metric=metric, since=since, until=until, after=after, limit=limit)
    rows = [shapes.observation(row, page.withdrawals.get(row.id), page.recorded.get(row.id)) for row in page.observations]
    cursor = cursors.seal(listing, page.next_position) if page.next_position else None
    written = {
        CSV: lambda: observations_csv(framework, rows),
        MARKDOWN: lambda: observations_markdown(look_up.names_of(service).get(framework, framework), rows),
    }
    return _page(request, "observations", {"framework": framework, "observations": rows}, given, cursor, written)


def _page(
    request: Request,
    address: str,
    body: dict[str, Any],
    given: Mapping[str, str],
    cursor: str | None,
    written: Mapping[str, Callable[[], str]],
) -> Reply:
    """A page of a list, with where the next one is; relative to its own address, so that a stage prefix does no harm."""
    # Behind a slash at the end, which gateways pass over, an address begins one step further down.
    up = "../" if path_typed(request).endswith("/") else ""
    following = f"{up}{address}?{urlencode({**given, 'cursor': cursor})}" if cursor else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return Reply({**body, "next_cursor": cursor, "links": {"next": following}}, headers=headers, written=written)


def _limit(given: Mapping[str, str], faults: list[InputFault]) -> int:
    text = given.get("limit", str(DEFAULT_ROWS))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    if not 1 <= limit <= MOST_ROWS:
        faults.append(
            InputFault("/limit", "invalid_limit", f"limit {shortened(text)} is no number from 1 to {MOST_ROWS}", f"give 1 to {MOST_ROWS}")
        )
    return limit
