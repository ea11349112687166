"""How AWS counts: worked examples of its own documentation, and that nothing is passed on uncounted."""

from typing import Any

import pytest

from prellbock.cost.meter import Counted, Meter, UncountedError
from prellbock.cost.units import item_octets
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3, ServiceError

Json = dict[str, Any]


def _item(octets: int, name: str = "a", version: int = 1) -> Json:
    item: Json = {"pk": {"S": name}, "sk": {"S": "r"}, "v": {"N": str(version)}, "rows": {"B": b""}}
    return item | {"rows": {"B": b"x" * (octets - item_octets(item))}}


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def table(meter: Meter) -> Any:
    return Counted("dynamodb", MemoryDynamoDB(), meter)


@pytest.mark.parametrize(("octets", "units"), [(200, 1), (1024, 1), (1025, 2), (3500, 4)])
def test_a_write_is_billed_by_begun_kilobytes(table: Any, meter: Meter, octets: int, units: int) -> None:
    table.put_item(TableName="t", Item=_item(octets))
    assert meter.taken().units == {"dynamodb_write_units": units}


def test_a_write_is_billed_by_the_larger_of_before_and_after(table: Any, meter: Meter) -> None:
    table.put_item(TableName="t", Item=_item(3000))
    meter.taken()
    table.put_item(TableName="t", Item=_item(100))
    assert meter.taken().units == {"dynamodb_write_units": 3}


def test_a_write_that_is_refused_is_billed_too(table: Any, meter: Meter) -> None:
    table.put_item(TableName="t", Item=_item(2000, version=2))
    meter.taken()
    with pytest.raises(ServiceError):
        table.put_item(
            TableName="t", Item=_item(100), ConditionExpression="attribute_not_exists(pk) OR v < :v",
            ExpressionAttributeValues={":v": {"N": "1"}},
        )  # fmt: skip
    assert meter.taken().units == {"dynamodb_write_units": 2}


@pytest.mark.parametrize(("consistent", "units"), [(True, 4.0), (False, 2.0)])
def test_each_item_of_a_batch_is_rounded_up_by_itself(table: Any, meter: Meter, consistent: bool, units: float) -> None:
    table.put_item(TableName="t", Item=_item(5000, "a"))
    table.put_item(TableName="t", Item=_item(100, "b"))
    meter.taken()
    keys = [{"pk": {"S": name}, "sk": {"S": "r"}} for name in ("a", "b", "not there")]
    table.batch_get_item(RequestItems={"t": {"Keys": keys, "ConsistentRead": consistent, "ProjectionExpression": "pk"}})
    assert meter.taken().units == {"dynamodb_read_units": units}


def test_objects_are_counted_by_request_and_octets(meter: Meter) -> None:
    bucket: Any = Counted("s3", MemoryS3(), meter)
    bucket.put_object(Bucket="b", Key="k", Body=b"12345")
    bucket.get_object(Bucket="b", Key="k")
    bucket.list_objects_v2(Bucket="b", Prefix="")
    bucket.delete_object(Bucket="b", Key="k")
    assert meter.taken().units == {"s3_put_requests": 2, "octets_written": 5, "s3_get_requests": 1, "octets_read": 5}


def test_messages_are_billed_by_begun_64_kilobytes_of_a_request(meter: Meter) -> None:
    class Queue:
        def send_message_batch(self, **kwargs: Any) -> Json:
            return {}

    queue: Any = Counted("sqs", Queue(), meter)
    queue.send_message_batch(QueueUrl="q", Entries=[{"MessageBody": "x" * 1000}] * 10)
    queue.send_message_batch(QueueUrl="q", Entries=[{"MessageBody": "x" * 7000}] * 10)
    assert meter.taken().units == {"sqs_requests": 3}


def test_what_nobody_knows_how_to_bill_is_not_passed_over(meter: Meter) -> None:
    class Table:
        def transact_write_items(self, **kwargs: Any) -> Json:
            return {}

    with pytest.raises(UncountedError, match="transact_write_items"):
        Counted("dynamodb", Table(), meter).transact_write_items(TransactItems=[])
