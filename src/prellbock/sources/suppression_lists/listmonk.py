"""listmonk: bounces and subscribers.

JSON of ``/api/bounces`` (``data.results`` with ``email, type`` (hard, soft, complaint), ``source, meta, created_at``)
and of ``/api/subscribers`` or the CSV export of subscribers (``uuid, email, name, attributes, status, created_at,
updated_at``; ``status`` is enabled, disabled or blocklisted). listmonk's documentation, "API / Bounces", "API /
Subscribers", "Concepts". Soft bounces and enabled subscribers withhold nothing; a blocklisted or disabled subscriber
gets no campaign, and why is not said.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields

SOURCE = "listmonk"


def bounce(row: Fields) -> Entry | None:
    """One bounce; the answer of the server stands in ``meta`` where the source of the bounce gave it."""
    kind = row.word("type")
    if kind == "soft":
        return None
    meta = row.raw("meta")
    reply = meta.get("diagnostic_code") or meta.get("Diagnostic-Code") if isinstance(meta, dict) else None
    return Entry(
        address=row.address("email"),
        since=row.moment("createdat"),
        outcome="complaint" if kind == "complaint" else "imported",
        reply=str(reply) if reply and kind != "complaint" else None,
        words=kind,
    )


def subscriber(row: Fields) -> Entry | None:
    """One subscriber; None where it is mailed."""
    status = row.word("status")
    if status == "enabled":
        row.address("email")
        return None
    return Entry(address=row.address("email"), since=row.moment("updatedat", "createdat"), words=status or None)
