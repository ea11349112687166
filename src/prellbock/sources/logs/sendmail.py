"""Sendmail: ``sendmail[123]: QUEUEID: to=<u@x>, delay=..., mailer=esmtp, relay=h. [ip], dsn=5.1.1, stat=User unknown``.

Sendmail Installation and Operation Guide, "Format of log entries". ``stat`` is Sent, Deferred or the words for a
status; newer versions log the answer itself as ``reply=``. ``from=`` lines hold ``msgid=``.
"""

import re

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.logs.reading import Format, Found, Reader, Setting
from prellbock.sources.logs.syslog import HEAD, Clock, of_program
from prellbock.sources.record import RecordError

_QUEUE = re.compile(r"([0-9A-Za-z]{8,20}): (to|from)=(.*)$", re.DOTALL)
_FIELD = re.compile(r"(?:^|, )(\w+)=")
_BY_CLASS: dict[str, Outcome] = {"2": "delivered", "4": "deferred", "5": "bounced"}


class _Sendmail:
    def __init__(self, setting: Setting) -> None:
        self._clock = Clock(setting.written, setting.zone)
        self._joins = setting.joins

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            head = HEAD.match(line)
            found = _QUEUE.match(line[head.end() :].decode("utf-8", "replace")) if head is not None else None
            if head is None or found is None:
                continue
            try:
                if found[2] == "from":
                    known = self._joins.enter(found[1])
                    fields = _fields(found[3])
                    known.sender = found[3].partition(",")[0].strip("<> ") or None
                    known.message_id = fields.get("msgid", "").strip("<> ") or None
                else:
                    events += self._events(head, found[1], found[3])
            except RecordError as error:
                bad.append((index, str(error)))
        return Found(events, bad)

    def _events(self, head: re.Match[bytes], identity: str, rest: str) -> list[DeliveryEvent]:
        fields = _fields(rest)
        stat = fields.get("stat", "")
        dsn = fields.get("dsn", "")
        outcome: Outcome | None = "deferred" if stat.startswith("Deferred") else _BY_CLASS.get(dsn[:1])
        if stat.startswith("Sent"):
            outcome = "delivered"
        if outcome is None or stat.startswith("queued"):
            return []
        if head[1] is not None:
            time = self._clock.of_syslog(head[1])
        else:
            time = self._clock.of_iso(head[2].decode("ascii"))
        known = self._joins.of(identity)
        text = fields.get("reply") or stat.removeprefix("Deferred: ").removeprefix("Deferred")
        stamp = (head[1] or head[2]).decode("latin-1")
        addresses = rest[: match.start()] if (match := _FIELD.search(rest)) else rest
        return [
            DeliveryEvent(
                time=time,
                recipient=address.strip("<> "),
                outcome=outcome,
                id=f"sendmail:{head[3].decode('latin-1')}:{identity}:{stamp}",
                response=text or None if outcome != "delivered" else None,
                status=dsn or None,
                mx=fields.get("relay", "").partition(" ")[0].rstrip(".,") or None,
                sender=known.sender,
                message_id=known.message_id,
            )
            for address in addresses.split(",")
            if "@" in address
        ]


def _fields(text: str) -> dict[str, str]:
    """``a=b, c=d``: values may hold commas and blanks."""
    starts = list(_FIELD.finditer(text))
    if not starts:
        return {}
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return {each[1]: text[each.end() : end] for each, end in zip(starts, ends, strict=True)}


def _begin(setting: Setting) -> Reader:
    return _Sendmail(setting)


_SNIFF = of_program((rb"sendmail\[", rb"sm-mta\[", rb"sm-msp-queue\["))
FORMAT = Format("sendmail", "Sendmail", _begin, lambda head: bool(_SNIFF.search(head)))
