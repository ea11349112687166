"""The stack is created in moto, and an envelope that comes in is told of in the queue."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import boto3
import orjson
import pytest
from moto import mock_aws
from stack import PACKAGE, REGION, for_moto, resources

STACK = "prellbock-staging"
BUCKET = "prellbock-staging-123456789012-eu-central-1"


BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


@pytest.fixture
def parameters() -> dict[str, str]:
    return {}


@pytest.fixture
def outputs(parameters: dict[str, str]) -> Iterator[dict[str, str]]:
    """The outputs of the stack as it stands after `create_stack`; nothing reaches AWS."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("handler.py", "")
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=PACKAGE["Bucket"], CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=PACKAGE["Bucket"], Key=PACKAGE["Key"], Body=package.getvalue())
        stacks = boto3.client("cloudformation")
        stacks.create_stack(
            StackName=STACK, TemplateBody=orjson.dumps(for_moto()).decode(), Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )  # fmt: skip
        (stack,) = stacks.describe_stacks(StackName=STACK)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        # Moto makes the bucket without what it is to tell of.
        (wanted,) = resources()["Bucket"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
        rules = [{key: each[key] for key in ("Name", "Value")} for each in wanted["Filter"]["S3Key"]["Rules"]]
        queue = boto3.client("sqs").get_queue_attributes(QueueUrl=outputs["Queue"], AttributeNames=["QueueArn"])
        told = {
            "QueueArn": queue["Attributes"]["QueueArn"],
            "Events": [wanted["Event"]],
            "Filter": {"Key": {"FilterRules": rules}},
        }
        s3.put_bucket_notification_configuration(
            Bucket=outputs["Bucket"], NotificationConfiguration={"QueueConfigurations": [told]}
        )
        yield outputs


def test_everything_in_it_is_made(outputs: dict[str, str]) -> None:
    made = boto3.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    assert {each["LogicalResourceId"] for each in made} == set(for_moto()["Resources"])
    assert outputs["Bucket"] == BUCKET


@pytest.mark.parametrize("parameters", [{}, {"PermissionsBoundary": BOUNDARY}])
def test_roles_are_bounded_where_a_boundary_is_named(outputs: dict[str, str], parameters: dict[str, str]) -> None:
    iam = boto3.client("iam")
    names = [each["RoleName"] for each in iam.list_roles()["Roles"]]
    assert len(names) == 5
    said = [iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary") for name in names]
    assert {each and each["PermissionsBoundaryArn"] for each in said} == {parameters.get("PermissionsBoundary")}


def test_an_envelope_that_comes_in_is_told_of_in_the_queue(outputs: dict[str, str]) -> None:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.put_object(Bucket=outputs["Bucket"], Key="incoming/a.ndjson", Body=b"{}")
    s3.put_object(Bucket=outputs["Bucket"], Key="state/b", Body=b"{}")
    told: list[Any] = []
    for message in sqs.receive_message(QueueUrl=outputs["Queue"], MaxNumberOfMessages=10).get("Messages", []):
        told += [
            unquote_plus(record["s3"]["object"]["key"]) for record in orjson.loads(message["Body"]).get("Records", [])
        ]
    assert told == ["incoming/a.ndjson"]


def test_the_table_keeps_a_stream_and_forgets_by_time(outputs: dict[str, str]) -> None:
    dynamodb = boto3.client("dynamodb")
    table = dynamodb.describe_table(TableName=outputs["Table"])["Table"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_an_upgrade_and_a_tear_down_lose_nothing_that_is_remembered(outputs: dict[str, str]) -> None:
    s3, dynamodb, stacks = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("cloudformation")
    s3.put_object(Bucket=outputs["Bucket"], Key="base/1", Body=b"remembered")
    item = {"pk": {"S": "r#1"}, "sk": {"S": "r"}}
    dynamodb.put_item(TableName=outputs["Table"], Item=item)
    newer = for_moto()
    newer["Resources"]["Ingest"]["Properties"]["MemorySize"] = 2048
    stacks.update_stack(StackName=STACK, TemplateBody=orjson.dumps(newer).decode(), Capabilities=["CAPABILITY_IAM"])
    (stack,) = stacks.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    functions = boto3.client("lambda")
    assert functions.get_function_configuration(FunctionName=f"{STACK}-ingest")["MemorySize"] == 2048

    stacks.delete_stack(StackName=STACK)
    assert not functions.list_functions()["Functions"]
    assert not boto3.client("iam").list_roles()["Roles"]
    assert not boto3.client("sqs").list_queues().get("QueueUrls")
    assert not boto3.client("sns").list_topics()["Topics"]
    assert not boto3.client("logs").describe_log_groups()["logGroups"]
    assert s3.get_object(Bucket=BUCKET, Key="base/1")["Body"].read() == b"remembered"
    assert dynamodb.scan(TableName=STACK)["Items"] == [item]

    # What docs/how-to/deploy-to-aws.md says of removing these, too.
    with pytest.raises(dynamodb.exceptions.ClientError, match="DeletionProtectionEnabled"):
        dynamodb.delete_table(TableName=STACK)
    dynamodb.update_table(TableName=STACK, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=STACK)
    assert dynamodb.list_tables()["TableNames"] == []
