"""What the functions ask of AWS: clients of boto3, or anything with the same methods."""

import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Protocol

import msgspec

from prellbock.store.dynamodb.clients import S3, DynamoDB


class SQS(Protocol):
    """Simple Queue Service."""

    def send_message_batch(self, **kwargs: Any) -> Any: ...
    def receive_message(self, **kwargs: Any) -> Any: ...
    def delete_message_batch(self, **kwargs: Any) -> Any: ...
    def change_message_visibility_batch(self, **kwargs: Any) -> Any: ...


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


class _Asked:
    """A client that is made when something is first asked of it: each takes a tenth of a second."""

    _one_by_one = threading.Lock()
    """A session makes one client at a time."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        with self._one_by_one:
            return getattr(self._make(), name)


def of_boto3() -> Clients:
    """Those of the function's own region and role. Of endpoints ``AWS_ENDPOINT_URL`` is heeded, as boto3 does."""
    import boto3
    from botocore.config import Config

    session = boto3.session.Session()
    # The store has patience of its own: what is throttled is tried again there.
    config = Config(connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2},
                    max_pool_connections=32, tcp_keepalive=True)  # fmt: skip
    made: dict[str, Any] = {
        name: _Asked(partial(session.client, service, config=config))
        for name, service in (("s3", "s3"), ("dynamodb", "dynamodb"), ("sqs", "sqs"), ("sns", "sns"),
                              ("events", "events"), ("secrets", "secretsmanager"))
    }  # fmt: skip
    return Clients(**made)
