"""Decisions and dead letters from end to end: functions in the real runtime client, services of moto, a webhook.

Lambda's own part, polling queue and stream, is played here: moto has none without containers.
"""

import json
import secrets
import string
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from cloud import BUCKET, TABLE, lines
from moto_installation import installation
from receiving import Receiver
from runtime import Runtime
from stack import resources

from prellbock.functions.aws import ingest
from prellbock.functions.aws.clients import of_boto3
from prellbock.functions.aws.redrive import as_json, redrive
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import wire
from prellbock.sinks.webhook import headers_of, signer_of

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
Json = dict[str, Any]


class Always:
    def get_remaining_time_in_millis(self) -> int:
        return 600_000


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with installation(monkeypatch) as said:
        yield said


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def make_queue(name: str, **attributes: str) -> tuple[str, str]:
    """Address and ARN."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, told["Attributes"]["QueueArn"]


def bodies(url: str) -> list[Json]:
    """Everything in a queue, taken out of it."""
    sqs, found, empty = boto3.client("sqs"), [], 0
    while empty < 2:
        some = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        empty = 0 if some else empty + 1
        for each in some:
            found.append(json.loads(each["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def stream() -> tuple[str, str, list[Json]]:
    """ARN and shard of the table's stream, and all its records as Lambda would give them."""
    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place: str | None = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    records: list[Json] = []
    while place:
        answer = streams.get_records(ShardIterator=place)
        records += [{"dynamodb": as_json(each["dynamodb"])} for each in answer["Records"]]
        place = answer.get("NextShardIterator") if answer["Records"] else None
    return arn, shard, records


def everybody_who_is_told(environment: dict[str, str], receiver: Receiver) -> dict[str, Callable[[], list[Json]]]:
    """Makes bus, topic, queue and the webhook's secret as the stack does; how to read what each was told."""
    queues = {name: make_queue(name) for name in ("feed", "of-topic", "of-bus")}
    sns, events = boto3.client("sns"), boto3.client("events")
    topic = sns.create_topic(Name="decisions")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queues["of-topic"][1],
                  Attributes={"RawMessageDelivery": "true"})  # fmt: skip
    events.create_event_bus(Name="bus")
    pattern = {"source": ["prellbock"], "detail-type": ["Recipient status changed"]}
    events.put_rule(Name="all", EventBusName="bus", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="all", EventBusName="bus", Targets=[{"Id": "queue", "Arn": queues["of-bus"][1]}])
    wanted = resources()["WebhookSecret"]["Properties"]["GenerateSecretString"]
    assert wanted["ExcludePunctuation"]
    letters = string.ascii_letters + string.digits
    secret = "".join(secrets.choice(letters) for _ in range(wanted["PasswordLength"]))
    boto3.client("secretsmanager").create_secret(Name="webhook", SecretString=secret)
    environment |= {
        "PRELLBOCK_EVENT_BUS": "bus", "PRELLBOCK_TOPIC_ARN": topic, "PRELLBOCK_FEED_QUEUE_URL": queues["feed"][0],
        "PRELLBOCK_WEBHOOK_URL": f"{receiver.url}/hook", "PRELLBOCK_WEBHOOK_SECRET_ARN": "webhook",
        "WEBHOOK_SECRET": secret,
    }  # fmt: skip
    return {
        "queue": lambda: bodies(queues["feed"][0]),
        "topic": lambda: bodies(queues["of-topic"][0]),
        "bus": lambda: [each["detail"] for each in bodies(queues["of-bus"][0])],
        "webhook": lambda: [body["data"] for _, body in receiver.taken],
    }


def numbers(told: list[Json]) -> set[int]:
    return {each["seq"] for each in told}


def test_everybody_is_told_of_every_decision_and_who_refuses_keeps_nobody_waiting(
    environment: dict[str, str], receiver: Receiver
) -> None:
    told = everybody_who_is_told(environment, receiver)
    here = wire(Settings.of(environment), of_boto3())
    boto3.client("s3").put_object(Bucket=BUCKET, Key="incoming/a.ndjson", Body=lines(4000))
    record = {"messageId": "a", "body": json.dumps({"bucket": BUCKET, "key": "incoming/a.ndjson"})}
    assert ingest.handle({"Records": [record]}, Always(), here) == {"batchItemFailures": []}
    expected = {each.seq for each in here.store.changes(0)}
    here.store.close()
    arn, shard, records = stream()
    assert len(expected) > 20
    first, last = (records[at]["dynamodb"]["SequenceNumber"] for at in (0, -1))
    with Runtime("prellbock.functions.aws.publish.handler", environment) as function:
        # The webhook is out of order: the others have the first ten all the same, and the stream gives up in the end.
        receiver.behave = lambda path, body: 503
        answer = function.invoke({"Records": records})
        (failed,) = answer["batchItemFailures"]
        assert int(failed["itemIdentifier"]) >= int(first)
        reached = {name: read() for name, read in told.items()}
        assert not reached["webhook"]
        assert len(numbers(reached["queue"])) == len(numbers(reached["topic"])) == len(numbers(reached["bus"])) == 10
        # What Lambda writes to the dead letters then.
        dead, _ = make_queue("dead")
        batch = {"streamArn": arn, "shardId": shard, "startSequenceNumber": first, "endSequenceNumber": last,
                 "batchSize": len(records)}  # fmt: skip
        letter = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": batch}
        sqs: Any = boto3.client("sqs")
        sqs.send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
        sqs.send_message(QueueUrl=dead, MessageBody=json.dumps({"task": "settle"}))
        envelopes, _ = make_queue("envelopes")

        def again() -> dict[str, int]:
            return redrive(sqs, dead, envelopes, streams=boto3.client("dynamodbstreams"), publish=function.invoke)

        assert again() == {"moved": 0, "told": 0, "over": 1, "poison": 0, "left": 1}
        receiver.behave = lambda path, body: 204
        # As after the five minutes for which the letter stays hidden.
        sqs.send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
        assert again() == {"moved": 0, "told": 1, "over": 0, "poison": 0, "left": 0}
    after = {name: read() for name, read in told.items()}
    for name, some in after.items():
        assert numbers(some) | numbers(reached[name]) == expected, name
    # The same number is the same decision, however often it came.
    by_number = {each["seq"]: each for each in after["queue"]}
    assert all(by_number[each["seq"]] == each for some in (*after.values(), *reached.values()) for each in some)
    signer = signer_of(environment["WEBHOOK_SECRET"])
    for _, headers, raw in receiver.requests:
        sent = {name.lower(): value for name, value in headers.items()}
        signed = headers_of([signer], sent["webhook-id"], raw, float(sent["webhook-timestamp"]))
        assert sent["webhook-signature"] == signed["webhook-signature"]
        assert sent["webhook-id"] == f"prellbock-{json.loads(raw)['data']['seq']}"


def test_poison_ends_with_the_dead_letters_and_comes_back_once_it_is_mended(environment: dict[str, str]) -> None:
    sqs, s3 = boto3.client("sqs"), boto3.client("s3")
    dead, dead_arn = make_queue("dead")
    policy = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5}
    queue, _ = make_queue("envelopes", RedrivePolicy=json.dumps(policy), VisibilityTimeout="0")
    traffic = lines(600).splitlines(keepends=True)
    for at in range(3):
        s3.put_object(Bucket=BUCKET, Key=f"incoming/{at}.ndjson", Body=b"".join(traffic[at * 200 : at * 200 + 200]))
    for body in (*(json.dumps({"bucket": BUCKET, "key": f"incoming/{at}.ndjson"}) for at in range(3)),
                 json.dumps({"bucket": BUCKET, "key": "incoming/late.ndjson"}), "not a notification"):  # fmt: skip
        sqs.send_message(QueueUrl=queue, MessageBody=body)

    with Runtime("prellbock.functions.aws.ingest.handler", environment) as function:

        def poll() -> None:
            """As Lambda does: what is not reported as failed is deleted, the rest is seen again."""
            end = time.monotonic() + 60
            while time.monotonic() < end:
                some = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
                if not some:
                    return
                given = [{"messageId": each["MessageId"], "body": each["Body"]} for each in some]
                answer = function.invoke({"Records": given})
                failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
                for each in some:
                    if each["MessageId"] not in failed:
                        sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            raise AssertionError("the queue is never empty")

        poll()
        s3.put_object(Bucket=BUCKET, Key="incoming/late.ndjson", Body=b"".join(traffic[400:]) + _complaint())
        assert redrive(sqs, dead, queue) == {"moved": 1, "told": 0, "over": 0, "poison": 1, "left": 0}
        poll()
    here = wire(Settings.of(environment), of_boto3())
    withheld = {each.address for each in here.store.withheld(time.time(), here.store.policy)}
    assert "late@example.net" in withheld
    here.store.close()


def _complaint() -> bytes:
    event = {"id": "late", "time": time.time(), "recipient": "late@example.net", "outcome": "complaint"}
    return json.dumps(event).encode() + b"\n"
