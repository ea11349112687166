"""Mailgun: bounces, complaints and unsubscribes of a domain.

JSON of ``/v3/DOMAIN/bounces`` (``items`` with ``address, code, error, created_at``), ``/complaints`` (``address,
created_at``) and ``/unsubscribes`` (``address, tags, created_at``), and the CSV files with the same columns (``tag``
instead of ``tags``). ``created_at`` is an RFC 2822 date. A tag ``*`` means the whole domain, another one a kind of
mail. Mailgun's reference, "Bounces", "Complaints", "Unsubscribe"; only permanent errors of the mailbox get onto the
list of bounces.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields, enhanced, smtp_code

SOURCE = "Mailgun"


def bounce(row: Fields) -> Entry | None:
    """An address with a permanent error."""
    code = row.text("code")
    return Entry(
        address=row.address("address"),
        since=row.moment("createdat"),
        reply=row.text("error"),
        smtp_code=smtp_code(code),
        status=enhanced(code),
        words=code,
    )


def complaint(row: Fields) -> Entry | None:
    return Entry(address=row.address("address"), since=row.moment("createdat"), outcome="complaint")


def unsubscribe(row: Fields) -> Entry | None:
    """Of several tags the first is the stream; ``*`` among them is everything."""
    tags = row.raw("tags")
    named = [str(tag) for tag in tags] if isinstance(tags, list) else [row.text("tags", "tag") or "*"]
    return Entry(
        address=row.address("address"),
        since=row.moment("createdat"),
        outcome="unsubscribe",
        stream=None if "*" in named or not named else named[0],
    )
