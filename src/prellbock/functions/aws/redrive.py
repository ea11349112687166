"""Brings dead letters back into the queue they came from: ``python -m prellbock.functions.aws.redrive FROM TO``.

A message is deleted from the dead letters only when the queue has taken it. Killed on the way, some come twice, which
changes nothing.
"""

import sys
from typing import Any

from prellbock.functions.aws.clients import SQS, of_boto3
from prellbock.functions.aws.envelopes import PoisonError, pointers

EMPTY_LOOKS = 3
"""So many empty answers in a row mean that nothing is left (a queue answers from some of its servers)."""
AT_ONCE = 10


def redrive(sqs: SQS, dead: str, queue: str, *, most: int = 1_000_000) -> dict[str, int]:
    """Moves messages; ``poison`` are those that no function can read: they stay, and are to be looked at."""
    moved = poison = empty = 0
    while empty < EMPTY_LOOKS and moved + poison < most:
        found = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=1, VisibilityTimeout=300
        ).get("Messages", [])
        if not found:
            empty += 1
            continue
        empty = 0
        good = [message for message in found if _is_readable(message)]
        poison += len(found) - len(good)
        if not good:
            continue
        answer = sqs.send_message_batch(
            QueueUrl=queue,
            Entries=[{"Id": str(at), "MessageBody": message["Body"]} for at, message in enumerate(good)],
        )
        taken = [good[int(each["Id"])] for each in answer.get("Successful", [])]
        if taken:
            sqs.delete_message_batch(
                QueueUrl=dead,
                Entries=[
                    {"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(taken)
                ],
            )
        moved += len(taken)
    return {"moved": moved, "poison": poison}


def _is_readable(message: dict[str, Any]) -> bool:
    try:
        pointers(message["Body"])
    except PoisonError:
        return False
    return True


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m prellbock.functions.aws.redrive URL_OF_DEAD_LETTERS URL_OF_QUEUE")
    done = redrive(of_boto3().sqs, *sys.argv[1:])
    print(f"moved {done['moved']}; {done['poison']} cannot be read by any function and stay")
    sys.exit(1 if done["poison"] else 0)
