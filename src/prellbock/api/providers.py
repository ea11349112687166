"""``/v1/providers``: by what each provider is recognised, how often it answered, and who is not recognised."""

from collections import Counter

import msgspec
from litestar import get

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import Since, Until, period
from prellbock.providers import MAILBOX_DOMAINS, MX_SUFFIXES, PROVIDERS
from prellbock.times import rfc3339

_MOST_UNKNOWN = 100


class RecognisedProvider(msgspec.Struct, frozen=True):
    """One provider."""

    name: str
    mx: list[str]
    """Its MX hosts end with one of these, whole labels."""
    domains: list[str]
    """Its mailboxes, where the MX host is not known."""
    rules: int
    """Rules in force that name it."""
    delivered: int
    others: int
    """Failures, deferrals and what else is no delivery."""


class UnknownDomain(msgspec.Struct, frozen=True):
    """A domain whose provider is not recognised."""

    domain: str
    responses: int


class ProvidersShown(msgspec.Struct, frozen=True):
    """All providers, those that answered most first."""

    since: str | None
    until: str | None
    items: list[RecognisedProvider]
    delivered: int
    others: int
    """Of no provider that is recognised."""
    unknown: list[UnknownDomain]
    """Among the newest responses, the most frequent first; empty where addresses are not kept."""
    looked_at: int
    """So many of the newest responses."""


@get("/v1/providers", opt={NEEDS: "read"})
async def recognised_providers(installation: Here, since: Since = None, until: Until = None) -> ProvidersShown:
    """By what providers are recognised, and how often each answered; usually in the latest 30 days."""
    begin, end = period(since, until, installation.clock())
    store = installation.figures
    counts = await installation.answering(
        store.counts, since=begin, until=end, by=["provider", "outcome"], seconds=None, where={}
    )
    looked_at, unknown = await installation.answering(store.unrecognised, _MOST_UNKNOWN)
    seen: Counter[tuple[str | None, bool]] = Counter()
    for each in counts:
        seen[each.provider or None, each.outcome == "delivered"] += each.count
    naming = Counter(name for rule in installation.classifier.ruleset.rules for name in rule.provider)
    items = [
        RecognisedProvider(
            name, [*MX_SUFFIXES.get(name, ())], [*MAILBOX_DOMAINS.get(name, ())], naming[name], seen[name, True],
            seen[name, False],
        )
        for name in PROVIDERS
    ]  # fmt: skip
    items.sort(key=lambda each: (-each.others, -each.delivered, each.name))
    return ProvidersShown(
        rfc3339(begin), rfc3339(end), items, seen[None, True], seen[None, False],
        [UnknownDomain(domain, count) for domain, count in unknown], looked_at,
    )  # fmt: skip
