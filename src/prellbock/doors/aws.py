"""What the doors to Amazon's services do alike: a client, and their errors in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from prellbock.doors.failing import DoorError


def client(service: str, region: str | None, endpoint: str | None) -> Any:
    """A client whose credentials are those of the environment. boto3 has no types."""
    session = boto3.session.Session(region_name=region)
    return session.client(service, endpoint_url=endpoint, config=Config(retries={"mode": "standard"}))


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Turns what boto3 raises into `DoorError`."""
    try:
        yield
    except ClientError as error:
        raise DoorError(f"{place}: {error.response.get('Error', {}).get('Message') or error}") from error
    except BotoCoreError as error:
        raise DoorError(f"{place}: {error}") from error
