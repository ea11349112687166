"""``publish``: items of the store come in as they change; the decisions that each carries go out to other systems.

At least once, and in order for each recipient: a stream keeps the order of an item, and after the first record that
could not be told the rest is reported as not done and comes again. What was told twice has the same ``seq``.
"""

import base64
from collections.abc import Sequence
from typing import Any

import orjson

from prellbock.functions.aws.reporting import log, say
from prellbock.functions.aws.wiring import Wired, wired
from prellbock.sinks.webhook import send, signer_of

SOURCE = "prellbock"
DETAIL = "Recipient status changed"
MOST_TOGETHER = 10
"""Decisions of one request of EventBridge, SNS and SQS: as many as they take."""
Event = dict[str, Any]


def handler(event: Event, context: object) -> Event:
    """The function."""
    return handle(event, context, wired())


def handle(event: Event, context: object, here: Wired) -> Event:
    """The sequence number of the first record that has to come again, with all after it."""
    waiting = [
        (str(record["dynamodb"]["SequenceNumber"]), _octets(each["B"]))
        for record in event.get("Records", [])
        for each in _outbox(record)
    ]
    # Several recipients in one request: requests are what is paid for.
    for begin in range(0, len(waiting), MOST_TOGETHER):
        some = waiting[begin : begin + MOST_TOGETHER]
        if problem := _tell([entry for _, entry in some], here):
            number, _ = some[0]
            log("publish", problem=problem, sequence=number)
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    if waiting:
        say("published", decisions=len(waiting))
    return {"batchItemFailures": []}


def _outbox(record: Event) -> Sequence[Event]:
    image = record.get("dynamodb", {}).get("NewImage") or {}
    found: Sequence[Event] = image.get("out", {}).get("L", ())
    return found


def _octets(value: str | bytes) -> bytes:
    """Lambda gives binary values as base64."""
    return base64.b64decode(value) if isinstance(value, str) else bytes(value)


def _tell(entries: list[bytes], here: Wired) -> str:
    """Tells everybody who wants to know, at most `MOST_TOGETHER`; what went wrong, or nothing."""
    settings, clients = here.settings, here.clients
    try:
        if settings.event_bus:
            answer = clients.events.put_events(
                Entries=[
                    {"EventBusName": settings.event_bus, "Source": SOURCE, "DetailType": DETAIL,
                     "Detail": entry.decode()}
                    for entry in entries
                ]
            )  # fmt: skip
            if answer.get("FailedEntryCount"):
                return f"EventBridge has refused {answer['FailedEntryCount']} of {len(entries)}"
        if settings.topic_arn:
            answer = clients.sns.publish_batch(
                TopicArn=settings.topic_arn,
                PublishBatchRequestEntries=[
                    {"Id": str(at), "Message": entry.decode()} for at, entry in enumerate(entries)
                ],
            )
            if answer.get("Failed"):
                return f"SNS has refused {len(answer['Failed'])} of {len(entries)}"
        if settings.feed_queue_url:
            answer = clients.sqs.send_message_batch(
                QueueUrl=settings.feed_queue_url,
                Entries=[{"Id": str(at), "MessageBody": entry.decode()} for at, entry in enumerate(entries)],
            )
            if answer.get("Failed"):
                return f"SQS has refused {len(answer['Failed'])} of {len(entries)}"
        return _webhook(entries, here) if settings.webhook_url else ""
    except Exception as error:
        return repr(error)


def _webhook(entries: list[bytes], here: Wired) -> str:
    # Only who has a webhook waits for the library.
    import httpx

    settings = here.settings
    signer = signer_of(here.secret_text(settings.webhook_secret_arn or ""))
    with httpx.Client() as client:
        for entry in entries:
            seq = orjson.loads(entry)["seq"]
            body = b'{"type":"recipient.status","data":' + entry + b"}"
            if problem := send(client, settings.webhook_url or "", signer, f"{SOURCE}-{seq}", body, here.clock()):
                return problem
    return ""
