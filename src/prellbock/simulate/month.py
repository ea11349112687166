"""What does a demo show? The latest 30 days of a shop, up to this hour: an outage in them, and answers nobody knows.

A month in which nothing odd happens would show neither the outage shield nor a template that waits for a rule.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import orjson

from prellbock.simulate import traffic
from prellbock.simulate.dice import Dice
from prellbock.simulate.outages import Outage
from prellbock.simulate.world import Scenario, World

DAYS = 30
_OUT = "t-online"
"""A provider whose directory is out of order while a newsletter goes out to it."""
_ONE_IN = 2500
"""So many events have one answer that no rule knows."""
_UNKNOWN = (
    ("550 Hausregel 77 greift fuer diesen Absenderkreis", "mx.mueller-bau-gmbh.example", 6),
    ("550 Desk closed, ask the gatekeeper for a lamp", "mx01.lange-bau-gmbh.example", 3),
    ("450 Bitte Lieferantennummer im Portal hinterlegen", "mail.vogt-bau-gmbh.example", 1),
)
"""Answer, who gives it, and how often beside the others."""
_TIME = slice(33, 53)
"""Where the time (RFC 3339, UTC) stands in a simulated line."""


def begin_of(now: datetime) -> datetime:
    """When the month that ends in this hour begins."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=DAYS)


def lines(responses: int, start: datetime, *, seed: int = 1) -> Iterator[list[bytes]]:
    """The month as NDJSON lines, some thousands at a time; about as many events as asked for.

    What would happen after its end (retries, late reports) has not happened yet.
    """
    world = World(Scenario(responses=responses, start=start, days=DAYS, seed=seed, outages=(_outage(start),)))
    end = f"{start + timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}".encode()
    for batch in chain(traffic.batches(world), [list(_unknown(world, responses // _ONE_IN))]):
        yield [line for line in batch if line[_TIME] < end]


def _outage(start: datetime) -> Outage:
    """A part of a Tuesday morning, one to two weeks before the month ends."""
    end = start + timedelta(days=DAYS)
    tuesday = end.replace(hour=9, minute=30) - timedelta(days=(end.weekday() - 1) % 7 + 7)
    begin = int((tuesday - start).total_seconds())
    return Outage(_OUT, begin, begin + 2 * 3600)


def _unknown(world: World, count: int) -> Iterator[bytes]:
    """Events whose answers no rule knows, spread over the whole time."""
    dice = Dice(world.seed, "unknown answers")
    texts = [(text, mx) for text, mx, weight in _UNKNOWN for _ in range(weight)]
    for number in range(count):
        bits = dice.at(number)
        text, mx = texts[bits % len(texts)]
        time = datetime.fromtimestamp(world.start_second + (bits >> 8) % world.end, UTC)
        yield orjson.dumps(
            {
                "id": f"{bits & 0xFFFF_FFFF_FFFF_FFFF:016x}",
                "time": f"{time:%Y-%m-%dT%H:%M:%SZ}",
                "recipient": f"einkauf{bits % 997}@{mx.partition('.')[2]}",
                "outcome": "deferred" if text.startswith("4") else "bounced",
                "response": text,
                "mx": mx,
                "stream": "order",
                "campaign": "order-v4",
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
