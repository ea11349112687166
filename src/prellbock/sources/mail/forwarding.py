"""Which address was mailed, where the one that refused is only the place its mail is forwarded to?

Mail systems say it in brackets below the address: Exim ``(generated from jane@example.org)``, Postfix and Sendmail
``(expanded from: <jane@example.org>)``. Forwarding mailboxes leave their name in the headers of the returned message.
"""

import re
from collections.abc import Sequence

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.address_text import addresses_in, canonical_or_none
from prellbock.sources.mail.notice import Notice

_EXPANDED = re.compile(r"\((?:ultimately )?(?:expanded|generated) from:? {0,4}<?([^\s<>()]{3,320})>?\)", re.IGNORECASE)
_NEAR_CHARS = 800
_MAX_MARKS = 20_000
_UNDISCLOSED = "an undisclosed address"
"""Exim does not tell where mail was passed on to: the address in brackets below is all it says of that recipient."""
_FORWARDERS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-forwarded-for",
    "x-ms-exchange-inbox-rules-loop",
    "resent-from",
)
"""Headers that a mailbox which passes mail on writes its own address into."""
_FOR = re.compile(r"\bfor {1,4}<?([^\s<>;]{3,320})>?")


def name_mailed(events: Sequence[DeliveryEvent], notice: Notice) -> None:
    """Sets ``original_recipient`` where the notice or the returned message tells that mail was passed on."""
    unknown = [event for event in events if event.recipient is not None and event.original_recipient is None]
    if not unknown:
        return
    named = {event.recipient: event for event in unknown}
    marks = list(_EXPANDED.finditer(notice.text))[:_MAX_MARKS] if notice.may_tell_passed_on else []
    for match in marks:
        mailed = canonical_or_none(match[1])
        before = notice.text[max(0, match.start() - _NEAR_CHARS) : match.start()]
        if before.rstrip().endswith(_UNDISCLOSED):
            continue
        nearest = next((named[name] for name in reversed(addresses_in(before)) if name in named), None)
        if nearest is not None and mailed is not None and mailed != nearest.recipient:
            nearest.original_recipient = mailed
    if len(unknown) == 1 and unknown[0].original_recipient is None:
        unknown[0].original_recipient = _passed_on_by(notice, unknown[0].recipient)


def _passed_on_by(notice: Notice, recipient: str | None) -> str | None:
    """The one addressee of the original, where its headers also say that this copy went through that mailbox.

    Without that sign To tells nothing: the copy may be a blind one.
    """
    original = notice.original
    if original is None:
        return None
    to = [address for name in ("to", "cc") for value in original.all(name) for address in addresses_in(value)]
    if len(to) != 1 or to[0] == recipient:
        return None
    seen = {address for name in _FORWARDERS for value in original.all(name) for address in addresses_in(value)}
    for value in original.all("received")[:50]:
        seen.update(address for match in _FOR.finditer(value) if (address := canonical_or_none(match[1])) is not None)
    return to[0] if to[0] in seen else None
