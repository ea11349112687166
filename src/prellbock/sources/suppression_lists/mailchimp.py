"""Mailchimp: the files of cleaned and unsubscribed contacts in the export of an audience.

The export is an archive of CSV files, one each for subscribed, unsubscribed and cleaned contacts; all have ``Email
Address``. Cleaned ones have ``CLEAN_TIME`` and ``CLEAN_CAMPAIGN_TITLE``, unsubscribed ones ``UNSUB_TIME``,
``UNSUB_CAMPAIGN_TITLE``, ``UNSUB_REASON`` and ``UNSUB_REASON_OTHER``. Mailchimp's help, "View or Export Contacts" and
"About Cleaned Contacts": cleaned are hard bounces and repeated soft bounces. Times have no zone; they are read as
UTC.
"""

from prellbock.sources.suppression_lists.entry import Entry, Fields

SOURCE = "Mailchimp"
_ADDRESS = ("emailaddress", "email")


def cleaned(row: Fields) -> Entry | None:
    return Entry(address=row.address(*_ADDRESS), since=row.moment("cleantime"), words="cleaned")


def unsubscribed(row: Fields) -> Entry | None:
    """The reason is the recipient's answer when asked, such as NORMAL or SPAM: a wish, no report of abuse."""
    reason = ", ".join(filter(None, (row.text("unsubreason"), row.text("unsubreasonother"))))
    return Entry(
        address=row.address(*_ADDRESS), since=row.moment("unsubtime"), outcome="unsubscribe", words=reason or None
    )
