"""Amazon SES, the account-level suppression list.

JSON of ``aws sesv2 list-suppressed-destinations``: ``SuppressedDestinationSummaries`` with ``EmailAddress``, ``Reason``
(BOUNCE or COMPLAINT) and ``LastUpdateTime`` (API reference, "SuppressedDestinationSummary"); and what its import jobs
take: NDJSON ``{"emailAddress", "reason"}`` or CSV ``address,REASON`` without a header (developer guide, "Using the
Amazon SES account-level suppression list"). Only hard bounces and complaints get onto that list; which kind of hard
bounce it was is not said.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields

SOURCE = "SES"


def entry(row: Fields) -> Entry | None:
    """One destination."""
    reason = row.word("reason")
    return Entry(
        address=row.address("emailaddress", "address"),
        outcome="complaint" if reason == "complaint" else "imported",
        since=row.moment("lastupdatetime"),
        words=row.text("reason"),
    )
