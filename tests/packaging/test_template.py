"""The CloudFormation template: sound, protective of the figures, and no more rights than the routes use."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import bootstrap
from chalicelib.api.application import application
from chalicelib.api.problems import CONTENT_TYPE, Problem
from chalicelib.storage.tokens import ADMIN
from tests.checkouts import alone
from tests.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.storage.table import Table
    from tests.packaging.conftest import Package

pytestmark = [pytest.mark.xdist_group("packaging"), alone]

# A body for each route that takes one: a new one must be added here, so that what it does to the table is seen.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/scores"): {"frameworks": ["flask", "django"], "gates": [{"metric": "github_stars", "at_least": 1}]},
    ("POST", "/v1/observations"): {
        "observations": [
            {
                "framework": "flask",
                "metric": "github_stars",
                "value": value,
                "unit": "stars",
                "observed_on": "2021-07-01",
                "basis": "measured",
                "source": {"title": "GitHub", "url": "https://github.com/pallets/flask"},
            }
            for value in range(5)
        ]
    },
    ("POST", "/v1/frameworks/{framework}/observations/{id}/withdrawal"): {"reason": "of a fork"},
    ("PUT", "/v1/frameworks/{framework}"): {"name": "Flask"},
    ("PUT", "/v1/profiles/{name}"): {"summary": "x", "weights": {"jobs": 1}, "reasons": {"jobs": "y"}},
}

# What the gateway answers without asking the service.
STATUS_BY_KIND = {
    "UNAUTHORIZED": 401,
    "ACCESS_DENIED": 403,
    # The gateway's word for an address or a method that is not there; it says 403 if one lets it, although nothing here is signed.
    "MISSING_AUTHENTICATION_TOKEN": 404,
    # The same, to a caller who sends a token there: the gateway takes it for a signature of AWS.
    "INVALID_SIGNATURE": 404,
    "RESOURCE_NOT_FOUND": 404,
    "REQUEST_TOO_LARGE": 413,
    # Of a proxy's bodies, the gateway looks at nothing but how they are packed.
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "THROTTLED": 429,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    # The authorizer raised, or could not be called: whether the token is good is not known, so it is neither 401 nor 403.
    "AUTHORIZER_CONFIGURATION_ERROR": 503,
    "AUTHORIZER_FAILURE": 503,
    # All others: their status differs, so it is not in the body.
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}

# Nothing that pydantic could be extended by is ever in the package, and to look for it takes a while at each cold start.
ENVIRONMENT = {"FRAMEWORTH_TABLE": {"Ref": "Table"}, "PYDANTIC_DISABLE_PLUGINS": "1"}

# What the parameters are when nobody says anything, and when somebody wants all that can be had.
AS_IT_IS: dict[str, Any] = {"RequestsPerSecond": 20, "Burst": 100, "AccessLog": "off", "AlarmEmail": "", "MonthlyBudget": 10}
ALL_OF_IT = {**AS_IT_IS, "AccessLog": "on", "AlarmEmail": "ops@example.org"}
# What AWS::NoValue leaves.
NOTHING = object()

# Of what the templates may name of a request, what ours do.
CONTEXT = {"path": "/api/v1/nothing", "requestId": "r-1", "stage": "api"}


@pytest.fixture(scope="session")
def resources(package: Package) -> dict[str, Any]:
    return package.template["Resources"]


@pytest.fixture(scope="session")
def statements(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """What the function that answers requests may do."""
    return _statements(resources, "ApiHandlerRole")


def _statements(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    (policy,) = resources[role]["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def test_cfn_lint_finds_nothing_with_no_rule_left_out(package: Package) -> None:
    command = [
        sys.executable,
        "-c",
        "from cfnlint.runner import main; main()",
        "--include-checks",
        "I",
        "--template",
        str(package.folder / "template.json"),
    ]
    found = subprocess.run(command, cwd=package.folder, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, ""), found.stdout + found.stderr


def test_chalice_finds_nothing_wrong_with_the_configuration(project: Path) -> None:
    """`chalice package` leaves this check out, which `chalice deploy` makes."""
    check = (
        "from chalice.cli.factory import CLIFactory; from chalice.deploy.validate import validate_configuration; "
        "validate_configuration(CLIFactory('.').create_config_obj('dev'))"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FRAMEWORTH_")}
    found = subprocess.run([sys.executable, "-B", "-c", check], cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_the_function_is_the_packaged_one_and_knows_its_table(resources: dict[str, Any]) -> None:
    assert {name for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"} == {"ApiHandlerRole", "AuthorizeRole"}
    function = resources["APIHandler"]["Properties"]
    assert function["CodeUri"] == "./deployment.zip"
    assert function["Runtime"] == f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert function["Environment"]["Variables"] == ENVIRONMENT


def test_the_gateway_has_one_stage(resources: dict[str, Any]) -> None:
    """Without OpenApiVersion SAM adds a second public one, named Stage."""
    assert resources["RestAPI"]["Properties"]["StageName"] == "api"
    assert resources["RestAPI"]["Properties"]["OpenApiVersion"] == "2.0"


def test_the_table_is_protected(resources: dict[str, Any]) -> None:
    table = resources["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = table["Properties"]
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_the_table_is_paid_by_request_and_forgets_what_has_a_time_to_live(resources: dict[str, Any]) -> None:
    properties = resources["Table"]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


def test_the_table_has_the_keys_and_the_one_index_that_the_service_reads(resources: dict[str, Any]) -> None:
    properties = resources["Table"]["Properties"]
    assert _keys(properties) == ["PK HASH", "SK RANGE"]
    (index,) = properties["GlobalSecondaryIndexes"]
    assert (index["IndexName"], _keys(index)) == ("by_kind", ["kind HASH", "id RANGE"])


def test_the_function_may_do_to_the_table_exactly_what_the_routes_do(statements: list[dict[str, Any]], table: Table, client: Any) -> None:
    done: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        done.add(f"dynamodb:{model.name}")

    client.meta.events.register("before-call.dynamodb.*", record)
    service = bootstrap.over(table, bootstrap.shipped_plugins())
    app = application(lambda: service)
    gateway, token = Gateway(app), service.tokens.create([ADMIN], days=1)[0]
    row = gateway.get("/v1/frameworks/flask/observations?limit=1").json()["observations"][0]["id"]
    done.clear()
    asked = [(method, pattern) for pattern, methods in app.routes.items() for method in methods]
    # Deleted last, so that the others find it.
    for method, pattern in sorted(asked, key=lambda one: one[0] == "DELETE"):
        address = re.sub(r"\{\w+\}", "flask", pattern.replace("{id}", row).replace("{name}", "ours" if method == "PUT" else "flask"))
        body = json.dumps(BODIES[method, pattern]) if method in ("POST", "PUT") else None
        new = {"If-None-Match": "*"} if address == "/v1/profiles/ours" else {"If-Match": "*"} if method in ("PUT", "DELETE") else {}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": pattern, **new}
        answer = gateway.request(method, address, body=body, headers=headers)
        assert answer.status < 300 or method in ("GET", "HEAD"), (method, pattern, answer.body)
    gateway.get("/v1/scores?as_of=2018-05-31")
    client.meta.events.unregister("before-call.dynamodb.*", record)

    allowed = [action for statement in statements for action in statement["Action"] if action.startswith("dynamodb:")]
    assert sorted(allowed) == sorted(done)


def test_the_authorizer_is_a_function_of_its_own_that_may_look_at_tokens_and_no_more(resources: dict[str, Any]) -> None:
    function = resources["Authorize"]["Properties"]
    assert (function["Handler"], function["CodeUri"]) == ("app.authorize", "./deployment.zip")
    assert function["Environment"]["Variables"] == ENVIRONMENT
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": "LogGroup"}}
    actions = [action for statement in _statements(resources, "AuthorizeRole") for action in statement["Action"]]
    assert actions == ["dynamodb:GetItem", "logs:CreateLogStream", "logs:PutLogEvents"]


def test_no_answer_of_the_authorizer_outlives_a_request(resources: dict[str, Any]) -> None:
    """A token that is revoked is refused by the very next one."""
    (one,) = resources["RestAPI"]["Properties"]["DefinitionBody"]["securityDefinitions"].values()
    assert one["x-amazon-apigateway-authorizer"]["authorizerResultTtlInSeconds"] == 0


def test_every_route_that_writes_is_behind_the_authorizer(resources: dict[str, Any]) -> None:
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    open_to_all = {
        (method, path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "security" not in operation and method not in ("get", "head", "options")
    }
    assert open_to_all == {("post", "/v1/scores")}


def test_the_policy_admits_no_scan_and_no_wildcard(statements: list[dict[str, Any]]) -> None:
    assert all(statement["Effect"] == "Allow" for statement in statements)
    actions = [action for statement in statements for action in statement["Action"]]
    assert not [action for action in actions if "*" in action or action == "dynamodb:Scan"]
    assert [statement["Resource"] for statement in statements] == [
        [{"Fn::GetAtt": ["Table", "Arn"]}, {"Fn::Sub": "${Table.Arn}/index/by_kind"}],
        {"Fn::GetAtt": ["LogGroup", "Arn"]},
    ]


def test_the_function_may_write_to_its_own_log_and_the_log_ends(resources: dict[str, Any], statements: list[dict[str, Any]]) -> None:
    """The function has no right to make a log group, so that one is made for it."""
    assert resources["APIHandler"]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": "LogGroup"}}
    assert resources["LogGroup"]["Properties"]["RetentionInDays"] > 0
    assert statements[1]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]


@pytest.mark.parametrize(("kind", "status"), STATUS_BY_KIND.items())
def test_what_the_gateway_says_itself_is_a_problem_like_those_of_the_service(
    resources: dict[str, Any], kind: str, status: int | None
) -> None:
    response = resources["RestAPI"]["Properties"]["GatewayResponses"][kind]
    assert response.get("StatusCode") == status
    (template,) = response["ResponseTemplates"].values()
    for name, value in CONTEXT.items():
        template = template.replace(f"$context.{name}", value)
    said = json.loads(template)
    ours = json.loads(Problem(HTTPStatus.BAD_REQUEST, said["code"], "detail").body("/api/v1/nothing", "r-1", "/api"))
    assert list(said) == [member for member in ours if member != "status" or status]
    assert said.get("status") == status
    assert (said["type"], said["instance"], said["request_id"]) == (ours["type"], ours["instance"], ours["request_id"])
    assert "$" not in template


@pytest.mark.parametrize(("kind", "status"), STATUS_BY_KIND.items())
def test_what_the_gateway_says_itself_can_be_read_by_pages_of_others_and_found_in_the_logs(
    resources: dict[str, Any], kind: str, status: int | None
) -> None:
    headers = dict(resources["RestAPI"]["Properties"]["GatewayResponses"][kind]["ResponseParameters"]["Headers"])
    assert headers.pop("Content-Type") == f"'{CONTENT_TYPE}'"
    assert headers.pop("Access-Control-Allow-Origin") == "'*'"
    assert headers.pop("X-Request-Id") == "context.requestId"
    waits = kind == "DEFAULT_5XX" or status in (429, 503, 504)
    assert set(headers) == ({"Retry-After"} if waits else {"WWW-Authenticate"} if status == 401 else set())


def test_no_other_gateway_response_is_in_the_template(resources: dict[str, Any]) -> None:
    assert set(resources["RestAPI"]["Properties"]["GatewayResponses"]) == set(STATUS_BY_KIND)


def test_parameters_have_defaults_that_ask_nothing_of_an_account(package: Package) -> None:
    assert {name: one["Default"] for name, one in package.template["Parameters"].items()} == AS_IT_IS


def test_the_gateway_lets_through_no_more_than_the_parameters_say(package: Package) -> None:
    (everywhere,) = _stage(package, {**AS_IT_IS, "RequestsPerSecond": 7, "Burst": 9})["MethodSettings"]
    # SAM writes /* as CloudFormation wants it.
    assert everywhere == {"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 7, "ThrottlingBurstLimit": 9}


def test_there_is_an_access_log_where_the_account_admits_one(package: Package) -> None:
    """Without the account's role for logs API Gateway refuses the stage, and with it the whole stack."""
    assert "AccessLogSetting" not in _stage(package, AS_IT_IS)
    assert "AccessLogGroup" not in _resources(package, AS_IT_IS)
    setting = _stage(package, ALL_OF_IT)["AccessLogSetting"]
    assert setting["DestinationArn"] == {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    assert _resources(package, ALL_OF_IT)["AccessLogGroup"]["Properties"]["RetentionInDays"] == 30


def test_a_line_of_the_access_log_is_json_without_what_was_sent(package: Package) -> None:
    line = json.loads(_stage(package, ALL_OF_IT)["AccessLogSetting"]["Format"])
    assert list(line)[:2] == ["request_id", "time"]
    assert {value.split(".")[0] for value in line.values()} == {"$context"}
    assert not [value for value in line.values() if "header" in value or "query" in value]


def test_alarms_watch_this_stack_alone(package: Package) -> None:
    alarms = _alarms(package, AS_IT_IS)
    assert set(alarms) == {"Failures", "ServerErrors", "SlowAnswers", "Traffic"}
    watched = {json.dumps(each["Value"]) for alarm in alarms.values() for each in _dimensions(alarm)}
    title = _resources(package, AS_IT_IS)["RestAPI"]["Properties"]["Body"]["info"]["title"]
    assert title == {"Ref": "AWS::StackName"}
    assert watched == {json.dumps(one) for one in (title, "api", {"Ref": "APIHandler"}, {"Ref": "Authorize"})}


def test_alarms_and_spending_are_told_to_the_address_that_was_given(package: Package) -> None:
    resources = _resources(package, ALL_OF_IT)
    (subscription,) = resources["Alarms"]["Properties"]["Subscription"]
    assert subscription == {"Protocol": "email", "Endpoint": "ops@example.org"}
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in _alarms(package, ALL_OF_IT).values())
    told = resources["Budget"]["Properties"]["NotificationsWithSubscribers"]
    assert [one["Subscribers"] for one in told] == [[{"SubscriptionType": "EMAIL", "Address": "ops@example.org"}]] * 2
    assert resources["Budget"]["Properties"]["Budget"]["BudgetLimit"] == {"Amount": 10, "Unit": "USD"}


def test_without_an_address_nothing_is_left_that_tells(package: Package) -> None:
    assert not {"Alarms", "Budget"} & set(_resources(package, AS_IT_IS))
    assert all(alarm["AlarmActions"] == [] for alarm in _alarms(package, AS_IT_IS).values())


def test_the_alarm_of_traffic_goes_off_at_half_of_what_is_let_through(package: Package) -> None:
    alarm = _resources(package, AS_IT_IS)["Traffic"]["Properties"]
    expression = alarm["Metrics"][0]["Expression"]["Fn::Sub"]
    # What CloudWatch will compute, for an hour at half of 20 requests a second.
    counted = expression.replace("${RequestsPerSecond}", "20").replace("PERIOD(requests)", "3600").replace("requests", "36000")
    assert eval(counted) == alarm["Threshold"] == 50


def test_a_function_has_one_whole_processor_and_less_time_than_the_gateway(resources: dict[str, Any]) -> None:
    """Lambda gives processor time by memory, one whole processor at 1,769 MB; the gateway waits for 29 s."""
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"]
    assert {function["MemorySize"] for function in functions} == {1769}
    assert {function["Timeout"] for function in functions} == {10, 28}


def _stage(package: Package, parameters: dict[str, Any]) -> dict[str, Any]:
    (stage,) = (one for one in _resources(package, parameters).values() if one["Type"] == "AWS::ApiGateway::Stage")
    return stage["Properties"]


def _alarms(package: Package, parameters: dict[str, Any]) -> dict[str, Any]:
    resources = _resources(package, parameters)
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}


def _dimensions(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    metrics = [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one] if "Metrics" in alarm else [alarm]
    return [dimension for metric in metrics for dimension in metric["Dimensions"]]


def _resources(package: Package, parameters: dict[str, Any]) -> dict[str, Any]:
    """The resources that CloudFormation makes of these parameters: translated by SAM, conditions and parameters put in."""
    template = package.translated
    holds = {name: _resolved(condition, parameters, {}) for name, condition in template["Conditions"].items()}
    wanted = {name: one for name, one in template["Resources"].items() if holds.get(one.get("Condition"), True)}
    return {name: _resolved(one, parameters, holds) for name, one in wanted.items()}


def _resolved(value: Any, parameters: Mapping[str, Any], holds: Mapping[str, bool]) -> Any:
    """A value with its parameters and conditions put in; `NOTHING` where there is to be none."""
    resolved = partial(_resolved, parameters=parameters, holds=holds)
    match value:
        case {"Ref": "AWS::NoValue"}:
            return NOTHING
        case {"Ref": name} if name in parameters:
            return parameters[name]
        case {"Fn::If": [condition, yes, no]}:
            return resolved(yes if holds[condition] else no)
        case {"Fn::Equals": [left, right]}:
            return resolved(left) == resolved(right)
        case {"Fn::Not": [condition]}:
            return not resolved(condition)
        case dict():
            return {name: found for name, one in value.items() if (found := resolved(one)) is not NOTHING}
        case list():
            return [found for one in value if (found := resolved(one)) is not NOTHING]
    return value


def _keys(schema: dict[str, Any]) -> list[str]:
    return [f"{key['AttributeName']} {key['KeyType']}" for key in schema["KeySchema"]]
