"""Amazon SQS: messages are deleted once they are stored; what is not deleted comes again by itself.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/working-with-messages.html. A call gives 10
messages at most. A message that comes again and again although it can be stored, because the queue's visibility timeout
is too short for a batch, changes nothing.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from prellbock.doors.arrival import Arrival
from prellbock.doors.aws import client, in_words
from prellbock.doors.failing import DoorError
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Sqs

_AT_ONCE = 10
_WAIT_SECONDS = 10
"""A call waits so long for a message (long polling); also how long stopping may take."""


def open_door(settings: Sqs, keeper: Keeper) -> None:
    """Takes messages until the door has to end. Raises `DoorError`, `StoreError`."""
    with in_words(f"SQS queue {settings.url}"):
        sqs = client("sqs", settings.region, settings.endpoint)
        while not keeper.stopping.is_set():
            told = sqs.receive_message(
                QueueUrl=settings.url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=1 if keeper.once else _WAIT_SECONDS,
                AttributeNames=["SentTimestamp"],
            )
            keeper.opened()
            messages: Sequence[Mapping[str, Any]] = told.get("Messages", ())
            if messages:
                keeper.take([_arrival(each) for each in messages])
                _delete(sqs, settings.url, messages)
            elif keeper.once:
                return


def _arrival(message: Mapping[str, Any]) -> Arrival:
    sent = message.get("Attributes", {}).get("SentTimestamp")
    return Arrival(message["MessageId"], message["Body"].encode(), int(sent) / 1000 if sent else time.time())


def _delete(sqs: Any, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
    entries = [
        {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]} for number, each in enumerate(messages)
    ]  # fmt: skip
    done = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    if failed := done.get("Failed"):
        raise DoorError(f"SQS queue {url}: {len(failed)} messages could not be deleted: {failed[0].get('Message')}")
