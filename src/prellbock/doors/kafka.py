"""Kafka: a consumer group whose offsets are committed once the messages are stored.

https://docs.confluent.io/kafka-clients/python/current/overview.html: without automatic commits, what is not
committed is read again after a restart or when partitions move to another consumer.
"""

import time
from collections.abc import Mapping

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from prellbock.doors.arrival import Arrival
from prellbock.doors.failing import DoorError
from prellbock.doors.gathering import AT_ONCE, IDLE_SECONDS
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Kafka

_WAIT_SECONDS = 0.5
_JOIN_SECONDS = 30.0
"""Joining a group takes some seconds, in which nothing comes."""


def open_door(settings: Kafka, keeper: Keeper) -> None:
    """Takes messages until the door has to end. Raises `DoorError`, `StoreError`."""
    work(Consumer(configured(settings)), settings, keeper)


def work(consumer: Consumer, settings: Kafka, keeper: Keeper) -> None:
    """The same with a consumer that is there."""
    try:
        consumer.subscribe([settings.topic])
        _consume(consumer, keeper)
    except KafkaException as error:
        reason = error.args[0].str() if error.args and isinstance(error.args[0], KafkaError) else str(error)
        raise DoorError(f"Kafka, topic {settings.topic}: {reason}") from error
    finally:
        consumer.close()


def configured(settings: Kafka) -> dict[str, str | int | bool]:
    """The settings as librdkafka calls them."""
    protocol = ("SASL_" if settings.user else "") + ("SSL" if settings.tls else "PLAINTEXT")
    signing_in: Mapping[str, str] = (
        {"sasl.mechanism": settings.mechanism, "sasl.username": settings.user, "sasl.password": settings.password or ""}
        if settings.user
        else {}
    )
    return {
        "bootstrap.servers": ",".join(settings.servers),
        "group.id": settings.group,
        "client.id": "prellbock",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "security.protocol": protocol,
        **({"ssl.ca.location": settings.ca_file} if settings.ca_file else {}),
        **signing_in,
        # What the library would print is told as errors of messages.
        "log_level": 0,
        **settings.options,
    }


def _consume(consumer: Consumer, keeper: Keeper) -> None:
    begin = last = time.monotonic()
    some = False
    while not keeper.stopping.is_set():
        messages = consumer.consume(AT_ONCE, _WAIT_SECONDS)
        for each in messages:
            if (error := each.error()) is not None:
                raise KafkaException(error)
        if consumer.assignment():
            keeper.opened()
        if messages:
            some, last = True, time.monotonic()
            keeper.take([_arrival(each) for each in messages])
            consumer.commit(asynchronous=False)
        elif keeper.once:
            silent = time.monotonic() - (last if some else begin)
            if silent > (IDLE_SECONDS if some else _JOIN_SECONDS) or (consumer.assignment() and _is_read(consumer)):
                return


def _is_read(consumer: Consumer) -> bool:
    """Whether everything that is there has been read."""
    for each in consumer.position(consumer.assignment()):
        _, end = consumer.get_watermark_offsets(each, timeout=10.0)
        if each.offset < 0:
            (committed,) = consumer.committed([each], timeout=10.0)
            if committed.offset < end and not (committed.offset < 0 and end == 0):
                return False
        elif each.offset < end:
            return False
    return True


def _arrival(message: Message) -> Arrival:
    kind, milliseconds = message.timestamp()
    place = f"{message.topic()}:{message.partition()}:{message.offset()}"
    return Arrival(place, message.value() or b"", milliseconds / 1000 if kind else time.time())
