"""Halon: JSON that its post-delivery hook writes, with the fields of https://github.com/halon-extras/postmastery.

Other scripts of that hook name fields otherwise: for those a mapping (`mapping`).
"""

from prellbock.sources.logs.mapping import Table, reader_of
from prellbock.sources.logs.reading import Format

TABLE = Table(
    name="halon",
    fields={
        "time": ["ts_attempt", "ts_received"],
        "recipient": ["recipient"],
        "recipient_local": "recipient_localpart",
        "recipient_domain": "recipient_domain",
        "outcome": "status",
        "response": ["result_reason", "error_message"],
        "smtp_code": "result_code",
        "status": "result_enhanced",
        "mx": "connection_remotemx",
        "sender": "sender",
        "campaign": "jobid",
        "id": "eventid",
    },
    outcomes={"delivered": "delivered", "failed": "bounced", "delayed": "deferred"},
)
"""``removed`` was done by hand."""

FORMAT = Format(
    "halon", "Halon", lambda setting: reader_of(TABLE, setting), lambda head: b'"recipient_localpart"' in head
)
