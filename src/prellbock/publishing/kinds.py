"""The kinds of destinations: what each needs to know, what its secret is, and how a wrong setting is told."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from prellbock.sinks.brokers.aws import AwsBroker, EventBridge, Sns, Sqs, check_aws, check_key
from prellbock.sinks.brokers.broker import Broker
from prellbock.sinks.brokers.kafka import Kafka, KafkaBroker
from prellbock.sinks.brokers.nats import Nats, NatsBroker
from prellbock.sinks.brokers.rabbitmq import RabbitMQ, RabbitMQBroker
from prellbock.sinks.brokers.redis import Redis, RedisBroker
from prellbock.sinks.reaching import UrlError, check_url
from prellbock.sinks.webhook import SecretError, new_secret, signer_of

_MOST_NAME = 255
"""Octets of a name in AMQP 0-9-1."""


class SettingError(ValueError):
    """A destination cannot be set up so; the message says what to do."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts to a URL, signed after the Standard Webhooks specification."""

    url: str
    """Where to post to; https."""
    private: bool = False
    """Whether the URL may lead to private addresses (and be http): receivers in the own network."""
    signature: Literal["hmac", "ed25519"] = "hmac"
    """How secrets are made that are made here: one shared secret, or a pair of keys."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind."""

    name: str
    title: str
    settings: type[msgspec.Struct]
    secret: str
    """What the secret is, for who sets a destination up."""
    page: str
    check: Callable[[Any], None] = lambda settings: None
    """Raises `SettingError` for settings that cannot be used."""
    check_secret: Callable[[str], object] = lambda secret: None
    """Raises `SettingError` for a secret that cannot be one."""
    make_secret: Callable[[Any], str] | None = None
    """Makes a secret; None where they have it."""
    needs_secret: bool = True
    connect: Callable[[Any, str | None], Broker] | None = None
    """Of queues: a broker for settings and secret."""
    library: str | None = None
    """The module that must be installed."""
    extra: str | None = None
    """What brings it, where that has another name than the kind."""


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
            connect=RabbitMQBroker,
            library="aio_pika",
        ),
        Kind(
            name="nats",
            title="NATS JetStream",
            settings=Nats,
            secret="the URL, such as tls://user:password@host:4222; several with commas",  # noqa: S106
            page="https://docs.nats.io/nats-concepts/jetstream",
            check_secret=_url_of("nats", "tls"),
            connect=NatsBroker,
            library="nats",
        ),
        Kind(
            name="redis",
            title="Redis streams",
            settings=Redis,
            secret="the URL, such as rediss://user:password@host:6379/0",  # noqa: S106
            page="https://redis.io/docs/latest/develop/data-types/streams/",
            check_secret=_url_of("redis", "rediss"),
            connect=RedisBroker,
            library="redis",
        ),
        Kind(
            name="kafka",
            title="Kafka",
            settings=Kafka,
            secret="the password of SASL, where there is one",  # noqa: S106
            page="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md",
            needs_secret=False,
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
                needs_secret=False,
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
    known = KINDS.get(kind)
    if known is None:
        raise SettingError(f"kind {kind[:40]!r} is not known: choose one of {', '.join(KINDS)}")
    if known.library is not None and find_spec(known.library) is None:
        extra = known.extra or kind
        raise SettingError(f"destinations of the kind {kind} need a library: pip install 'prellbock[{extra}]'")
    try:
        found = msgspec.convert(settings, known.settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingError(f"{error}; {kind} knows {', '.join(known.settings.__struct_fields__)}") from None
    known.check(found)
    return found
