"""Who may write? One at a time, by a lease that is an item of the table.

The lease keeps writers from doing work in vain; what makes a second writer harmless is the condition under which the
manifest is replaced (`objects`). So clocks that differ cost time and nothing else. A writer that is killed leaves the
lease to the next one after `SECONDS`.
"""

import secrets
import time
from collections.abc import Callable

from prellbock.store.dynamodb.clients import REFUSED, DynamoDB, code_of, patiently
from prellbock.store.errors import StoreError

SECONDS = 30.0
RENEW_AFTER = 8.0
_KEY = {"pk": {"S": "lease"}, "sk": {"S": "lease"}}


class BusyError(StoreError):
    """Somebody else writes, and for too long."""


class Lease:
    """The lease of one store. ``applied`` is the newest commit whose items are all in the table."""

    def __init__(
        self,
        client: DynamoDB,
        table: str,
        *,
        patience: float,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``patience``: seconds that `take` waits for another writer."""
        self._client, self._table, self._patience, self._clock, self._sleep = client, table, patience, clock, sleep
        self._me = secrets.token_hex(8)
        self._taken = 0.0
        self.applied = 0

    def take(self) -> None:
        """Waits for it. Raises `BusyError`."""
        end = self._clock() + self._patience
        while not self._try():
            if self._clock() >= end:
                raise BusyError(
                    f"another function is writing since {self._patience:.0f} s: try again; nothing was changed"
                )
            self._sleep(0.2)

    def renew(self) -> None:
        """Keeps it, if it would run out soon. Raises `BusyError` where it was lost."""
        if self._clock() - self._taken > RENEW_AFTER and not self._try():
            raise BusyError("this function was held up for so long that another one writes now: nothing was changed")

    def release(self, applied: int) -> None:
        """Lets the next one in; ``applied`` as above."""
        self.applied = max(applied, self.applied)
        self._put(0.0, "holder = :me", {":me": {"S": self._me}})

    def _try(self) -> bool:
        found = patiently(
            lambda: self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True), sleep=self._sleep
        ).get("Item")
        if found:
            self.applied = max(self.applied, int(found["applied"]["N"]))
        now = self._clock()
        values = {":now": {"N": repr(now)}, ":me": {"S": self._me}}
        return self._put(now + SECONDS, "attribute_not_exists(pk) OR ends < :now OR holder = :me", values)

    def _put(self, ends: float, condition: str, values: dict[str, dict[str, str]]) -> bool:
        item = {
            **_KEY,
            "holder": {"S": self._me},
            "ends": {"N": repr(ends)},
            "applied": {"N": str(self.applied)},
        }
        try:
            patiently(
                lambda: self._client.put_item(
                    TableName=self._table, Item=item, ConditionExpression=condition, ExpressionAttributeValues=values
                ),
                sleep=self._sleep,
            )
        except Exception as error:
            if code_of(error) in REFUSED:
                return False
            raise
        self._taken = self._clock()
        return True
