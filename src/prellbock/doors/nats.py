"""NATS JetStream: a durable pull consumer; messages are acknowledged once they are stored.

https://docs.nats.io/nats-concepts/jetstream/consumers: with explicit acknowledgement, what is not acknowledged
within the consumer's AckWait is delivered again.
"""

import asyncio

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.errors import TimeoutError as NothingError
from nats.js.errors import Error as StreamError

from prellbock.doors.arrival import Arrival
from prellbock.doors.failing import DoorError
from prellbock.doors.gathering import AT_ONCE
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Nats
from prellbock.sinks.brokers.nats_client import CarefulClient

_WAIT_SECONDS = 2.0
_CONNECT_SECONDS = 10


def open_door(settings: Nats, keeper: Keeper) -> None:
    """Takes messages until the door has to end. Raises `DoorError`, `StoreError`."""
    try:
        asyncio.run(_pull(settings, keeper))
    except (Error, StreamError, OSError) as error:
        raise DoorError(f"NATS, subject {settings.subject}: {str(error) or type(error).__name__}") from error


async def _pull(settings: Nats, keeper: Keeper) -> None:
    client = CarefulClient()
    try:
        await client.connect(
            servers=settings.servers,
            user=settings.user,
            password=settings.password,
            user_credentials=settings.credentials,
            name=f"prellbock {keeper.label}",
            allow_reconnect=False,
            connect_timeout=_CONNECT_SECONDS,
            error_cb=_nothing,
        )
        await _take(client, settings, keeper)
    finally:
        await client.close()


async def _take(client: Client, settings: Nats, keeper: Keeper) -> None:
    consumer = await client.jetstream().pull_subscribe(settings.subject, durable=settings.durable)
    while not keeper.stopping.is_set():
        if client.is_closed or not client.is_connected:
            raise ConnectionError("the connection was closed")
        keeper.opened()
        try:
            messages = await consumer.fetch(AT_ONCE, _WAIT_SECONDS)
        except NothingError:
            if keeper.once:
                return
            continue
        await asyncio.to_thread(keeper.take, [_arrival(each) for each in messages])
        for each in messages:
            await each.ack()
        await client.flush()


def _arrival(message: Msg) -> Arrival:
    about = message.metadata
    return Arrival(f"{about.stream}:{about.sequence.stream}", message.data, about.timestamp.timestamp())


async def _nothing(error: Exception) -> None:
    """What is wrong is raised where it matters; the client would print it."""
