"""One webhook destination: every wanted decision is posted until it is taken or given up, in order per recipient.

A message waits behind an earlier one about the same recipient, and behind nothing else. At most `WINDOW` messages are
on their way or wait; no further ones are read meanwhile, so a receiver that takes nothing costs no more than that.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from prellbock.publishing.messages import is_too_old, is_wanted
from prellbock.publishing.outbox import FRESH_SECONDS, Outbox
from prellbock.publishing.schedule import DISABLED_AFTER_SECONDS, PROBE_SECONDS, WINDOW, next_attempt
from prellbock.sinks.answer import Answer
from prellbock.sinks.message import Message
from prellbock.store.destinations import Attempt, Destination, Progress

_AT_ONCE = 8
"""Posts to one destination at the same time."""
_DOWN_AFTER = 5
"""After so many failures in a row nothing new is begun before something is taken."""
_GONE = 410
_ERASED = "the recipient was erased before it was taken"

Post = Callable[[Message], Awaitable[Answer]]


class _Pending(msgspec.Struct):
    message: Message
    read: float
    """When it was read from the ledger."""
    begun: float | None = None
    """When it was first tried; None: not yet."""


class Requesting:
    """Sends to one destination until it is cancelled."""

    def __init__(self, destination: Destination, outbox: Outbox, post: Post, clock: Callable[[], float]) -> None:
        self._destination, self._outbox, self._post, self._clock = destination, outbox, post, clock
        self._read = destination.cursor
        self._queues: dict[str, deque[_Pending]] = {}
        self._due: list[tuple[float, int, str]] = []
        """Heads of queues that are not on their way: when they are due, their sequence numbers, their keys."""
        self._fresh: set[int] = set()
        """Read and not yet tried: behind the first of them the cursor stays."""
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._pending = 0
        self._failures = 0
        self._failing = destination.failing
        self._took: float | None = None
        self._tried = 0.0
        self._disabled: str | None = None
        self._error: BaseException | None = None
        self._known: set[int] = set()
        self._dropped = 0
        """Not yet noted."""
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Sends; returns when the destination must be disabled."""
        try:
            await self._resume()
            while self._disabled is None:
                self._woken.clear()
                await self._fill()
                self._begin()
                await self._wait()
                if self._error is not None:
                    raise self._error
        finally:
            for task in self._on_the_way:
                task.cancel()
            await asyncio.gather(*self._on_the_way, return_exceptions=True)

    async def _resume(self) -> None:
        """Takes up what waits since before, and what is already known beyond the cursor."""
        name = self._destination.name
        known = await self._outbox.asking(lambda: self._outbox.store.open_deliveries(name))
        self._known = {each.seq for each in known if each.state != "waiting"}
        waiting = [each for each in known if each.state == "waiting"]
        found = await self._outbox.certain([each.seq for each in waiting])
        now = self._clock()
        if any(each.attempts and each.last > (self._destination.taken or 0.0) for each in waiting):
            # It failed when it was last seen: one is tried at once, and if that is taken, all that waits goes.
            self._failures = _DOWN_AFTER
        for each in waiting:
            if each.seq not in found:
                self._note([Attempt(each.seq, "dead", now, answer=_ERASED)])
                continue
            self._known.add(each.seq)
            begun = each.begun if each.attempts else None
            self._queue(_Pending(found[each.seq][1], now, begun), each.due if each.due is not None else now)

    async def _fill(self) -> None:
        while self._pending < WINDOW and not self._is_down:
            page = await self._outbox.page(self._read)
            if not page:
                return
            skipped, now = True, self._clock()
            for decision, message in page:
                if self._pending >= WINDOW:
                    break
                self._read = decision.seq
                if decision.seq in self._known or not is_wanted(decision, self._destination.wanted):
                    continue
                if is_too_old(decision, self._destination.keep_days, now):
                    self._dropped += 1
                else:
                    self._fresh.add(decision.seq)
                    self._queue(_Pending(message, now), 0.0)
                    skipped = False
            if skipped:
                self._note([])

    def _queue(self, pending: _Pending, due: float) -> None:
        queue = self._queues.setdefault(pending.message.key, deque())
        queue.append(pending)
        self._pending += 1
        if len(queue) == 1:
            heapq.heappush(self._due, (due, pending.message.seq, pending.message.key))

    @property
    def _is_down(self) -> bool:
        return self._failures >= _DOWN_AFTER

    def _begin(self) -> None:
        """Begins whatever is due and may be begun."""
        now = self._clock()
        if self._is_down and self._due and not self._on_the_way and now >= self._tried + PROBE_SECONDS:
            self._start(heapq.heappop(self._due)[2])
        while self._due and self._due[0][0] <= now and len(self._on_the_way) < (1 if self._is_down else _AT_ONCE):
            self._start(heapq.heappop(self._due)[2])

    def _start(self, key: str) -> None:
        task = asyncio.create_task(self._send(key))
        self._on_the_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._on_the_way.discard(task)
        self._woken.set()
        if not task.cancelled():
            self._error = self._error or task.exception()

    async def _wait(self) -> None:
        """Until something ends, is due, or is new."""
        now = self._clock()
        pause = 3600.0
        free = len(self._on_the_way) < (1 if self._is_down else _AT_ONCE)
        if self._due and free:
            pause = max(0.0, self._due[0][0] - now)
            if self._is_down:
                pause = min(pause, max(0.0, self._tried + PROBE_SECONDS - now))
        waits: set[asyncio.Future[object]] = {asyncio.ensure_future(self._woken.wait())}
        if self._pending < WINDOW and not self._is_down:
            waits.add(asyncio.ensure_future(self._outbox.beyond(self._read)))
        try:
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _send(self, key: str) -> None:
        pending = self._queues[key][0]
        self._tried = begun = self._clock()
        if begun - pending.read > FRESH_SECONDS and not await self._still_there(pending):
            self._fresh.discard(pending.message.seq)
            self._settle(key, Attempt(pending.message.seq, "dead", begun, answer=_ERASED))
            return
        message = pending.message
        answer = await self._post(message)
        now = self._clock()
        if pending.begun is None:
            pending.begun = begun
        self._fresh.discard(message.seq)
        if answer.is_taken:
            self._taken(now)
            self._settle(key, Attempt(message.seq, "taken", now, None, answer.code, None, answer.seconds))
            return
        self._failures += 1
        self._failing = self._failing if self._failing is not None else now
        if answer.code == _GONE:
            self._disabled = "the receiver answered 410 Gone: it wants nothing more"
        elif now - self._failing > DISABLED_AFTER_SECONDS:
            self._disabled = "the receiver has taken nothing for five days"
        due = next_attempt(pending.begun, now, answer.retry_after)
        said = Attempt(message.seq, "dead", now, None, answer.code, answer.text, answer.seconds)
        if due is None:
            self._settle(key, said)
            return
        heapq.heappush(self._due, (due, message.seq, key))
        self._note([msgspec.structs.replace(said, state="waiting", due=due)])

    async def _still_there(self, pending: _Pending) -> bool:
        """Whether it may go out still; it says then what it says now."""
        seq = pending.message.seq
        found = await self._outbox.certain([seq])
        if seq in found:
            pending.message, pending.read = found[seq][1], self._clock()
        return seq in found

    def _taken(self, now: float) -> None:
        if self._is_down:
            # It works again: what has waited goes on at once.
            self._due = [(min(due, now), seq, key) for due, seq, key in self._due]
            heapq.heapify(self._due)
        self._failures, self._failing = 0, None
        self._took = now

    def _settle(self, key: str, attempt: Attempt) -> None:
        """A message is done with; the next one about the same recipient may go."""
        queue = self._queues[key]
        queue.popleft()
        self._pending -= 1
        if queue:
            heapq.heappush(self._due, (queue[0].begun or 0.0, queue[0].message.seq, key))
        else:
            del self._queues[key]
        self._note([attempt])

    def _note(self, attempts: Sequence[Attempt]) -> None:
        cursor = min(self._fresh) - 1 if self._fresh else self._read
        destination = self._destination
        progress = Progress(
            destination.name, destination.generation, max(cursor, destination.cursor), attempts, self._failing,
            self._took, self._disabled, self._dropped,
        )  # fmt: skip
        self._dropped = 0
        self._outbox.note(progress)
