"""Who runs the receiving server? The answer from the name of the MX host or, failing that, the recipient's domain."""

from functools import lru_cache

from prellbock.addresses import domain_of

# provider: suffixes of MX host names. A suffix matches whole labels: "google.com" matches "mx.google.com" only.
MX_SUFFIXES: dict[str, tuple[str, ...]] = {
    "google": ("google.com", "googlemail.com", "psmtp.com"),
    "microsoft": ("outlook.com", "hotmail.com", "mx.microsoft"),
    "yahoo": ("yahoodns.net",),
    "gmx": ("gmx.net", "gmx.de"),
    "webde": ("web.de",),
    "t-online": ("t-online.de",),
}

# provider: domains of its free or personal mailboxes, where the MX host is not known.
MAILBOX_DOMAINS: dict[str, tuple[str, ...]] = {
    "google": ("gmail.com", "googlemail.com"),
    "microsoft": ("outlook.com", "hotmail.com", "live.com", "msn.com"),
    "yahoo": ("yahoo.com", "ymail.com"),
    "gmx": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
    "webde": ("web.de",),
    "t-online": ("t-online.de",),
}

_BY_SUFFIX = {suffix: provider for provider, suffixes in MX_SUFFIXES.items() for suffix in suffixes}
_BY_DOMAIN = {domain: provider for provider, domains in MAILBOX_DOMAINS.items() for domain in domains}


@lru_cache(maxsize=65536)
def provider_of_mx(mx: str) -> str | None:
    """The provider that runs an MX host such as ``gmail-smtp-in.l.google.com``; None if not in the table."""
    name = mx.strip().lower().rstrip(".")
    while name:
        if found := _BY_SUFFIX.get(name):
            return found
        name = name.partition(".")[2]
    return None


def provider_of_domain(domain: str) -> str | None:
    """The provider of a mailbox domain such as ``gmail.com``; None if not in the table."""
    return _BY_DOMAIN.get(domain)


def provider_of(mx: str | None, recipient: str | None) -> str | None:
    """The provider that answered: by MX host first, else by the recipient's domain (canonical address)."""
    if mx and (found := provider_of_mx(mx)):
        return found
    return provider_of_domain(domain_of(recipient)) if recipient else None
