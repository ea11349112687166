"""What every broker does, and how it says that something went wrong."""

from collections.abc import Sequence
from typing import Protocol

from prellbock.sinks.message import Message

CONFIRM_SECONDS = 30.0
"""A broker that has not confirmed after so long is connected anew."""


class BrokerError(Exception):
    """The receiver did not confirm; the message says what was wrong, without secrets."""


class RefusedError(Exception):
    """One message will never be taken; its sequence number and why."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.seq, self.why = seq, why


class Broker(Protocol):
    """A connection to a queue or log."""

    async def put(self, messages: Sequence[Message]) -> None:
        """Puts messages in order and waits until all are confirmed. Raises `BrokerError`, `RefusedError`."""

    async def close(self) -> None:
        """Ends the connection; never raises."""
