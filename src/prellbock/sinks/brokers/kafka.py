"""Kafka: an idempotent producer, keyed by the recipient so that a partition keeps its order.

The id and type stand in the headers ``ce_id`` and ``ce_type``. librdkafka does the work in threads of its own.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from prellbock.sinks.brokers.broker import CONFIRM_SECONDS, BrokerError, RefusedError
from prellbock.sinks.message import CONTENT_TYPE, Message

if TYPE_CHECKING:
    from confluent_kafka import Producer


class Kafka(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Produces to a topic of Kafka."""

    servers: str
    """``host:port``, several with commas."""
    topic: str = "prellbock-decisions"
    options: Mapping[str, str] = {}
    """Further settings of librdkafka, such as ``security.protocol``; the secret is ``sasl.password``."""


class KafkaBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: Kafka, secret: str | None) -> None:
        """``secret``: the password of SASL, where there is one."""
        self._settings, self._secret = settings, secret
        self._producer: Producer | None = None
        # A thread of its own: one that waits for a broker that hangs must not be missing for others.
        self._thread = ThreadPoolExecutor(1, "kafka")

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._put, messages)

    def _put(self, messages: Sequence[Message]) -> None:
        from confluent_kafka import KafkaError, KafkaException

        failed: list[tuple[int, KafkaError]] = []

        def noting(seq: int) -> Callable[[KafkaError | None, object], None]:
            def note(problem: KafkaError | None, _: object) -> None:
                if problem is not None:
                    failed.append((seq, problem))

            return note

        try:
            producer = self._producer or self._connect()
            for each in messages:
                producer.produce(
                    self._settings.topic,
                    each.body,
                    key=each.key,
                    headers=[("ce_id", each.id), ("ce_type", each.type), ("content-type", CONTENT_TYPE)],
                    on_delivery=noting(each.seq),
                )
            left = producer.flush(CONFIRM_SECONDS)
        except (KafkaException, BufferError) as error:
            raise BrokerError(f"Kafka does not take messages: {error}") from None
        for seq, problem in failed:
            if problem.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                raise RefusedError(seq, "Kafka: the message is too large")
        if failed or left:
            raise BrokerError(f"Kafka does not confirm: {failed[0][1].str() if failed else 'no answer in time'}")

    def _connect(self) -> "Producer":
        from confluent_kafka import Producer

        configuration: dict[str, object] = {
            "bootstrap.servers": self._settings.servers,
            "client.id": "prellbock",
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 5,
            "message.timeout.ms": int(CONFIRM_SECONDS * 1000),
            **self._settings.options,
        }
        if self._secret is not None:
            configuration["sasl.password"] = self._secret
        self._producer = Producer(configuration, logger=None)
        return self._producer

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge()
        self._thread.shutdown(wait=False, cancel_futures=True)
