"""The kinds of destinations: what each needs to know, what its secret is, and how a wrong setting is told."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from prellbock.publishing.streaming import Broker
from prellbock.sinks.reaching import UrlError, check_url
from prellbock.sinks.webhook import SecretError, new_secret, signer_of


class SettingError(ValueError):
    """A destination cannot be set up so; the message says what to do."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts to a URL, signed after the Standard Webhooks specification."""

    url: str
    """Where to post to; https."""
    private: bool = False
    """Whether the URL may lead to private addresses (and be http): receivers in the own network."""
    signature: Literal["hmac", "ed25519"] = "hmac"
    """How secrets are made that are made here: one shared secret, or a pair of keys."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind."""

    name: str
    title: str
    settings: type[msgspec.Struct]
    secret: str
    """What the secret is, for who sets a destination up."""
    page: str
    check: Callable[[Any], None] = lambda settings: None
    """Raises `SettingError` for settings that cannot be used."""
    check_secret: Callable[[str], object] = lambda secret: None
    """Raises `SettingError` for a secret that cannot be one."""
    make_secret: Callable[[Any], str] | None = None
    """Makes a secret; None where they have it."""
    needs_secret: bool = True
    connect: Callable[[Any, str | None], Broker] | None = None
    """Of queues: a broker for settings and secret."""


def _check_webhook(settings: Webhook) -> None:
    try:
        check_url(settings.url, private=settings.private)
    except UrlError as error:
        raise SettingError(f"url: {error}") from None


def _check_webhook_secret(secret: str) -> None:
    try:
        signer_of(secret)
    except SecretError as error:
        raise SettingError(str(error)) from None


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="webhook",
            title="Webhook (Standard Webhooks)",
            settings=Webhook,
            secret="whsec_ and base64 (one shared secret), or whsk_ and base64 (ed25519); left out, one is made",  # noqa: S106
            page="https://www.standardwebhooks.com/",
            check=_check_webhook,
            check_secret=_check_webhook_secret,
            make_secret=lambda settings: new_secret(ed25519=settings.signature == "ed25519"),
        ),
    )
}
"""Every kind by name; a new one is a line here, and a broker in `prellbock.sinks`."""


def settings_of(kind: str, settings: Mapping[str, object]) -> msgspec.Struct:
    """The settings of a destination, checked. Raises `SettingError`."""
    known = KINDS.get(kind)
    if known is None:
        raise SettingError(f"kind {kind[:40]!r} is not known: choose one of {', '.join(KINDS)}")
    try:
        found = msgspec.convert(settings, known.settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingError(f"{error}; {kind} knows {', '.join(known.settings.__struct_fields__)}") from None
    known.check(found)
    return found
