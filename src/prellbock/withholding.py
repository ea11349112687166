"""Who may not be mailed, and since when: the suppression list and its change feed, as every interface writes them."""

from collections.abc import Iterator

from prellbock.history.policy import Policy
from prellbock.store.contract import Store, Withheld
from prellbock.times import rfc3339

FIELDS = (
    "seq",
    "address",
    "status",
    "scope",
    "since",
    "until",
    "category",
    "decision",
    "hash",
    "rule",
    "source",
)
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


def line(entry: Withheld) -> dict[str, object]:
    """One entry with the fields of `FIELDS`; times are RFC 3339."""
    return {
        "seq": entry.seq,
        "address": entry.address,
        "status": entry.status,
        "scope": entry.scope,
        "since": rfc3339(entry.since),
        "until": rfc3339(entry.until),
        "category": entry.category,
        "decision": entry.decision,
        "hash": entry.hash,
        "rule": entry.rule,
        "source": entry.source,
    }
