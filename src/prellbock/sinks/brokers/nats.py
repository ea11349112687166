"""NATS JetStream: each message is acknowledged by its stream, which drops what comes twice within its window.

The header ``Nats-Msg-Id`` is the message's id. https://docs.nats.io/nats-concepts/jetstream
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError
from prellbock.sinks.message import CONTENT_TYPE, Message

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext


class Nats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publishes to a subject that a stream of NATS JetStream listens to."""

    subject: str = "prellbock.decisions"


class NatsBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: Nats, secret: str | None) -> None:
        """``secret``: the URL, such as ``tls://user:password@host:4222``; several with commas."""
        self._settings, self._servers = settings, (secret or "nats://127.0.0.1:4222").split(",")
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        from nats.errors import Error
        from nats.js.errors import NoStreamResponseError

        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                stream = self._stream or await self._connect()
                await asyncio.gather(
                    *(
                        stream.publish(
                            self._settings.subject, each.body, timeout=CONFIRM_SECONDS,
                            headers={"Nats-Msg-Id": each.id, "content-type": CONTENT_TYPE, "ce-type": each.type},
                        )
                        for each in messages
                    )
                )  # fmt: skip
        except NoStreamResponseError:
            raise BrokerError(
                f"no stream of NATS JetStream listens to {self._settings.subject!r}: add one for this subject"
            ) from None
        except (Error, OSError, TimeoutError) as error:
            raise BrokerError(f"NATS does not confirm: {type(error).__name__}") from None

    async def _connect(self) -> "JetStreamContext":
        import nats

        async def quiet(_: Exception) -> None:
            """What goes wrong is told by who asks."""

        self._client = await nats.connect(
            self._servers, name="prellbock", allow_reconnect=False, connect_timeout=5, error_cb=quiet
        )
        self._stream = self._client.jetstream()
        return self._stream

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        client, self._client, self._stream = self._client, None, None
        if client is not None:
            await asyncio.gather(client.close(), return_exceptions=True)
