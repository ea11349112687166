"""RabbitMQ (AMQP 0-9-1): messages are acknowledged once they are stored; a connection that is cut gives them back.

https://www.rabbitmq.com/docs/confirms: what is not acknowledged is delivered again when the channel closes.
"""

import asyncio
import time
from collections.abc import Sequence

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPException

from prellbock.doors.arrival import Arrival
from prellbock.doors.encryption import context
from prellbock.doors.failing import DoorError
from prellbock.doors.gathering import AT_ONCE, store_all
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Rabbitmq


def open_door(settings: Rabbitmq, keeper: Keeper) -> None:
    """Takes messages until the door has to end. Raises `DoorError`, `StoreError`."""
    try:
        asyncio.run(_consume(settings, keeper))
    except (AMQPException, OSError, RuntimeError) as error:
        place = f"RabbitMQ at {settings.host}, queue {settings.queue}"
        raise DoorError(f"{place}: {str(error) or type(error).__name__}") from error


async def _consume(settings: Rabbitmq, keeper: Keeper) -> None:
    connection = await aio_pika.connect(
        host=settings.host,
        port=settings.port or (5671 if settings.tls else 5672),
        login=settings.user,
        password=settings.password or "guest",
        virtualhost=settings.vhost,
        ssl=settings.tls,
        ssl_context=context(settings.ca_file) if settings.tls else None,
        client_properties={"connection_name": f"prellbock {keeper.label}"},
    )
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=AT_ONCE)
        queue = await channel.get_queue(settings.queue)
        waiting: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        await queue.consume(waiting.put)
        keeper.opened()

        def check() -> None:
            if channel.is_closed or connection.is_closed:
                raise ConnectionError("the connection was closed")

        await store_all(waiting, keeper, _arrival, _acknowledge, check)


def _arrival(message: AbstractIncomingMessage) -> Arrival:
    sent = message.timestamp.timestamp() if message.timestamp else time.time()
    return Arrival(message.message_id or f"{message.delivery_tag}", message.body, sent)


async def _acknowledge(messages: Sequence[AbstractIncomingMessage]) -> None:
    # All up to the last one: they came in order, on one channel.
    await messages[-1].ack(multiple=True)
