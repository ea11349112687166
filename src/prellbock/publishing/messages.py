"""What goes out about a decision: a CloudEvents 1.0 event in the structured JSON format.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md. The ``id`` is the same however often
it is sent and however it is cut, and another one for another decision, also after an older back-up was restored.
"""

import msgspec

from prellbock.sinks.message import Message
from prellbock.store.destinations import Outgoing, Wanted
from prellbock.times import rfc3339

TYPE = "io.prellbock.recipient."
"""Followed by the status, such as ``suppressed``."""
TEST = "io.prellbock.test"
"""The type of a message that says nothing but that the way is open."""


class Data(msgspec.Struct, frozen=True, omit_defaults=False):
    """The decision. Times are RFC 3339."""

    seq: int
    address: str | None
    """Canonical address or ``@domain``; null where the installation keeps no addresses."""
    hash: str
    scope: str
    before: str
    status: str
    since: str | None
    until: str | None
    category: str | None
    rule: str | None
    source: str | None
    stream: str | None
    provider: str | None
    policy: str
    by: str


def message_of(decision: Outgoing, source: str) -> Message:
    """The message about a decision; ``source`` names the installation (a URI reference)."""
    kind, identity = TYPE + decision.status, identity_of(decision)
    data = Data(
        decision.seq, decision.address, decision.hash, decision.scope, decision.before, decision.status,
        rfc3339(decision.since), rfc3339(decision.until), decision.category, decision.rule, decision.source,
        decision.stream, decision.provider, decision.policy, decision.actor,
    )  # fmt: skip
    envelope = {
        "specversion": "1.0",
        "id": identity,
        "source": source,
        "type": kind,
        "time": rfc3339(decision.recorded),
        "subject": decision.hash,
        "datacontenttype": "application/json",
        "data": data,
    }
    return Message(decision.seq, identity, kind, decision.hash, msgspec.json.encode(envelope))


def identity_of(decision: Outgoing) -> str:
    """``decision_17_8f0c...``"""
    return f"decision_{decision.seq}_{decision.mark}"


def test_message(identity: str, source: str, now: float) -> Message:
    """A message that says nothing but that the way is open."""
    envelope = {
        "specversion": "1.0", "id": identity, "source": source, "type": TEST, "time": rfc3339(now),
        "datacontenttype": "application/json", "data": {"message": "This is a test. Nobody's status has changed."},
    }  # fmt: skip
    return Message(0, identity, TEST, "", msgspec.json.encode(envelope))


def is_too_old(decision: Outgoing, keep_days: float | None, now: float) -> bool:
    """Whether a destination no longer gets it because of its age."""
    return keep_days is not None and decision.recorded < now - keep_days * 86_400.0


def is_wanted(decision: Outgoing, wanted: Wanted) -> bool:
    """Whether a destination gets it."""
    return (
        (not wanted.statuses or decision.status in wanted.statuses)
        and (not wanted.categories or decision.category in wanted.categories)
        and (not wanted.providers or decision.provider in wanted.providers)
        and (not wanted.streams or decision.stream in wanted.streams or decision.scope in wanted.streams)
    )
