"""What becomes of a request to record observations, or to withdraw one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Request

from chalicelib.api import shapes
from chalicelib.api.access import Caller
from chalicelib.api.bodies import MOST_BATCH_BYTES, form
from chalicelib.api.routing import Reply
from chalicelib.storage.frameworks import UnknownFramework
from chalicelib.storage.keys import position
from chalicelib.use_cases import observe
from chalicelib.use_cases.faults import InputFault, InvalidRequest, NotFound
from chalicelib.use_cases.observe import Draft, Outcome, Told
from chalicelib.use_cases.service import Service
from frameworth.errors import InvalidValue

if TYPE_CHECKING:
    from chalicelib.api.write_forms import ObservationForm


def record(request: Request, caller: Caller, service: Service) -> Reply:
    """Records the rows of a body. Raises `MalformedRequest`, or `InvalidRequest` for a body of the wrong form."""
    from chalicelib.api.write_forms import ObservationForm, ObservationsForm

    def more(given: Mapping[str, Any], wrong: Collection[str]) -> list[InputFault]:
        """What is wrong with rows of the right form, where others have the whole body refused."""
        rows = given.get("observations")
        if not wrong or "/observations" in wrong or not isinstance(rows, list):
            return []
        places = {pointer.split("/")[2] for pointer in wrong if pointer.startswith("/observations/")}
        sound = {at: _draft(ObservationForm.model_validate(row)) for at, row in enumerate(rows) if str(at) not in places}
        return observe.faults_of(sound, service)

    rows = form(request, ObservationsForm, more, most=MOST_BATCH_BYTES).observations
    told = observe.record([_draft(one) for one in rows], service, caller.token)
    counts = {outcome.value: sum(one.outcome is outcome for one in told) for outcome in Outcome}
    status = HTTPStatus.MULTI_STATUS if counts[Outcome.REFUSED] else HTTPStatus.OK
    return Reply({**counts, "outcomes": [_outcome(one) for one in told]}, status)


def _draft(one: ObservationForm) -> Draft:
    observed_on: Any = one.observed_on  # AfterValidator has turned the text into a date
    return Draft(
        one.framework,
        one.metric,
        value=one.value,
        unit=one.unit,
        observed_on=observed_on,
        basis=one.basis,
        source_title=one.source.title,
        source_url=one.source.url,
        note=one.note,
        revision=one.revision,
    )


def _outcome(told: Told) -> dict[str, Any]:
    return {
        "outcome": told.outcome.value,
        "id": told.observation.id if told.observation else None,
        "standing": told.standing.value if told.standing else None,
        "hint": told.hint,
        "errors": [{"pointer": fault.pointer, "code": fault.code, "message": fault.message, "fix": fault.fix} for fault in told.faults],
    }


def withdraw(request: Request, caller: Caller, framework: str, row_id: str, service: Service) -> Reply:
    """Withdraws an observation. Raises `NotFound`, `InvalidRequest` or `MalformedRequest`."""
    from chalicelib.api.write_forms import WithdrawalForm

    reason = form(request, WithdrawalForm).reason
    try:
        done = observe.withdraw(framework, row_id, reason, service, caller.token)
    except UnknownFramework as error:
        raise NotFound("framework", framework, [one.id for one in service.registers.frameworks()]) from error
    except InvalidValue as error:
        raise InvalidRequest([InputFault("/reason", "invalid_value", str(error), error.fix or "see the message")]) from error
    shown, *derived = (
        shapes.observation(row, done.days.withdrawals.get(position(row)), done.days.recorded.get(row.id))
        for row in (done.row, *done.derived)
    )
    return Reply({"framework": framework, "observation": shown, "derived": derived}, HTTPStatus.CREATED if done.is_new else HTTPStatus.OK)
