"""Postmark, the suppressions of a message stream.

JSON of ``/message-streams/STREAM/suppressions/dump``: ``Suppressions`` with ``EmailAddress``, ``SuppressionReason``
(HardBounce, SpamComplaint, ManualSuppression), ``Origin`` (Recipient, Customer, Admin) and ``CreatedAt``; a CSV has the
same columns. Postmark's developer documentation, "Suppressions API". A ManualSuppression by the recipient is an
unsubscribe, by others a suppression.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields, Outcome

SOURCE = "Postmark"


def entry(row: Fields) -> Entry | None:
    """One suppression."""
    reason, origin = row.word("suppressionreason"), row.word("origin")
    outcome: Outcome = "imported"
    if reason == "spamcomplaint":
        outcome = "complaint"
    elif reason == "manualsuppression" and origin == "recipient":
        outcome = "unsubscribe"
    return Entry(
        address=row.address("emailaddress"),
        since=row.moment("createdat"),
        outcome=outcome,
        words=", ".join(filter(None, (row.text("suppressionreason"), row.text("origin")))) or None,
    )
