"""What `ingest` hands back comes again soon the first times, poison every time; asking for that fails no call."""

import json
import time
from typing import Any

import boto3
import pytest
from cloud import Cloud, Context, lines, message, parts
from moto import mock_aws
from msgspec.structs import replace

from prellbock.cost.meter import Counted, Meter
from prellbock.functions.aws import handing_back, ingest
from prellbock.functions.aws.handing_back import SOON
from prellbock.functions.aws.wiring import wire
from prellbock.store.dynamodb.lease import Lease
from prellbock.store.dynamodb.memory import ServiceError

NO_TIME = 10_000
"""Milliseconds: too few to begin, enough to hand back."""


def messages(cloud: Cloud, tries: int = 1) -> list[dict[str, Any]]:
    return [cloud.put(f"{at}.ndjson", part, tries) for at, part in enumerate(list(parts(lines(300), 100))[:3])]


def receipt(name: str) -> str:
    return f"receipt of {name}"


def logged(capsys: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [each for each in said if each["event"] == event]


def test_what_goes_well_asks_nothing_of_the_queue() -> None:
    cloud = Cloud()
    assert ingest.handle({"Records": messages(cloud)}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert cloud.shown == {}


def test_only_the_rest_comes_again_soon_when_time_runs_out() -> None:
    cloud = Cloud()
    context = Context(60_000, 60_000, NO_TIME)
    answer = ingest.handle({"Records": messages(cloud)}, context, cloud.wire())
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["1.ndjson", "2.ndjson"]
    assert cloud.shown == {receipt("1.ndjson"): SOON[0], receipt("2.ndjson"): SOON[0]}


@pytest.mark.parametrize(("tries", "seconds"), [(1, SOON[0]), (2, SOON[1]), (3, None), (6, None)])
def test_while_somebody_else_writes_all_come_again_soon_but_not_for_ever(tries: int, seconds: int | None) -> None:
    cloud = Cloud()
    Lease(cloud.dynamodb, "table", patience=0, clock=lambda: cloud.now + 1e6).take()
    answer = ingest.handle({"Records": messages(cloud, tries)}, Context(), cloud.wire())
    assert len(answer["batchItemFailures"]) == 3
    assert cloud.shown == ({receipt(f"{at}.ndjson"): seconds for at in range(3)} if seconds else {})


def test_a_call_that_ends_with_an_error_comes_again_soon_too(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud()
    here = cloud.wire()

    def broken(now: float) -> None:
        raise ServiceError("AccessDeniedException", "put_item")

    monkeypatch.setattr(here.store, "settle", broken)
    with pytest.raises(ServiceError):
        ingest.handle({"Records": messages(cloud)}, Context(), here)
    assert {*cloud.shown.values()} == {SOON[0]}
    assert len(cloud.shown) == 3


@pytest.mark.parametrize("body", ["no JSON", '{"bucket": "bucket", "key": "incoming/never-there"}'])
@pytest.mark.parametrize("tries", [1, 2, 6])
def test_poison_is_among_the_dead_letters_soon(body: str, tries: int) -> None:
    cloud = Cloud()
    answer = ingest.handle({"Records": [message("x", body, tries), *messages(cloud)]}, Context(), cloud.wire())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "x"}]}
    assert cloud.shown == {receipt("x"): SOON[0]}


class Refusing(Cloud):
    def __init__(self, how: Exception | dict[str, Any]) -> None:
        super().__init__()
        self._how = how

    def change_message_visibility_batch(self, **_: Any) -> dict[str, Any]:
        if isinstance(self._how, Exception):
            raise self._how
        return self._how


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (ServiceError("AccessDenied", "change_message_visibility_batch"), "AccessDenied"),
        (OSError("no connection"), "OSError('no connection')"),
        ({"Failed": [{"Id": "0", "Code": "ReceiptHandleIsInvalid"}]}, "ReceiptHandleIsInvalid"),
    ],
)
def test_a_queue_that_refuses_is_logged_and_fails_nothing(
    how: Exception | dict[str, Any], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud = Refusing(how)
    answer = ingest.handle({"Records": messages(cloud)}, Context(NO_TIME), cloud.wire())
    assert len(answer["batchItemFailures"]) == 3
    (line,) = logged(capsys, "later")
    assert (line["level"], line["problem"]) == ("error", problem)


def test_without_time_the_queue_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    answer = ingest.handle({"Records": messages(cloud)}, Context(1_000), cloud.wire())
    assert len(answer["batchItemFailures"]) == 3
    assert cloud.shown == {}
    assert logged(capsys, "later")[0]["messages"] == 3


def test_whoever_calls_by_hand_has_no_receipt() -> None:
    cloud = Cloud()
    records = [{name: each[name] for name in ("messageId", "body")} for each in messages(cloud)]
    assert len(ingest.handle({"Records": records}, Context(NO_TIME), cloud.wire())["batchItemFailures"]) == 3
    assert cloud.shown == {}


def test_ten_messages_are_one_request_and_counted_as_one() -> None:
    cloud, meter = Cloud(), Meter()
    queue: Any = Counted("sqs", cloud, meter)
    records = [message(str(at), "{}") for at in range(25)]
    handing_back.soon(records, (), queue, "envelopes")
    assert len(cloud.shown) == 25
    counted = meter.taken()
    assert counted.units == {"sqs_requests": 3}
    assert counted.requests == {"sqs.change_message_visibility_batch": 3}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_real_queue_shows_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr(handing_back, "SOON", (1, 1))
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-central-1")
        url = sqs.create_queue(QueueName="envelopes", Attributes={"VisibilityTimeout": "1140"})["QueueUrl"]
        cloud = Cloud()
        sqs.send_message(QueueUrl=url, MessageBody=messages(cloud)[0]["body"])
        here = cloud.wire()
        here = wire(replace(here.settings, envelope_queue_url=url), replace(here.clients, sqs=sqs), clock=here.clock)
        for context in (Context(NO_TIME), Context()):
            (given,) = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
            record = {"messageId": given["MessageId"], "receiptHandle": given["ReceiptHandle"], "body": given["Body"],
                      "attributes": given["Attributes"]}  # fmt: skip
            answer = ingest.handle({"Records": [record]}, context, here)
            assert "Messages" not in sqs.receive_message(QueueUrl=url)
            time.sleep(1.1)
        assert given["Attributes"]["ApproximateReceiveCount"] == "2"
        assert answer == {"batchItemFailures": []}
