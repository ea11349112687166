"""One queue or log: wanted decisions are put there in the order of the ledger, many at once, each confirmed.

What is not confirmed is put again after a pause, and nothing overtakes it. A message that the receiver will never take
(too long, say) is set aside and can be sent again by people.
"""

import asyncio
from collections.abc import Callable, Sequence

from prellbock.publishing.messages import is_too_old, is_wanted
from prellbock.publishing.outbox import Outbox, Page
from prellbock.sinks.brokers.broker import Broker, BrokerError, RefusedError
from prellbock.sinks.message import Message
from prellbock.store.destinations import Attempt, Destination, Progress

TOGETHER = 5000
"""Decisions that are put before the first is confirmed; after a crash at most so many come twice."""
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0


class Streaming:
    """Sends to one queue until it is cancelled."""

    def __init__(
        self, destination: Destination, outbox: Outbox, connect: Callable[[], Broker], clock: Callable[[], float]
    ) -> None:
        """``connect`` makes a broker, which connects when it is first asked for something."""
        self._destination, self._outbox, self._connect, self._clock = destination, outbox, connect, clock
        self._cursor = destination.cursor
        self._failing = destination.failing
        self._broker: Broker | None = None
        self._ahead: tuple[int, asyncio.Task[Page]] | None = None
        """What comes after a sequence number, read while what is before it is confirmed."""

    async def run(self) -> None:
        """Sends."""
        pause = _FIRST_PAUSE_SECONDS
        refused: dict[int, str] = {}
        try:
            await self._again()
            while True:
                page = await self._next()
                if not page:
                    await self._outbox.beyond(self._cursor)
                    continue
                current = [each for each in page if is_wanted(each[0], self._destination.wanted)]
                keep, now = self._destination.keep_days, self._clock()
                wanted = [message for decision, message in current if not is_too_old(decision, keep, now)]
                dropped = len(current) - len(wanted)
                wanted = [each for each in wanted if each.seq not in refused]
                self._read_ahead(page[-1][0].seq)
                try:
                    await self._put(wanted)
                except RefusedError as error:
                    refused[error.seq] = error.why
                    continue
                except BrokerError as error:
                    await self._wait_after(error, pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                    continue
                pause = _FIRST_PAUSE_SECONDS
                self._cursor = page[-1][0].seq
                now = self._clock()
                given_up = [Attempt(seq, "dead", now, answer=why) for seq, why in refused.items()]
                self._note(given_up, taken=bool(wanted), dropped=dropped)
                refused.clear()
        finally:
            await self._forget_ahead()
            await self._close()

    async def _next(self) -> Page:
        """What is put together: what is there, up to `TOGETHER`; a slow confirmation then serves many."""
        if self._ahead is not None and self._ahead[0] == self._cursor:
            (_, reading), self._ahead = self._ahead, None
            if page := await reading:
                return page
        return await self._read(self._cursor)

    def _read_ahead(self, after: int) -> None:
        """Lets what comes after be read meanwhile, once."""
        if self._ahead is not None and self._ahead[0] != after:
            self._ahead[1].cancel()
            self._ahead = None
        if self._ahead is None:
            self._ahead = after, asyncio.create_task(self._read(after))

    async def _forget_ahead(self) -> None:
        if self._ahead is not None:
            (_, reading), self._ahead = self._ahead, None
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, after: int) -> Page:
        found: Page = []
        while len(found) < TOGETHER and (page := await self._outbox.page(found[-1][0].seq if found else after)):
            found += page
        return found

    async def _again(self) -> None:
        """What people have asked to be sent again goes first, as far as the receiver takes it."""
        name = self._destination.name
        known = await self._outbox.asking(lambda: self._outbox.store.open_deliveries(name))
        seqs = [each.seq for each in known if each.state == "waiting"]
        found = await self._outbox.certain(seqs)
        for seq in seqs:
            now = self._clock()
            if seq not in found:
                self._note([Attempt(seq, "dead", now, answer="the recipient was erased before it was taken")])
                continue
            pause = _FIRST_PAUSE_SECONDS
            while True:
                try:
                    await self._put([found[seq][1]])
                except RefusedError as error:
                    self._note([Attempt(seq, "dead", self._clock(), answer=error.why)])
                except BrokerError as error:
                    await self._wait_after(error, pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                    continue
                else:
                    self._note([Attempt(seq, "taken", self._clock())], taken=True)
                break

    async def _put(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        if self._broker is None:
            self._broker = self._connect()
        await self._broker.put(messages)

    async def _wait_after(self, error: BrokerError, seconds: float) -> None:
        self._failing = self._failing if self._failing is not None else self._clock()
        self._note([], why=str(error))
        # Somebody may be erased meanwhile.
        await self._forget_ahead()
        await self._close()
        await asyncio.sleep(seconds)

    async def _close(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            await broker.close()

    def _note(
        self, attempts: Sequence[Attempt], *, taken: bool = False, why: str | None = None, dropped: int = 0
    ) -> None:
        if why is None and taken:
            self._failing = None
        destination = self._destination
        progress = Progress(
            destination.name, destination.generation, self._cursor, attempts, self._failing,
            self._clock() if taken else None, None, dropped, why,
        )  # fmt: skip
        self._outbox.note(progress)
