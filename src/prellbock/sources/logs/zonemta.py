"""ZoneMTA: its remote log (``id``, ``seq``, ``action`` and what it knows), written as JSON lines with a time.

The fields are those that ``remotelog`` gives for QUEUED, ACCEPTED, DEFERRED, REJECTED ... in lib/sender.js of
https://github.com/zone-eu/zone-mta; the receiver of the log adds ``time`` (or ``timestamp``). Names with a leading
underscore are those of GELF.
"""

from prellbock.sources.logs.mapping import Table, reader_of
from prellbock.sources.logs.reading import Format

TABLE = Table(
    name="zonemta",
    fields={
        "time": ["time", "timestamp", "@timestamp", "created"],
        "recipient": ["to", "_to"],
        "outcome": ["action", "_mail_action"],
        "response": ["response", "_response"],
        "category": ["category", "_category"],
        "mx": ["mx", "_mx"],
        "sender": ["returnPath", "from", "_from"],
        "message_id": ["messageId", "_message_id"],
        "attempt": ["defcount"],
    },
    outcomes={"ACCEPTED": "delivered", "DEFERRED": "deferred", "REJECTED": "bounced"},
    categories={
        "recipient": "unknown_recipient",
        "capacity": "mailbox_full",
        "dns": "unknown_domain",
        "spam": "spam_content",
        "virus": "virus",
        "blacklist": "reputation",
        "greylist": "greylisted",
        "rate": "rate_limited",
        "network": "network",
        "policy": "policy",
    },
)
"""``DELETED`` was done by hand; ``DROP`` and ``SPAMCHECK`` are about other things."""

FORMAT = Format(
    "zonemta",
    "ZoneMTA",
    lambda setting: reader_of(TABLE, setting),
    lambda head: b'"seq"' in head and (b'"action"' in head or b'"_mail_action"' in head),
)
