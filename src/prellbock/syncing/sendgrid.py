"""Twilio SendGrid: ``GET /v3/suppression/...`` in pages of ``limit`` from ``offset``.

Bounces, invalid e-mails, spam reports and global unsubscribes. Blocks withhold nothing there and are not read; group
unsubscribes are another list, which is not read either. Twilio's API reference, "Suppressions"
(https://www.twilio.com/docs/sendgrid/api-reference). That all lists are paged alike is taken from its page on blocks.
"""

from collections.abc import Iterator

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.provider import Page, Provider

LIMIT = 500
_LISTS = {
    "sendgrid-bounces": "bounces",
    "sendgrid-invalid": "invalid_emails",
    "sendgrid-spam": "spam_reports",
    "sendgrid-unsubscribes": "unsubscribes",
}


def pages(call: Calling, _: str) -> Iterator[Page]:
    for kind, name in _LISTS.items():
        offset = 0
        while rows := entries(call.get(f"/v3/suppression/{name}", limit=LIMIT, offset=offset)):
            yield kind, rows
            offset += len(rows)


PROVIDER = Provider(
    base="https://api.sendgrid.com",
    headers=lambda key: {"authorization": f"Bearer {key}"},
    pages=pages,
    key="an API key that may read Suppressions (Settings, API Keys)",
)
