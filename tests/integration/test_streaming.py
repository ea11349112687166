"""One queue: pages read ahead go out once and in order, through failures, refusals and erasures."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import DEADLINE_SECONDS, Command

from prellbock.publishing import outbox as outboxes
from prellbock.publishing import streaming
from prellbock.publishing.outbox import Outbox
from prellbock.publishing.streaming import Streaming
from prellbock.sinks.brokers.broker import BrokerError, RefusedError
from prellbock.sinks.message import Message
from prellbock.store.destinations import Destination
from prellbock.store.sqlite import SqliteStore

PEOPLE = 20


class Queue:
    """A broker that fails at its second batch, and never takes the seventh decision."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.taken: list[int] = []
        self.sender: Streaming | None = None
        self._batches, self._meanwhile = 0, meanwhile

    async def put(self, messages: Sequence[Message]) -> None:
        self._batches += 1
        if self._batches == 2:
            assert self.sender is not None and self.sender._ahead is not None
            await asyncio.wait({self.sender._ahead[1]})
            await asyncio.to_thread(self._meanwhile)
            raise BrokerError("not now")
        if any(each.seq == 7 for each in messages):
            raise RefusedError(7, "too long")
        self.taken += [each.seq for each in messages]

    async def close(self) -> None:
        pass


def test_pages_are_read_ahead_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name, value in (
        (outboxes, "_AT_ONCE", 2), (outboxes, "FRESH_SECONDS", 0.0), (streaming, "TOGETHER", 3),
        (streaming, "_FIRST_PAUSE_SECONDS", 0.01),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, value)
    command = Command(tmp_path / "data")
    with SqliteStore(tmp_path / "data", create=True) as store, ThreadPoolExecutor(1) as executor:
        addresses = [f"u{n}@example.com" for n in range(1, PEOPLE + 1)]
        store.act(addresses, kind="suppress", scope="all", actor="ada", reason="x", policy=store.policy, now=1.8e9)
        of = {each.seq: each.address or "" for each in store.outgoing(0, PEOPLE)}
        store.put_destination(Destination(name="queue", kind="nats", settings={}), None)
        # One of those that were read ahead, after four and four.
        queue = Queue(lambda: command.run("erase", of[10], "--forget"))

        async def publish() -> None:
            outbox = Outbox(store, "/prellbock/test", executor)
            found = store.destination("queue")
            assert found is not None
            queue.sender = Streaming(found, outbox, lambda: queue, time.time)
            tasks = [
                asyncio.create_task(queue.sender.run()),
                asyncio.create_task(outbox.keep_current()),
            ]

            async def through() -> None:
                while (now := await outbox.asking(lambda: store.destination("queue"))) is None or now.cursor < PEOPLE:
                    await asyncio.sleep(0.02)

            await asyncio.wait_for(through(), DEADLINE_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run(publish())
        [dead] = store.deliveries("queue", state="dead")
    assert (dead.seq, dead.answer) == (7, "too long")
    assert queue.taken == [seq for seq in range(1, PEOPLE + 1) if seq not in (7, 10)]
