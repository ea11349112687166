"""Messages that an asynchronous client is given one by one, stored many at a time and acknowledged after that."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from prellbock.doors.arrival import Arrival
from prellbock.doors.keeper import Keeper

M = TypeVar("M")
AT_ONCE = 500
"""Messages of one transaction, at most."""
_LOOK_SECONDS = 0.5
"""How often it is looked whether the door has to end."""
IDLE_SECONDS = 2.0
"""A queue that gives nothing for so long is empty for now."""


async def store_all(
    waiting: "asyncio.Queue[M]",
    keeper: Keeper,
    arrival: Callable[[M], Arrival],
    acknowledge: Callable[[Sequence[M]], Awaitable[None]],
    check: Callable[[], None],
) -> None:
    """Until the door has to end. ``check`` raises if the connection is gone. Raises `StoreError`."""
    idle = 0.0
    while not keeper.stopping.is_set():
        check()
        try:
            group = [await asyncio.wait_for(waiting.get(), _LOOK_SECONDS)]
        except TimeoutError:
            idle += _LOOK_SECONDS
            if keeper.once and idle >= IDLE_SECONDS:
                return
            continue
        idle = 0.0
        while len(group) < AT_ONCE and not waiting.empty():
            group.append(waiting.get_nowait())
        await asyncio.to_thread(keeper.take, [arrival(each) for each in group])
        await acknowledge(group)
