"""`POST /v1/scores` on FastAPI behind Mangum: the request checked by pydantic, the table read by one BatchGetItem."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NotRequired, Self

import boto3
from fastapi import FastAPI, HTTPException
from mangum import Mangum
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scorecards import CRITERIA, MODEL, Decode, Item, WeightedSum, decoded, scorecard, shares
from typing_extensions import TypedDict

TABLE = os.environ["FRAMEWORTH_TABLE"]
CLIENT = boto3.client("dynamodb")

Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}$")]
Weight = Annotated[float, Field(ge=0, le=1e6)]


class Question(BaseModel):
    """The request: candidates, and a profile or weights."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    # One BatchGetItem takes a hundred keys.
    frameworks: Annotated[list[Slug], Field(min_length=1, max_length=100)]
    profile: Literal[*MODEL["profiles"]] | None = None
    weights: Annotated[dict[Literal[CRITERIA], Weight], Field(min_length=1)] | None = None
    include: list[Literal["metrics"]] = []

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Weights or a profile, and no framework twice."""
        if (self.profile is None) == (self.weights is None):
            raise ValueError("give either a profile or weights")
        if self.weights is not None and not any(self.weights.values()):
            raise ValueError("no weight is above 0")
        if len(set(self.frameworks)) < len(self.frameworks):
            raise ValueError("a framework is named twice")
        return self


class Source(TypedDict):
    """Where a figure can be looked up."""

    title: str
    url: str


class Figure(TypedDict):
    """One figure, what it is worth, and where it comes from."""

    indicator: str
    metric: str
    value: float
    unit: str
    score: float
    observed_on: str
    basis: str
    source: Source


class Criterion(TypedDict):
    """What a criterion is worth for a framework; null where nothing is known."""

    criterion: str
    score: float | None
    known: float
    figures: NotRequired[list[Figure]]


class Scored(TypedDict):
    """One framework."""

    framework: str
    score: float
    known: float
    criteria: list[Criterion]


class Ranked(Scored):
    """One framework in the ranking."""

    rank: int


class Unranked(Scored):
    """One framework that is left out of it, and why."""

    reason: str


class Scorecard(TypedDict):
    """The answer."""

    as_of: str
    weights: dict[str, float]
    ranking: list[Ranked]
    not_ranked: list[Unranked]


def read(frameworks: list[str]) -> dict[str, Item]:
    """Current items by framework."""
    found: dict[str, Item] = {}
    wanted: Any = {TABLE: {"Keys": [{"PK": {"S": f"F#{name}"}, "SK": {"S": "CUR"}} for name in frameworks]}}
    while wanted:
        answer = CLIENT.batch_get_item(RequestItems=wanted)
        found |= {item["PK"]["S"][2:]: item for item in answer["Responses"].get(TABLE, [])}
        wanted = answer.get("UnprocessedKeys")
    return found


_SOURCES: dict[str, dict[str, str]] = {}


def sources(wanted: set[str]) -> Mapping[str, Mapping[str, str]]:
    """Sources by id. They never change, so what was read is kept."""
    if not wanted <= _SOURCES.keys():
        pages = CLIENT.get_paginator("query").paginate(
            TableName=TABLE, KeyConditionExpression="PK = :p", ExpressionAttributeValues={":p": {"S": "SOURCES"}}
        )
        for page in pages:
            _SOURCES.update((item["SK"]["S"], {"title": item["title"]["S"], "url": item["url"]["S"]}) for item in page["Items"])
    return _SOURCES


def handler_of(weighted_sum: WeightedSum, decode: Decode = decoded) -> Mangum:
    """The Lambda handler of an application that sums in this way, and decodes items in this way."""
    app = FastAPI(title="Scores")

    # Lambda hands a process one request at a time, so waiting in the event loop holds nobody up and spares a thread.
    @app.post("/v1/scores")
    async def scores(question: Question) -> Scorecard:
        """Which framework? A ranking."""
        found = read(question.frameworks)
        if unknown := [name for name in question.frameworks if name not in found]:
            raise HTTPException(422, f"the catalogue does not hold {', '.join(unknown)}")
        weights = shares(question.weights if question.weights is not None else MODEL["profiles"][question.profile])
        items = (found[name] for name in question.frameworks)
        register = sources if "metrics" in question.include else None
        return scorecard(items, weights, datetime.now(UTC).date(), weighted_sum, decode, register)

    return Mangum(app, lifespan="off")
