"""The sender mails its list, day after day: campaigns, orders, retries, late bounces, in order of time.

Work goes hour by hour in portions; what is still to come of a message (retries, reports) waits in a heap. Two
controls see to the promises: the number of events is exact, and the share delivered follows from what the world does
anyway plus as much trouble of the sender's making as is missing.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from math import gcd

import numpy as np
import numpy.typing as npt

from prellbock.simulate.attempts import Storyteller
from prellbock.simulate.dice import F64, I64, Dice, shares
from prellbock.simulate.lines import MOST_STEPS, STREAMS, Sent, Writer
from prellbock.simulate.schedule import Slot, slots
from prellbock.simulate.world import World

_LARGEST_PORTION, _SMALLEST_PORTION = 16_384, 32
_SOFT_EVENTS = 1.55
"""Events that a troubled message which is not refused at once has beside its delivery, on average."""
_STATE_EVENTS = 1.5
"""Events of a message to somebody who is not alive, on average."""
_BAD_SPELL = 20.0
"""How much likelier trouble is while a provider has a bad spell."""


def events(world: World) -> Iterator[bytes]:
    """The events of a world as NDJSON lines, in order of time; exactly as many as its scenario wants."""
    for batch in batches(world):
        yield from batch


def batches(world: World, writer: Writer | None = None) -> Iterator[list[bytes]]:
    """The same lines as `events`, some thousands at a time; another writer may make something else of each event."""
    return _Traffic(world, writer or Writer(world)).run()


class _Traffic:
    def __init__(self, world: World, writer: Writer) -> None:
        self._world = world
        self._wanted = world.scenario.responses
        self._share = world.scenario.delivered
        self._portion = min(_LARGEST_PORTION, max(_SMALLEST_PORTION, self._wanted // 128))
        self._hard = max(0.3, 1 - self._share)
        self._story = Storyteller(world, self._hard)
        self._writer = writer
        self._pending: list[tuple[int, int, bytes]] = []
        self._messages = self._events = self._delivered = 0
        self._mailed = 0
        """Newsletters sent so far: the place in the endless walk over the list."""
        self._stride = _coprime(world.size)
        self._stream_shares = shares([stream.weight for stream in STREAMS[1:]])
        self._dice = {
            purpose: Dice(world.seed, purpose) for purpose in ("time", "stream", "buyer", "trouble", "message", "mail")
        }

    def run(self) -> Iterator[list[bytes]]:
        plan = slots(self._world)
        weight_left = sum(slot.weight for slot in plan)
        owed = 0.0
        for slot in plan[:-1]:
            if self._events >= self._wanted:
                break
            exact = (self._wanted - self._events) * slot.weight / weight_left / self._events_per_message() + owed
            weight_left -= slot.weight
            count = int(exact)
            owed = exact - count
            pieces = -(-count // self._portion)
            for piece in range(pieces):
                begin = slot.begin + (slot.end - slot.begin) * piece // pieces
                end = slot.begin + (slot.end - slot.begin) * (piece + 1) // pieces
                times, lines = self._send(count * (piece + 1) // pieces - count * piece // pieces, begin, end, slot)
                yield self._merge(times, lines, end)
        last = plan[-1]
        while self._events < self._wanted:
            # Half of the rest each time: the nearer the end, the finer the control.
            count = max(1, int((self._wanted - self._events) / self._events_per_message() / 2))
            times, lines = self._send(min(count, self._portion), last.begin, last.end, last)
            for place, (time, line) in enumerate(zip(times, lines, strict=True)):
                heapq.heappush(self._pending, (time, self._messages * MOST_STEPS * _LARGEST_PORTION + place, line))
        while self._pending:
            yield [heapq.heappop(self._pending)[2] for _ in range(min(len(self._pending), _LARGEST_PORTION))]

    def _merge(self, times: list[int], lines: list[bytes], end: int) -> list[bytes]:
        """Puts what is due before ``end`` among the lines of this portion."""
        pending, merged, place = self._pending, [], 0
        while pending and pending[0][0] < end:
            time, _, line = heapq.heappop(pending)
            until = bisect_right(times, time, place)
            merged += lines[place:until]
            merged.append(line)
            place = until
        merged += lines[place:]
        return merged

    def _events_per_message(self) -> float:
        return (self._events + 300 * (1 + (1 - self._share) * 0.8)) / (self._messages + 300)

    def _chance_of_trouble(self, second: float) -> float:
        """How often the sender must be in trouble for the rest, so that the share delivered comes out."""
        rest = self._wanted - self._events
        missing = self._share * self._wanted - self._delivered
        want = min(max(missing / rest, self._share * 0.8), self._share + (1 - self._share) * 0.8)
        want = min(max(want, 0.0), 1.0)
        gone = self._world.share_not_alive(second)
        if gone >= 1:
            return 0.0
        need = (1 - want) - want * _STATE_EVENTS * gone / (1 - gone)
        chance = need / (self._hard + want * (1 - self._hard) * _SOFT_EVENTS)
        return min(max(chance, 0.0), 1.0)

    def _send(self, count: int, begin: int, end: int, slot: Slot) -> tuple[list[int], list[bytes]]:
        """Sends messages between two times; gives what is accepted at once, and puts everything else in the heap."""
        if count <= 0:
            return [], []
        count = min(count, self._wanted - self._events)
        numbers = np.arange(self._messages, self._messages + count, dtype=np.int64)
        self._messages += count
        units = np.sort(self._dice["time"].units(numbers), kind="stable")
        times = begin + np.floor(units * (end - begin)).astype(np.int64)
        recipients, streams, rounds = self._address(numbers, slot)
        seconds = times / 1000
        chance = self._chance_of_trouble(begin / 1000)
        troubled = self._dice["trouble"].units(numbers) < self._spells(recipients, times, chance)
        plain = ~(troubled | self._world.afflicted(recipients, seconds))
        bits = self._dice["message"].bits(numbers)

        simple = int(np.count_nonzero(plain))
        self._events += simple
        self._delivered += simple

        def part(which: npt.NDArray[np.bool_]) -> Sent:
            labels = [f"{slot.day}-{turn:02d}" if turn >= 0 else "" for turn in rounds[which].tolist()]
            return Sent(numbers[which], recipients[which], times[which], streams[which], labels, bits[which])

        self._tell(part(~plain), troubled[~plain].tolist())
        accepted = part(plain)
        return accepted.times.tolist(), self._writer.delivered(accepted)

    def _address(self, numbers: I64, slot: Slot) -> tuple[I64, I64, I64]:
        """Recipient, stream and round of the newsletter (-1 for other mail) of each message."""
        size = self._world.size
        newsletter = self._dice["mail"].units(numbers) < slot.newsletters
        place = self._mailed + np.cumsum(newsletter) - 1
        self._mailed += int(np.count_nonzero(newsletter))
        walked = (place % size * self._stride) % size
        # Good customers buy often: the square of a uniform number prefers the front of the list.
        unit = self._dice["buyer"].units(numbers)
        buyer = np.floor(unit * unit * size).astype(np.int64) * self._stride % size
        stream = 1 + np.searchsorted(self._stream_shares, self._dice["stream"].units(numbers), "right")
        return (
            np.where(newsletter, walked, buyer),
            np.where(newsletter, 0, np.minimum(stream, len(STREAMS) - 1)),
            np.where(newsletter, place // size, -1),
        )

    def _spells(self, recipients: I64, times: I64, chance: float) -> F64:
        """The chance of trouble for each message: higher where the provider has a bad spell."""
        plan = self._story.incident
        hours = np.minimum(times // 3_600_000, plan.shape[1] - 1)
        hosts = self._world.host_of_domain[self._world.domain[recipients]]
        return np.where(plan[hosts, hours] > 0, min(1.0, chance * _BAD_SPELL), chance)

    def _tell(self, sent: Sent, troubled: list[bool]) -> None:
        """Tells the stories of messages that are not simply accepted, up to the number of events wanted."""
        columns = zip(
            sent.numbers.tolist(),
            sent.recipients.tolist(),
            sent.times.tolist(),
            sent.streams.tolist(),
            sent.campaigns,
            sent.bits.tolist(),
            troubled,
            strict=True,
        )
        left = len(troubled)
        for number, recipient, time, stream, campaign, bits, trouble in columns:
            left -= 1
            room = self._wanted - self._events - left
            story = self._story.tell(recipient, time, bits, trouble, STREAMS[stream].marketing)[:room]
            for position, step in enumerate(story):
                line = self._writer.step(number, position, recipient, stream, campaign, step)
                heapq.heappush(self._pending, (step.time, number * MOST_STEPS + position, line))
                self._delivered += step.outcome == "delivered"
            self._events += len(story)


def _coprime(size: int) -> int:
    """A step that visits each of ``size`` places once before it repeats, far from its neighbours."""
    step = max(1, int(size * 0.618))
    while gcd(step, size) != 1:
        step += 1
    return step
