"""What does a feedback report say? ARF (RFC 5965) with its extensions (RFC 6430 not-spam, RFC 6591 auth-failure).

Reports without the format exist too: Microsoft's JMRP sends the message itself with ``X-HmXmrOriginalRecipient``; some
senders put the fields into a text part.
"""

import re

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.mail.address_text import addresses_in, typed_address
from prellbock.sources.mail.dates import time_of, time_of_mail
from prellbock.sources.mail.dsn import MAX_RECIPIENTS, MAX_STATUS_BYTES, MAX_VALUE_CHARS
from prellbock.sources.mail.message import Message, Part
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.report import message_id
from prellbock.sources.mail.return_path import unwrapped, verp_recipient

OUTCOME_OF_TYPE: dict[str, Outcome] = {
    "abuse": "complaint",
    "fraud": "complaint",
    "other": "complaint",
    "not-spam": "complaint",
    "opt-out": "unsubscribe",
    "opt-out-list": "unsubscribe",
    "unsubscribe": "unsubscribe",
    "auth-failure": "feedback",
    "dmarc": "feedback",
    "virus": "feedback",
}
"""Unknown types count as ``other`` (RFC 5965 section 7.3)."""

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,40})[ \t]*:[ \t]*(.*)")
_RECIPIENT_FIELDS = ("original-rcpt-to", "removal-recipient", "original-recipient")
_REDACTED = ("redacted@", "[redacted]@", "removed@", "suppressed@")
_EMBEDDED = (
    "x-hmxmroriginalrecipient",
    "x-original-to",
    "delivered-to",
    "x-delivered-to",
    "x-rcpt-to",
    "x-envelope-to",
    "to",
    "apparently-to",
)


def read_feedback(mail: Message, notice: Notice) -> list[DeliveryEvent]:
    """One event per reported recipient; one without recipient where it was redacted; nothing if it is no feedback."""
    part = next((p for p in mail.walk() if p.type == "message/feedback-report"), None)
    if part is None and "feedback-type" in mail.mentions:
        part = next((p for p in mail.walk() if _is_feedback_text(p)), None)
    if part is not None:
        return _events(_fields(part.text_of(MAX_STATUS_BYTES)), mail, notice)
    if "x-hmxmroriginalrecipient" in mail.mentions and (
        mail.has("x-hmxmroriginalrecipient") or (notice.original and notice.original.has("x-hmxmroriginalrecipient"))
    ):
        return _events({"feedback-type": ["abuse"]}, mail, notice)
    return []


def _is_feedback_text(part: Part) -> bool:
    if part.parts or not part.type.startswith(("text/plain", "application/octet-stream")):
        return False
    head = part.beginning(3000).lower()
    return b"feedback-type:" in head and (b"user-agent:" in head or b"version:" in head)


def _fields(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        match = _FIELD.match(line)
        if match:
            name = match[1].lower()
            fields.setdefault(name, []).append(match[2].strip())
        elif line[:1] in {" ", "\t"} and name and line.strip() and len(fields[name][-1]) < MAX_VALUE_CHARS:
            fields[name][-1] = f"{fields[name][-1]} {line.strip()}"
    return fields


def _events(fields: dict[str, list[str]], mail: Message, notice: Notice) -> list[DeliveryEvent]:
    kind = (fields.get("feedback-type") or ["other"])[0].split(";")[0].strip().lower() or "other"
    original = notice.original
    recipients = [a for name in _RECIPIENT_FIELDS for value in fields.get(name, []) if (a := _known(value))]
    sender = typed_address((fields.get("original-mail-from") or [""])[0])
    if not recipients:
        named = _embedded(mail, original)
        # A copy went to one of those it was addressed to: which one, only the return path can tell.
        recipients = named if len(named) == 1 else [a for a in [verp_recipient(sender, named)] if a is not None]
    first = {name: values[0] for name, values in fields.items()}
    event = DeliveryEvent(
        time=time_of(first.get("received-date", "")) or time_of_mail(mail) or time_of(first.get("arrival-date", "")),
        outcome=OUTCOME_OF_TYPE.get(kind, "complaint"),
        feedback_type=kind,
        sender=unwrapped(sender),
        message_id=message_id(original.first("message-id")) if original is not None else None,
        reporting_mta=(first.get("reporting-mta", "").rpartition(";")[2].strip().split() or [""])[0].lower() or None,
    )
    if not recipients:
        return [event]
    unique = list(dict.fromkeys(recipients))
    if len(unique) > MAX_RECIPIENTS:
        mail.lose(f"names more than {MAX_RECIPIENTS} recipients; those behind are left out")
    return [_for(event, recipient) for recipient in unique[:MAX_RECIPIENTS]]


def _for(event: DeliveryEvent, recipient: str) -> DeliveryEvent:
    return DeliveryEvent(
        time=event.time,
        recipient=recipient,
        outcome=event.outcome,
        feedback_type=event.feedback_type,
        sender=event.sender,
        message_id=event.message_id,
        reporting_mta=event.reporting_mta,
    )


def _known(value: str) -> str | None:
    """The address of a field, None where it was made unreadable."""
    address = typed_address(value)
    return None if address is None or _is_redacted(address) else address


def _is_redacted(address: str) -> bool:
    """Was the address blotted out (RFC 6590), or is it one that cannot be (``.invalid``, RFC 6761 section 6.4)?"""
    return address.startswith(_REDACTED) or address.endswith(".invalid")


def _embedded(mail: Message, original: Part | None) -> list[str]:
    for part in (original, mail if mail.has("x-hmxmroriginalrecipient") else None):
        if part is None:
            continue
        for name in _EMBEDDED:
            every = (address for value in part.all(name) for address in addresses_in(value))
            found = list(dict.fromkeys(address for address in every if not _is_redacted(address)))
            if found:
                return found
    return []
