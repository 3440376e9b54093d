"""The least that a handler needs to read the same request: boto3's client, one pydantic model, one call of the table."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict

TABLE = os.environ["FRAMEWORTH_TABLE"]
CLIENT = boto3.client("dynamodb")


class Question(BaseModel):
    """The request."""

    model_config = ConfigDict(extra="forbid", strict=True)
    frameworks: list[str]
    profile: str


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Reads what is asked for, and says how many items there are."""
    question = Question.model_validate_json(event["body"])
    keys = [{"PK": {"S": f"F#{name}"}, "SK": {"S": "CUR"}} for name in question.frameworks]
    found = CLIENT.batch_get_item(RequestItems={TABLE: {"Keys": keys}})["Responses"][TABLE]
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"found": len(found)})}
