"""Works on dead letters once their cause is mended: ``python -m prellbock.functions.aws.redrive --stage staging``.

Three kinds lie in the one queue. Pointers to envelopes go back to the queue they came from. Where `publish` has given
up, the stream still has the records for a day: the function is called with them again. A scheduled task has long been
done by the next call. What nobody can read stays, to be looked at.

A message is deleted only when the queue has taken it, or the function has told everything. Killed on the way, some come
twice, which changes nothing.
"""

import argparse
import base64
import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any, Literal, Protocol

from prellbock.functions.aws.clients import SQS
from prellbock.functions.aws.envelopes import PoisonError, pointers
from prellbock.store.dynamodb.clients import code_of

EMPTY_LOOKS = 3
"""So many empty answers in a row mean that nothing is left (a queue answers from some of its servers)."""
AT_ONCE = 10
REGION = "eu-central-1"
"""Where no profile says another one, as `make deploy` has it."""
RECORDS = 500
"""Of the stream, for one call of `publish`."""
MOST_OCTETS = 4_000_000
"""Of one call, which may have six megabytes; a single record never has more."""
GONE = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException", "ExpiredIteratorException"})
"""Codes with which a stream says that it has these records no more."""
Json = dict[str, Any]
Kind = Literal["pointer", "decisions", "task", "poison"]


class Streams(Protocol):
    """DynamoDB Streams."""

    def get_shard_iterator(self, **kwargs: Any) -> Any: ...
    def get_records(self, **kwargs: Any) -> Any: ...


class Publish(Protocol):
    """Calls the function ``publish``; None where it ended with an error."""

    def __call__(self, event: Json) -> Json | None: ...


def redrive(
    sqs: SQS, dead: str, queue: str, *, streams: Streams | None = None, publish: Publish | None = None,
    most: int = 1_000_000,
) -> dict[str, int]:  # fmt: skip
    """Empties the queue ``dead``.

    ``moved`` back to ``queue``; ``told`` by the function; ``over``: tasks; ``poison``: those that no function can read,
    and ``left``: decisions that still cannot be told. The last two stay.
    """
    done = {"moved": 0, "told": 0, "over": 0, "poison": 0, "left": 0}
    empty = 0
    while empty < EMPTY_LOOKS and sum(done.values()) < most:
        found = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=1, VisibilityTimeout=300
        ).get("Messages", [])
        empty = 0 if found else empty + 1
        kinds: dict[Kind, list[Json]] = {"pointer": [], "decisions": [], "task": [], "poison": []}
        for message in found:
            kinds[kind_of(message["Body"])].append(message)
        moved = _moved(sqs, queue, kinds["pointer"])
        told = [each for each in kinds["decisions"] if _is_told(each["Body"], streams, publish)]
        done["moved"] += len(moved)
        done["told"] += len(told)
        done["over"] += len(kinds["task"])
        done["poison"] += len(kinds["poison"])
        done["left"] += len(kinds["decisions"]) - len(told)
        if gone := [*moved, *told, *kinds["task"]]:
            entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(gone)]
            sqs.delete_message_batch(QueueUrl=dead, Entries=entries)
    return done


def kind_of(body: str) -> Kind:
    """What a dead letter is."""
    try:
        pointers(body)
    except PoisonError:
        pass
    else:
        return "pointer"
    said: Any = None
    with contextlib.suppress(ValueError):
        said = json.loads(body)
    if isinstance(said, dict) and "DDBStreamBatchInfo" in said:
        return "decisions"
    return "task" if isinstance(said, dict) and "task" in said else "poison"


def _moved(sqs: SQS, queue: str, messages: list[Json]) -> list[Json]:
    if not messages:
        return []
    entries = [{"Id": str(at), "MessageBody": message["Body"]} for at, message in enumerate(messages)]
    answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    return [messages[int(each["Id"])] for each in answer.get("Successful", [])]


def _is_told(body: str, streams: Streams | None, publish: Publish | None) -> bool:
    if streams is None or publish is None:
        return False
    try:
        records = list(_records(json.loads(body)["DDBStreamBatchInfo"], streams))
    except Exception as error:
        if code_of(error) in GONE:
            return False
        raise
    # Of a batch that is older than a day the stream has nothing any more.
    return bool(records) and all(_all_told(some, publish) for some in _calls(records))


def _calls(records: list[Json]) -> Iterator[list[Json]]:
    """The records in so many parts that each fits into a call."""
    some: list[Json] = []
    octets = 0
    for record in records:
        size = len(json.dumps(record))
        if some and (len(some) == RECORDS or octets + size > MOST_OCTETS):
            yield some
            some, octets = [], 0
        some.append(record)
        octets += size
    if some:
        yield some


def _all_told(records: list[Json], publish: Publish) -> bool:
    """Calls it with what it hands back for want of time, as long as it gets on."""
    before: str | None = None
    while records:
        answer = publish({"Records": records})
        if answer is None:
            return False
        failed = [each["itemIdentifier"] for each in answer.get("batchItemFailures", ())]
        if not failed:
            return True
        at = next((i for i, each in enumerate(records) if each["dynamodb"]["SequenceNumber"] == failed[0]), 0)
        if failed[0] == before:
            return False
        before, records = failed[0], records[at:]
    return True


def _records(batch: Json, streams: Streams) -> Iterator[Json]:
    """The records of a batch, as Lambda gives them to a function."""
    last = int(batch["endSequenceNumber"])
    place: str | None = streams.get_shard_iterator(
        StreamArn=batch["streamArn"], ShardId=batch["shardId"], ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]  # fmt: skip
    while place:
        answer = streams.get_records(ShardIterator=place)
        for record in answer["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            # What was before decides nothing, and may be as large as what is now.
            yield {"dynamodb": {name: as_json(each) for name, each in record["dynamodb"].items() if name != "OldImage"}}
            if int(record["dynamodb"]["SequenceNumber"]) == last:
                return
        if not answer["Records"]:
            return
        place = answer.get("NextShardIterator")


def as_json(value: Any) -> Any:
    """A record of boto3 as Lambda writes it: octets are base64, times are Unix seconds."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    return value.timestamp() if hasattr(value, "timestamp") else value


def main() -> int:
    """The command."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    words = argparse.ArgumentParser(prog="python -m prellbock.functions.aws.redrive", description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    words.add_argument("--stage", required=True, help="such as production")
    stage = f"prellbock-{words.parse_args().stage}"
    try:
        session = boto3.session.Session()
        session = boto3.session.Session(region_name=session.region_name or REGION)
        sqs = session.client("sqs")
        # The function has a minute; a call that seems lost is not made again.
        functions = session.client("lambda", config=Config(read_timeout=90, retries={"total_max_attempts": 1}))
        dead, queue = (str(sqs.get_queue_url(QueueName=f"{stage}-{name}")["QueueUrl"])
                       for name in ("dead-letters", "envelopes"))  # fmt: skip

        def publish(event: Json) -> Json | None:
            answer = functions.invoke(FunctionName=f"{stage}-publish", Payload=json.dumps(event).encode())
            said: Json | None = json.loads(answer["Payload"].read() or b"null")
            return None if answer.get("FunctionError") else said

        done = redrive(sqs, dead, queue, streams=session.client("dynamodbstreams"), publish=publish)
    except (BotoCoreError, ClientError) as error:
        print(
            f"redrive: {stage} in {session.region_name}: {error}. Is it the name of a stage deployed there, and "
            "are these its account and region? What was not done yet still lies there",
            file=sys.stderr,
        )
        return 1
    print(
        f"{done['moved']} envelopes to be read again, {done['told']} batches of decisions told, {done['over']} tasks "
        f"done since; {done['left']} batches cannot be told yet and {done['poison']} letters cannot be read: they stay"
    )
    return int(bool(done["left"] or done["poison"]))


if __name__ == "__main__":
    sys.exit(main())
