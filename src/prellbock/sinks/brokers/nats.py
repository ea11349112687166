"""NATS JetStream: each message is acknowledged by its stream, which drops what comes twice within its window.

The header ``Nats-Msg-Id`` is the message's id. https://docs.nats.io/nats-concepts/jetstream
"""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError
from prellbock.sinks.brokers.trust import context_of, distrust
from prellbock.sinks.message import CONTENT_TYPE, Message

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

_NO_RESPONDERS = "503"


class Nats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publishes to a subject that a stream of NATS JetStream listens to."""

    subject: str = "prellbock.decisions"
    ca: str | None = None
    """PEM of the authorities that may have signed the broker's certificate (TLS); else those of the system."""


class NatsBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: Nats, secret: str | None) -> None:
        """``secret``: the URL, such as ``tls://user:password@host:4222``; several with commas."""
        self._settings, self._servers = settings, (secret or "nats://127.0.0.1:4222").split(",")
        self._context = context_of(settings.ca) if self._servers[0].startswith("tls:") else None
        self._client: Client | None = None
        self._inbox = ""
        self._batch = 0
        """Tells answers to this batch from late ones to another."""
        self._left, self._why = 0, ""
        self._done: asyncio.Future[None] | None = None

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        from nats.errors import Error

        from prellbock.sinks.brokers.nats_client import PlainError

        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                client = self._client or await self._connect()
                self._batch += 1
                self._left, self._why = len(messages), ""
                self._done = asyncio.get_running_loop().create_future()
                reply, subject = f"{self._inbox}.{self._batch}", self._settings.subject
                for each in messages:
                    headers = {"Nats-Msg-Id": each.id, "content-type": CONTENT_TYPE, "ce-type": each.type}
                    await client.publish(subject, each.body, reply, headers)
                await self._done
        except (Error, OSError, TimeoutError) as error:
            why = distrust(error) or (str(error) if isinstance(error, PlainError) else type(error).__name__)
            raise BrokerError(f"NATS does not confirm: {why}") from None
        if self._why:
            raise BrokerError(self._why)

    async def _acknowledged(self, answer: "Msg") -> None:
        """One answer of the stream, or of the server that there is none."""
        if answer.subject.rpartition(".")[2] != str(self._batch):
            return
        if answer.headers and answer.headers.get("Status") == _NO_RESPONDERS:
            self._why = f"no stream of NATS JetStream listens to {self._settings.subject!r}: add one for this subject"
        elif b'"error"' in answer.data:
            self._why = f"NATS JetStream: {json.loads(answer.data).get('error', {}).get('description')}"
        self._left -= 1
        if not self._left or self._why:
            self._end()

    def _end(self) -> None:
        """Lets the batch that is under way end, if there is one."""
        if self._done is not None and not self._done.done():
            self._done.set_result(None)

    async def _connect(self) -> "Client":
        from prellbock.sinks.brokers.nats_client import CarefulClient

        async def quiet(_: Exception) -> None:
            """What goes wrong is told by who asks."""

        async def ended() -> None:
            self._why = self._why or "NATS has closed the connection"
            self._end()

        client = CarefulClient()
        try:
            await client.connect(
                self._servers, tls=self._context, name="prellbock", allow_reconnect=False, connect_timeout=5,
                error_cb=quiet, disconnected_cb=ended, closed_cb=ended,
            )  # fmt: skip
        except BaseException:
            # The connection may stand, although the server is none for us.
            await asyncio.gather(client.close(), return_exceptions=True)
            raise
        self._client = client
        self._inbox = client.new_inbox()
        await client.subscribe(f"{self._inbox}.*", cb=self._acknowledged)
        return client

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.gather(client.close(), return_exceptions=True)
