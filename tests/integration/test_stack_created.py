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

BUCKET = "prellbock-staging-123456789012-eu-central-1"


@pytest.fixture(scope="module")
def outputs() -> Iterator[dict[str, str]]:
    """The stack as it stands after `create_stack`; nothing reaches AWS."""
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
            StackName="prellbock-staging",
            TemplateBody=orjson.dumps(for_moto()).decode(),
            Capabilities=["CAPABILITY_IAM"],
        )
        (stack,) = stacks.describe_stacks(StackName="prellbock-staging")["Stacks"]
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
    made = boto3.client("cloudformation").describe_stack_resources(StackName="prellbock-staging")["StackResources"]
    assert {each["LogicalResourceId"] for each in made} == set(for_moto()["Resources"])
    assert outputs["Bucket"] == BUCKET


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
