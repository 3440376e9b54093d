"""The body of a question, as pydantic reads it: strictly, and every fault at once. Those of writes are in `write_forms`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.use_cases.question import DEFAULT_METHOD
from frameworth.rows import plain_date

MOST_FRAMEWORKS = 1_000
MOST_CRITERIA = 200
MOST_GATES = 50

INCLUDES = ("metrics", "sensitivity", "explanation")

DateText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(plain_date),
    Field(json_schema_extra={"format": "date"}),
]
WeightNumber = Annotated[float, Field(ge=0, le=1e6)]
Name = Annotated[str, StringConstraints(max_length=2_000)]


class Form(BaseModel):
    """A body that holds what is named and nothing else, each of the right type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class GateForm(Form):
    """A hard requirement on a metric: give either at_least or at_most."""

    metric: Annotated[Name, Field(description="Name of a metric, as in /v1/metrics.")]
    at_least: float | None = None
    at_most: float | None = None


class ScoreForm(Form):
    """A question; every member is optional."""

    frameworks: Annotated[
        Annotated[list[Name], Field(min_length=1, max_length=MOST_FRAMEWORKS)] | None,
        Field(description="Candidates by id; left out, the whole catalogue."),
    ] = None
    profile: Annotated[Name | None, Field(description="A kind of project, as in /v1/profiles. balanced, unless weights are given.")] = None
    weights: Annotated[
        Annotated[dict[Name, WeightNumber], Field(max_length=MOST_CRITERIA)] | None,
        Field(description="Weights of your own in place of a profile; criteria that are not named weigh 0."),
    ] = None
    emphasis: Annotated[dict[Name, WeightNumber], Field(max_length=MOST_CRITERIA, description="Multiplies weights of the profile.")] = {}
    as_of: Annotated[DateText | None, Field(description="Answer by what could be known on this day; left out, today (UTC).")] = None
    opinions: Annotated[bool, Field(description="Whether opinions count beside figures.")] = True
    when_missing: Annotated[
        Literal["neutral", "worst", "ignore", "leave_out"],
        Field(description="What a missing figure counts: a stand-in for everyone alike, nothing, not at all, or no rank."),
    ] = "neutral"
    gates: Annotated[list[GateForm], Field(max_length=MOST_GATES, description="Hard requirements; to fail one excludes.")] = []
    method: Annotated[Name, Field(description="How criteria are put together, as in /v1/methods.")] = DEFAULT_METHOD
    include: Annotated[
        list[Literal["metrics", "sensitivity", "explanation"]], Field(max_length=len(INCLUDES), description="Blocks to add.")
    ] = []
    limit: Annotated[
        Annotated[int, Field(ge=1, le=1_000)] | None,
        Field(description="How much of the ranking is shown: 10 of the whole catalogue, all of those that are named."),
    ] = None
