"""PowerMTA accounting files: CSV whose header line names the columns, which every installation chooses for itself.

PowerMTA User's Guide, "Accounting records": ``d`` delivered, ``b`` bounced, ``t`` transient, ``rb`` remote bounce
(told later by mail), ``rs`` remote status, ``f`` feedback; ``tq`` is about a queue and ``r`` a reception: they say
nothing about a recipient. Read by name, never by position; a second header line in the middle holds from there on."""

import csv

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.logs.reading import Format, Found, Reader, Setting, Words
from prellbock.sources.logs.syslog import Clock
from prellbock.sources.record import RecordError
from prellbock.sources.webhooks.fields import answered, said

OUTCOMES: dict[str, Outcome] = {"d": "delivered", "b": "bounced", "t": "deferred", "rb": "bounced", "f": "complaint"}
ACTIONS: dict[str, Outcome] = {
    "failed": "bounced",
    "delayed": "deferred",
    "delivered": "delivered",
    "relayed": "delivered",
}
CATEGORIES: Words = {
    "bad-mailbox": "unknown_recipient",
    "inactive-mailbox": "inactive_recipient",
    "bad-domain": "unknown_domain",
    "quota-issues": "mailbox_full",
    "spam-related": "spam_content",
    "spam-block": "reputation",
    "virus-related": "virus",
    "policy-related": "policy",
    "content-related": "policy",
    "relaying-issues": "relay_denied",
    "invalid-sender": "sender_rejected",
    "bad-configuration": "system_error",
    "bad-connection": "network",
    "no-answer-from-host": "network",
    "routing-errors": "system_error",
    "protocol-errors": "protocol_error",
    "message-expired": "expired",
}
""""other" says nothing."""


class _PowerMta:
    def __init__(self, setting: Setting) -> None:
        self._clock = Clock(setting.written, setting.zone)
        self._header: list[str] = []

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                row = next(csv.reader([line.decode("utf-8", "replace")]))
                if row[0] == "type":
                    self._header = row
                elif not self._header:
                    raise RecordError("no header line before the first record: columns are found by name")
                elif (event := self._event(dict(zip(self._header, row, strict=False)))) is not None:
                    events.append(event)
            except (RecordError, csv.Error) as error:
                bad.append((index, str(error)))
        return Found(events, bad)

    def _event(self, record: dict[str, str]) -> DeliveryEvent | None:
        kind = record.get("type", "")
        outcome = ACTIONS.get(record.get("dsnAction", "")) if kind == "rs" else OUTCOMES.get(kind)
        recipient = record.get("orcpt", "").removeprefix("rfc822;") or record.get("rcpt", "")
        if outcome is None:
            return None
        if not recipient:
            raise RecordError("rcpt: missing; add the column rcpt to the accounting file")
        event = DeliveryEvent(
            time=self._time(record.get("timeLogged", "")),
            recipient=recipient,
            outcome=outcome,
            mx=_host(record.get("dsnMta", "")) or None,
            sender=record.get("orig") or None,
            campaign=record.get("jobId") or None,
            message_id=next((v for k, v in record.items() if k.lower() == "header_message-id" and v), None),
        )
        if kind == "f":
            event.feedback_type = record.get("feedbackType") or "abuse"
        elif outcome != "delivered":
            answered(event, record.get("dsnDiag"), status=record.get("dsnStatus", "").partition(" ")[0])
            if word := record.get("bounceCat"):
                said(event, "powermta", word, CATEGORIES.get(word))
        return event

    def _time(self, text: str) -> float:
        if not text:
            raise RecordError("timeLogged: missing; add the column timeLogged to the accounting file")
        return float(text) if text.replace(".", "", 1).isdigit() else self._clock.of_iso(text)


def _host(text: str) -> str:
    """``mx.example.com (192.0.2.1)`` or ``dns;mx.example.com``."""
    return text.rpartition(";")[2].partition(" ")[0]


def _begin(setting: Setting) -> Reader:
    return _PowerMta(setting)


FORMAT = Format(
    "powermta",
    "PowerMTA",
    _begin,
    lambda head: head.startswith(b"type,") and b"rcpt" in head.partition(b"\n")[0],
    has_header=True,
)
