"""Lists of no system in particular, and our own: NDJSON, CSV with a header, or one address a line.

``address`` (or ``email, mail, recipient``), and optionally ``status`` (suppressed, paused, complained, unsubscribed
...), ``scope`` or ``stream``, ``since`` (or ``created, created_at, date, time``), ``until``, ``category`` or
``reason``.
"""

import re

from prellbock.sources.record import RecordError
from prellbock.sources.suppression_lists.entry import Entry, Fields, Outcome
from prellbock.taxonomy import FAULT_OF

ADDRESS = ("address", "email", "emailaddress", "mail", "recipient")
_SINCE = ("since", "created", "createdat", "date", "time")
_OUTCOMES: dict[str, Outcome] = {
    "suppressed": "imported",
    "complained": "complaint",
    "complaint": "complaint",
    "unsubscribed": "unsubscribe",
    "unsubscribe": "unsubscribe",
}
_REPLY = re.compile(r"[245]\d\d[ -]|[245]\.\d{1,3}\.\d{1,3} ")
"""A reason that is a server's answer."""
_WITHHOLDS_NOTHING = ("deliverable", "watched")
_ALL = ("", "all")


class PauseError(Exception):
    """An entry that ends by itself, which an imported one never would."""


def entry(row: Fields, now: float) -> Entry | None:
    """One entry; None where it withholds nothing (any more). Raises `PauseError`, `RecordError`."""
    category = (row.text("category", "reason") or "").strip()
    status = (row.text("status") or "").lower()
    if not status and category in ("complaint", "unsubscribe"):
        status = category
    until = row.moment("until")
    is_over = until is not None and until <= now
    outcome = _OUTCOMES.get(status, "imported")
    is_limited = status == "paused" or (until is not None and outcome == "imported")
    if is_limited and status not in _WITHHOLDS_NOTHING and not is_over:
        raise PauseError
    address = row.address(*ADDRESS)
    if status in _WITHHOLDS_NOTHING or address.startswith("@") or is_over:
        return None
    if status and status not in _OUTCOMES:
        raise RecordError(f"status: {status[:40]!r} is not one of suppressed, paused, complained, unsubscribed")
    scope = (row.text("scope", "stream") or "").lower()
    is_cause = FAULT_OF.get(category) in ("recipient", "domain")
    is_reply = _REPLY.match(category) is not None
    return Entry(
        address=address,
        outcome=outcome,
        since=row.moment(*_SINCE),
        stream=None if scope in _ALL else scope,
        category=category if is_cause else None,
        reply=category if is_reply else None,
        words=None if is_reply or category in FAULT_OF else category or None,
    )
