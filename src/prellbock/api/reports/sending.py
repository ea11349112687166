"""The server's side of reports by mail: looks for what is due, and sends it."""

import asyncio

from prellbock.api.auth.access import Access
from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.reporting.mailing import send_due
from prellbock.store.errors import StoreError

LOOK_SECONDS = 5.0


async def keep_mailing(access: Access, look_seconds: float = LOOK_SECONDS) -> None:
    """Sends what is due until it is cancelled."""
    installation = access.installation
    while not installation.stopping:
        try:
            await installation.answering(_once, installation, access.public_url)
        except StoreError as error:
            log.warning("reports could not be looked for", error=str(error))
        await asyncio.sleep(look_seconds)


def _once(installation: Installation, public_url: str | None) -> None:
    box = installation.channels.mailbox
    done = send_due(
        installation.lists, installation.reports, box, public_url=public_url, clock=installation.clock
    )  # fmt: skip
    for mailing, month, error in done:
        if error is None:
            log.info("report mailed", mail=mailing.number, month=month, recipients=len(mailing.recipients))
        else:
            log.warning("report not mailed", mail=mailing.number, month=month, error=error)
