"""What is configured of a door: a struct for each kind, a table ``[doors.NAME]`` of the configuration."""

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Port = Annotated[int, Meta(ge=0, le=65535)]
SECRET = {"secret": True}
"""Marks a key whose value is never shown."""
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
"""How a door may be called."""


class Door(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Every door."""

    stream: Annotated[str | None, Meta(description="The stream of events that name none, such as `newsletter`.")] = None


class Listener(Door, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="listener"):
    """An MTA delivers bounces to us by LMTP or SMTP. What is answered with 250 is stored for good."""

    protocol: Annotated[Literal["lmtp", "smtp"], Meta(description="What the MTA speaks.")] = "lmtp"
    host: Annotated[Text, Meta(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="0 takes any that is free.")] = 2424
    socket: Annotated[Text | None, Meta(description="A Unix socket to listen on, instead of `host` and `port`.")] = None
    recipients: Annotated[
        list[str],
        Meta(
            description="Who may be delivered to: addresses, or patterns such as `bounces+*@news.example`; others are "
            "refused with 550. Without it everybody."
        ),
    ] = msgspec.field(default_factory=list)
    others: Annotated[
        Literal["accept", "refuse"],
        Meta(description="Mail that reports nothing: accept and drop it, or refuse it with 550."),
    ] = "accept"
    most_octets: Annotated[int, Meta(ge=1024, description="Octets of one mail.")] = 64 << 20
    certificate: Annotated[Text | None, Meta(description="PEM file for STARTTLS, with the whole chain.")] = None
    key: Annotated[Text | None, Meta(description="PEM file with the key of `certificate`.")] = None


class _Mailbox(Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    host: Annotated[Text, Meta(description="The server of the mailbox.")]
    port: Annotated[Port | None, Meta(description="Default: the usual one.")] = None
    security: Annotated[Literal["tls", "starttls", "none"], Meta(description="`none` only on this machine.")] = "tls"
    ca_file: Annotated[Text | None, Meta(description="PEM file of who signs the server's certificate.")] = None
    user: Annotated[Text, Meta(description="Our name there.")]
    password: Annotated[Text | None, Meta(description="Our password there.", extra=SECRET)] = None
    password_file: Annotated[Text | None, Meta(description="A file that holds `password`.")] = None
    poll_seconds: Annotated[float, Meta(ge=1, description="How often the mailbox is looked into.")] = 60.0
    timeout_seconds: Annotated[float, Meta(gt=0, description="How long the server may be silent.")] = 60.0


class Imap(_Mailbox, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="imap"):
    """A mailbox that is read by IMAP."""

    folder: Annotated[Text, Meta(description="The folder that is read.")] = "INBOX"
    after: Annotated[
        Literal["keep", "delete", "move"],
        Meta(description="What becomes of a mail that reports something, once it is stored. Others are left alone."),
    ] = "keep"
    move_to: Annotated[Text, Meta(description="The folder for `move`; it is made.")] = "Prellbock"


class Pop3(_Mailbox, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="pop3"):
    """A mailbox that is read by POP3."""

    after: Annotated[
        Literal["keep", "delete"],
        Meta(description="What becomes of a mail that reports something, once it is stored. Others are left alone."),
    ] = "keep"


class _Messages(Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Annotated[
        Text, Meta(description="What a message holds: `auto`, `ndjson`, `mail`, `ses`, `kumomta` ..., as for `ingest`.")
    ] = "auto"


class Sqs(_Messages, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="sqs"):
    """A queue of Amazon SQS. Credentials are those of the environment, as every AWS tool finds them."""

    url: Annotated[Text, Meta(description="The address of the queue.")]
    region: Annotated[Text | None, Meta(description="The region, where the environment does not name it.")] = None
    endpoint: Annotated[Text | None, Meta(description="Where else than at Amazon SQS is spoken.")] = None


class Rabbitmq(_Messages, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rabbitmq"):
    """A queue of RabbitMQ (AMQP 0-9-1)."""

    host: Annotated[Text, Meta(description="The broker.")]
    port: Annotated[Port | None, Meta(description="Default: 5671 with TLS, 5672 without.")] = None
    tls: Annotated[bool, Meta(description="False only on this machine.")] = True
    ca_file: Annotated[Text | None, Meta(description="PEM file of who signs the broker's certificate.")] = None
    vhost: Annotated[Text, Meta(description="The virtual host.")] = "/"
    queue: Annotated[Text, Meta(description="The queue; it must be there.")]
    user: Annotated[Text, Meta(description="Our name there.")] = "guest"
    password: Annotated[Text | None, Meta(description="Our password there.", extra=SECRET)] = None
    password_file: Annotated[Text | None, Meta(description="A file that holds `password`.")] = None


class Nats(_Messages, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nats"):
    """A stream of NATS JetStream, by a durable pull consumer."""

    servers: Annotated[list[str], Meta(min_length=1, description="Such as `tls://nats.example:4222`.")]
    subject: Annotated[Text, Meta(description="What is read, such as `bounces.>`; its stream must be there.")]
    durable: Annotated[Text, Meta(description="The name of our consumer; it is made.")] = "prellbock"
    user: Annotated[Text | None, Meta(description="Our name there.")] = None
    password: Annotated[Text | None, Meta(description="Our password there.", extra=SECRET)] = None
    password_file: Annotated[Text | None, Meta(description="A file that holds `password`.")] = None
    credentials: Annotated[Text | None, Meta(description="A file of NATS with JWT and key, instead.")] = None


class Kafka(_Messages, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="kafka"):
    """A topic of Kafka, by a consumer group."""

    servers: Annotated[list[str], Meta(min_length=1, description="Such as `kafka.example:9093`.")]
    topic: Annotated[Text, Meta(description="The topic.")]
    group: Annotated[Text, Meta(description="The name of our group.")] = "prellbock"
    user: Annotated[Text | None, Meta(description="Our name there: SASL over TLS.")] = None
    password: Annotated[Text | None, Meta(description="Our password there.", extra=SECRET)] = None
    password_file: Annotated[Text | None, Meta(description="A file that holds `password`.")] = None
    mechanism: Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], Meta(description="How we sign in.")] = (
        "SCRAM-SHA-512"
    )
    tls: Annotated[bool, Meta(description="False only on this machine.")] = True
    ca_file: Annotated[Text | None, Meta(description="PEM file of who signs the brokers' certificates.")] = None

    options: Annotated[
        dict[str, str], Meta(description="Further settings of librdkafka, by its names.", extra=SECRET)
    ] = msgspec.field(default_factory=dict)


class S3(_Messages, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="s3"):
    """The objects below a prefix of a bucket. Credentials are those of the environment."""

    bucket: Annotated[Text, Meta(description="The bucket.")]
    prefix: Annotated[str, Meta(description="What the keys begin with, such as `bounces/`.")] = ""
    after: Annotated[
        Literal["keep", "delete"],
        Meta(description="What becomes of an object once it is stored. Of what is kept the keys are remembered."),
    ] = "keep"
    region: Annotated[Text | None, Meta(description="The region, where the environment does not name it.")] = None
    endpoint: Annotated[Text | None, Meta(description="Where else than at Amazon S3 is spoken.")] = None
    poll_seconds: Annotated[float, Meta(ge=1, description="How often the bucket is looked into.")] = 60.0


AnyDoor = Listener | Imap | Pop3 | Sqs | Rabbitmq | Nats | Kafka | S3
KINDS: tuple[type[Door], ...] = (Listener, Imap, Pop3, Sqs, Rabbitmq, Nats, Kafka, S3)
"""Every kind; a new one is a struct here, a module beside this one and a line in `order`."""


def kind_of(door: Door) -> str:
    """The kind of a door, as it is configured."""
    return str(door.__struct_config__.tag)
