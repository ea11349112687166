"""What happened to one message for one recipient at one time: the delivery event, and what was concluded from it.

The same structs are the NDJSON input, the result of reading a bounce mail, the schema of the API and the record that
is stored (PRODUCT.md of the field's words: action, status, diagnostic code after RFC 3464).
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import msgspec.structs

from prellbock.taxonomy import Fault

Outcome = Literal[
    "delivered",
    "deferred",
    "bounced",
    "complaint",
    "feedback",
    "unsubscribe",
    "auto_reply",
    "challenge_response",
    "open",
    "click",
    "consent",
    "imported",
]
"""What became of the message, or what the recipient did."""

Kind = Literal[
    "bounce",
    "deferral",
    "delivered",
    "complaint",
    "feedback",
    "auto_reply",
    "unsubscribe",
    "challenge_response",
    "not_a_report",
]
"""What a mail reports."""

OUTCOME_OF_KIND: dict[str, Outcome] = {
    "bounce": "bounced",
    "deferral": "deferred",
    "delivered": "delivered",
    "complaint": "complaint",
    "feedback": "feedback",
    "auto_reply": "auto_reply",
    "unsubscribe": "unsubscribe",
    "challenge_response": "challenge_response",
}
KIND_OF_OUTCOME: dict[str, Kind] = {
    **{outcome: kind for kind, outcome in OUTCOME_OF_KIND.items()},  # type: ignore[misc]
}

Stage = Literal["connect", "helo", "mail", "rcpt", "data", "eod"]
"""The SMTP command that was answered; ``eod`` is the end of the data (RFC 5321 section 3.3)."""

STAGES: tuple[Stage, ...] = ("connect", "helo", "mail", "rcpt", "data", "eod")

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""RFC 3464 section 2.3.3."""


MOST_ATTEMPTS = 2**31 - 1
"""Greatest number of an attempt."""


class DeliveryEvent(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """One answer for one recipient. Unknown values are None, never guessed.

    ``time`` is Unix seconds UTC. ``recipient`` is canonical once the event has passed a source. ``status`` is an
    enhanced status code such as ``5.1.1`` (RFC 3463), ``smtp_code`` a reply code from 200 to 599 (RFC 5321).
    """

    time: float | None = None
    recipient: str | None = None
    outcome: Outcome | None = None
    id: str | None = None
    response: str | None = None
    status: str | None = None
    smtp_code: int | None = None
    stage: Stage | None = None
    mx: str | None = None
    """Name of the answering server: the MX host, or Remote-MTA of a DSN."""
    sender: str | None = None
    """Envelope sender of the original message."""
    stream: str | None = None
    campaign: str | None = None
    message_id: str | None = None
    """Message-ID of the original message, without angle brackets."""
    attempt: Annotated[int, msgspec.Meta(ge=0, le=MOST_ATTEMPTS)] | None = None
    original_recipient: str | None = None
    action: Action | None = None
    reporting_mta: str | None = None
    feedback_type: str | None = None
    """Feedback-Type of RFC 5965: abuse, fraud, virus, other, not-spam, opt-out, auth-failure ..."""
    genuine: bool | None = None
    """Did a token in our return path prove the report? None where no key is configured or nothing can be proved."""
    meta: dict[str, Any] | None = None


class Columns(NamedTuple):
    """The fields of many events, each as a column; in the order of `DeliveryEvent`."""

    time: Sequence[float | None]
    recipient: Sequence[str | None]
    outcome: Sequence[Outcome | None]
    id: Sequence[str | None]
    response: Sequence[str | None]
    status: Sequence[str | None]
    smtp_code: Sequence[int | None]
    stage: Sequence[Stage | None]
    mx: Sequence[str | None]
    sender: Sequence[str | None]
    stream: Sequence[str | None]
    campaign: Sequence[str | None]
    message_id: Sequence[str | None]
    attempt: Sequence[int | None]
    original_recipient: Sequence[str | None]
    action: Sequence[Action | None]
    reporting_mta: Sequence[str | None]
    feedback_type: Sequence[str | None]
    genuine: Sequence[bool | None]
    meta: Sequence[dict[str, Any] | None]


def columns(events: Sequence[DeliveryEvent]) -> Columns:
    """Turns events, of which there is at least one, into columns: what is then done runs over each at once."""
    return Columns(*zip(*map(msgspec.structs.astuple, events), strict=True))


DecidedBy = Literal["rule", "code", "model", "none"]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Cause, fault and permanence of one event, and who says so."""

    category: str
    fault: Fault
    permanent: bool | None
    """The answering server's own reply was 5xx or 5.x.x; None where no reply is known."""
    decided_by: DecidedBy
    rule: str | None = None
    """Name of the deciding rule, or the code that decided (``5.1.1``, ``550``)."""
    confidence: float = 0.0
    """0 to 1: 1.0 for a rule, less for a code or the model, 0 for ``unclassified``."""
    template: str | None = None
    """The response with its variable parts masked."""
    provider: str | None = None
