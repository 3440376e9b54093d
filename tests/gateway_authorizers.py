"""How the stand-in of API Gateway asks a Lambda authorizer of the TOKEN kind, and what it makes of the policy.

DG api-gateway-lambda-authorizer-input and -output say what goes in and comes out.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tests.gateway_answers import Refused, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import ChaliceAuthorizer

    from tests.gateway_answers import Headers

    # What Lambda calls: an event and a context in, a result out.
    Function = Callable[[Any, Any], Any]

# DG: results are kept this long if nobody says otherwise; 0 keeps none.
_DEFAULT_LIFE_S = 300
# DG limits: the longest ARN of a method with an authorizer, with its path as typed.
_MOST_ARN_BYTES = 1600


class Authorizers:
    """Asks authorizers and keeps what they say for the life of the stand-in, which is shorter than any time to live but 0."""

    def __init__(self, function: Function | None = None) -> None:
        self._function = function
        self._kept: dict[tuple[str, str], Any] = {}

    def admitted(self, authorizer: ChaliceAuthorizer, arn: str, headers: Headers) -> dict[str, Any]:
        """What goes into `requestContext.authorizer`. Raises `Refused`."""
        token = (values(headers, authorizer.config.header or "Authorization") or [""])[-1]
        if not token:
            raise Refused("UNAUTHORIZED", HTTPStatus.UNAUTHORIZED, "no token")
        if len(arn.encode()) > _MOST_ARN_BYTES:
            raise Refused("DEFAULT_4XX", HTTPStatus.REQUEST_URI_TOO_LONG, "the ARN of the method is too long")
        life = _DEFAULT_LIFE_S if authorizer.config.ttl_seconds is None else authorizer.config.ttl_seconds
        key = (authorizer.name, token)
        said = self._kept.get(key) or _asked(self._function or authorizer, token, arn)
        if life:
            self._kept[key] = said
        try:
            members = _members(said)
            allowed = allows(said["policyDocument"], arn)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _broken(f"what the authorizer says is malformed: {error!r}") from error
        if not allowed:
            raise Refused("ACCESS_DENIED", HTTPStatus.FORBIDDEN, f"the policy does not allow {arn}")
        return members


def _asked(authorizer: Function, token: str, arn: str) -> Any:
    try:
        said = authorizer({"type": "TOKEN", "methodArn": arn, "authorizationToken": token}, {})
        return json.loads(json.dumps(said, allow_nan=False))
    except Exception as error:
        # DG: the one text that is understood; it must be the whole message.
        if str(error) == "Unauthorized":
            raise Refused("UNAUTHORIZED", HTTPStatus.UNAUTHORIZED, "the authorizer says so") from error
        raise _broken(f"the authorizer raised {error!r}") from error


def _broken(why: str) -> Refused:
    return Refused("AUTHORIZER_CONFIGURATION_ERROR", HTTPStatus.INTERNAL_SERVER_ERROR, why)


def _members(said: dict[str, Any]) -> dict[str, Any]:
    """The principal and the context; DG: no objects or arrays, and all values arrive as text."""
    if not isinstance(said["principalId"], str):
        raise TypeError("principalId is no text")
    context = said.get("context") or {}
    if wrong := [name for name, value in context.items() if not isinstance(value, str | int | float)]:
        raise TypeError(f"context has neither text, number nor boolean in {wrong}")
    stringified = {name: value if isinstance(value, str) else json.dumps(value) for name, value in context.items()}
    return {**stringified, "principalId": said["principalId"], "integrationLatency": 1}


def allows(policy: dict[str, Any], arn: str) -> bool:
    """Whether a policy allows to call a method: some statement allows it and none denies it. Raises for what an IAM policy can't have."""
    effects = set()
    for statement in _listed(policy["Statement"]):
        if statement["Effect"] not in ("Allow", "Deny") or set(statement) - {"Sid", "Effect", "Action", "Resource"}:
            raise ValueError(f"not understood here: {statement}")
        acts = any(_fits(pattern.lower(), "execute-api:invoke") for pattern in _listed(statement["Action"]))
        if acts and any(_fits(pattern, arn) for pattern in _listed(statement["Resource"])):
            effects.add(statement["Effect"])
    return effects == {"Allow"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(pattern: str, text: str) -> bool:
    """IAM's wildcards: * is any text, / and : included, and ? is any one character."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None
