"""The pages: the ranking, a pair side by side, one framework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from chalice.app import Request

from chalicelib.api import requests
from chalicelib.api.catalogue import FRAMEWORK
from chalicelib.api.operations import HTML
from chalicelib.api.page_address import PAGE_PARAMETERS, Sight, sight
from chalicelib.api.received import name_typed
from chalicelib.api.routing import Reply, Routes
from chalicelib.api.style import page_headers, script, style_sheet
from chalicelib.use_cases.service import Service


def routes(service: Callable[[], Service]) -> Routes:
    """`GET /`, `GET /compare` and `GET /frameworks/{framework}`."""
    pages = Routes(__name__, service)

    @pages.reads(
        "/",
        answer="HTML",
        formats=(HTML,),
        parameters=PAGE_PARAMETERS,
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/",
    )
    def show_ranking(request: Request) -> Reply:
        """The ranking as a page, where weights can be moved.

        It takes the parameters of /v1/scores and a few of its own.
        """
        return _ranking(sight(request, service()), service())

    @pages.reads(
        "/compare",
        answer="HTML",
        formats=(HTML,),
        parameters=PAGE_PARAMETERS,
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/compare?frameworks=flask,django",
    )
    def show_comparison(request: Request) -> Reply:
        """The page with some frameworks side by side: Flask and Django, if none are named."""
        from chalicelib.api.ranking_page import PAIR

        asked = sight(request, service())
        if asked.question.frameworks is None:
            asked = replace(asked, question=replace(asked.question, frameworks=PAIR))
        return _ranking(asked, service())

    @pages.reads(
        "/frameworks/{framework}",
        answer="HTML",
        formats=(HTML,),
        parameters=(FRAMEWORK,),
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        example="/frameworks/flask",
    )
    def show_portrait(request: Request, framework: str) -> Reply:
        """One framework as a page: its scores, each figure with history and source, what is missing and what disagrees."""
        # Only who opens the page pays for it.
        from chalicelib.api.framework_page import page
        from chalicelib.use_cases.portray import portray

        requests.no_parameters(request)
        style = style_sheet("base", "framework")
        return Reply(page(portray(name_typed(framework), service()), service(), style), headers=page_headers(style))

    return pages


def _ranking(asked: Sight, service: Service) -> Reply:
    # Likewise.
    from chalicelib.api.ranking_page import SCRIPTS, page
    from chalicelib.use_cases.outlook import look

    style = style_sheet("base", "ranking")
    shown = page(asked, look(asked.question, service, asked.changed), service, style)
    return Reply(shown, headers=page_headers(style, script(*SCRIPTS)))
