"""What the stack would have made, in a server of moto that other processes reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import httpx
import pytest
from cloud import BUCKET, TABLE
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"


@contextmanager
def installation(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Bucket, table with its stream and secret; the environment of functions, which this process has, too."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    said = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "PRELLBOCK_TABLE": TABLE,
        "PRELLBOCK_BUCKET": BUCKET,
        "PRELLBOCK_SECRET_ARN": "installation",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    # One memory for all servers of a process.
    httpx.post(f"http://127.0.0.1:{port}/moto-api/reset").raise_for_status()
    key: list[Any] = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    boto3.client("dynamodb").create_table(
        TableName=TABLE, KeySchema=key, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )  # fmt: skip
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    boto3.client("secretsmanager").create_secret(Name="installation", SecretString="x" * 64)
    yield said
    server.stop()
