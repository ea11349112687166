"""What the functions ask of AWS: clients of boto3, or anything with the same methods."""

from typing import Any, Protocol

import msgspec

from prellbock.store.dynamodb.clients import S3, DynamoDB


class SQS(Protocol):
    """Simple Queue Service."""

    def send_message_batch(self, **kwargs: Any) -> Any: ...
    def receive_message(self, **kwargs: Any) -> Any: ...
    def delete_message_batch(self, **kwargs: Any) -> Any: ...


class SNS(Protocol):
    """Simple Notification Service."""

    def publish_batch(self, **kwargs: Any) -> Any: ...


class Events(Protocol):
    """EventBridge."""

    def put_events(self, **kwargs: Any) -> Any: ...


class Secrets(Protocol):
    """Secrets Manager."""

    def get_secret_value(self, **kwargs: Any) -> Any: ...


class Clients(msgspec.Struct, frozen=True):
    """One of each."""

    s3: S3
    dynamodb: DynamoDB
    sqs: SQS
    sns: SNS
    events: Events
    secrets: Secrets


def of_boto3() -> Clients:
    """Those of the function's own region and role. Of endpoints ``AWS_ENDPOINT_URL`` is heeded, as boto3 does."""
    import boto3
    from botocore.config import Config

    session = boto3.session.Session()
    # The store has patience of its own: what is throttled is tried again there.
    config = Config(connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2},
                    max_pool_connections=32, tcp_keepalive=True)  # fmt: skip
    made = {
        name: session.client(service, config=config)
        for name, service in (("s3", "s3"), ("dynamodb", "dynamodb"), ("sqs", "sqs"), ("sns", "sns"),
                              ("events", "events"), ("secrets", "secretsmanager"))
    }  # fmt: skip
    return Clients(**made)
