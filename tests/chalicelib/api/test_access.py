"""Who may write: the whole table of routes, walked with every kind of token, on both servers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from chalice.app import Chalice

from chalicelib.api.application import application
from chalicelib.storage.tokens import ADMIN, Tokens
from tests.gateway import Gateway
from tests.servers import serve_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.storage.table import Table
    from chalicelib.use_cases.service import Service
    from tests.gateway import Answer
    from tests.servers import Caller

# A question may be too long for an address; to ask it changes nothing.
ASKS = {("POST", "/v1/scores")}
SCOPES = {"write:catalogue", "write:observations"}


def writing(app: Chalice) -> list[tuple[str, str]]:
    """The routes that write: every one that is neither GET, HEAD nor known to ask only."""
    return [
        (method, pattern)
        for pattern, methods in app.routes.items()
        for method in methods
        if method not in ("GET", "HEAD") and (method, pattern) not in ASKS
    ]


def unguarded(app: Chalice) -> list[tuple[str, str]]:
    return [(method, pattern) for method, pattern in writing(app) if app.routes[pattern][method].authorizer is None]


@pytest.fixture(params=["gateway", "local"])
def server(request: pytest.FixtureRequest, own_service: Service) -> Iterator[Gateway | Caller]:
    """Either of the two, over a table of its own."""
    app = application(lambda: own_service)
    if request.param == "gateway":
        yield Gateway(app)
    else:
        with serve_local(app) as caller:
            yield caller


def send(server: Any, method: str, pattern: str, token: str | None) -> Answer:
    headers = {"Content-Type": "application/json", "If-Match": "*", **({} if token is None else {"Authorization": token})}
    return server.request(method, re.sub(r"\{\w+\}", "flask", pattern), body=None if method == "DELETE" else "{}", headers=headers)


def test_every_route_that_writes_has_an_authorizer(gateway: Gateway) -> None:
    assert len(writing(gateway.app)) == 5
    assert unguarded(gateway.app) == []


def test_a_new_route_that_writes_and_has_none_is_found(own_service: Service) -> None:
    app = application(lambda: own_service)
    app.route("/v1/careless", methods=["PATCH"])(dict)
    assert unguarded(app) == [("PATCH", "/v1/careless")]


@pytest.mark.parametrize("token", [None, ""], ids=["no header", "an empty one"])
def test_without_a_token_the_gateway_says_401(server: Any, own_service: Service, token: str | None) -> None:
    for method, pattern in writing(application(lambda: own_service)):
        answer = send(server, method, pattern, token)
        # `chalice local` takes an empty header for a token, and asks.
        assert answer.status == 401 or (token == "" and answer.status == 403), (method, pattern)


@pytest.mark.parametrize(
    "kind",
    [
        "malformed",
        "of another scheme",
        "without a scheme",
        "unknown",
        "changed",
        "revoked",
        "expired",
        "with something after it",
        "very long",
    ],
)
def test_with_a_token_that_is_not_valid_it_says_403_to_every_route(server: Any, own_service: Service, table: Table, kind: str) -> None:
    whole, made = own_service.tokens.create([ADMIN], days=1)
    old, _ = Tokens(table, now=lambda: datetime.now(UTC) - timedelta(days=2)).create([ADMIN], days=1)
    token = {
        "malformed": "Bearer nonsense",
        "of another scheme": "Basic dXNlcjpwYXNz",
        "without a scheme": whole,
        "unknown": f"Bearer fw_{'a' * 10}_{'a' * 52}",
        "changed": f"Bearer {whole[:-1]}{'a' if whole[-1] != 'a' else 'b'}",
        "revoked": f"Bearer {whole}",
        "expired": f"Bearer {old}",
        "with something after it": f"Bearer {whole} x",
        "very long": f"Bearer fw_{'a' * 5_000}",
    }[kind]
    if kind == "revoked":
        own_service.tokens.revoke(made.id)
    for method, pattern in writing(application(lambda: own_service)):
        answer = send(server, method, pattern, token)
        assert answer.status == 403, (method, pattern)
        assert (token.partition(" ")[2] or token) not in answer.body


def test_a_token_of_another_scope_is_refused_by_the_route(server: Any, own_service: Service) -> None:
    tokens = {scope: own_service.tokens.create([scope], days=1)[0] for scope in SCOPES}
    for operation in application(lambda: own_service).operations:
        if operation.scope:
            (other,) = SCOPES - {operation.scope}
            answer = send(server, operation.method, operation.path, f"Bearer {tokens[other]}")
            assert (answer.status, answer.json()["code"]) == (403, "missing_scope"), operation
            assert operation.scope in answer.json()["detail"]


def test_the_right_scope_and_an_admin_are_let_in(server: Any, own_service: Service) -> None:
    for operation in application(lambda: own_service).operations:
        if operation.scope:
            for scope in (operation.scope, ADMIN):
                token = own_service.tokens.create([scope], days=1)[0]
                assert send(server, operation.method, operation.path, f"bearer {token}").status not in (401, 403), operation


def test_a_revoked_token_is_refused_by_the_very_next_request(server: Any, own_service: Service) -> None:
    whole, made = own_service.tokens.create([ADMIN], days=1)
    assert send(server, "PUT", "/v1/frameworks/{framework}", f"Bearer {whole}").status == 422
    own_service.tokens.revoke(made.id)
    assert send(server, "PUT", "/v1/frameworks/{framework}", f"Bearer {whole}").status == 403


def test_the_routes_that_are_open_write_nothing(own_service: Service, table: Table) -> None:
    own_service.secret.value()  # made once for a table, by whoever is first
    done: list[str] = []
    table._client.meta.events.register("before-call.dynamodb.*", lambda model, **_: done.append(model.name), unique_id="open-routes")
    try:
        gateway = Gateway(application(lambda: own_service))
        for pattern, methods in gateway.app.routes.items():
            for method in methods:
                if (method, pattern) not in writing(gateway.app):
                    body = {} if method == "POST" else None
                    address = re.sub(r"\{\w+\}", "flask", pattern)
                    answer = gateway.post(address, body) if body is not None else gateway.request(method, address)
                    assert answer.status in (200, 404), (method, pattern)
    finally:
        table._client.meta.events.unregister("before-call.dynamodb.*", unique_id="open-routes")
    assert set(done) == {"BatchGetItem", "GetItem", "Query"}


def test_while_the_table_does_not_answer_nobody_is_told_that_a_token_is_wrong(own_service: Service) -> None:
    import dataclasses

    from chalicelib.storage.table import StorageUnavailable

    class Away(Tokens):
        def check(self, whole: str) -> None:
            raise StorageUnavailable("get_item", "away")

    whole, _ = own_service.tokens.create([ADMIN], days=1)
    gateway = Gateway(
        application(lambda: dataclasses.replace(own_service, tokens=Away(own_service.tokens._table, now=own_service.tokens._now)))
    )
    answer = send(gateway, "POST", "/v1/observations", f"Bearer {whole}")
    assert (answer.status, answer.json()["code"]) == (503, "storage_unavailable")
    assert answer.headers["Retry-After"]
