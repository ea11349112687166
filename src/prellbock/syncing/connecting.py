"""A connection to one account of a provider, from what is known of it."""

import re

from prellbock.syncing.calling import Calling, SyncError
from prellbock.syncing.provider import Provider

_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d")


def base_of(provider: Provider, part: str, base_url: str) -> str:
    """Where the API of an account is. Raises `SyncError`."""
    if base_url:
        return base_url.rstrip("/")
    if not provider.base:
        raise SyncError(f"{provider.title} has no address that all share: name the server with its base URL")
    if "{part}" in provider.base and not _REGION.fullmatch(part):
        raise SyncError(f"{part[:40]!r} is no region of AWS: write one such as eu-central-1")
    return provider.base.replace("{part}", part)


def connect(
    provider: Provider, key: str, part: str, base_url: str, *, private: bool, per_second: float | None = None
) -> Calling:
    """To be used as a context manager; ``per_second`` None: as the provider allows. Raises `SyncError`, `UrlError`."""
    return Calling(
        base_of(provider, part, base_url), provider.headers(key), key=provider.key, private=private,
        auth=provider.auth(key, part), per_second=provider.per_second if per_second is None else per_second,
    )  # fmt: skip
