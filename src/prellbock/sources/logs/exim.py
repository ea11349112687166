"""Exim's main log: ``2002-07-11 07:14:17 17SXDU-000189-00 ** u@x R=dnslookup T=remote_smtp: SMTP error from ...``.

The Exim specification, chapter "Log files": ``<=`` arrival (``id=`` the Message-ID), ``=>`` and ``->`` delivered,
``==`` deferred, ``**`` failed, ``*>`` and ``>>`` no delivery of its own, ``Completed`` the end of a message. The
address that was given first stands in angle brackets after the one it became."""

import re

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.logs.reading import Format, Found, Reader, Setting
from prellbock.sources.logs.syslog import Clock
from prellbock.sources.record import RecordError

_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?) (?:\[\d+\] )?"
    r"([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (<=|=>|->|==|\*\*|Completed)(?: (.*))?$",
    re.DOTALL,
)
_OUTCOMES: dict[str, Outcome] = {"=>": "delivered", "->": "delivered", "==": "deferred", "**": "bounced"}
_ADDRESS = re.compile(r"(\S+)(?: \(.*?\))?(?: <([^>\s]*)>)?")
_ID = re.compile(r" id=(\S+)")
_HOST = re.compile(r" H=([^\s\[]+)|\bhost ([^\s\[]+) \[")
_DEFER = re.compile(r"^.*? defer \(-?\d+\): ")
_WITHOUT_CAUSE = re.compile(r"^(?:.*? )?defer \(-?\d+\)")


class _Exim:
    def __init__(self, setting: Setting) -> None:
        self._clock = Clock(setting.written, setting.zone)
        self._joins = setting.joins

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            found = _LINE.match(line.decode("utf-8", "replace"))
            if found is None:
                continue
            stamp, identity, flag, rest = found.groups()
            try:
                if flag == "<=":
                    known = self._joins.enter(identity)
                    known.sender = None if rest is None or rest.startswith("<>") else rest.partition(" ")[0]
                    message = _ID.search(rest or "")
                    known.message_id = message[1] if message else None
                elif flag == "Completed":
                    self._joins.leave(identity)
                elif rest:
                    events.append(self._event(stamp, identity, flag, rest))
            except RecordError as error:
                bad.append((index, str(error)))
        return Found(events, bad)

    def _event(self, stamp: str, identity: str, flag: str, rest: str) -> DeliveryEvent:
        address = _ADDRESS.match(rest)
        if address is None:
            raise RecordError("a delivery of Exim without an address")
        recipient = address[1].rstrip(":")
        if address[2] and "@" in address[2]:
            recipient = address[2]
        _, _, text = rest.partition(": ")
        if flag == "==":
            text = _DEFER.sub("", rest) if _DEFER.match(rest) else text
        host = _HOST.search(rest)
        known = self._joins.of(identity)
        return DeliveryEvent(
            time=self._clock.of_iso(stamp),
            recipient=recipient,
            outcome=_OUTCOMES[flag],
            id=f"exim:{identity}:{stamp}",
            response=text.strip() or None if flag in ("==", "**") else None,
            mx=(host[1] or host[2]) if host else None,
            sender=known.sender,
            message_id=known.message_id,
        )


def _begin(setting: Setting) -> Reader:
    return _Exim(setting)


_SNIFF = re.compile(
    rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})? (?:\[\d+\] )?"
    rb"(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} (?:<=|=>|->|==|\*\*|Completed)"
    rb"|exim [0-9.]+ daemon started)",
    re.MULTILINE,
)
FORMAT = Format("exim", "Exim", _begin, lambda head: bool(_SNIFF.search(head)))
