"""``publish``: items of the store come in as they change; the decisions that each carries go out to other systems.

At least once, and in order for each recipient: a stream keeps the order of an item, and after the first record that
could not be told the rest is reported as not done and comes again. Whoever takes nothing keeps nobody else from being
told: the others have these records already when they come again. What was told twice has the same ``seq``.

One record may hold two hundred decisions, more than a slow webhook takes in the time of one call. So an instance
remembers how far it came in the record that comes again, and goes on there.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import islice
from typing import Any, Protocol

import orjson

from prellbock.functions.aws.reporting import log, say
from prellbock.functions.aws.wiring import Wired, wired
from prellbock.sinks.webhook import Signer, send, signer_of
from prellbock.store.dynamodb.outbox import unpack_entries

SOURCE = "prellbock"
DETAIL = "Recipient status changed"
MOST_TOGETHER = 10
"""Decisions of one request of EventBridge, SNS and SQS: as many as they take."""
RESERVE_MS = 20_000
"""Milliseconds of the function's time from which on nothing more is begun: one webhook may take three quarters."""
Event = dict[str, Any]
Outlet = Callable[[Sequence[bytes]], str]
"""Tells at most `MOST_TOGETHER` decisions; says what went wrong, or nothing."""


class Context(Protocol):
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Event, context: Context) -> Event:
    """The function."""
    return handle(event, context, wired())


def handle(event: Event, context: Context | None, here: Wired) -> Event:
    """The sequence number of the first record that has to come again, with all after it."""
    number, told = here.told_of
    waiting = [
        (came, entry)
        for record in event.get("Records", [])
        for came in (str(record["dynamodb"]["SequenceNumber"]),)
        for entry in islice(outbox(record), told if came == number else 0, None)
    ]
    if not waiting:
        return {"batchItemFailures": []}
    with _outlets(here) as outlets:
        # Several recipients in one request: requests are what is paid for.
        for begin in range(0, len(waiting), MOST_TOGETHER):
            some = waiting[begin : begin + MOST_TOGETHER]
            number, _ = some[0]
            if begin and context is not None and context.get_remaining_time_in_millis() < RESERVE_MS:
                log("time", problem="the time of the function runs out", sequence=number)
                return _again(waiting, begin, here)
            problems = [problem for outlet in outlets if (problem := _try(outlet, [entry for _, entry in some]))]
            if problems:
                log("publish", problem="; ".join(problems), sequence=number)
                return _again(waiting, begin, here)
    say("published", decisions=len(waiting))
    return {"batchItemFailures": []}


def _again(waiting: Sequence[tuple[str, bytes]], begin: int, here: Wired) -> Event:
    """The record with the first decision that was not told comes again; what was told of it is left out then."""
    number, _ = waiting[begin]
    before, told = here.told_of
    told_now = sum(came == number for came, _ in waiting[:begin])
    here.told_of = (number, told_now + (told if before == number else 0))
    return {"batchItemFailures": [{"itemIdentifier": number}]}


def outbox(record: Event) -> list[bytes]:
    """The decisions of one recipient's item, or many of a commit in one."""
    image = record.get("dynamodb", {}).get("NewImage") or {}
    if "packed" in image:
        return unpack_entries(_octets(image["packed"]["B"]))
    return [_octets(each["B"]) for each in image.get("out", {}).get("L", ())]


def _octets(value: str | bytes) -> bytes:
    """Lambda gives binary values as base64."""
    return base64.b64decode(value) if isinstance(value, str) else bytes(value)


def _try(outlet: Outlet, entries: Sequence[bytes]) -> str:
    try:
        return outlet(entries)
    except Exception as error:
        return repr(error)


@contextmanager
def _outlets(here: Wired) -> Iterator[list[Outlet]]:
    """Everybody who wants to know."""
    settings = here.settings
    with ExitStack() as held:
        wanted = ((_bus, settings.event_bus), (_topic, settings.topic_arn), (_queue, settings.feed_queue_url))
        found = [outlet(here) for outlet, is_wanted in wanted if is_wanted]
        if settings.webhook_url:
            found.append(held.enter_context(_webhook(here, settings.webhook_url)))
        yield found


def _bus(here: Wired) -> Outlet:
    def tell(entries: Sequence[bytes]) -> str:
        shared = {"EventBusName": here.settings.event_bus, "Source": SOURCE, "DetailType": DETAIL}
        answer = here.clients.events.put_events(Entries=[{**shared, "Detail": entry.decode()} for entry in entries])
        refused = answer.get("FailedEntryCount")
        return f"EventBridge has refused {refused} of {len(entries)}" if refused else ""

    return tell


def _topic(here: Wired) -> Outlet:
    def tell(entries: Sequence[bytes]) -> str:
        answer = here.clients.sns.publish_batch(
            TopicArn=here.settings.topic_arn,
            PublishBatchRequestEntries=[{"Id": str(at), "Message": each.decode()} for at, each in enumerate(entries)],
        )
        refused = answer.get("Failed")
        return f"SNS has refused {len(refused)} of {len(entries)}" if refused else ""

    return tell


def _queue(here: Wired) -> Outlet:
    def tell(entries: Sequence[bytes]) -> str:
        answer = here.clients.sqs.send_message_batch(
            QueueUrl=here.settings.feed_queue_url,
            Entries=[{"Id": str(at), "MessageBody": each.decode()} for at, each in enumerate(entries)],
        )
        refused = answer.get("Failed")
        return f"SQS has refused {len(refused)} of {len(entries)}" if refused else ""

    return tell


@contextmanager
def _webhook(here: Wired, url: str) -> Iterator[Outlet]:
    # Only who has a webhook waits for the library.
    import httpx

    @cache
    def signer() -> Signer:
        # Asked once a call, and not before something is told: a secret that cannot be read holds up nobody else.
        return signer_of(here.secret_text(here.settings.webhook_secret_arn or ""))

    with httpx.Client() as client, ThreadPoolExecutor(MOST_TOGETHER) as several:

        def tell(entries: Sequence[bytes]) -> str:
            signing = signer()
            by_recipient: dict[str, list[tuple[int, bytes]]] = {}
            for entry in entries:
                said = orjson.loads(entry)
                by_recipient.setdefault(said["hash"], []).append((said["seq"], entry))

            def in_order(some: list[tuple[int, bytes]]) -> str:
                for seq, entry in some:
                    body = b'{"type":"recipient.status","data":' + entry + b"}"
                    if problem := send(client, url, signing, f"{SOURCE}-{seq}", body, here.clock()):
                        return f"the webhook has not taken {seq}: {problem}"
                return ""

            return next((problem for problem in several.map(in_order, by_recipient.values()) if problem), "")

        yield tell
