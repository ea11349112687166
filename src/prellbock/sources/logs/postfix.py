"""Postfix: ``postfix/smtp[123]: QUEUEID: to=<u@x>, relay=h[ip]:25, ..., dsn=5.1.1, status=bounced (host h said: ...)``.

The form of the line: src/global/log_adhoc.c of Postfix. The sender stands on lines of qmgr, the Message-ID on those
of cleanup, joined by the queue id; ``removed`` ends a message. With ``enable_long_queue_ids = yes`` an id is never
used again; short ones are, and ours bear the time too. A message that has become too old is told without its
recipients (``status=expired, returned to sender``): those that were deferred before are then given up, with their
last answer."""

import re

from prellbock.events import DeliveryEvent, Outcome, Stage
from prellbock.sources.logs.joins import Joins
from prellbock.sources.logs.reading import Format, Found, Reader, Setting
from prellbock.sources.logs.syslog import HEAD, Clock, of_program
from prellbock.sources.record import RecordError

_DELIVERY = re.compile(
    r"([0-9A-Za-z]{6,25}): to=<(.*?)>, (?:orig_to=<(.*?)>, )?relay=([^,]*), (?:conn_use=\d+, )?delay=[^,]*, "
    r"(?:delays=[^,]*, )?dsn=([245]\.\d{1,3}\.\d{1,3}), status=([a-z]+)(?: \((.*)\))?",
    re.DOTALL,
)
_QUEUE = re.compile(rb"([0-9A-Za-z]{6,25}): ")
_STAGE = re.compile(r" \(in reply to ([A-Za-z ]+?)(?: command)?\)$")
_OUTCOMES: dict[str, Outcome] = {
    "sent": "delivered",
    "deferred": "deferred",
    "bounced": "bounced",
    "expired": "bounced",
    "undeliverable": "bounced",
}
"""``deliverable`` and ``undeliverable`` are answers to probes; only the second says something."""
_STAGES: dict[str, Stage] = {
    "EHLO": "helo",
    "HELO": "helo",
    "MAIL FROM": "mail",
    "RCPT TO": "rcpt",
    "DATA": "data",
    "end of DATA": "eod",
}
_OURSELVES = ("127.", "localhost[", "[127.", "[::1]")
_MOST_DEFERRED = 1000
"""Recipients of one message that are remembered until they are given up."""


class _Postfix:
    def __init__(self, setting: Setting) -> None:
        self._clock = Clock(setting.written, setting.zone)
        self._joins: Joins = setting.joins

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            try:
                if b": to=<" in line and b", status=" in line:
                    self._delivery(line, events)
                elif b": from=<" in line:
                    self._sender(line, events)
                elif b": message-id=" in line:
                    identity, text = _queued(line)
                    self._joins.enter(identity).message_id = text.partition("message-id=")[2].strip("<> ") or None
                elif line.endswith(b": removed"):
                    self._joins.leave(_queued(line)[0])
            except RecordError as error:
                bad.append((index, str(error)))
        return Found(events, bad)

    def _delivery(self, line: bytes, events: list[DeliveryEvent]) -> None:
        head = HEAD.match(line)
        if head is None or b"postfix" not in head[4]:
            return
        found = _DELIVERY.match(line[head.end() :].decode("utf-8", "replace"))
        if found is None:
            raise RecordError("a delivery of Postfix that cannot be read: the line is cut or was changed")
        identity, recipient, original, relay, dsn, word, text = found.groups()
        outcome = _OUTCOMES.get(word)
        if outcome is None or (outcome == "delivered" and relay.startswith(_OURSELVES)):
            # Handed to a filter on this machine: what becomes of it stands on a later line.
            return
        known = self._joins.of(identity)
        event = DeliveryEvent(
            time=self._time(head),
            recipient=original if original and "@" in original else recipient,
            outcome=outcome,
            id=f"postfix:{head[3].decode('latin-1')}:{identity}:{(head[1] or head[2]).decode('latin-1')}",
            status=dsn,
            mx=None if relay in ("none", "local", "virtual") else relay.partition("[")[0] or None,
            sender=known.sender,
            message_id=known.message_id,
        )
        if outcome != "delivered":
            if text and (stage := _STAGE.search(text)):
                event.stage = _STAGES.get(stage[1])
            event.response = text
        if outcome == "deferred":
            waiting = self._joins.enter(identity)
            if len(waiting.deferred) < _MOST_DEFERRED:
                waiting.deferred = {**waiting.deferred, event.recipient or "": (text, dsn)}
        elif event.recipient in known.deferred:
            waiting = self._joins.enter(identity)
            waiting.deferred = {each: last for each, last in waiting.deferred.items() if each != event.recipient}
        events.append(event)

    def _sender(self, line: bytes, events: list[DeliveryEvent]) -> None:
        if b"/qmgr[" not in line and b"/nqmgr[" not in line:
            return
        identity, text = _queued(line)
        sender = text[6 : text.find(">", 6)]
        if ", status=expired" not in text:
            self._joins.enter(identity).sender = sender or None
            return
        head = HEAD.match(line)
        if head is None:
            return
        known = self._joins.of(identity)
        for recipient, (response, status) in known.deferred.items():
            events.append(
                DeliveryEvent(
                    time=self._time(head),
                    recipient=recipient,
                    outcome="bounced",
                    id=f"postfix:{head[3].decode('latin-1')}:{identity}:expired",
                    response=response,
                    status=status,
                    sender=sender or known.sender,
                    message_id=known.message_id,
                    meta={"said_by": "postfix", "said": "expired", "said_category": "expired"},
                )
            )

    def _time(self, head: re.Match[bytes]) -> float:
        if head[1] is not None:
            return self._clock.of_syslog(head[1])
        return self._clock.of_iso(head[2].decode("ascii"))


def _queued(line: bytes) -> tuple[str, str]:
    """The queue id of a line, and what stands after it."""
    head = HEAD.match(line)
    found = _QUEUE.match(line, head.end()) if head is not None and b"postfix" in head[4] else None
    if found is None:
        return "", ""
    return found[1].decode("ascii"), line[found.end() :].decode("utf-8", "replace")


def _begin(setting: Setting) -> Reader:
    return _Postfix(setting)


_SNIFF = of_program((rb"postfix(?:-[\w.-]+)?/",))
FORMAT = Format("postfix", "Postfix", _begin, lambda head: bool(_SNIFF.search(head)))
