"""RabbitMQ (AMQP 0-9-1): persistent messages to an exchange, each confirmed by the broker and routed to a queue.

The message id, type and content type stand in the properties; the header ``recipient`` holds the hash by which a
consistent-hash exchange can keep the order. https://www.rabbitmq.com/docs/confirms
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError
from prellbock.sinks.message import CONTENT_TYPE, Message

if TYPE_CHECKING:
    from aio_pika.abc import AbstractConnection, AbstractExchange


class RabbitMQ(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Puts messages into an exchange of RabbitMQ; it must exist and route to a queue."""

    exchange: str = ""
    """Empty: the default exchange, which routes to the queue that the routing key names."""
    routing_key: str = "prellbock"


class RabbitMQBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: RabbitMQ, secret: str | None) -> None:
        """``secret``: the URL, such as ``amqps://user:password@host/vhost``."""
        self._settings, self._url = settings, secret or "amqp://guest:guest@127.0.0.1/"
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        from aio_pika import DeliveryMode
        from aio_pika import Message as Amqp
        from aio_pika.exceptions import AMQPError, DeliveryError

        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                exchange = self._exchange or await self._connect()
                await asyncio.gather(
                    *(
                        exchange.publish(
                            Amqp(
                                each.body, content_type=CONTENT_TYPE, message_id=each.id, type=each.type,
                                headers={"recipient": each.key}, delivery_mode=DeliveryMode.PERSISTENT,
                            ),
                            self._settings.routing_key,
                            mandatory=True,
                        )
                        for each in messages
                    )
                )  # fmt: skip
        except DeliveryError:
            raise BrokerError(
                f"RabbitMQ routes nothing with the key {self._settings.routing_key!r} from the exchange "
                f"{self._settings.exchange or '(default)'!r}: declare the queue, or bind it"
            ) from None
        except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
            raise BrokerError(f"RabbitMQ does not confirm: {type(error).__name__}") from None

    async def _connect(self) -> "AbstractExchange":
        from aio_pika import connect

        self._connection = await connect(self._url)
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        name = self._settings.exchange
        self._exchange = await channel.get_exchange(name, ensure=True) if name else channel.default_exchange
        return self._exchange

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            await asyncio.gather(connection.close(), return_exceptions=True)
