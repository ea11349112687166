"""All kinds of doors; a new one is a module beside this one, a struct in `settings` and a line here."""

import importlib
from collections.abc import Callable
from typing import Any

from prellbock.doors.keeper import Keeper

MODULES = {
    "listener": "prellbock.doors.listener",
    "imap": "prellbock.doors.imap",
    "pop3": "prellbock.doors.pop3",
    "sqs": "prellbock.doors.sqs",
    "rabbitmq": "prellbock.doors.rabbitmq",
    "nats": "prellbock.doors.nats",
    "kafka": "prellbock.doors.kafka",
    "s3": "prellbock.doors.s3",
}
"""Each has a function ``open_door(settings, keeper)``; imported only where such a door is configured."""
FORMATS = {"listener": "mail", "imap": "mail", "pop3": "mail"}
"""What comes in by it, where that is not configured."""
PACKAGES: dict[str, tuple[str, str]] = {
    "sqs": ("boto3", "aws"),
    "s3": ("boto3", "aws"),
    "rabbitmq": ("aio_pika", "rabbitmq"),
    "nats": ("nats", "nats"),
    "kafka": ("confluent_kafka", "kafka"),
}
"""The module that a kind needs beyond what is always there, and the extra that brings it."""
ENDLESS = frozenset({"listener"})
"""Kinds that have nothing to fetch: they wait for others."""


def opener(kind: str) -> Callable[[Any, Keeper], None]:
    """What opens a door of this kind and works on it until it has to end."""
    found: Callable[[Any, Keeper], None] = importlib.import_module(MODULES[kind]).open_door
    return found
