"""Haraka: JSON of its outbound hooks, with the fields of https://github.com/mr-karan/haraka-plugin-outbound-logger.

One line is about one message; ``job_id`` is the same for all its attempts.
"""

from prellbock.sources.logs.mapping import Table, reader_of
from prellbock.sources.logs.reading import Format

TABLE = Table(
    name="haraka",
    fields={
        "time": "time",
        "recipient": ["recipient", "rcpt"],
        "outcome": "type",
        "response": ["undelivered_reason", "dsn_message", "smtp_response"],
        "status": "dsn_status",
        "mx": "smtp_host",
        "sender": "from",
        "message_id": "message_id",
    },
    outcomes={"delivered": "delivered", "deferred": "deferred", "bounced": "bounced"},
)

FORMAT = Format(
    "haraka",
    "Haraka",
    lambda setting: reader_of(TABLE, setting),
    lambda head: b'"outbound_logger"' in head or (b'"job_id"' in head and b'"dsn_' in head),
)
