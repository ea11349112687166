"""One entry of a list as every system's module says it, and the event that it becomes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import msgspec

from prellbock.events import DeliveryEvent
from prellbock.sources.record import RecordError, asked, finish
from prellbock.sources.suppression_lists.rows import key

Outcome = Literal["imported", "complaint", "unsubscribe"]
"""Suppressed; or a wish of the recipient, which holds in its scope."""


class Entry(msgspec.Struct, kw_only=True):
    """Somebody who gets no mail from another system. Times are Unix seconds UTC."""

    address: str
    outcome: Outcome = "imported"
    since: float | None = None
    stream: str | None = None
    """Of a complaint or an unsubscribe: what it is about; None means marketing."""
    reply: str | None = None
    """What the receiving server answered: is classified, and the fault of the sender suppresses nobody."""
    words: str | None = None
    """The reason in the system's own words, which are kept and not classified."""
    category: str | None = None
    status: str | None = None
    smtp_code: int | None = None


def event_of(entry: Entry, source: str, now: float) -> DeliveryEvent:
    """The event of an entry; its id comes from the entry alone, so that a list can be read again.

    Raises `RecordError`.
    """
    stream = None if entry.outcome == "imported" else entry.stream
    event = DeliveryEvent(
        id=f"import:{entry.outcome}:{stream or ''}:{'' if entry.since is None else entry.since}",
        time=entry.since if entry.since is not None else int(now * 1000) / 1000,
        recipient=entry.address,
        outcome=entry.outcome,
        stream=stream,
        response=entry.reply or entry.words,
        status=entry.status if entry.reply else None,
        smtp_code=entry.smtp_code if entry.reply else None,
        reporting_mta=source if entry.outcome == "imported" else None,
        meta=None if entry.reply else {"category": entry.category or "suppressed"},
    )
    finish(event, now)
    return event


class Fields:
    """The fields of a row by their names without case and punctuation."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = {key(name): value for name, value in fields.items()}

    def text(self, *names: str) -> str | None:
        """The first of these fields that says something; None if none does. Raises `RecordError` for objects."""
        for name in names:
            value = self._fields.get(name)
            if value is None or value == "":
                continue
            if isinstance(value, dict | list):
                raise RecordError(f"{name}: is no text")
            return str(value).strip()
        return None

    def address(self, *names: str) -> str:
        """Raises `RecordError` where none of the fields holds one."""
        found = self.text(*names)
        if not found:
            raise RecordError(f"{names[0]}: missing; a list of hashes alone cannot be imported")
        return found

    def word(self, *names: str) -> str:
        """As `text`, without case and punctuation, for comparing; empty where there is none."""
        return key(self.text(*names) or "")

    def raw(self, name: str) -> Any:
        return self._fields.get(name)

    def moment(self, *names: str) -> float | None:
        """A time in any of the forms that these systems write; one without a zone is UTC. Raises `RecordError`."""
        for name in names:
            if value := self.text(name):
                try:
                    return _moment(value)
                except RecordError as error:
                    raise RecordError(f"{name}: {error}") from None
        return None


def _moment(value: str) -> float:
    try:
        return asked(value)
    except RecordError:
        pass
    for parsed in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parsed(value.strip())
        except (ValueError, TypeError):
            continue
        return asked((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat())
    raise RecordError(f"{value[:40]!r} is not a time")


def smtp_code(text: str | None) -> int | None:
    """A reply code from 400 to 599, else None."""
    return int(text) if text and text.isdecimal() and 400 <= int(text) <= 599 else None


def enhanced(text: str | None) -> str | None:
    """An enhanced status code such as ``5.1.1``, else None."""
    parts = (text or "").split(".")
    is_code = len(parts) == 3 and parts[0] in ("4", "5") and all(part.isdecimal() and len(part) < 4 for part in parts)
    return text if is_code else None
