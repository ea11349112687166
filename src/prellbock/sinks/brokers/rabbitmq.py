"""RabbitMQ (AMQP 0-9-1): persistent messages to an exchange, each confirmed by the broker and routed to a queue.

The message id, type and content type stand in the properties; the header ``recipient`` holds the hash by which a
consistent-hash exchange can keep the order. https://www.rabbitmq.com/docs/confirms
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from prellbock.sinks.brokers.amqp import Frames, publish_together
from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError
from prellbock.sinks.brokers.trust import context_of, distrust
from prellbock.sinks.message import Message

if TYPE_CHECKING:
    from aiormq.abc import AbstractChannel, AbstractConnection


class RabbitMQ(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Puts messages into an exchange of RabbitMQ; it must exist and route to a queue."""

    exchange: str = ""
    """Empty: the default exchange, which routes to the queue that the routing key names."""
    routing_key: str = "prellbock"
    ca: str | None = None
    """PEM of the authorities that may have signed the broker's certificate (TLS); else those of the system."""


class RabbitMQBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: RabbitMQ, secret: str | None) -> None:
        """``secret``: the URL, such as ``amqps://user:password@host/vhost``."""
        self._settings, self._url = settings, secret or "amqp://guest:guest@127.0.0.1/"
        self._context = context_of(settings.ca) if self._url.startswith("amqps:") else None
        self._connection: AbstractConnection | None = None
        self._open: tuple[AbstractChannel, Frames] | None = None

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        from aiormq.exceptions import AMQPError, DeliveryError

        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                channel, frames = self._open or await self._connect()
                await publish_together(channel, frames, messages)
        except DeliveryError:
            raise BrokerError(
                f"RabbitMQ routes nothing with the key {self._settings.routing_key!r} from the exchange "
                f"{self._settings.exchange or '(default)'!r}: declare the queue, or bind it"
            ) from None
        except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
            raise BrokerError(f"RabbitMQ does not confirm: {distrust(error) or type(error).__name__}") from None

    async def _connect(self) -> "tuple[AbstractChannel, Frames]":
        from aiormq import connect

        # Noted at once: a channel that cannot be opened must not leave its connection behind.
        self._connection = connection = await connect(self._url, context=self._context)
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        name = self._settings.exchange
        if name:
            await channel.exchange_declare(name, passive=True)
        most = connection.connection_tune.frame_max or 0
        self._open = channel, Frames(channel.number, most, name, self._settings.routing_key)
        return self._open

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        connection, self._connection, self._open = self._connection, None, None
        if connection is not None:
            await asyncio.gather(connection.close(), return_exceptions=True)
