"""A problem as a page, for people whose browser asked for one of our pages. Everything that is shown is escaped here."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

from chalicelib.api.formats.html_text import escaped
from chalicelib.api.problems import Problem
from chalicelib.api.style import template
from chalicelib.use_cases.faults import InputFault

_TITLES = {
    HTTPStatus.NOT_FOUND: "That is not here",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That can't be answered",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not just now",
}


def page(problem: Problem, request_id: str, prefix: str, style: str) -> str:
    """The whole page. `prefix` is what stands in paths before our own addresses: the stage, where there is one."""
    return template("problem").substitute(
        style=style,
        title=_TITLES.get(problem.status, "That went wrong"),
        detail=escaped(problem.detail[:1].upper() + problem.detail[1:]),
        errors="".join(map(_fault, problem.errors)),
        status=problem.status.value,
        code=escape(problem.code),
        meaning=f"{escape(prefix)}/docs#{escape(problem.code)}",
        request_id=escape(request_id),
        home=f"{escape(prefix)}/",
    )


def _fault(fault: InputFault) -> str:
    fix = f"; {fault.fix}" if fault.fix else ""
    return f"<li>{escaped(fault.message + fix)}</li>"
