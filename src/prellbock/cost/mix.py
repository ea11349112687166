"""A real mix of events for measuring: what `prellbock simulate` writes, dated into one peak of traffic.

The failures are those of a simulated world, with the histories that led to them. Deliveries go to people without a
history, but for a share who have an open one: it decides about the bill, so it is set and not left to chance. Nobody is
written to twice within a peak, so nothing is saved by what a real campaign does not have.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec
import orjson

from prellbock.simulate import traffic
from prellbock.simulate.world import Scenario, World

PEAK = datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()
_BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
_DAYS = 56
_FULL = "452 4.2.2 The email account that you tried to reach is over quota"
Event = dict[str, Any]


class Mix(msgspec.Struct, frozen=True):
    """What comes in during a peak."""

    delivered: float = 0.95
    """Share of deliveries, 0 to 1."""
    open: float = 0.02
    """Share of deliveries whose recipient has an open history."""
    per_hour: float = 5_000_000
    """Responses; it dates them."""
    seed: int = 1


class Peak:
    """The events of a mix: ``before`` makes the histories, `take` gives the peak, piece by piece.

    ``most``: how many events will be taken in all.
    """

    def __init__(self, mix: Mix, most: int) -> None:
        self._mix, self._given, self._opened = mix, 0, 0
        failures = round(most * (1 - mix.delivered)) + 1
        self._waiting = round(most * mix.delivered * mix.open) + 1
        old, new = _failures(mix, failures)
        self._fresh = iter(new)
        self._deliveries = 0
        self.before = [*old, *(_bounce(number) for number in range(self._waiting))]

    def take(self, count: int) -> list[bytes]:
        """The next events of the peak, as lines of NDJSON in order of time."""
        return list(islice(self._events(), count))

    def _events(self) -> Iterator[bytes]:
        share = self._mix.delivered
        while True:
            number = self._given
            self._given += 1
            time = PEAK + number * 3600 / self._mix.per_hour
            # As many as the shares want after each event, evenly mixed.
            if int((number + 1) * share) > int(number * share):
                event = self._delivery()
            else:
                event = next(self._fresh)
            yield orjson.dumps({**event, "time": time})

    def _delivery(self) -> Event:
        number = self._deliveries
        self._deliveries += 1
        if int((number + 1) * self._mix.open) > int(number * self._mix.open):
            self._opened += 1
            recipient = _waiting(self._opened - 1)
        else:
            recipient = f"reader{number}@{_domain(number)}"
        return {"recipient": recipient, "outcome": "delivered", "response": f"250 2.0.0 OK  {number:010x} - gsmtp",
                "mx": f"mx{number % 4}.{_domain(number)}", "sender": "news@shop.example", "stream": "newsletter",
                "campaign": "2026-03-02", "message_id": f"<{number:012x}.peak@shop.example>"}  # fmt: skip


def _failures(mix: Mix, wanted: int) -> tuple[list[Event], list[Event]]:
    """What went wrong before, dated as it was, and one later failure of each recipient for the peak."""
    scenario = Scenario(
        responses=max(2_000, int(wanted * 3.5)), delivered=0.5, seed=mix.seed, days=_DAYS, recipients=None,
        start=_BEGIN, outages=(),
    )  # fmt: skip
    events: list[Event] = [orjson.loads(line) for line in traffic.events(World(scenario))]
    lines = [event for event in events if event["outcome"] != "delivered"]
    old: list[Event] = []
    new: list[Event] = []
    seen: set[str] = set()
    for number, event in enumerate(lines):
        # After the first third, where histories are as long as they are.
        if number >= len(lines) // 3 and event["outcome"] in ("bounced", "deferred") and len(new) < wanted:
            if event.get("recipient") and event["recipient"] not in seen:
                seen.add(event["recipient"])
                new.append(event)
        else:
            old.append(event)
    while len(new) < wanted:
        # A small world runs out of people: the same failures happen to others.
        new += [{**event, "recipient": f"x{len(new)}.{event['recipient']}", "message_id": None, "id": None}
                for event in new[: wanted - len(new)]]  # fmt: skip
    return old, new


def _bounce(number: int) -> Event:
    return {"time": PEAK - 2 * 86400 + number % 3600, "recipient": _waiting(number), "outcome": "bounced",
            "response": _FULL, "mx": f"mx.{_domain(number)}", "sender": "news@shop.example", "stream": "newsletter",
            "message_id": f"<{number:012x}.before@shop.example>"}  # fmt: skip


def _waiting(number: int) -> str:
    return f"waiting{number}@{_domain(number)}"


def _domain(number: int) -> str:
    return ("gmail.com", "gmx.de", "web.de", "t-online.de", "outlook.com", f"d{number % 997}.example.com")[number % 6]
