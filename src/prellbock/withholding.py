"""Who may not be mailed, and since when: the suppression list and its change feed, as every interface writes them."""

from collections.abc import Iterator

import msgspec

from prellbock.history.policy import Policy
from prellbock.store.contract import Store, Withheld
from prellbock.times import rfc3339


class Entry(msgspec.Struct, frozen=True):
    """One line of the list or the feed; times are RFC 3339."""

    seq: int
    address: str | None
    """Canonical address or ``@domain``; None in hashed mode."""
    status: str
    scope: str
    since: str | None
    until: str | None
    category: str | None
    decision: int | None
    hash: str
    """Keyed hash of the address, hexadecimal."""
    rule: str | None
    source: str | None


FIELDS = Entry.__struct_fields__
"""Every field of a line, in order."""

LAST_SEQ = 2**63 - 1
"""No sequence number is greater: the store keeps 64 bits."""


def entries(
    store: Store, policy: Policy, *, now: float, since: int | None = None, as_of: float | None = None
) -> Iterator[Withheld]:
    """The list at ``now`` (Unix seconds); with ``as_of`` as it was then.

    With ``since`` (a sequence number) the change feed: what became of everybody whose status changed after it, those
    included who may be mailed again. The highest ``seq`` of either is where the feed goes on.
    """
    if since is not None:
        return store.changes(since)
    return store.withheld(now, policy, as_of=as_of)


def entry_of(withheld: Withheld) -> Entry:
    """What the store tells, as every interface gives it."""
    return Entry(
        withheld.seq, withheld.address, withheld.status, withheld.scope, rfc3339(withheld.since),
        rfc3339(withheld.until), withheld.category, withheld.decision, withheld.hash, withheld.rule, withheld.source,
    )  # fmt: skip
