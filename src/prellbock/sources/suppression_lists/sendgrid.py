"""Twilio SendGrid: bounces, blocks, spam reports, invalid e-mails, global and group unsubscribes.

JSON of ``/v3/suppression/bounces`` and ``/blocks`` (``created`` in Unix seconds, ``email, reason, status``),
``/invalid_emails`` (``created, email, reason``), ``/spam_reports`` (``created, email, ip``), ``/unsubscribes``
(``created, email``) and ``/v3/asm/suppressions`` (``email, group_id, group_name, created_at``); the CSV files that the
Suppressions pages export have the same columns. Twilio's reference, "Bounces API", "Blocks API" and so on.

Bounces and blocks look the same and mean the opposite: a block is about the message, and SendGrid goes on mailing the
address ("will not suppress future messages to blocked addresses by default"). So blocks withhold nothing here either.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields, enhanced, smtp_code

SOURCE = "SendGrid"
_ADDRESS = ("email", "address")
_SINCE = ("created", "createdat")


def bounce(row: Fields) -> Entry | None:
    """An address that SendGrid mails no more, with the server's answer."""
    status = row.text("status")
    return Entry(
        address=row.address(*_ADDRESS),
        since=row.moment(*_SINCE),
        reply=row.text("reason"),
        status=enhanced(status),
        smtp_code=smtp_code(status),
    )


def block(row: Fields) -> Entry | None:
    """Nothing is withheld."""
    row.address(*_ADDRESS)
    return None


def invalid(row: Fields) -> Entry | None:
    """An address that is malformed or at an unknown domain."""
    return Entry(address=row.address(*_ADDRESS), since=row.moment(*_SINCE), words=row.text("reason"))


def spam(row: Fields) -> Entry | None:
    return Entry(address=row.address(*_ADDRESS), since=row.moment(*_SINCE), outcome="complaint", words="spam report")


def unsubscribe(row: Fields) -> Entry | None:
    """A group is a stream of its own; without one it is about all marketing."""
    return Entry(
        address=row.address(*_ADDRESS),
        since=row.moment(*_SINCE),
        outcome="unsubscribe",
        stream=row.text("groupname"),
    )
