"""How does AWS count? Units of each service, from what was asked and answered.

One function an operation: its arguments, its answer and, of a write, the item before → billable units by the names of
the price table. Sources: the pricing pages named in infra/prices.toml, and "Item sizes and formats" and "Read and write
operations" in the developer guide of DynamoDB.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Units = dict[str, float]
Answer = Mapping[str, Any]
Before = Sequence[Mapping[str, Any] | None]
"""The items as they were (all attributes), in the order in which the request names them."""

_WRITE_OCTETS, _READ_OCTETS, _CHUNK = 1024, 4096, 65536
_LIST_OCTETS = 3


def item_octets(item: Mapping[str, Any] | None) -> int:
    """The size of an item in the low-level form: names and values; numbers take a half octet a digit and one more."""
    return sum(len(name.encode()) + _value_octets(value) for name, value in item.items()) if item else 0


def _value_octets(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(str(content).encode())
    if kind == "B":
        return len(bytes(content))
    if kind == "N":
        digits = len(str(content).strip("-").replace(".", ""))
        return (digits + 1) // 2 + 1 + str(content).startswith("-")
    if kind in ("L", "M"):
        inner = content if kind == "L" else content.values()
        names = 0 if kind == "L" else sum(len(name.encode()) for name in content)
        return _LIST_OCTETS + names + sum(1 + _value_octets(each) for each in inner)
    return 1


def _written(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    # A condition that does not hold costs what the write of the item that is there would have.
    octets = max(
        item_octets(before[0] if before else None), item_octets(kwargs.get("Item")) if answer is not None else 0
    )
    return {"dynamodb_write_units": max(1, math.ceil(octets / _WRITE_OCTETS))}


def _read(kwargs: Answer, items: Before) -> Units:
    unit = 1.0 if kwargs.get("ConsistentRead") else 0.5
    return {"dynamodb_read_units": sum(max(1, math.ceil(item_octets(item) / _READ_OCTETS)) * unit for item in items)}


def _batch_read(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    (wanted,) = kwargs["RequestItems"].values()
    return _read(wanted, before)


def _scanned(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    octets = sum(item_octets(item) for item in (answer or {}).get("Items", ()))
    unit = 1.0 if kwargs.get("ConsistentRead") else 0.5
    return {"dynamodb_read_units": max(1, math.ceil(octets / _READ_OCTETS)) * unit}


def _got(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    return {"s3_get_requests": 1, "octets_read": (answer or {}).get("ContentLength", 0)}


def _put(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    return {"s3_put_requests": 1, "octets_written": len(kwargs["Body"])}


def _chunks(name: str, entries: str, *fields: str) -> "Rule":
    """One unit for each begun 64 kB of a request."""

    def counted(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
        octets = sum(len(str(each.get(field, ""))) for each in kwargs.get(entries, (kwargs,)) for field in fields)
        return {name: max(1, math.ceil(octets / _CHUNK))}

    return counted


def _events(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    octets = [sum(len(str(value)) for value in entry.values()) for entry in kwargs["Entries"]]
    return {"eventbridge_events": sum(max(1, math.ceil(each / _CHUNK)) for each in octets)}


def _one(name: str) -> "Rule":
    return lambda kwargs, answer, before: {name: 1}


def _free(kwargs: Answer, answer: Answer | None, before: Before) -> Units:
    return {}


Rule = Callable[[Answer, Answer | None, Before], Units]

RULES: dict[tuple[str, str], Rule] = {
    ("s3", "get_object"): _got,
    ("s3", "head_object"): _one("s3_get_requests"),
    ("s3", "put_object"): _put,
    ("s3", "list_objects_v2"): _one("s3_put_requests"),
    ("s3", "delete_object"): _free,
    ("s3", "delete_objects"): _free,
    ("dynamodb", "get_item"): lambda kwargs, answer, before: _read(kwargs, before),
    ("dynamodb", "batch_get_item"): _batch_read,
    ("dynamodb", "scan"): _scanned,
    ("dynamodb", "query"): _scanned,
    ("dynamodb", "put_item"): _written,
    ("dynamodb", "update_item"): _written,
    ("dynamodb", "delete_item"): _written,
    ("sqs", "send_message"): _chunks("sqs_requests", "", "MessageBody"),
    ("sqs", "send_message_batch"): _chunks("sqs_requests", "Entries", "MessageBody"),
    ("sqs", "receive_message"): _one("sqs_requests"),
    ("sqs", "delete_message_batch"): _one("sqs_requests"),
    ("sqs", "change_message_visibility_batch"): _one("sqs_requests"),
    ("sns", "publish"): _chunks("sns_requests", "", "Message"),
    ("sns", "publish_batch"): _chunks("sns_requests", "PublishBatchRequestEntries", "Message"),
    ("events", "put_events"): _events,
    ("secrets", "get_secret_value"): _one("secret_requests"),
}
"""Service (as `functions.aws.clients.Clients` names it) and operation → how it is counted. What is missing cannot be
measured, and says so."""
