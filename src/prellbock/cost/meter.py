"""What did the handlers ask for? A client that passes every request on and counts what it costs."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from prellbock.cost.units import RULES, Before


class UncountedError(RuntimeError):
    """A handler asked for something of which nobody knows how it is billed."""


class Meter:
    """Counts units, and requests by operation. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.units: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()

    def add(self, units: dict[str, float], request: str = "") -> None:
        with self._lock:
            for name, count in units.items():
                self.units[name] += count  # type: ignore[assignment]
            if request:
                self.requests[request] += 1

    def taken(self) -> "Meter":
        """What was counted since the last time; counting begins anew."""
        with self._lock:
            found = Meter()
            found.units, self.units = self.units, Counter()
            found.requests, self.requests = self.requests, Counter()
        return found


class Counted:
    """Stands for a client of boto3, or for anything with the same operations."""

    def __init__(self, service: str, client: Any, meter: Meter) -> None:
        self._service, self._client, self._meter = service, client, meter

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._client, operation)
        rule = RULES.get((self._service, operation))
        if rule is None:
            raise UncountedError(
                f"{self._service}.{operation} has no rule in prellbock.cost.units: add how it is billed"
            )

        def counted(**kwargs: Any) -> Any:
            before = self._before(operation, kwargs)
            answer = None
            try:
                answer = call(**kwargs)
                return answer
            finally:
                # What is refused is billed, too.
                self._meter.add(rule(kwargs, answer, before), f"{self._service}.{operation}")

        return counted

    def _before(self, operation: str, kwargs: dict[str, Any]) -> Before:
        """The whole items that a request is about, as they are now: a projection or a write hides their size."""
        if self._service != "dynamodb" or operation in ("scan", "query"):
            return []
        if operation == "batch_get_item":
            ((table, wanted),) = kwargs["RequestItems"].items()
            return [self._client.get_item(TableName=table, Key=key).get("Item") for key in wanted["Keys"]]
        key = kwargs.get("Key") or {name: kwargs["Item"][name] for name in ("pk", "sk")}
        return [self._client.get_item(TableName=kwargs["TableName"], Key=key).get("Item")]
