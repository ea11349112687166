"""OpenSMTPD: ``SESSION mta delivery evpid=... from=<s> to=<u@x> ... result="PermFail" stat="550 5.1.1
..."``.

The line is written by ``mta_log`` of usr.sbin/smtpd/mta.c; results are Ok, TempFail, PermFail and LoopFail. Of an
answer of several lines the server logs only the last (https://github.com/OpenSMTPD/OpenSMTPD/issues/365), and no
Message-ID."""

import re

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.logs.reading import Format, Found, Reader, Setting
from prellbock.sources.logs.syslog import HEAD, Clock, of_program
from prellbock.sources.record import RecordError

_DELIVERY = re.compile(
    r"[0-9a-f]{16} (?:mta|mda) delivery evpid=([0-9a-f]{16}) from=<([^>]*)> to=<([^>]*)>.*?"
    r"(?: relay=\"([^\"]*)\")?(?: delay=\S+)? result=\"?(\w+)\"? stat=\"?(.*?)\"?$",
    re.DOTALL,
)
_OUTCOMES: dict[str, Outcome] = {
    "Ok": "delivered",
    "TempFail": "deferred",
    "PermFail": "bounced",
    "LoopFail": "bounced",
    "Loop": "bounced",
}
_RELAY = re.compile(r"\((\S+)\)")


class _OpenSmtpd:
    def __init__(self, setting: Setting) -> None:
        self._clock = Clock(setting.written, setting.zone)

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            if b" delivery evpid=" not in line or (head := HEAD.match(line)) is None:
                continue
            found = _DELIVERY.match(line[head.end() :].decode("utf-8", "replace"))
            if found is None:
                bad.append((index, "a delivery of OpenSMTPD that cannot be read: the line is cut or was changed"))
                continue
            try:
                time = self._clock.of_syslog(head[1]) if head[1] else self._clock.of_iso(head[2].decode("ascii"))
            except RecordError as error:
                bad.append((index, str(error)))
                continue
            envelope, sender, recipient, relay, result, stat = found.groups()
            if (outcome := _OUTCOMES.get(result)) is None:
                continue
            host = _RELAY.search(relay or "")
            events.append(
                DeliveryEvent(
                    time=time,
                    recipient=recipient,
                    outcome=outcome,
                    id=f"opensmtpd:{envelope}:{(head[1] or head[2]).decode('latin-1')}",
                    response=stat or None if outcome != "delivered" else None,
                    mx=host[1] if host else None,
                    sender=sender or None,
                )
            )
        return Found(events, bad)


def _begin(setting: Setting) -> Reader:
    return _OpenSmtpd(setting)


_SNIFF = of_program((rb"smtpd\[\d+\]: (?:[0-9a-f]{16} )?(?:smtp|mta|mda|info|envelope)",))
FORMAT = Format("opensmtpd", "OpenSMTPD", _begin, lambda head: bool(_SNIFF.search(head)))
