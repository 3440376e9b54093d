"""FastAPI behind Mangum, which parses the same request and does nothing else: no table, no scores."""

from __future__ import annotations

from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel, ConfigDict

app = FastAPI()


class Question(BaseModel):
    """The request."""

    model_config = ConfigDict(extra="forbid", strict=True)
    frameworks: list[str]
    profile: str


@app.post("/v1/scores")
def scores(question: Question) -> dict[str, int]:
    """How many frameworks were named."""
    return {"named": len(question.frameworks)}


handler = Mangum(app, lifespan="off")
