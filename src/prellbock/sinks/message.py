"""A message on its way out, the same for every destination."""

import msgspec

CONTENT_TYPE = "application/cloudevents+json"


class Message(msgspec.Struct, frozen=True):
    """A CloudEvent in the structured JSON format, and what brokers want to know of it."""

    seq: int
    """Of the decision in the ledger; 0 for a test."""
    id: str
    """The same however often it is sent."""
    type: str
    key: str
    """What the order is kept for: the recipient."""
    body: bytes
