"""``ingest``: messages that point to envelopes come in, what stands in these is judged and recorded.

All envelopes of one call are one commit of the store, and judged as one batch (`together`). What cannot be worked on is
reported message by message, so that the queue keeps only these; when the time of the function runs out, the rest is
handed back untouched. If the commit fails, all come again (`handing_back` says when). Nothing is counted twice, however
often a message comes.
"""

from typing import Any, Protocol

import orjson

from prellbock.functions.aws import handing_back
from prellbock.functions.aws.envelopes import Pointer, PoisonError, batches, fetched, pointers
from prellbock.functions.aws.reporting import log, say
from prellbock.functions.aws.together import Envelope, Together, tell
from prellbock.functions.aws.wiring import Wired, wired
from prellbock.ingest import made_with, make_ready
from prellbock.sources.batch import Bad
from prellbock.store.dynamodb.clients import MISSING, code_of
from prellbock.store.errors import StoreError

RESERVE_MS = 15_000
"""Milliseconds of the function's time that are left to judge what was read, and for the commit."""
LEAST_MS = 5_000
"""With less time left nothing is asked of the queue any more: what is done must not end in a time-out."""
MOST_BAD_LOGGED = 20
"""Bad lines of an envelope that stand in the log; all of them stand in ``rejected/``."""
Event = dict[str, Any]


class Context(Protocol):
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int: ...


class _TimeUp(Exception):  # noqa: N818 -- no error: the rest comes again
    """The rest of an envelope has to wait."""


def handler(event: Event, context: Context) -> Event:
    """The function."""
    return handle(event, context, wired())


def handle(event: Event, context: Context, here: Wired) -> Event:
    """The ids of the messages that are to come again."""
    records = event.get("Records", [])
    # One commit for all: until it has happened, nothing has.
    again, poison = {record["messageId"] for record in records}, set[str]()
    try:
        again = _taken_in(records, context, here, poison)
    except StoreError as error:
        log("store", problem=str(error))
    except Exception:
        # Then it is Lambda that hands all back.
        _hand_back(records, poison, context, here)
        raise
    _hand_back([record for record in records if record["messageId"] in again], poison, context, here)
    failed = dict.fromkeys(record["messageId"] for record in records if record["messageId"] in again)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _taken_in(records: list[Event], context: Context, here: Wired, poison: set[str]) -> set[str]:
    """The ids of messages that could not be; adds to ``poison`` what never can. Raises `StoreError`."""
    together = Together(here.store)
    envelopes: list[Envelope] = []
    with here.store.together():
        unread = {
            record["messageId"]
            for record in records
            if not _is_read(record, context, here, together, envelopes, poison)
        }
        now = here.clock()
        together.judge(now)
        here.store.settle(now)
    for envelope in envelopes:
        if envelope.message not in together.failed:
            tell(envelope)
    return unread | together.failed


def _hand_back(records: list[Event], poison: set[str], context: Context, here: Wired) -> None:
    """Has messages come again soon, where there is a queue to ask and time to ask it."""
    if not records or not (queue_url := here.settings.envelope_queue_url):
        return
    if context.get_remaining_time_in_millis() < LEAST_MS:
        log("later", messages=len(records), problem="no time is left to ask the queue")
        return
    handing_back.soon(records, poison, here.clients.sqs, queue_url)


def _is_read(
    record: Event, context: Context, here: Wired, together: Together, envelopes: list[Envelope], poison: set[str]
) -> bool:
    """Adds what a message points to."""
    try:
        for pointer in pointers(record["body"]):
            envelope = Envelope(record["messageId"], pointer.bucket, pointer.key)
            _read(pointer, envelope, context, here, together)
            envelopes.append(envelope)
    except _TimeUp:
        say("handed back", message=record["messageId"], why="the time of the function runs out")
        return False
    except PoisonError as error:
        log("poison", message=record["messageId"], problem=str(error))
        poison.add(record["messageId"])
        return False
    except StoreError:
        raise
    except Exception as error:
        if code_of(error) in MISSING:
            log("poison", message=record["messageId"], problem="the object is missing")
            poison.add(record["messageId"])
        else:
            log("mistake", message=record["messageId"], problem=repr(error))
        return False
    return True


def _read(pointer: Pointer, envelope: Envelope, context: Context, here: Wired, together: Together) -> None:
    if context.get_remaining_time_in_millis() < RESERVE_MS:
        raise _TimeUp
    now = here.clock()
    bad: list[Bad] = []
    with fetched(pointer, here.clients) as path:
        for batch in batches(path, pointer, now, made_with(here.store.identity)):
            if context.get_remaining_time_in_millis() < RESERVE_MS:
                raise _TimeUp
            bad += batch.bad
            together.add(envelope, make_ready(batch, here.store.identity), now)
    if bad:
        _keep_bad(pointer, bad, here)


def _keep_bad(pointer: Pointer, bad: list[Bad], here: Wired) -> None:
    """What could not be read is named beside the store, in an object of the same name."""
    lines = b"".join(orjson.dumps({"place": each.place, "what": each.what}) + b"\n" for each in bad)
    here.clients.s3.put_object(Bucket=here.settings.bucket, Key=f"rejected/{pointer.key}.ndjson", Body=lines)
    for each in bad[:MOST_BAD_LOGGED]:
        log("bad", place=each.place, problem=each.what)
