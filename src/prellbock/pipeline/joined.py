"""Several batches judged as one: what is done once for a batch is then done once for all of them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.reports import counted
from prellbock.pipeline.result import Reported, Result


def joined(batches: Sequence[Prepared]) -> Prepared:
    """The batches one after the other; of an event that stands in several of them the first counts."""
    if len(batches) == 1:
        return batches[0]
    kinds: dict[tuple[str, str | None, str | None], int] = {}
    campaigns: dict[str, int] = {}
    kind_of: list[bytes] = []
    campaign_of: list[bytes] = []
    with_campaigns = any(batch.campaign_of for batch in batches)
    for batch in batches:
        places = np.array([kinds.setdefault(kind, len(kinds)) for kind in batch.kinds], dtype=np.int64)
        kind_of.append(places[np.frombuffer(batch.kind_of, dtype=np.int64)].tobytes())
        if with_campaigns:
            # The last place stands for none, as -1 finds it.
            named = [campaigns.setdefault(name, len(campaigns)) for name in batch.campaigns]
            columns = np.frombuffer(batch.campaign_of, dtype=np.int64)
            if not len(columns):
                columns = np.full(len(batch.ids) // 8, -1)
            campaign_of.append(np.array([*named, -1], dtype=np.int64)[columns].tobytes())
    return Prepared(
        size=sum(batch.size for batch in batches),
        others=[event for batch in batches for event in batch.others],
        other_keys=[key for batch in batches for key in batch.other_keys],
        ids=b"".join(batch.ids for batch in batches),
        times=b"".join(batch.times for batch in batches),
        hashes=b"".join(batch.hashes for batch in batches),
        messages=b"".join(batch.messages for batch in batches),
        names="\n".join(batch.names for batch in batches if batch.ids),
        kind_of=b"".join(kind_of),
        kinds=list(kinds),
        campaigns=list(campaigns),
        campaign_of=b"".join(campaign_of),
    )


def counts_of_each(batches: Sequence[Prepared], result: Result) -> list[Counter[str]]:
    """What of the counts of batches judged as one belongs to each; together these are ``result.counts``."""
    if len(batches) == 1:
        return [result.counts]
    ends = np.cumsum([len(batch.ids) // 8 for batch in batches])
    delivered = np.bincount(np.searchsorted(ends, result.deliveries.places, side="right"), minlength=len(batches))
    first_in = {key: at for at, batch in reversed([*enumerate(batches)]) for key in batch.other_keys}
    reported: list[list[Reported]] = [[] for _ in batches]
    for report in result.reported:
        reported[first_in[report.key]].append(report)
    return [
        counted(batch.size, own, count) for batch, own, count in zip(batches, reported, delivered.tolist(), strict=True)
    ]
