"""KumoMTA's delivery log: a JSON object a line, in files packed with zstd.

https://docs.kumomta.com/reference/log_record/. ``recipient`` is a text, or an array since 2025.12; only those types
that tell what became of a message for a recipient are read. The Message-ID is there where ``headers`` of the log
are configured to have it. Queue names are ``campaign:tenant@domain``."""

from typing import Any

import msgspec

from prellbock.events import DeliveryEvent, Outcome, Stage
from prellbock.sources.logs.reading import Format, Found, Reader, Setting, Words
from prellbock.sources.record import RecordError, instant

OUTCOMES: dict[str, Outcome] = {
    "Delivery": "delivered",
    "Bounce": "bounced",
    "TransientFailure": "deferred",
    "Expiration": "bounced",
    "AdminBounce": "bounced",
    "OOB": "bounced",
    "Feedback": "complaint",
}
CATEGORIES: Words = {
    "InvalidRecipient": "unknown_recipient",
    "InactiveMailbox": "inactive_recipient",
    "QuotaIssues": "mailbox_full",
    "BadDomain": "unknown_domain",
    "DNSFailure": "network",
    "AuthenticationFailed": "authentication_failed",
    "SpamBlock": "reputation",
    "SpamContent": "spam_content",
    "VirusRelated": "virus",
    "PolicyRelated": "policy",
    "ContentRelated": "policy",
    "RelayDenied": "relay_denied",
    "InvalidSender": "sender_rejected",
    "BadConnection": "network",
    "NoAnswerFromHost": "network",
    "RoutingErrors": "system_error",
    "ProtocolErrors": "protocol_error",
    "MessageExpired": "expired",
    "BadConfiguration": "system_error",
    "TransientFailure": "system_error",
}
STAGES: dict[str, Stage] = {"MAIL FROM": "mail", "RCPT TO": "rcpt", "DATA": "data", ".": "eod", "EHLO": "helo"}


class _Enhanced(msgspec.Struct, gc=False):
    class_: int = msgspec.field(default=0, name="class")
    subject: int = 0
    detail: int = 0


class _Response(msgspec.Struct, gc=False):
    code: int = 0
    enhanced_code: _Enhanced | None = None
    content: str = ""
    command: str | None = None


class _Peer(msgspec.Struct, gc=False):
    name: str = ""


class _Record(msgspec.Struct, gc=False):
    type: str
    id: str = ""
    sender: str | None = None
    recipient: str | list[str] | None = None
    queue: str | None = None
    response: _Response | None = None
    peer_address: _Peer | None = None
    timestamp: float | str = 0
    event_time: float | str | None = None
    num_attempts: int = 0
    bounce_classification: str | None = None
    feedback_report: dict[str, Any] | None = None
    headers: dict[str, Any] | None = None


_decoder = msgspec.json.Decoder(_Record)


class _KumoMta:
    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        decode = _decoder.decode
        for index, line in enumerate(lines):
            if not line:
                continue
            try:
                record = decode(line)
                outcome = OUTCOMES.get(record.type)
                if outcome is not None:
                    _add(record, outcome, events)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                bad.append((index, f"not a log record of KumoMTA: {error}"))
            except RecordError as error:
                bad.append((index, str(error)))
        return Found(events, bad)


def _add(record: _Record, outcome: Outcome, events: list[DeliveryEvent]) -> None:
    time = record.event_time if record.event_time is not None else record.timestamp
    seconds = time if type(time) is float and 0.0 < time < 1e11 else instant(time)
    headers, response = record.headers, record.response
    message = None
    if headers is not None:
        given = headers.get("Message-ID") or headers.get("Message-Id") or headers.get("message-id")
        message = given if isinstance(given, str) else None
    queue = record.queue or ""
    recipients = record.recipient if isinstance(record.recipient, list) else [record.recipient]
    for recipient in recipients:
        event = DeliveryEvent(
            time=seconds,
            recipient=recipient,
            outcome=outcome,
            id=f"kumomta:{record.id}:{record.type}:{record.num_attempts}",
            mx=record.peer_address.name.rstrip(".") or None if record.peer_address is not None else None,
            sender=record.sender or None,
            campaign=queue.partition(":")[0] or None if ":" in queue else None,
            message_id=message,
            attempt=record.num_attempts,
        )
        if outcome == "complaint":
            _feedback(event, record.feedback_report or {})
        elif outcome != "delivered":
            if response is not None:
                _answer(event, response)
            if word := record.bounce_classification:
                event.meta = {"said_by": "kumomta", "said": word, "said_category": CATEGORIES.get(word)}
        events.append(event)


def _answer(event: DeliveryEvent, response: _Response) -> None:
    enhanced = response.enhanced_code
    status = f"{enhanced.class_}.{enhanced.subject}.{enhanced.detail}" if enhanced and enhanced.class_ > 1 else None
    code = response.code if 200 <= response.code <= 599 else None
    event.smtp_code, event.status = code, status
    event.response = " ".join(str(part) for part in (code, status, response.content) if part) or None
    event.stage = STAGES.get(response.command.partition(":")[0]) if response.command else None


def _feedback(event: DeliveryEvent, report: dict[str, Any]) -> None:
    kind, original = report.get("feedback_type"), report.get("original_rcpt_to")
    event.feedback_type = kind if isinstance(kind, str) else "abuse"
    # The recipient of the record is who the report came to.
    if isinstance(original, list):
        original = original[0] if original else None
    event.recipient = original.strip("<> ") if isinstance(original, str) else None


def _begin(setting: Setting) -> Reader:
    return _KumoMta()


def _recognises(head: bytes) -> bool:
    line = head.partition(b"\n")[0]
    return (line.startswith(b'{"type":"') and b'"egress_' in line) or (b'"type"' in line and b'"peer_address"' in line)


FORMAT = Format("kumomta", "KumoMTA", _begin, _recognises)
