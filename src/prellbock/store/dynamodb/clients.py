"""What the store asks of AWS: a few operations of S3 and DynamoDB, by the names and arguments that boto3 has for them.

So a client of boto3 is one, and so is anything that counts, fails or keeps everything in memory. Errors are known by
their code alone (``error.response["Error"]["Code"]``, as botocore has it), which lets the store do without botocore.
"""

import random
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Answer = dict[str, Any]

THROTTLED = frozenset({
    "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    "RequestTimeout", "RequestTimeTooSkewed", "ServiceUnavailable", "SlowDown", "ThrottlingException", "InternalError",
    "ConditionalRequestConflict", "OperationAborted", "500", "503",
})  # fmt: skip
"""Codes after which the same request is worth another try."""
MISSING = frozenset({"NoSuchKey", "404"})
REFUSED = frozenset({"PreconditionFailed", "412", "ConditionalCheckFailedException"})
"""A condition did not hold: somebody else has written, or we ourselves, and the answer got lost."""
UNCHANGED = frozenset({"304", "NotModified"})
TRIES = 8
LONGEST_PAUSE = 4.0
"""Seconds."""


class S3(Protocol):
    """Simple Storage Service."""

    def get_object(self, **kwargs: Any) -> Any: ...
    def put_object(self, **kwargs: Any) -> Any: ...
    def list_objects_v2(self, **kwargs: Any) -> Any: ...
    def delete_object(self, **kwargs: Any) -> Any: ...


class DynamoDB(Protocol):
    """The low-level client: values are written as ``{"S": ...}``, ``{"N": ...}``, ``{"B": ...}``."""

    def get_item(self, **kwargs: Any) -> Any: ...
    def put_item(self, **kwargs: Any) -> Any: ...
    def delete_item(self, **kwargs: Any) -> Any: ...
    def batch_get_item(self, **kwargs: Any) -> Any: ...
    def scan(self, **kwargs: Any) -> Any: ...


def code_of(error: BaseException) -> str:
    """The code of an error of AWS; empty for any other error."""
    answer = getattr(error, "response", None)
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""


def patiently(call: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Makes a request again while it is throttled, with growing random pauses; then raises what it raised."""
    for attempt in range(TRIES):
        try:
            return call()
        except Exception as error:
            if code_of(error) not in THROTTLED or attempt == TRIES - 1:
                raise
        sleep(random.uniform(0, min(LONGEST_PAUSE, 0.05 * 2**attempt)))  # noqa: S311 -- a pause
    raise AssertionError
