"""The items of the table: everything about one recipient, and what became of it since the item before (the outbox).

An item has ``v``, the number of the commit that wrote it; ``rows`` (`layout.pack`); and ``out``, the decisions of that
commit, which a stream hands to `functions.aws.publish`. Who was erased leaves an item without rows for some days, so
that no late writer brings the rows back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec

from prellbock.store.dynamodb.clients import REFUSED, DynamoDB, code_of, patiently
from prellbock.store.dynamodb.layout import Rows, pack

AT_ONCE = 100
"""Most keys of a BatchGetItem."""
THREADS = 16
GONE_SECONDS = 7 * 86400
_OLDER = "attribute_not_exists(pk) OR v < :v"
_SORT = {"S": "r"}


class Written(msgspec.Struct, array_like=True):
    """One item as a commit writes it."""

    pk: str
    rows: bytes | None
    """None: the recipient was erased."""
    out: list[bytes]


def pk_of(digest: bytes | None, number: int) -> str:
    """The key of a recipient's item; rows that nothing names any more are kept by number."""
    return f"n#{number}" if digest is None else f"r#{digest.hex()}"


def put_older(client: DynamoDB, table: str, item: dict[str, Any]) -> None:
    """Writes an item, unless one of the same commit (``v``) or a later one is there."""
    try:
        patiently(
            lambda: client.put_item(
                TableName=table, Item=item, ConditionExpression=_OLDER, ExpressionAttributeValues={":v": item["v"]}
            )
        )
    except Exception as error:
        if code_of(error) not in REFUSED:
            raise


class Items:
    """The recipients' items of one table."""

    def __init__(self, client: DynamoDB, table: str) -> None:
        self._client, self._table = client, table

    @staticmethod
    def pack(rows: Rows, out: Sequence[bytes]) -> bytes:
        """The rows as an item holds them beside these decisions."""
        return pack(rows, sum(map(len, out)))

    def read(self, keys: Sequence[str], *, consistent: bool) -> Iterator[tuple[str, bytes]]:
        """Those that are there, with their rows, in no order."""
        parts = [keys[begin : begin + AT_ONCE] for begin in range(0, len(keys), AT_ONCE)]
        if len(parts) <= 1:
            for part in parts:
                yield from self._read(part, consistent)
            return
        with ThreadPoolExecutor(min(THREADS, len(parts))) as threads:
            for found in threads.map(lambda part: list(self._read(part, consistent)), parts):
                yield from found

    def _read(self, keys: Sequence[str], consistent: bool) -> Iterator[tuple[str, bytes]]:
        wanted: Mapping[str, Any] = {
            self._table: {
                "Keys": [{"pk": {"S": key}, "sk": _SORT} for key in keys],
                "ProjectionExpression": "pk, #rows",
                "ExpressionAttributeNames": {"#rows": "rows"},
                "ConsistentRead": consistent,
            }
        }
        while wanted:
            answer = patiently(partial(self._client.batch_get_item, RequestItems=wanted))
            for item in answer["Responses"].get(self._table, ()):
                if "rows" in item:
                    yield item["pk"]["S"], bytes(item["rows"]["B"])
            wanted = answer.get("UnprocessedKeys") or {}

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """All of them; a scan of the whole table."""
        begin: dict[str, Any] = {}
        while True:
            answer = patiently(partial(self._client.scan, TableName=self._table, ConsistentRead=True, **begin))
            for item in answer["Items"]:
                if "rows" in item:
                    yield item["pk"]["S"], bytes(item["rows"]["B"])
            if "LastEvaluatedKey" not in answer:
                return
            begin = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def write(self, written: Sequence[Written], commit: int, now: float) -> None:
        """Writes the items of a commit; those that a later commit has written stay. May be repeated."""
        if len(written) <= 1:
            for each in written:
                self._write(each, commit, now)
            return
        # A thread takes every nth: handing over each by itself costs more than writing it.
        count = min(THREADS, len(written))

        def write(first: int) -> None:
            for each in written[first::count]:
                self._write(each, commit, now)

        with ThreadPoolExecutor(count) as threads:
            for _ in threads.map(write, range(count)):
                pass

    def _write(self, each: Written, commit: int, now: float) -> None:
        item: dict[str, Any] = {"pk": {"S": each.pk}, "sk": _SORT, "v": {"N": str(commit)}}
        if each.rows is None:
            item["expires"] = {"N": str(int(now + GONE_SECONDS))}
        else:
            item["rows"] = {"B": each.rows}
        if each.out:
            item["out"] = {"L": [{"B": entry} for entry in each.out]}
        put_older(self._client, self._table, item)


def by_key(written: Iterable[Written]) -> dict[str, Written]:
    """The items of several commits, the latest of each recipient, with everything that is to be told of it."""
    found: dict[str, Written] = {}
    for each in written:
        before = found.get(each.pk)
        found[each.pk] = Written(each.pk, each.rows, [*(before.out if before else ()), *each.out])
    return found
