"""The bodies of writes, as pydantic reads them. Imported by the first request that writes: what only reads does not pay for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.api.forms import MOST_CRITERIA, MOST_GATES, DateText, Form, GateForm, Name, WeightNumber
from frameworth.evidence import MOST_NOTE, MOST_TITLE, MOST_UNIT, MOST_URL
from frameworth.profiles import MOST_REASON
from frameworth.register import MOST_NAME

MOST_OBSERVATIONS = 500

Address = Annotated[str, Field(max_length=MOST_URL)]


class SourceForm(Form):
    """Where a figure can be looked up."""

    title: Annotated[str, Field(min_length=1, max_length=MOST_TITLE)]
    url: Annotated[Address, Field(description="An address that begins with https:// or http://.")]


class ObservationForm(Form):
    """One dated figure with its source."""

    framework: Annotated[Name, Field(description="Id of a framework of the catalogue.")]
    metric: Annotated[Name, Field(description="Name of a metric, as in /v1/metrics.")]
    value: Annotated[float, Field(description="The figure, with up to 15 significant digits.")]
    unit: Annotated[
        str, Field(max_length=MOST_UNIT, description="The unit of the metric: named again, so that no figure is read in another.")
    ]
    observed_on: Annotated[DateText, Field(description="The day of which the figure is, today (UTC) at the latest.")]
    basis: Literal["measured", "reported", "opinion"]
    source: SourceForm
    note: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    revision: Annotated[
        Annotated[int, Field(ge=0, le=999_999)] | None,
        Field(description="Of two figures of one metric and day the higher counts; left out, 200 if measured, 100 if reported, else 0."),
    ] = None


class ObservationsForm(Form):
    """Figures to record."""

    observations: Annotated[list[ObservationForm], Field(min_length=1, max_length=MOST_OBSERVATIONS)]

    @model_validator(mode="before")
    @classmethod
    def _no_bare_row(cls, given: Any) -> Any:
        """One fault in place of one for each member of a row."""
        if isinstance(given, dict) and given and given.keys() <= ObservationForm.model_fields.keys():
            raise PydanticCustomError("bare_row", "is one row")
        return given


class WithdrawalForm(Form):
    """Why a figure is not to count."""

    reason: Annotated[str, Field(min_length=1, max_length=MOST_NOTE, description="Shown beside the figure.")]


class FrameworkForm(Form):
    """The entry of a framework in the catalogue. What is left out is empty afterwards."""

    name: Annotated[str, Field(min_length=1, max_length=MOST_NAME, description="What people call it.")]
    package: Annotated[str, Field(max_length=MOST_NAME, description="Its name on PyPI.")] = ""
    repository: Annotated[Address, Field(description="Address of its source code.")] = ""
    homepage: Annotated[Address, Field(description="Address of its documentation.")] = ""
    licence: Annotated[str, Field(max_length=MOST_NAME)] = ""
    first_release: Annotated[DateText | None, Field(description="Before this day it is not ranked.")] = None
    summary: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    status: Annotated[Literal["active", "archived"], Field(description="An archived one is scored only when it is named.")] = "active"


class ProfileForm(Form):
    """A kind of project."""

    summary: Annotated[str, Field(min_length=1, max_length=MOST_REASON)]
    title: Annotated[str, Field(max_length=80, description="Left out, it is made of the name.")] = ""
    weights: Annotated[
        dict[Name, WeightNumber],
        Field(min_length=1, max_length=MOST_CRITERIA, description="By criterion; any scale, they are normalised."),
    ]
    reasons: Annotated[
        dict[Name, Annotated[str, Field(min_length=1, max_length=MOST_REASON)]],
        Field(max_length=MOST_CRITERIA, description="Why each criterion weighs what it does: one for each weight."),
    ]
    gates: Annotated[list[GateForm], Field(max_length=MOST_GATES, default_factory=list)]
