"""Brevo: blocked transactional contacts, and contacts with their blocklist flag.

JSON of ``/v3/smtp/blockedContacts``: ``contacts`` with ``email, senderEmail, blockedAt, reason.code``
(unsubscribedViaMA, unsubscribedViaEmail, unsubscribedViaApi, adminBlocked, hardBounce, contactFlaggedAsSpam) and
``reason.message``; JSON of ``/v3/contacts`` and exports of contacts as CSV with a column that says whether the
address is blocklisted (``emailBlacklisted``, ``BLOCKLISTED``, ``BLACKLISTED``). Brevo's API reference, "Get the list
of blocked or unsubscribed transactional contacts", "Get all the contacts". The flag names no reason.
"""

from typing import Any

from prellbock.sources.suppression_lists.entry import Entry, Fields, Outcome

SOURCE = "Brevo"
FLAGS = ("emailblacklisted", "emailblocklisted", "blocklisted", "blacklisted", "blacklist", "blocklist")
_OUTCOMES: dict[str, Outcome] = {
    "unsubscribedviama": "unsubscribe",
    "unsubscribedviaemail": "unsubscribe",
    "unsubscribedviaapi": "unsubscribe",
    "contactflaggedasspam": "complaint",
}
_NO = ("false", "0", "no", "")


def entry(row: Fields) -> Entry | None:
    """One contact; None where it is not blocked."""
    reason: Any = row.raw("reason")
    code = str(reason.get("code") or "") if isinstance(reason, dict) else row.text("reasoncode", "reason") or ""
    if not code and row.word(*FLAGS) in _NO:
        return None
    message = reason.get("message") if isinstance(reason, dict) else row.text("reasonmessage")
    return Entry(
        address=row.address("email"),
        since=row.moment("blockedat", "modifiedat"),
        outcome=_OUTCOMES.get(code.lower(), "imported"),
        words=str(message) if message else code or None,
    )
