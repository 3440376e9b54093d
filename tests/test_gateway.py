"""The stand-in of API Gateway does what AWS's documents say of the gateway; `tests/gateway_*.py` name the pages."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from chalice.app import AuthResponse, AuthRoute, Chalice, CORSConfig, Response

from tests import gateway as gateways
from tests.gateway import Gateway
from tests.gateway_answers import LEAST_COMPRESSED, RESPONSES
from tests.gateway_authorizers import allows
from tests.gateway_events import MOST_BODY_BYTES, REQUEST_ID
from tests.servers import serve_gateway, serve_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIXEL = b"\x89PNG\r\n\x1a\n\xff"
PACKED = gzip.compress(b"[1]", mtime=0)
JSON = {"Content-Type": "application/json"}
CORS = CORSConfig(allow_headers=["If-None-Match"], expose_headers=["ETag"], max_age=60)
ARN = "arn:aws:execute-api:us-east-1:123456789012:frameworth0/api/PUT/things/a"


class Raw(Chalice):
    """An application whose answer, if it is set, is handed to Lambda as it is."""

    answer: Any = None

    def __call__(self, event: Any, context: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or super().__call__(event, context)


def judged(request: Any) -> Any:
    """What the authorizer says of a token."""
    match request.token:
        case "broken":
            raise RuntimeError("no table")
        case "unauthorized":
            raise Exception("Unauthorized")  # a Lambda authorizer says it like this
        case "nested":
            return AuthResponse(["*"], "someone", {"scopes": ["a"]})  # type: ignore[dict-item]
        case "nothing":
            return None
        case "nobody":
            return AuthResponse([], "nobody")
        case "elsewhere":
            return AuthResponse([AuthRoute("/things/b", ["PUT"])], "someone")
    return AuthResponse(["*"], "someone", {"scopes": "write", "age": 3, "new": True})  # type: ignore[dict-item]


@pytest.fixture
def asked() -> list[str]:
    """The tokens that the authorizer was asked about."""
    return []


def made(asked: list[str], ttl_seconds: int | None = 0) -> Raw:
    """A small application; most routes answer with the event they got."""
    app = Raw("small")

    @app.authorizer(ttl_seconds=ttl_seconds)
    def authorize(request: Any) -> Any:
        asked.append(request.token)
        return judged(request)

    def echo(**_: str) -> Any:
        return app.current_request.to_original_event()

    def route(path: str, name: str, **options: Any) -> None:
        app.route(path, name=name, **options)(echo)

    route("/", "root")
    route("/things/{name}", "read", methods=["GET", "HEAD"], cors=CORS)
    route("/things/{name}", "write", methods=["PUT"], authorizer=authorize)
    route("/things/special", "special", methods=["GET"])
    route("/things", "post", methods=["POST"], content_types=["*/*"])

    @app.route("/long/{count}", methods=["GET", "HEAD"])
    def long(count: str) -> Response:
        return Response("x" * int(count), {"Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"]})

    @app.route("/slow/{name}")
    def slow(name: str) -> Any:
        time.sleep(0.002)
        return {"typed": name, "found": app.current_request.uri_params["name"]}

    @app.route("/pixel")
    def pixel() -> Response:
        return Response(PIXEL, {"Content-Type": "image/png"})

    return app


@pytest.fixture
def app(asked: list[str]) -> Raw:
    return made(asked)


@pytest.fixture
def gateway(app: Raw) -> Gateway:
    return Gateway(app)


def put(gateway: Gateway, token: str | None, address: str = "/things/a") -> Any:
    return gateway.request("PUT", address, body="{}", headers={**JSON, **({"authorization": token} if token else {})})


# The event


def test_the_event_has_all_members_of_a_rest_proxy_event(gateway: Gateway) -> None:
    event = gateway.get("/things/a", **{"User-Agent": "curl"}).json()
    assert list(event) == [
        *("resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"),
        *("pathParameters", "stageVariables", "requestContext", "body", "isBase64Encoded"),
    ]
    context = event["requestContext"]
    assert set(context) >= {
        *("resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "requestTimeEpoch", "path", "accountId"),
        *("protocol", "stage", "domainPrefix", "domainName", "requestId", "apiId", "identity"),
    }
    assert (context["resourcePath"], context["httpMethod"], context["identity"]["userAgent"]) == ("/things/{name}", "GET", "curl")
    assert {"cognitoIdentityPoolId", "accountId", "caller", "sourceIp", "accessKey", "userArn", "user"} <= set(context["identity"])
    assert "authorizer" not in context


def test_the_path_has_the_stage_in_the_context_only_and_is_as_typed(gateway: Gateway) -> None:
    event = gateway.get("/things/a%2Fb%20c").json()
    assert (event["path"], event["requestContext"]["path"]) == ("/things/a%2Fb%20c", "/api/things/a%2Fb%20c")
    assert event["pathParameters"] == {"name": "a%2Fb%20c"}
    assert gateway.get("/").json()["requestContext"]["path"] == "/api/"


def test_of_repeated_query_parameters_one_member_has_the_last_and_one_has_all_decoded(gateway: Gateway) -> None:
    event = gateway.get("/things/a?x=1&y=%C3%A4+b&x=2&z&v=1;w=2").json()
    assert event["queryStringParameters"] == {"x": "2", "y": "ä b", "z": "", "v": "1", "w": "2"}
    assert event["multiValueQueryStringParameters"]["x"] == ["1", "2"]


def test_what_is_empty_is_null(gateway: Gateway) -> None:
    event = gateway.get("/").json()
    for member in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"):
        assert event[member] is None, member


def test_header_names_keep_their_case_and_repeated_ones_are_all_there(gateway: Gateway) -> None:
    event = gateway.request("GET", "/", headers={"x-TAG": ["a", "b"], "host": "else.where"}).json()
    assert (event["headers"]["x-TAG"], event["multiValueHeaders"]["x-TAG"]) == ("b", ["a", "b"])
    assert event["headers"]["Host"] == event["requestContext"]["domainName"]
    assert "host" not in event["headers"]


def test_what_is_written_out_comes_before_a_parameter_and_a_slash_at_the_end_does_not_count(gateway: Gateway) -> None:
    assert gateway.get("/things/special").json()["resource"] == "/things/special"
    assert gateway.get("/things/other/").json()["pathParameters"] == {"name": "other"}
    assert gateway.get("/things/a/b").status == 404


# What is not there


@pytest.mark.parametrize(("method", "address"), [("GET", "/nothing"), ("DELETE", "/things/a"), ("HEAD", "/things/special"), ("GET", "//")])
def test_an_unknown_address_or_method_gets_the_problem_of_the_template(gateway: Gateway, method: str, address: str) -> None:
    answer = gateway.request(method, address)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.headers["X-Request-Id"], answer.headers["Access-Control-Allow-Origin"]) == (REQUEST_ID, "*")
    if method != "HEAD":
        problem = answer.json()
        assert (problem["type"], problem["instance"]) == ("/api/docs#not_found", f"/api{address}")
        assert (problem["code"], problem["request_id"]) == ("not_found", REQUEST_ID)


def test_an_unknown_address_is_not_found_with_a_token_either(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway takes the token for a signature; without the template's word for that it is a 403."""
    assert gateway.get("/nothing", Authorization="Bearer x").status == 404
    monkeypatch.delitem(RESPONSES, "INVALID_SIGNATURE")
    assert gateway.get("/nothing", Authorization="Bearer x").json()["code"] == "refused_by_gateway"


def test_what_the_template_does_not_name_has_the_gateways_status(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RESPONSES, "MISSING_AUTHENTICATION_TOKEN")
    answer = gateway.get("/nothing")
    assert (answer.status, answer.json()["code"]) == (403, "refused_by_gateway")


def test_a_preflight_is_answered_without_the_application_where_a_route_has_cors(gateway: Gateway, app: Raw) -> None:
    app.answer = RuntimeError("asked")
    answer = gateway.request("OPTIONS", "/things/a")
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,HEAD,OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert (answer.headers["Access-Control-Expose-Headers"], answer.headers["Access-Control-Max-Age"]) == ("ETag", "60")
    assert gateway.request("OPTIONS", "/things/special").status == 404


def test_an_answer_to_head_has_headers_and_no_body(gateway: Gateway) -> None:
    answer = gateway.request("HEAD", "/long/5")
    assert (answer.status, answer.headers["Content-Type"], answer.body, answer.content) == (200, "text/plain", "", b"")


# The authorizer


def test_without_a_token_the_authorizer_is_not_asked(gateway: Gateway, asked: list[str]) -> None:
    for headers in ({}, {"Authorization": ""}, {"X-Api-Key": "x"}):
        answer = gateway.request("PUT", "/things/a", body="{}", headers={**JSON, **headers})
        assert (answer.status, answer.json()["code"], answer.headers["WWW-Authenticate"]) == (401, "unauthorized", "Bearer")
    assert asked == []


def test_what_the_authorizer_says_goes_into_the_event_as_text(gateway: Gateway) -> None:
    found = put(gateway, "Bearer good").json()["requestContext"]["authorizer"]
    assert found == {"principalId": "someone", "scopes": "write", "age": "3", "new": "true", "integrationLatency": 1}


@pytest.mark.parametrize("token", ["nobody", "elsewhere"])
def test_who_is_not_allowed_here_is_denied(gateway: Gateway, token: str) -> None:
    answer = put(gateway, token)
    assert (answer.status, answer.json()["code"]) == (403, "access_denied")


def test_a_policy_counts_for_its_route_only(gateway: Gateway) -> None:
    assert put(gateway, "elsewhere", "/things/b").status == 200
    assert put(gateway, "elsewhere", "/things/bb").status == 403


def test_an_authorizer_may_say_that_a_token_is_none(gateway: Gateway) -> None:
    assert put(gateway, "unauthorized").status == 401


@pytest.mark.parametrize("token", ["broken", "nested", "nothing"])
def test_an_authorizer_that_fails_is_no_fault_of_the_caller(gateway: Gateway, token: str) -> None:
    answer = put(gateway, token)
    assert (answer.status, answer.json()["code"], answer.headers["Retry-After"]) == (503, "token_not_checked", "2")


@pytest.mark.parametrize(("ttl_seconds", "times"), [(0, 2), (None, 1), (60, 1)])
def test_what_an_authorizer_says_is_kept_unless_it_has_no_time_to_live(asked: list[str], ttl_seconds: int | None, times: int) -> None:
    gateway = Gateway(made(asked, ttl_seconds))
    assert [put(gateway, "good").status, put(gateway, "good", "/things/b").status] == [200, 200]
    assert asked == ["good"] * times


def test_an_address_too_long_for_a_policy_is_refused(gateway: Gateway, asked: list[str]) -> None:
    assert put(gateway, "good", f"/things/{'x' * 1600}").status == 414
    assert asked == []


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": ARN}, True),
        ({"Effect": "Allow", "Action": ["s3:*", "execute-api:*"], "Resource": ["x", ARN.replace("PUT", "*")]}, True),
        ({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:*/api/PUT/*"}, True),
        ({"Effect": "Allow", "Action": "EXECUTE-API:invoke", "Resource": ARN[:-1] + "?"}, True),
        ({"Effect": "Allow", "Action": "execute-api:ManageConnections", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "*", "Resource": ARN.replace("PUT", "GET")}, False),
        ({"Effect": "Allow", "Action": "*", "Resource": ARN[:-1]}, False),
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": ARN}], False),
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": ARN + "b"}], True),
        ([], False),
    ],
)
def test_a_policy_allows_what_it_allows_and_does_not_deny(statements: Any, allowed: bool) -> None:
    assert allows({"Version": "2012-10-17", "Statement": statements}, ARN) is allowed


def test_a_policy_that_is_not_understood_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="not understood"):
        allows({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}]}, ARN)


# Bodies and limits


def posted(gateway: Gateway, body: str | bytes, content_type: str = "application/json", **headers: str) -> Any:
    return gateway.request("POST", "/things", body=body, headers={"Content-Type": content_type, **headers})


def test_a_text_body_that_is_no_utf_8_arrives_with_replacements(gateway: Gateway) -> None:
    event = posted(gateway, b'"\xff\xc3\xa4"').json()
    assert (event["body"], event["isBase64Encoded"]) == ('"\ufffdä"', False)


def test_a_body_of_a_binary_type_arrives_as_base64(gateway: Gateway, app: Raw) -> None:
    event = posted(gateway, PIXEL, "image/png").json()
    assert (event["body"], event["isBase64Encoded"]) == (base64.b64encode(PIXEL).decode(), True)
    app.api.binary_types = ["image/*"]
    assert posted(gateway, PIXEL, "image/x").json()["isBase64Encoded"] is True
    assert posted(gateway, PIXEL, "text/plain").json()["isBase64Encoded"] is False


def test_a_body_of_more_than_10_mb_does_not_get_through_the_gateway(gateway: Gateway, app: Raw) -> None:
    app.answer = RuntimeError("asked")
    answer = posted(gateway, b"x" * (MOST_BODY_BYTES + 1))
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


def test_an_event_of_more_than_6_mb_does_not_get_through_lambda(gateway: Gateway, app: Raw) -> None:
    app.answer = {"statusCode": 200}
    bare = len(json.dumps(gateway.event("POST", "/things", "", "x", JSON)).encode()) - 1
    most = gateways.MOST_EVENT_BYTES - bare
    assert posted(gateway, "x" * most).status == 200
    assert posted(gateway, "x" * (most + 1)).status == 413
    # What is escaped in JSON counts twice, and binary bodies are a third larger.
    assert posted(gateway, '"' * (most // 2 + 1)).status == 413
    assert posted(gateway, b"x" * (most * 3 // 4 + 30), "image/png").status == 413


def test_an_answer_of_more_than_6_mb_is_a_502(gateway: Gateway, app: Raw) -> None:
    bare = len(json.dumps({"statusCode": 200, "body": ""}))
    app.answer = {"statusCode": 200, "body": "x" * (gateways.MOST_RESULT_BYTES - bare)}
    assert gateway.get("/").status == 200
    app.answer["body"] += "x"
    answer = gateway.get("/")
    assert (answer.status, answer.json()["code"]) == (502, "gateway_error")


@pytest.mark.parametrize(("coding", "packed"), [("gzip", PACKED), ("deflate", zlib.compress(b"[1]")), ("identity", b"[1]")])
def test_a_packed_body_is_unpacked(gateway: Gateway, coding: str, packed: bytes) -> None:
    assert posted(gateway, packed, **{"content-encoding": coding}).json()["body"] == "[1]"


@pytest.mark.parametrize(
    ("coding", "body"), [("gzip", b"[1]"), ("gzip", PACKED[:-4]), ("deflate", b"[1]"), ("br", b"[1]"), ("gzip, gzip", b"")]
)
def test_a_body_that_is_not_in_its_coding_is_refused(gateway: Gateway, coding: str, body: bytes) -> None:
    answer = posted(gateway, body, **{"Content-Encoding": coding})
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_content_encoding")


def test_a_body_that_unpacks_to_more_than_10_mb_is_too_large(gateway: Gateway) -> None:
    bomb = gzip.compress(bytes(200_000_000))
    assert len(bomb) < 1_000_000
    assert posted(gateway, bomb, **{"Content-Encoding": "gzip"}).status == 413


# Answers


@pytest.mark.parametrize(
    "answer",
    [
        "text",
        {"headers": {}, "body": ""},
        {"statusCode": "200", "body": ""},
        {"statusCode": True, "body": ""},
        {"statusCode": 200, "body": {}},
        {"statusCode": 200, "headers": {"Age": 1}},
        {"statusCode": 200, "multiValueHeaders": {"Age": "1"}},
        {"statusCode": 200, "isBase64Encoded": "yes"},
        {"statusCode": 200, "cookies": []},
        {"statusCode": 200, "body": {1, 2}},
        RuntimeError("a bug"),
    ],
    ids=repr,
)
def test_what_the_gateway_does_not_understand_is_a_502_and_its_log_says_why(
    gateway: Gateway, app: Raw, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app.answer = answer
    found = gateway.get("/")
    assert (found.status, found.json()["code"], found.headers["Retry-After"]) == (502, "gateway_error", "2")
    assert caplog.messages[0].startswith("API_CONFIGURATION_ERROR: ")


def test_status_alone_is_an_answer(gateway: Gateway, app: Raw) -> None:
    app.answer = {"statusCode": 204, "body": None}
    assert (gateway.get("/").status, gateway.get("/").body) == (204, "")


def test_headers_with_several_values_go_before_those_with_one(gateway: Gateway, app: Raw) -> None:
    app.answer = {"statusCode": 200, "headers": {"Vary": "A", "ETag": '"1"'}, "multiValueHeaders": {"Vary": ["B", "C"]}}
    answer = gateway.get("/")
    assert [value for name, value in answer.fields if name == "Vary"] == ["B", "C"]
    assert (answer.headers["Vary"], answer.headers["ETag"]) == ("B, C", '"1"')


def test_a_challenge_of_the_application_gets_another_name(gateway: Gateway, app: Raw) -> None:
    app.answer = {"statusCode": 401, "headers": {"WWW-Authenticate": "Bearer"}}
    headers = gateway.get("/").headers
    assert (headers.get("WWW-Authenticate"), headers["x-amzn-Remapped-WWW-Authenticate"]) == (None, "Bearer")


def test_a_binary_answer_is_unpacked_only_if_its_type_comes_first_in_accept(gateway: Gateway) -> None:
    assert gateway.get("/pixel", Accept="image/png").content == PIXEL
    assert gateway.get("/pixel", Accept="image/png;q=0.1, */*").content == PIXEL
    assert gateway.get("/pixel", Accept="image/png, text/html").content == PIXEL
    assert gateway.get("/pixel", Accept="text/html, image/png").body == base64.b64encode(PIXEL).decode()


def test_a_body_that_is_no_base64_is_a_500(gateway: Gateway, app: Raw) -> None:
    app.answer = {"statusCode": 200, "body": "?", "isBase64Encoded": True}
    assert gateway.get("/", Accept="image/png").status == 500
    assert gateway.get("/", Accept="text/html").body == "?"


@pytest.mark.parametrize(
    ("accept_encoding", "count", "compressed"),
    [
        ("gzip", LEAST_COMPRESSED, True),
        ("br, GZIP;q=0.5", LEAST_COMPRESSED, True),
        ("gzip", LEAST_COMPRESSED - 1, False),
        ("gzip;q=0", LEAST_COMPRESSED, False),
        ("br", LEAST_COMPRESSED, False),
    ],
)
def test_long_answers_are_compressed_for_those_who_accept_it(gateway: Gateway, accept_encoding: str, count: int, compressed: bool) -> None:
    answer = gateway.get(f"/long/{count}", **{"accept-encoding": accept_encoding})
    assert answer.body == "x" * count
    assert answer.headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(answer.content) if compressed else answer.content) == answer.body.encode()


def test_the_application_has_one_request_at_a_time(gateway: Gateway) -> None:
    """Chalice keeps the current one in the application: at once, callers would get each other's answers."""
    names = [f"n{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: gateway.get(f"/slow/{name}").json(), names))
    assert found == [{"typed": name, "found": name} for name in names]


# On a socket


@pytest.fixture
def connection(gateway: Gateway) -> Iterator[http.client.HTTPConnection]:
    with serve_gateway(gateway) as server, closing(connected(server.base)) as made:
        yield made


def connected(base: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(base.split("/")[2], timeout=10)


def sent(connection: http.client.HTTPConnection, method: str, address: str, **more: Any) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(method, address, **more)
    answer = connection.getresponse()
    return answer, answer.read()


def test_over_a_socket_the_address_arrives_as_typed(connection: http.client.HTTPConnection) -> None:
    _, body = sent(connection, "GET", "/api/things/a%2fb?x=%20&x=2")
    event = json.loads(body)
    assert (event["path"], event["multiValueQueryStringParameters"]) == ("/things/a%2fb", {"x": [" ", "2"]})
    assert json.loads(sent(connection, "GET", "/api")[1])["resource"] == "/"


def test_over_a_socket_repeated_headers_arrive_and_leave(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("GET", "/api/things/a")
    connection.putheader("x-Tag", "a")
    connection.putheader("x-Tag", "b")
    connection.endheaders()
    assert json.loads(connection.getresponse().read())["multiValueHeaders"]["x-Tag"] == ["a", "b"]
    answer, _ = sent(connection, "GET", "/api/long/1")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_over_a_socket_any_method_can_be_used_on_one_connection(connection: http.client.HTTPConnection) -> None:
    found = [sent(connection, method, "/api/things/a")[0].status for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "BREW")]
    assert found == [200, 200, 200, 401, 404, 404]


def test_over_a_socket_bodies_arrive_whole_or_in_chunks(connection: http.client.HTTPConnection) -> None:
    assert json.loads(sent(connection, "POST", "/api/things", body=b"[1]", headers=JSON)[1])["body"] == "[1]"
    _, body = sent(connection, "POST", "/api/things", body=iter([b"[1", b"]"]), headers=JSON, encode_chunked=True)
    assert json.loads(body)["body"] == "[1]"


def test_over_a_socket_long_answers_are_compressed_bytes(connection: http.client.HTTPConnection) -> None:
    answer, body = sent(connection, "GET", "/api/long/5000", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], int(answer.headers["Content-Length"])) == ("gzip", len(body))
    assert gzip.decompress(body) == b"x" * 5000


@pytest.mark.parametrize("address", ["/", "/things/a", "/apia", "/dev/things/a"])
def test_over_a_socket_there_is_no_other_stage(connection: http.client.HTTPConnection, address: str) -> None:
    answer, body = sent(connection, "GET", address)
    assert (answer.status, json.loads(body)) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("serve", [lambda app: serve_gateway(Gateway(app)), serve_local], ids=["gateway", "local"])
def test_a_server_leaves_no_thread_though_a_caller_keeps_its_connection(app: Raw, serve: Callable[[Chalice], Any]) -> None:
    before = threading.active_count()
    with serve(app) as server:
        base = server.base
        prefix = base.partition("//")[2].partition("/")[2]
        connection = connected(base)
        assert sent(connection, "GET", f"/{prefix}/long/1".replace("//", "/"))[1] == b"x"
    assert threading.active_count() == before
    with closing(connection), pytest.raises(OSError, match="refused"):
        connected(base).connect()


def test_chalices_own_server_gives_each_caller_its_own_answer_at_once(app: Raw) -> None:
    names = [f"n{number}" for number in range(40)]

    def asked_for(name: str) -> Any:
        with closing(connected(server.base)) as connection:
            return json.loads(sent(connection, "GET", f"/slow/{name}")[1])

    with serve_local(app) as server, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked_for, names)) == [{"typed": name, "found": name} for name in names]
    assert type(app) is Raw


def test_chalices_own_server_serves_two_applications_at_once(app: Raw) -> None:
    other = Chalice("other")
    other.route("/long/1")(lambda: {"other": True})
    with serve_local(app) as server, serve_local(other) as other_server:
        for asked, body in ((server, b"x"), (other_server, b'{"other":true}')):
            with closing(connected(asked.base)) as connection:
                assert sent(connection, "GET", "/long/1")[1] == body
