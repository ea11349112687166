"""infra/deployer.yaml lets CloudFormation make every resource of infra/template.yaml, and nothing of other stages."""

import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from samtranslator.yaml_helper import yaml_parse
from stack import ROOT, resources, template

Json = dict[str, Any]
REGION, ACCOUNT, STAGE = "eu-central-1", "123456789012", "staging"
VALUES = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}

_SCALED = "arn:aws:application-autoscaling:{region}:{account}:scalable-target/1"
ARNS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _SCALED,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _SCALED,
    "AWS::Budgets::Budget": "arn:aws:budgets::{account}:budget/{BudgetName}",
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{AlarmName}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{TableName}",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{Name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{stack}-{logical}-1A2B",
    "AWS::Lambda::EventSourceMapping": "arn:aws:lambda:{region}:{account}:event-source-mapping:1a2b",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{FunctionName}",
    "AWS::Lambda::LayerVersion": "arn:aws:lambda:{region}:{account}:layer:{LayerName}",
    "AWS::Lambda::Permission": "arn:aws:lambda:{region}:{account}:function:{stack}-api",
    "AWS::Lambda::Url": "arn:aws:lambda:{region}:{account}:function:{stack}-api",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{LogGroupName}",
    "AWS::S3::Bucket": "arn:aws:s3:::{BucketName}",
    "AWS::S3::BucketPolicy": "arn:aws:s3:::{stack}-{account}-{region}",
    "AWS::SNS::Subscription": "arn:aws:sns:{region}:{account}:{stack}-alarms",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{TopicName}",
    "AWS::SNS::TopicPolicy": "arn:aws:sns:{region}:{account}:{stack}-alarms",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{QueueName}",
    "AWS::SQS::QueuePolicy": "arn:aws:sqs:{region}:{account}:{stack}-envelopes",
    "AWS::Scheduler::Schedule": "arn:aws:scheduler:{region}:{account}:schedule/default/{Name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{Name}-AbCdEf",
}
"""By kind, with properties in braces."""
SERVICES_NOT_USED = ("billing", "ec2", "elasticfilesystem", "firehose", "kinesis", "kms", "s3files", "s3tables")
"""No resource has a key of KMS, a network, a file system or a stream of Kinesis."""
NOT_USED = {
    # Policies stand in the roles, and what bounds them is never taken off.
    "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePermissionsBoundary",
    # Of functions, not of tables.
    "lambda:PutProvisionedConcurrencyConfig", "lambda:GetProvisionedConcurrencyConfig",
    "lambda:DeleteProvisionedConcurrencyConfig",
}  # fmt: skip
ABOUT_OTHERS = {
    # Their resource is another one than that which is made: see the tests of roles and alarms below.
    "iam:PassRole", "iam:GetRole", "iam:CreateServiceLinkedRole", "cloudwatch:PutMetricAlarm",
    "cloudwatch:DeleteAlarms",
}  # fmt: skip
UNNARROWED = {"cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "secretsmanager:GetRandomPassword",
              "logs:DescribeLogGroups", "lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"}  # fmt: skip
"""What AWS lets nobody narrow to a name that is known beforehand."""


def actions_of(kind: str) -> set[str]:
    """What CloudFormation's own description of a kind says it does to make, read, change and delete one."""
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema["handlers"]
    said = {
        action
        for name in ("create", "read", "update", "delete")
        for action in handlers.get(name, {}).get("permissions", ())
    }
    others = set() if kind in ("AWS::IAM::Role", "AWS::CloudWatch::Alarm") else ABOUT_OTHERS
    return {a for a in said - NOT_USED - others if a.partition(":")[0] not in SERVICES_NOT_USED}


def _filled(value: Any, stage: str) -> str:
    text = str(value["Fn::Sub"]) if isinstance(value, dict) and "Fn::Sub" in value else str(value)
    for name, said in {**VALUES, "Stage": stage}.items():
        text = text.replace(f"${{{name}}}", said)
    return text


@cache
def _deployer() -> Json:
    found: Json = yaml_parse((ROOT / "infra" / "deployer.yaml").read_text("utf-8"))
    return found


def _statements() -> list[Json]:
    (policy,) = _deployer()["Resources"]["StackRole"]["Properties"]["Policies"]
    found: list[Json] = policy["PolicyDocument"]["Statement"]
    return found


def _bounds() -> list[Json]:
    found: list[Json] = _deployer()["Resources"]["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _may(action: str, arn: str, statements: list[Json] | None = None) -> bool:
    return any(
        any(fnmatchcase(action, str(each)) for each in _listed(statement["Action"]))
        and any(fnmatchcase(arn, _filled(each, STAGE)) for each in _listed(statement["Resource"]))
        for statement in (statements or _statements())
    )


def _arn(kind: str, logical: str, properties: Json, stage: str = STAGE) -> str:
    pattern = ARNS[kind]
    facts = {"region": REGION, "account": ACCOUNT, "stack": f"prellbock-{stage}", "logical": logical}
    flat = {**properties, **properties.get("Budget", {})}
    for name in [piece.partition("}")[0] for piece in pattern.split("{")[1:]]:
        # SAM has filled in the default of the stage in names that it makes itself.
        filled = facts[name] if name in facts else _filled(flat[name], stage).replace(f"-{STAGE}-", f"-{stage}-")
        pattern = pattern.replace(f"{{{name}}}", filled)
    return pattern


def test_every_kind_of_resource_is_thought_of() -> None:
    assert {each["Type"] for each in resources().values()} == {*ARNS}


@pytest.mark.parametrize("logical", list(template()["Resources"]))
def test_the_role_may_make_change_and_delete_each_resource(logical: str) -> None:
    each = resources()[logical]
    arn = _arn(each["Type"], logical, each["Properties"])
    assert [action for action in sorted(actions_of(each["Type"])) if not _may(action, arn)] == [], arn


NAMED = [
    name
    for name, each in template()["Resources"].items()
    # Of others nobody knows the name beforehand: conditions narrow them.
    if each["Type"] != "AWS::Lambda::EventSourceMapping" and "AutoScaling" not in each["Type"]
]


@pytest.mark.parametrize("logical", NAMED)
def test_the_role_reaches_no_resource_of_another_stage(logical: str) -> None:
    each = resources()[logical]
    arn = _arn(each["Type"], logical, each["Properties"], "production")
    assert "prellbock-production" in arn
    actions = sorted(actions_of(each["Type"]) - UNNARROWED)
    assert actions
    assert [action for action in actions if _may(action, arn)] == []


def test_roles_of_the_stack_are_handed_to_its_functions_and_schedules() -> None:
    for name in resources("AWS::IAM::Role"):
        assert _may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/prellbock-{STAGE}-{name}-1A2B")
    assert not _may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/administrator")


def test_capacity_that_follows_use_has_its_alarms_and_its_role() -> None:
    """https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html"""
    alarm = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:TargetTracking-table/prellbock-{STAGE}-AlarmHigh-1a2b"
    assert _may("cloudwatch:PutMetricAlarm", alarm)
    linked = (
        "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling"
    )
    assert _may("iam:CreateServiceLinkedRole", f"arn:aws:iam::{ACCOUNT}:{linked}_DynamoDBTable")


def _granted(role: Json, stage: str = STAGE) -> list[tuple[str, str]]:
    """Actions and resources that a role of the stack grants, each condition taken as fulfilled."""
    (policy,) = role["Properties"]["Policies"]
    statements = [each.get("Fn::If", [None, each])[1] for each in policy["PolicyDocument"]["Statement"]]
    return [
        (action, _reached(resource, stage))
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    ]


def _reached(resource: Any, stage: str) -> str:
    if resource == "*":
        return "*"
    if "Fn::Sub" in resource:
        _, _, bucket = str(resource["Fn::Sub"]).partition("${Bucket.Arn}")
        return _of("Bucket", stage) + bucket if bucket else _filled(resource, stage)
    logical, attribute = resource["Fn::GetAtt"] if "Fn::GetAtt" in resource else (resource["Ref"], "Arn")
    return _of(logical, stage) + ("/stream/2026" if attribute == "StreamArn" else "")


def _of(logical: str, stage: str) -> str:
    each = resources()[logical]
    return _arn(each["Type"], logical, each["Properties"], stage)


ROLES = sorted(resources("AWS::IAM::Role"))


@pytest.mark.parametrize("role", ROLES)
def test_the_boundary_holds_no_role_of_the_stack_back(role: str) -> None:
    granted = _granted(resources()[role])
    assert granted
    assert [each for each in granted if not _may(*each, _bounds())] == []


@pytest.mark.parametrize("role", ROLES)
def test_the_boundary_lets_no_role_reach_another_stage(role: str) -> None:
    others = [(action, arn) for action, arn in _granted(resources()[role], "production") if arn != "*"]
    assert all("prellbock-production" in arn for _, arn in others)
    assert [each for each in others if _may(*each, _bounds())] == []


def test_the_boundary_allows_what_it_names_and_nothing_that_makes_rights() -> None:
    actions = {str(action) for statement in _bounds() for action in _listed(statement["Action"])}
    assert not [action for action in actions if "*" in action]
    assert {action.partition(":")[0] for action in actions} == {
        "logs", "s3", "dynamodb", "sqs", "events", "sns", "secretsmanager", "kms", "lambda",
    }  # fmt: skip
    granted = {action for role in ROLES for action, _ in _granted(resources()[role])}
    assert actions - granted == {"kms:Decrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_stack_is_bounded_where_a_boundary_is_named(role: str) -> None:
    parameter = {"Ref": "PermissionsBoundary"}
    assert resources()[role]["Properties"]["PermissionsBoundary"] == {
        "Fn::If": ["IsBounded", parameter, {"Ref": "AWS::NoValue"}]
    }
    assert template()["Conditions"]["IsBounded"] == {"Fn::Not": [{"Fn::Equals": [parameter, ""]}]}
    assert template()["Parameters"]["PermissionsBoundary"]["Default"] == ""


MAKING_RIGHTS = ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary")


def test_who_deploys_makes_no_role_without_the_boundary_and_cannot_touch_it() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate"""
    role = f"arn:aws:iam::{ACCOUNT}:role/prellbock-{STAGE}-Role-1A2B"
    for statement in _statements():
        if any(_may(action, role, [statement]) for action in MAKING_RIGHTS):
            assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}}
    for name in ("StackRole", "DeployRole"):
        (policy,) = _deployer()["Resources"][name]["Properties"]["Policies"]
        allowed = {str(a) for each in policy["PolicyDocument"]["Statement"] for a in _listed(each["Action"])}
        assert not [each for each in allowed if each in ("*", "iam:*")]
        assert not [each for each in allowed if "Policy" in each and "Role" not in each and each.startswith("iam:")]
        assert "iam:DeleteRolePermissionsBoundary" not in allowed
        assert not [each for each in allowed if each.startswith(("iam:Attach", "iam:CreateUser", "iam:PutUser"))]


@pytest.mark.parametrize(("stage", "is_taken"), [("staging", True), ("deployers", True), ("deployer", False)])
def test_no_stage_owns_the_roles_that_deploy(stage: str, is_taken: bool) -> None:
    pattern = _deployer()["Parameters"]["Stage"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, stage)) is is_taken
