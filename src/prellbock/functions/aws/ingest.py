"""``ingest``: messages that point to envelopes come in, what stands in these is judged and recorded.

All envelopes of one call are one commit of the store, and judged as one batch (`together`). What cannot be worked on is
reported message by message, so that the queue keeps only these; when the time of the function runs out, the rest is
handed back untouched. If the commit fails, all come again. Nothing is counted twice, however often a message comes.
"""

from typing import Any, Protocol

import orjson

from prellbock.functions.aws.envelopes import Pointer, PoisonError, batches, fetched, pointers
from prellbock.functions.aws.reporting import log, say
from prellbock.functions.aws.together import Envelope, Together, tell
from prellbock.functions.aws.wiring import Wired, wired
from prellbock.ingest import make_ready
from prellbock.sources.batch import Bad
from prellbock.store.dynamodb.clients import MISSING, code_of
from prellbock.store.errors import StoreError

RESERVE_MS = 15_000
"""Milliseconds of the function's time that are left to judge what was read, and for the commit."""
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
    together = Together(here.store)
    envelopes: list[Envelope] = []
    try:
        with here.store.together():
            unread = {
                record["messageId"] for record in records if not _is_read(record, context, here, together, envelopes)
            }
            now = here.clock()
            together.judge(now)
            here.store.settle(now)
        again = unread | together.failed
        for envelope in envelopes:
            if envelope.message not in together.failed:
                tell(envelope)
    except StoreError as error:
        # One commit for all: none of it has happened.
        log("store", problem=str(error))
        again = {record["messageId"] for record in records}
    failed = dict.fromkeys(record["messageId"] for record in records if record["messageId"] in again)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _is_read(record: Event, context: Context, here: Wired, together: Together, envelopes: list[Envelope]) -> bool:
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
        return False
    except StoreError:
        raise
    except Exception as error:
        code = code_of(error)
        missing = code in MISSING
        log(
            "poison" if missing else "mistake",
            message=record["messageId"],
            problem="the object is missing" if missing else repr(error),
        )
        return False
    return True


def _read(pointer: Pointer, envelope: Envelope, context: Context, here: Wired, together: Together) -> None:
    if context.get_remaining_time_in_millis() < RESERVE_MS:
        raise _TimeUp
    now = here.clock()
    bad: list[Bad] = []
    with fetched(pointer, here.clients) as path:
        for batch in batches(path, pointer, now):
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
