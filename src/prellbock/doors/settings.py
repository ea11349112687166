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


AnyDoor = Listener | Imap | Pop3
KINDS: tuple[type[Door], ...] = (Listener, Imap, Pop3)
"""Every kind; a new one is a struct here, a module beside this one and a line in `order`."""


def kind_of(door: Door) -> str:
    """The kind of a door, as it is configured."""
    return str(door.__struct_config__.tag)
