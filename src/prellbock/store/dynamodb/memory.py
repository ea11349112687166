"""S3 and DynamoDB in memory, for tests and for counting requests: the operations and conditions that the store uses.

Answers and errors have the shape of botocore's. Safe to share between threads.
"""

import io
import threading
from collections.abc import Callable
from typing import Any

import xxhash

from prellbock.store.dynamodb.clients import Answer

Item = dict[str, Any]
PAGE = 100
"""Items of a page of `scan`: small, so that paging is tried."""


class ServiceError(Exception):
    """As botocore's ``ClientError``: told by its code."""

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"{code} when calling {operation}")
        self.response: Answer = {"Error": {"Code": code, "Message": code}}


class MemoryS3:
    """One or several buckets."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()

    def get_object(self, **kwargs: Any) -> Answer:
        with self._lock:
            body = self.objects.get((kwargs["Bucket"], kwargs["Key"]))
        if body is None:
            raise ServiceError("NoSuchKey", "GetObject")
        if kwargs.get("IfNoneMatch") == _tag(body):
            raise ServiceError("304", "GetObject")
        return {"Body": io.BytesIO(body), "ETag": _tag(body), "ContentLength": len(body)}

    def put_object(self, **kwargs: Any) -> Answer:
        name, body = (kwargs["Bucket"], kwargs["Key"]), bytes(kwargs["Body"])
        with self._lock:
            there = self.objects.get(name)
            if "IfMatch" in kwargs and (there is None or _tag(there) != kwargs["IfMatch"]):
                raise ServiceError("PreconditionFailed", "PutObject")
            if kwargs.get("IfNoneMatch") == "*" and there is not None:
                raise ServiceError("PreconditionFailed", "PutObject")
            self.objects[name] = body
        return {"ETag": _tag(body)}

    def list_objects_v2(self, **kwargs: Any) -> Answer:
        bucket, prefix, after = kwargs["Bucket"], kwargs.get("Prefix", ""), kwargs.get("ContinuationToken", "")
        with self._lock:
            found = sorted(
                (key, len(body))
                for (there, key), body in self.objects.items()
                if there == bucket and key.startswith(prefix) and key > after
            )
        page = found[:1000]
        answer: Answer = {
            "Contents": [{"Key": key, "Size": size} for key, size in page],
            "IsTruncated": len(found) > len(page),
        }
        return answer | ({"NextContinuationToken": page[-1][0]} if answer["IsTruncated"] else {})

    def delete_object(self, **kwargs: Any) -> Answer:
        with self._lock:
            self.objects.pop((kwargs["Bucket"], kwargs["Key"]), None)
        return {}


def _tag(body: bytes) -> str:
    return f'"{xxhash.xxh3_128_hexdigest(body)}"'


CONDITIONS: dict[str, Callable[[Item | None, Item], bool]] = {
    "attribute_not_exists(pk) OR v < :v": lambda there, values: (
        there is None or int(there["v"]["N"]) < int(values[":v"]["N"])
    ),
    "attribute_not_exists(pk) OR ends < :now OR holder = :me": lambda there, values: (
        there is None or float(there["ends"]["N"]) < float(values[":now"]["N"]) or there["holder"] == values[":me"]
    ),
    "holder = :me": lambda there, values: there is not None and there["holder"] == values[":me"],
}
"""The conditions of the store, each with what it means."""


class MemoryDynamoDB:
    """One or several tables with the keys ``pk`` and ``sk``. ``changed`` is told of every write, as by a stream."""

    def __init__(self, changed: Callable[[Item | None, Item | None], None] = lambda old, new: None) -> None:
        self.items: dict[tuple[str, str, str], Item] = {}
        self._changed = changed
        self._lock = threading.Lock()

    def get_item(self, **kwargs: Any) -> Answer:
        with self._lock:
            found = self.items.get(_name(kwargs["TableName"], kwargs["Key"]))
        return {} if found is None else {"Item": dict(found)}

    def put_item(self, **kwargs: Any) -> Answer:
        self._write(kwargs["TableName"], kwargs["Item"], kwargs["Item"], kwargs, "PutItem")
        return {}

    def delete_item(self, **kwargs: Any) -> Answer:
        self._write(kwargs["TableName"], kwargs["Key"], None, kwargs, "DeleteItem")
        return {}

    def _write(self, table: str, key: Item, item: Item | None, kwargs: Answer, operation: str) -> None:
        name = _name(table, key)
        with self._lock:
            there = self.items.get(name)
            condition = kwargs.get("ConditionExpression")
            if condition and not CONDITIONS[condition](there, kwargs.get("ExpressionAttributeValues", {})):
                raise ServiceError("ConditionalCheckFailedException", operation)
            if item is None:
                self.items.pop(name, None)
            else:
                self.items[name] = dict(item)
        self._changed(there, item)

    def batch_get_item(self, **kwargs: Any) -> Answer:
        ((table, wanted),) = kwargs["RequestItems"].items()
        if len(wanted["Keys"]) > 100:
            raise ServiceError("ValidationException", "BatchGetItem")
        with self._lock:
            found = [self.items.get(_name(table, key)) for key in wanted["Keys"]]
        return {"Responses": {table: [dict(item) for item in found if item is not None]}, "UnprocessedKeys": {}}

    def scan(self, **kwargs: Any) -> Answer:
        after = kwargs.get("ExclusiveStartKey")
        begin = _name(kwargs["TableName"], after) if after else (kwargs["TableName"], "", "")
        with self._lock:
            names = sorted(name for name in self.items if name[0] == kwargs["TableName"] and name > begin)
            page = [dict(self.items[name]) for name in names[:PAGE]]
        answer: Answer = {"Items": page}
        if len(names) > PAGE:
            answer["LastEvaluatedKey"] = {"pk": page[-1]["pk"], "sk": page[-1]["sk"]}
        return answer


def _name(table: str, key: Item) -> tuple[str, str, str]:
    return table, key["pk"]["S"], key["sk"]["S"]
