"""SparkPost (Bird), the suppression list.

JSON of ``/api/v1/suppression-list``: ``results`` with ``recipient, type`` (transactional, non_transactional),
``source`` (Spam Complaint, List Unsubscribe, Bounce Rule, Unsubscribe Link, Manually Added, Compliance),
``description, list_id, created, updated``; a CSV has the same columns. SparkPost's API reference, "Suppression List".
The description of a Bounce Rule is the answer of the server. What was added by hand for non-transactional mail alone
is read as an unsubscribe, since everything else may still be sent.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields, Outcome

SOURCE = "SparkPost"


def entry(row: Fields) -> Entry | None:
    """One recipient; None where neither kind of mail is suppressed."""
    said, kind = row.word("source"), row.word("type")
    if not kind and row.word("transactional") == row.word("nontransactional") == "false":
        return None
    is_marketing = kind == "nontransactional" or (not kind and row.word("transactional") == "false")
    outcome: Outcome = "imported"
    if said == "spamcomplaint":
        outcome = "complaint"
    elif said in ("listunsubscribe", "unsubscribelink") or (is_marketing and said != "bouncerule"):
        outcome = "unsubscribe"
    return Entry(
        address=row.address("recipient", "email"),
        since=row.moment("updated", "created"),
        outcome=outcome,
        stream=row.text("listid") if outcome != "imported" else None,
        reply=row.text("description") if said == "bouncerule" else None,
        words=", ".join(filter(None, (row.text("source"), row.text("description")))) or None,
    )
