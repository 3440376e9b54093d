"""SAM's own translation of a template, as CloudFormation makes it: reads one from standard input, writes the other to standard output.

Run by the environment that holds aws-sam-translator (.venv/aws), which needs another pydantic than the service.
"""

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

template = json.load(sys.stdin)
for one in template["Resources"].values():
    if one["Type"] == "AWS::Serverless::Function" and not one["Properties"]["CodeUri"].startswith("s3://"):
        # `aws cloudformation package` writes where the code is; before that, SAM takes no address but one of S3.
        one["Properties"]["CodeUri"] = "s3://bucket/key"
json.dump(Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1")).translate(template, {}), sys.stdout)
