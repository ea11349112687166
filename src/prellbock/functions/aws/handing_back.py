"""When does a message that is handed back come again? By itself for long not: the queue hides it for as long as any
function may hold it.

A message comes again soon the first times: another function was writing, the time ran out, a service had a bad
moment. What still fails then needs longer, or somebody who mends it, and waits as long as the queue says: so an outage
of an hour makes no dead letters. Poison, which no waiting helps, comes again soon every time and is soon among the dead
letters, where its alarm names it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from prellbock.functions.aws.clients import SQS
from prellbock.functions.aws.reporting import log
from prellbock.store.dynamodb.clients import code_of

SOON = (10, 30)
"""Seconds for which a message is hidden when it was handed back for the first time, and for the second."""
AT_ONCE = 10
"""Messages of one request."""
Record = dict[str, Any]


def soon(records: Sequence[Record], poison: Collection[str], sqs: SQS, queue_url: str) -> None:
    """Has the queue show messages again before its own time; ``poison``: ids of those that are. Never raises.

    Where it fails the messages come all the same, only later.
    """
    hidden = list(_hidden(records, poison))
    for begin in range(0, len(hidden), AT_ONCE):
        entries = hidden[begin : begin + AT_ONCE]
        try:
            refused = sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries).get("Failed", ())
        except Exception as error:
            log("later", messages=len(entries), problem=code_of(error) or repr(error))
            continue
        if refused:
            log("later", messages=len(refused), problem=str(refused[0].get("Code", "")))


def _hidden(records: Sequence[Record], poison: Collection[str]) -> Iterator[Record]:
    """Entries of the request."""
    for at, record in enumerate(records):
        # Whoever calls the function by hand has no receipt.
        if not (receipt := record.get("receiptHandle")):
            continue
        tries = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
        if record["messageId"] in poison:
            seconds = SOON[0]
        elif tries <= len(SOON):
            seconds = SOON[tries - 1]
        else:
            continue
        yield {"Id": str(at), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
