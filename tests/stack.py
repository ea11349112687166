"""The stack of infra/template.yaml as plain CloudFormation: what tests look at, and what they create in moto."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "infra" / "template.yaml"
REGION = "eu-central-1"
PACKAGE = {"Bucket": "packages", "Key": "functions.zip"}
"""Where tests put the package; `sam deploy` brings the folder of the template into a bucket just so."""
Json = dict[str, Any]

NOT_IN_MOTO = {
    # Skipped with a warning, or without a word. What the linters say of them must do.
    "AWS::Budgets::Budget", "AWS::CloudWatch::Alarm", "AWS::Lambda::Url", "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::Scheduler::Schedule", "AWS::SecretsManager::Secret",
    # Without containers it takes the messages and runs nothing: tests read queue and stream themselves.
    "AWS::Lambda::EventSourceMapping",
}  # fmt: skip


@cache
def _plain() -> Json:
    source = yaml_parse(TEMPLATE.read_text("utf-8"))
    source["Globals"]["Function"]["CodeUri"] = PACKAGE
    source["Resources"]["Parquet"]["Properties"]["ContentUri"] = PACKAGE
    made: Json = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION)).translate(
        source, parameter_values={}
    )
    return made


def template() -> Json:
    """The whole template, its functions and schedules written out."""
    return copy.deepcopy(_plain())


def resources(kind: str = "") -> Json:
    """The resources of a type, or all, by logical name."""
    return {name: each for name, each in template()["Resources"].items() if kind in ("", each["Type"])}


def for_moto() -> Json:
    """The template without what moto cannot do; a reference to something left out is its logical name."""
    made = template()
    left_out = {name for name, each in made["Resources"].items() if each["Type"] in NOT_IN_MOTO or "Condition" in each}
    made["Outputs"].pop("Url")
    made["Resources"] = {name: each for name, each in made["Resources"].items() if name not in left_out}
    for each in made["Resources"].values():
        wanted = each.get("DependsOn", [])
        each["DependsOn"] = [name for name in ([wanted] if isinstance(wanted, str) else wanted) if name not in left_out]
        # Moto knows the older of the two policies alone; they differ only where the first deployment fails.
        if each.get("DeletionPolicy") == "RetainExceptOnCreate":
            each["DeletionPolicy"] = "Retain"
    without: Json = _named(made, left_out)
    return without


def _named(value: Any, left_out: set[str]) -> Any:
    if isinstance(value, dict):
        if value.get("Ref") in left_out:
            return value["Ref"]
        return {key: _named(each, left_out) for key, each in value.items()}
    return [_named(each, left_out) for each in value] if isinstance(value, list) else value
