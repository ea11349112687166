"""Amazon SES feedback forwarded by SNS as e-mail: a JSON document as the text of the mail.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.mail.address_text import address_in, canonical_or_none
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import accepted, cause, status_in
from prellbock.sources.mail.stages import stage_in


class _Recipient(msgspec.Struct, rename="camel"):
    email_address: str
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


class _Bounce(msgspec.Struct, rename="camel"):
    bounced_recipients: list[_Recipient] = []
    bounce_type: str | None = None
    bounce_sub_type: str | None = None
    timestamp: str | None = None
    reporting_mta: str | None = msgspec.field(default=None, name="reportingMTA")


class _Complaint(msgspec.Struct, rename="camel"):
    complained_recipients: list[_Recipient] = []
    complaint_feedback_type: str | None = None
    timestamp: str | None = None


class _Delivery(msgspec.Struct, rename="camel"):
    recipients: list[str] = []
    smtp_response: str | None = None
    timestamp: str | None = None
    reporting_mta: str | None = msgspec.field(default=None, name="reportingMTA")


class _Mail(msgspec.Struct, rename="camel"):
    message_id: str | None = None
    source: str | None = None
    source_arn: str | None = None


class _Notification(msgspec.Struct, rename="camel"):
    notification_type: str | None = None
    event_type: str | None = None
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None
    mail: _Mail | None = None


def read_ses_json(notice: Notice) -> list[DeliveryEvent]:
    """The events of an SES notification; nothing where the text is not one."""
    text = notice.raw.lstrip()
    if not text.startswith("{") or ('"notificationType"' not in text[:20_000] and '"eventType"' not in text[:20_000]):
        return []
    end = text.find("\n--\n")
    raw = text[:end] if end > 0 else text
    for attempt in (raw, raw.replace("\n", "")):
        try:
            told = msgspec.json.decode(attempt.strip().encode("utf-8", "replace"), type=_Notification)
        except (msgspec.DecodeError, RecursionError):
            continue
        return [event for event in _events(told) if event.recipient]
    return []


def message_id_of(identity: str | None, source_arn: str | None) -> str | None:
    """The Message-ID that SES writes into a mail: its own identity at a domain of the region, which the ARN names.

    Thus a report of a mail server that quotes the mail and a notification are of the same message. Without an ARN the
    identity alone is known. https://docs.aws.amazon.com/ses/latest/dg/header-fields.html; the first region has its own
    name there.
    """
    region = (source_arn or "").split(":")[3:4]
    if not identity or "@" in identity or not region or not region[0]:
        return identity
    return f"{identity}@{'email' if region[0] == 'us-east-1' else region[0]}.amazonses.com"


def _events(told: _Notification) -> Iterator[DeliveryEvent]:
    mail = told.mail or _Mail()
    sender = address_in(mail.source or "")
    message_id = message_id_of(mail.message_id, mail.source_arn)
    if told.bounce is not None:
        for one in told.bounce.bounced_recipients:
            text = (one.diagnostic_code or "").removeprefix("smtp;")
            reply = cause(text)
            yield DeliveryEvent(
                time=_seconds(told.bounce.timestamp),
                recipient=canonical_or_none(one.email_address),
                outcome="deferred" if one.action == "delayed" else "bounced",
                action="delayed" if one.action == "delayed" else "failed",
                response=reply.text or f"{told.bounce.bounce_type}/{told.bounce.bounce_sub_type}",
                status=reply.status or status_in(one.status or ""),
                smtp_code=reply.code,
                stage=stage_in(text),
                reporting_mta=(told.bounce.reporting_mta or "").rpartition(";")[2].strip() or None,
                sender=sender,
                message_id=message_id,
            )
    if told.complaint is not None:
        for one in told.complaint.complained_recipients:
            yield DeliveryEvent(
                time=_seconds(told.complaint.timestamp),
                recipient=canonical_or_none(one.email_address),
                outcome="complaint",
                feedback_type=told.complaint.complaint_feedback_type,
                sender=sender,
                message_id=message_id,
            )
    if told.delivery is not None:
        outcome: Outcome = "delivered"
        reply = accepted(told.delivery.smtp_response or "")
        for address in told.delivery.recipients:
            yield DeliveryEvent(
                time=_seconds(told.delivery.timestamp),
                recipient=canonical_or_none(address),
                outcome=outcome,
                action="delivered",
                response=reply.text or None,
                status=reply.status,
                smtp_code=reply.code,
                reporting_mta=(told.delivery.reporting_mta or "").rpartition(";")[2].strip() or None,
                sender=sender,
                message_id=message_id,
            )


def _seconds(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None
