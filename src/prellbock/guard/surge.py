"""Does a provider refuse people who are known to be there? One bucket of one category, judged by itself.

An old list that really is bad fails, too, and fails as loudly. What tells an outage from it are the addresses that
are known to be alive: those that got a delivery in the last weeks and have not failed since. In ordinary life hardly
one in a thousand of these fails in a bucket.
"""

from collections.abc import Callable, Collection, Sequence

import msgspec

from prellbock.guard.baseline import limit

ALIVE_SECONDS = 35 * 86400.0
"""A delivery so long ago still shows that somebody is there; for so long all deliveries are remembered."""
DOUBT_SECONDS = 86400.0
"""Who has failed longer ago than this, after the last delivery, is not known to be alive any more."""

LEAST_FAILED, LEAST_SHARE = 8, 0.05
FEW_FAILED, FEW_SHARE = 3, 0.3
"""Failures of a bucket and their share of its mails from which it is worth asking who of them was alive: many, or few
that are nearly everything."""
LEAST_ALIVE = 8
LEAST_ALIVE_SHARE = 0.15
"""Living who fail, and their share of them and the delivered, from which a bucket is a surge."""
RUN = 12
"""Where little is mailed, so many buckets together may be one: two hours."""
MOST_ASKED = 400
"""Failures of a bucket that are looked at, the earliest; the rest is taken to be alike."""
LEAST_DOMAINS = 5
"""Of the providers without a name at least so many domains must fail: one domain that closes is no outage."""


class Evidence(msgspec.Struct, frozen=True):
    """What was found out about the failures of a bucket."""

    asked: int
    """Recipients that were looked at."""
    alive: int
    """Of these the ones known to be alive."""
    domains: int
    """Different domains of those alive."""


class Looked(msgspec.Struct, frozen=True):
    """A bucket of a series in which much failed, with what was found out."""

    number: int
    delivered: int
    alive: int
    domains: int


def is_candidate(failed: int, delivered: int) -> bool:
    """Whether it is worth asking who of the failed was alive."""
    least = LEAST_SHARE if failed >= LEAST_FAILED else FEW_SHARE
    return failed >= FEW_FAILED and failed >= least * (failed + delivered)


def is_alive(time: float, deliveries: Sequence[tuple[float, int]], bounces: Collection[tuple[float, int]]) -> bool:
    """Whether a recipient was known to be alive when a message to it failed at ``time``.

    Deliveries and bounces have a time and the short key of their message (deliveries: 0 where not known). Nothing
    later than ``time`` is looked at, so that what comes in later about later times changes nothing.
    """
    failed = {message for at, message in bounces if at <= time}
    arrived = [
        at for at, message in deliveries if time - ALIVE_SECONDS <= at < time and not (message and message in failed)
    ]
    if not arrived:
        return False
    last = max(arrived)
    return not any(last < at <= time - DOUBT_SECONDS for at, _ in bounces)


def living(failed: int, evidence: Evidence) -> int:
    """How many of all the failed were alive, if those that were looked at are like the rest."""
    return round(failed * evidence.alive / evidence.asked) if evidence.asked else 0


def share(alive: int, delivered: int) -> float:
    """The share of the living whose mail failed."""
    return alive / (alive + delivered) if alive else 0.0


def surges(
    provider: str,
    looked: Sequence[Looked],
    usual: Callable[[int, set[int]], Sequence[float]],
    delivered: Callable[[int, int], int],
) -> set[int]:
    """The buckets of a series in which the living fail as they never do.

    ``looked``: in order; ``usual``: of one this share in the earlier buckets that say what is usual
    (`guard.baseline`), without the surges found so far; ``delivered``: how many
    mails arrived in the buckets from one to another, both included.
    """
    found: set[int] = set()
    weak: list[Looked] = []
    for each in looked:
        failing = share(each.alive, each.delivered)
        if (
            each.alive >= LEAST_ALIVE
            and (provider or each.domains >= LEAST_DOMAINS)
            and failing >= limit(usual(each.number, found), LEAST_ALIVE_SHARE)
        ):
            found.add(each.number)
        if not provider or not each.alive or failing < FEW_SHARE:
            continue
        weak = [other for other in weak if other.number > each.number - RUN]
        weak.append(each)
        alive = sum(other.alive for other in weak)
        if alive >= LEAST_ALIVE and not found.issuperset(other.number for other in weak):
            together = share(alive, delivered(weak[0].number, each.number))
            if together >= limit(usual(weak[0].number, found), FEW_SHARE):
                found.update(other.number for other in weak)
    return found
