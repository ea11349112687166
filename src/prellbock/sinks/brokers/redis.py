"""Redis streams: ``XADD`` in pipelines, bounded by an approximate length. https://redis.io/docs/latest/commands/xadd/"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError
from prellbock.sinks.brokers.trust import distrust
from prellbock.sinks.message import Message

if TYPE_CHECKING:
    from redis.asyncio import Redis as Client


class Redis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Adds to a stream of Redis: the fields ``id``, ``type``, ``recipient`` and ``event`` (the CloudEvent)."""

    stream: str = "prellbock:decisions"
    most: int = 1_000_000
    """About so many entries are kept, the newest; 0: all."""
    ca: str | None = None
    """PEM of the authorities that may have signed the broker's certificate (TLS); else those of the system."""


class RedisBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: Redis, secret: str | None) -> None:
        """``secret``: the URL, such as ``rediss://user:password@host:6379/0``."""
        self._settings, self._url = settings, secret or "redis://127.0.0.1:6379/0"
        trusted = {"ssl_cert_reqs": "required", "ssl_check_hostname": True, "ssl_ca_data": settings.ca}
        self._trust: dict[str, Any] = trusted if self._url.startswith("rediss:") else {}
        self._client: Client | None = None

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        from redis.asyncio import Redis as Client
        from redis.exceptions import RedisError

        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                if self._client is None:
                    self._client = Client.from_url(self._url, **self._trust)
                async with self._client.pipeline(transaction=True) as pipeline:
                    for each in messages:
                        pipeline.xadd(
                            self._settings.stream,
                            {"id": each.id, "type": each.type, "recipient": each.key, "event": each.body},
                            maxlen=self._settings.most or None,
                            approximate=True,
                        )
                    await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            raise BrokerError(f"Redis does not confirm: {distrust(error) or type(error).__name__}") from None

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.gather(client.aclose(), return_exceptions=True)
