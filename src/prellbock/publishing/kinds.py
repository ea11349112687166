"""The kinds of destinations: what each needs to know, what its secret is, and how a wrong setting is told."""

from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from prellbock import kinds
from prellbock.kinds import SettingError
from prellbock.sinks.brokers.aws import AwsBroker, EventBridge, Sns, Sqs, check_aws, check_key
from prellbock.sinks.brokers.broker import Broker
from prellbock.sinks.brokers.kafka import Kafka, KafkaBroker
from prellbock.sinks.brokers.nats import Nats, NatsBroker
from prellbock.sinks.brokers.rabbitmq import RabbitMQ, RabbitMQBroker
from prellbock.sinks.brokers.redis import Redis, RedisBroker
from prellbock.sinks.brokers.trust import check_ca
from prellbock.sinks.reaching import UrlError, check_url
from prellbock.sinks.webhook import SecretError, new_secret, signer_of

_MOST_NAME = 255
"""Octets of a name in AMQP 0-9-1."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts to a URL, signed after the Standard Webhooks specification."""

    url: str
    """Where to post to; https."""
    private: bool = False
    """Whether the URL may lead to private addresses (and be http): receivers in the own network."""
    signature: Literal["hmac", "ed25519"] = "hmac"
    """How secrets are made that are made here: one shared secret, or a pair of keys."""


class Kind(kinds.Kind, frozen=True, kw_only=True):
    """One kind."""

    page: str
    make_secret: Callable[[Any], str] | None = None
    """Makes a secret; None where they have it."""
    connect: Callable[[Any, str | None], Broker] | None = None
    """Of queues: a broker for settings and secret."""


def _check_webhook(settings: Webhook) -> None:
    try:
        check_url(settings.url, private=settings.private)
    except UrlError as error:
        raise SettingError(f"url: {error}") from None


def _check_webhook_secret(secret: str) -> None:
    try:
        signer_of(secret)
    except SecretError as error:
        raise SettingError(str(error)) from None


def _check_rabbitmq(settings: RabbitMQ) -> None:
    for name in ("exchange", "routing_key"):
        if len(getattr(settings, name).encode()) > _MOST_NAME:
            raise SettingError(f"{name}: AMQP allows {_MOST_NAME} octets")
    _check_ca(settings)


def _check_ca(settings: RabbitMQ | Nats | Redis) -> None:
    check_ca(settings.ca)


def _check_aws(settings: Sqs | Sns | EventBridge) -> None:
    try:
        check_aws(settings)
    except ValueError as error:
        raise SettingError(str(error)) from None


def _check_key(secret: str) -> None:
    try:
        check_key(secret)
    except ValueError as error:
        raise SettingError(str(error)) from None


def _url_of(*schemes: str) -> Callable[[str], None]:
    def check(secret: str) -> None:
        for url in secret.split(","):
            if urlsplit(url).scheme not in schemes or not urlsplit(url).hostname:
                raise SettingError(f"the secret is a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")

    return check


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="webhook",
            title="Webhook (Standard Webhooks)",
            settings=Webhook,
            secret="whsec_ and base64 (one shared secret), or whsk_ and base64 (ed25519); left out, one is made",  # noqa: S106
            page="https://www.standardwebhooks.com/",
            check=_check_webhook,
            check_secret=_check_webhook_secret,
            make_secret=lambda settings: new_secret(ed25519=settings.signature == "ed25519"),
        ),
        Kind(
            name="rabbitmq",
            title="RabbitMQ",
            settings=RabbitMQ,
            secret="the URL, such as amqps://user:password@host/vhost",  # noqa: S106
            page="https://www.rabbitmq.com/docs/confirms",
            check=_check_rabbitmq,
            check_secret=_url_of("amqp", "amqps"),
            needs_secret=True,
            connect=RabbitMQBroker,
            library="aio_pika",
        ),
        Kind(
            name="nats",
            title="NATS JetStream",
            settings=Nats,
            secret="the URL, such as tls://user:password@host:4222; several with commas",  # noqa: S106
            page="https://docs.nats.io/nats-concepts/jetstream",
            check=_check_ca,
            check_secret=_url_of("nats", "tls"),
            needs_secret=True,
            connect=NatsBroker,
            library="nats",
        ),
        Kind(
            name="redis",
            title="Redis streams",
            settings=Redis,
            secret="the URL, such as rediss://user:password@host:6379/0",  # noqa: S106
            page="https://redis.io/docs/latest/develop/data-types/streams/",
            check=_check_ca,
            check_secret=_url_of("redis", "rediss"),
            needs_secret=True,
            connect=RedisBroker,
            library="redis",
        ),
        Kind(
            name="kafka",
            title="Kafka",
            settings=Kafka,
            secret="the password of SASL, where there is one",  # noqa: S106
            page="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md",
            shown_to=("servers", "options"),
            connect=KafkaBroker,
            library="confluent_kafka",
        ),
        *(
            Kind(
                name=name,
                title=title,
                settings=settings,
                secret="id:key of an access key; left out, the credentials of the environment hold",  # noqa: S106
                page=page,
                check=_check_aws,
                check_secret=_check_key,
                shown_to=("endpoint",),
                connect=AwsBroker,
                library="boto3",
                extra="aws",
            )
            for name, title, settings, page in (
                ("sqs", "Amazon SQS", Sqs, "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"),
                ("sns", "Amazon SNS", Sns, "https://docs.aws.amazon.com/sns/latest/api/"),
                (
                    "eventbridge",
                    "Amazon EventBridge",
                    EventBridge,
                    "https://docs.aws.amazon.com/eventbridge/latest/APIReference/",
                ),
            )
        ),
    )
}
"""Every kind by name; a new one is a line here, and a broker in `prellbock.sinks`."""


def settings_of(kind: str, settings: Mapping[str, object]) -> msgspec.Struct:
    """The settings of a destination, checked. Raises `SettingError`."""
    return kinds.settings_of(KINDS, kind, settings)
