"""Should a campaign stop? Too much of it fails, at one domain or everywhere for the recipients' sake.

Whoever goes on mailing a domain that refuses nine of ten mails only makes it worse; a campaign whose hard bounces are
many goes to a bad list.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Reason = Literal["domain", "hard_bounces"]

WHOLE = ""
"""The domain under which a campaign as a whole is counted."""
FEW = 500
"""Events of a batch up to which every domain is followed; of larger ones those with `MANY` mails."""
MANY = 5


class Breaker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a campaign is to stop: so many mails with an outcome, and this share of them."""

    messages: int = 300
    share: float = 0.9
    """Of all mails to one domain that failed, for whatever reason."""
    hard_messages: int = 1000
    hard_share: float = 0.1
    """Of all mails of the campaign that bounced hard. 1 turns it off."""


class Sent(msgspec.Struct):
    """Mails of a campaign to a domain that have an outcome."""

    delivered: int = 0
    failed: int = 0
    hard: int = 0
    """Of the failed: for good, by fault of the recipient or the domain."""


class Tripped(msgspec.Struct, frozen=True):
    """A campaign that is to stop, and why."""

    campaign: str
    domain: str
    """`WHOLE` where the reason is ``hard_bounces``."""
    reason: Reason
    messages: int
    failed: int


Key = tuple[str, str]
"""Campaign and domain."""


def followed(counts: dict[Key, Sent], events: int) -> dict[Key, Sent]:
    """The counts of a batch that are worth keeping: of a large one not those of the thousands of small domains."""
    if events <= FEW:
        return counts
    return {
        (campaign, domain): sent
        for (campaign, domain), sent in counts.items()
        if domain == WHOLE or sent.delivered + sent.failed >= MANY
    }


def tripped(campaign: str, domain: str, sent: Sent, breaker: Breaker) -> Tripped | None:
    """Judges the counts of a campaign at a domain (or as a whole)."""
    messages = sent.delivered + sent.failed
    if domain != WHOLE and messages >= breaker.messages and sent.failed >= breaker.share * messages:
        return Tripped(campaign, domain, "domain", messages, sent.failed)
    is_over = messages >= breaker.hard_messages and sent.hard >= breaker.hard_share * messages
    if domain == WHOLE and breaker.hard_share < 1 and is_over:
        return Tripped(campaign, WHOLE, "hard_bounces", messages, sent.hard)
    return None


def counted(
    delivered: Iterable[tuple[str, str, int]], failed: Sequence[tuple[str, str, bool]], events: int
) -> dict[Key, Sent]:
    """The counts of a batch: ``delivered`` are campaign, domain, number; ``failed`` campaign, domain, hard or not."""
    counts: dict[Key, Sent] = {}

    def at(campaign: str, domain: str) -> Sent:
        return counts.setdefault((campaign, domain), Sent())

    for campaign, domain, number in delivered:
        at(campaign, domain).delivered += number
        at(campaign, WHOLE).delivered += number
    for (campaign, domain, hard), number in Counter(failed).items():
        for place in (domain, WHOLE):
            at(campaign, place).failed += number
            at(campaign, place).hard += number * hard
    return followed(counts, events)
